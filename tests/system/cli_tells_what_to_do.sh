#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# In every state the tool says how it is and what to do next.
. /tests/lib/guest.sh
plan 10

# says STATUS WORDS COMMAND...: ends so, with the words in what it prints
says()
{
	wanted=$1
	words=$2
	shift 2
	"$@" >/tmp/said 2>&1
	status=$?
	[ $status = "$wanted" ] && grep -q -e "$words" /tmp/said && return
	note "status $status: $(cat /tmp/said)"
	return 1
}

has_fields()
{
	klruscan status --json >/tmp/status.json
	for field in version abi_version enabled uptime_s slow_nodes fast_nodes nodes \
		     total state interval_ms passes visited heat threshold candidates \
		     outcomes promoted_pages; do
		grep -q "\"$field\":" /tmp/status.json || return 1
	done
}

# Braces and brackets match, and no comma stands before a closing one.
is_well_formed()
{
	tr -d '\n\t ' </tmp/status.json | awk '
		/,[]}]/ || /[[{],/ { bad = 1 }
		{ braces = gsub(/[{]/, "") - gsub(/[}]/, ""); brackets = gsub(/[[]/, "") - gsub(/[]]/, "") }
		END { exit bad || braces || brackets || !NR }'
}

module_check 'without the module it names insmod' says 1 'insmod klruscan.ko' klruscan status
module_check 'the same with --json' says 1 'insmod klruscan.ko' klruscan status --json
load_klruscan
check 'to others than root it names root' \
	says 1 'only root and the group klruscan' su -s /bin/sh nobody -c 'klruscan status'
check 'loaded, it says how to enable' \
	says 0 "klruscan tune enabled=1" klruscan status
check 'that works' klruscan tune enabled=1
check 'enabled, it says running' wait_until 30 says 0 'state *running' klruscan status
check 'it names the slow node' says 0 'slow nodes *1$' klruscan status
check 'with --json all fields are there' has_fields
check 'the JSON is well-formed' is_well_formed
unload_klruscan
module_check 'without the module again, it says so' says 1 'not loaded' klruscan status
finish
