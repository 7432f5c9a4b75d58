#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A cgroup whose memory is left alone and used again, by turns, is scanned often, and those in
# which nothing changes are not scanned more often for it.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 6

# A turn takes as long as it takes to ask for it, which is longer where all is slower.
SHORTEST=$((100 * ${TIME_FACTOR:-1}))
LONGEST=$((16 * SHORTEST))

is_calm() { [ "$(interval "$1")" = "$LONGEST" ]; }
rests() { is_calm calm && is_calm other; }

# turn FREEZE: its processes stop, or go on, for two passes
turn()
{
	echo "$1" >"$ROOT/restless/cgroup.freeze"
	_passes=$(passes restless)
	need_until 60 eval '[ "$(passes restless)" -ge $((_passes + 2)) ]'
}

load_klruscan scan_interval_min_ms=$SHORTEST scan_interval_max_ms=$LONGEST promote_rate_MBps=0 \
	scan_cpu_permille=1000
for group in calm other restless; do make_cgroup $group; done
hammer_in calm 8
hammer_in other 8
tune enabled 1
check 'what does not change is scanned rarely' wait_until 120 rests

hammer_in restless 8
need_until 60 eval '[ "$(passes restless)" -gt 0 ]'
calm=$(passes calm)
other=$(passes other)
restless=$(passes restless)
while [ $(($(passes restless) - restless)) -lt 100 ]; do
	turn 1
	turn 0
done
restless=$(($(passes restless) - restless))
calm=$(($(passes calm) - calm))
other=$(($(passes other) - other))
note "passes: restless $restless, calm $calm, other $other; $(cgroup new_hot /restless) became hot there"
check 'what changes by turns is scanned often' [ "$restless" -gt $((4 * calm)) ]
check 'the others are at rest meanwhile' rests
check 'and have not had many passes' [ $((calm + other)) -lt $((restless / 2)) ]
check 'each was seen' [ "$calm" -gt 0 ]
check 'no page lost its contents' stop_hammers
finish
