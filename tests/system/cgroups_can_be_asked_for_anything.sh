#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Whoever asks about cgroups is answered or refused, and changes nothing who may not; while
# cgroups come and go, with settings, and klruscan is switched off and on.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 7

still_asks() { kill -0 $_asking 2>/dev/null; }

# Memory for a cgroup to have figures of, which comes and goes as well
trouble()
{
	for n in 1 2 3 4 5 6; do
		short_hammer_in asked/busy$n
		tune enabled $((n % 2))
	done
	tune enabled 1
}

make_cgroup asked
echo +memory >$ROOT/asked/cgroup.subtree_control
load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 hot_threshold=2
start_hammer --bind-vma 16
wait_passes 9
check 'what cannot be is refused' said cgroup_ask wrong $ROOT/asked
cgroup_ask on 20 $ROOT/asked >/tmp/asked 2>&1 &
_asking=$!
trouble
module_check 'it cannot be unloaded meanwhile' eval 'still_asks && ! rmmod klruscan 2>/dev/null'
check 'it always answers' wait $_asking
note "$(cat /tmp/asked)"
check 'it still scans' wait_until 60 grows passes
check 'no page lost its contents' stop_hammer
check 'what was set is still there' [ "$(cgroup weight /asked)" = 5 ]
unload_klruscan
load_klruscan
module_check 'settings end with the module' [ "$(cgroup weight /asked)" = 100 ]
finish
