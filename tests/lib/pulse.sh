# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests with tests/system/programs/pulse.c: pages that are accessed once,
# and whose accessed bits tell whether a scan has been there.

PULSE_OUT=/tmp/pulse.out

# start_pulse [--small] MIB NODE...; returns when all pages are in place
start_pulse()
{
	pulse "$@" >$PULSE_OUT 2>&1 &
	_pulse=$!
	need_ready 60 $_pulse '^ready$' pulse $PULSE_OUT
}

# pulse_kib WORD: of its memory, by smaps: Referenced, AnonHugePages
pulse_kib()
{
	awk -v base="$HAMMER_BASE-" -v word="$1:" '
		/^[0-9a-f]+-/ { inside = index($1, base) == 1 }
		inside && $1 == word { print $2 }' "/proc/$_pulse/smaps"
}

# pulse_once: it accesses all its pages
pulse_once()
{
	_pulses=$(grep -c '^pulse$' $PULSE_OUT)
	kill -USR1 $_pulse
	need_until 60 eval '[ "$(grep -c "^pulse$" $PULSE_OUT)" -gt "$_pulses" ]'
}

# wait_both COUNT: for so many passes of each of nodes 1 and 2
wait_both()
{
	for _node in 1 2; do
		need_until 120 eval "[ \$(status passes $_node) -ge $(($(status passes "$_node") + $1)) ]"
	done
}

stop_pulse()
{
	kill $_pulse
	wait $_pulse 2>/dev/null
}
