#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A cgroup in which other pages become hot all the time is scanned often, and those in which
# nothing changes are not scanned more often for it.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 6

SHORTEST=100
LONGEST=1600

passes() { cgroup passes "/$1"; }
interval() { cgroup interval_ms "/$1"; }
is_calm() { [ "$(interval "$1")" = $LONGEST ]; }
rests() { is_calm calm && is_calm other; }

load_klruscan scan_interval_min_ms=$SHORTEST scan_interval_max_ms=$LONGEST promote_rate_MBps=0 \
	scan_cpu_permille=1000
for group in calm other restless; do make_cgroup $group; done
hammer_in calm 8
hammer_in other 8
tune enabled 1
check 'what does not change is scanned rarely' wait_until 120 rests

in_cgroup restless start_workload phase --mib 64 --hot-percent 10 --hot-access-percent 100 \
	--phase-seconds 0.5 --seconds 250
need_until 60 eval '[ -n "$(passes restless)" ] && [ "$(passes restless)" -ge 20 ]'
calm=$(passes calm)
other=$(passes other)
restless=$(passes restless)
need_until 120 eval '[ $(($(passes restless) - restless)) -ge 100 ]'
restless=$(($(passes restless) - restless))
calm=$(($(passes calm) - calm))
other=$(($(passes other) - other))
note "passes: restless $restless, calm $calm, other $other; $(cgroup new_hot /restless) became hot there"
check 'what changes all the time is scanned often' [ "$restless" -gt $((4 * calm)) ]
check 'the others are at rest meanwhile' rests
check 'and have not had many passes' [ $((calm + other)) -lt $((restless / 2)) ]
check 'each was seen' [ "$calm" -gt 0 ]
check 'no page lost its contents' eval 'stop_workload && stop_hammers'
finish
