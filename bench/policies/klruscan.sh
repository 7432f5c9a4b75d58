# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# klruscan: as its README says, with all its defaults, and demotion by reclaim on.
# KLRUSCAN_PARAMETERS: of the module, to try others.

policy_daemons='klruscand kpromoted kgauged'

policy_start()
{
	tier_settings 0 1
	# shellcheck disable=SC2086 # a list of words
	insmod "$KLRUSCAN_MODULE" enabled=1 ${KLRUSCAN_PARAMETERS-} </dev/null
}

# What it says of itself, where it does
policy_says()
{
	[ -d /sys/kernel/mm/klruscan ] || return 0
	printf ',"scan_cpu_permille":%s' "$(cat /sys/kernel/mm/klruscan/scan_cpu_permille)"
	klruscan status --json </dev/null | awk '
		$1 ~ /^"(passes|scan_cpu_ns|visited|tables|skipped|precision|recall)":$/ && !seen[$1]++ {
			gsub(/[,"]/, ""); printf ",\"%s\":%s", substr($1, 1, length($1) - 1), $2 }'
}

policy_stop() { rmmod klruscan; }
