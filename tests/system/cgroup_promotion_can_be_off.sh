#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Pages of a cgroup whose promotion is off, or that of the one above it, stay where they are, while
# those of others move.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 12

EVENTS=$TRACING/events/klruscan/klruscan_refuse

# Every one that was forbidden has an event, where there are events
forbidden_are_traced()
{
	[ ! -e "$EVENTS" ] || [ "$(grep -c 'outcome=forbidden$' "$TRACING/trace")" = "$(outcome forbidden)" ]
}

still_there() { holds "$(anon_on "$1" 0) < 0.02 * $(anon_on "$1" 1)"; }

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100
echo 8192 >"$TRACING/buffer_size_kb"
[ ! -e "$EVENTS" ] || echo 1 >"$EVENTS/enable"
make_cgroup on
make_cgroup off
make_cgroup above
echo +memory >$ROOT/above/cgroup.subtree_control
make_cgroup above/below
klruscan cgroup set /off promote=off >/dev/null || bail 'cannot set it'
klruscan cgroup set $ROOT/above promote=off >/dev/null || bail 'cannot set it'
mkdir -p /tmp/hammer.above	# its output
hammer_in on 24
hammer_in off 24
hammer_in above/below 24
tune enabled 1
check 'pages of another cgroup move' wait_until 120 anon_moved on 0.9
check 'those of the cgroup stay' still_there off
check 'those of one below it stay' still_there above/below
check 'nothing of it was promoted' [ "$(cgroup promoted_pages /off)" = 0 ]
check 'nor was it scanned' [ "$(cgroup visited /off)" = 0 ]
check 'what was, is the other one' \
	holds "$(cgroup promoted_pages /on) >= 0.9 * $(status promoted_pages)"
klruscan cgroup clear /off >/dev/null
check 'they move when that is taken back' wait_until 120 anon_moved off 0.9
klruscan cgroup set /above/below promote=on >/dev/null
check 'those below move when they have a value of their own' \
	wait_until 120 anon_moved above/below 0.9
check 'nothing was forbidden that had never been hot' [ "$(outcome forbidden)" = 0 ]
stop_hammers || bail 'a page lost its contents'

# what is hot already, and waits for the rate
tune promote_rate_MBps 1
tune hot_threshold 1
make_cgroup late
hammer_in late 24
need_until 60 eval '[ "$(cgroup promoted_pages /late)" -gt 0 ]'
klruscan cgroup set /late promote=off >/dev/null
check 'what was hot before is forbidden' wait_until 60 eval '[ "$(outcome forbidden)" -gt 0 ]'
check 'no page lost its contents' stop_hammers
check 'each has an event' wait_until 20 forbidden_are_traced
finish
