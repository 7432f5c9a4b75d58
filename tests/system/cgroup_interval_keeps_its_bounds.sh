#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# The bounds of the interval that are set for a cgroup hold there and below, at once, are shown,
# and nobody else's are changed by them.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 9

# In ms; where all is slower, a pass takes as much longer.
FACTOR=${TIME_FACTOR:-1}
KNOB=$((400 * FACTOR))		# the knob's longest
LEAST=$((50 * FACTOR))		# the cgroup's own
MOST=$((70 * FACTOR))
RARE=$((1500 * FACTOR))

interval_is() { [ "$(interval "$1")" = "$2" ]; }
# keeps CGROUP SHORTEST LONGEST: until it has had so many passes more
keeps()
{
	_from=$(passes "$1")
	while [ $(($(passes "$1") - _from)) -lt "$4" ]; do
		_now=$(interval "$1")
		[ "$_now" -ge "$2" ] && [ "$_now" -le "$3" ] || { note "$1: $_now ms"; return 1; }
	done
}

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=$KNOB promote_rate_MBps=0 \
	scan_cpu_permille=1000
make_cgroup plain
make_cgroup own
echo +memory >$ROOT/own/cgroup.subtree_control
mkdir $ROOT/own/below /tmp/hammer.own
hammer_in plain 8
hammer_in own/below 8
tune enabled 1
need_until 60 interval_is plain $KNOB
klruscan cgroup set /own scan_interval_min_ms=$LEAST scan_interval_max_ms=$MOST >/dev/null ||
	bail 'cannot set it'
check 'the bounds are shown' [ "$(cgroup scan_interval_max_ms /own/below)" = $MOST ]
check 'the interval follows at once' wait_until 30 interval_is own/below $MOST
plain=$(passes plain)
below=$(passes own/below)
check 'it stays within' keeps own/below $LEAST $MOST 30
plain=$(($(passes plain) - plain))
below=$(($(passes own/below) - below))
note "passes: own/below $below, plain $plain"
check 'it is scanned as often as that' [ "$below" -gt $((3 * plain)) ]
check 'nobody else is' interval_is plain $KNOB
klruscan cgroup set /own/below scan_interval_min_ms=$RARE >/dev/null || bail 'cannot set it'
check 'a shortest one above the longest is the interval' wait_until 30 interval_is own/below $RARE
plain=$(passes plain)
below=$(passes own/below)
need_until 60 eval '[ $(($(passes plain) - plain)) -ge 20 ]'
check 'it is scanned as rarely as that' [ $(($(passes own/below) - below)) -lt 10 ]
klruscan cgroup clear /own/below >/dev/null && klruscan cgroup clear /own >/dev/null
check 'without any, the knobs hold again' wait_until 60 interval_is own/below $KNOB
check 'no page lost its contents' stop_hammers
finish
