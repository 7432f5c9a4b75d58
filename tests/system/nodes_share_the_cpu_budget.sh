#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology three-slow --slow 640 --time 300
# The scans of three slow nodes together take no more of a CPU than the budget, and none is
# left out, though the passes of one are far dearer.
. /tests/lib/guest.sh
. /tests/lib/budget.sh
. /tests/lib/pulse.sh
plan 5

# in permille: as slow as the kernel is, it has so many passes
BUDGET=$((60 * ${TIME_FACTOR:-1}))
PASSES=12	# of each

# count_passes: of each, from here
count_passes()
{
	before1=$(status passes 1)
	before2=$(status passes 2)
	before3=$(status passes 3)
}

all_passed()
{
	[ $(($(status passes 1) - before1)) -ge $PASSES ] &&
		[ $(($(status passes 2) - before2)) -ge $PASSES ] &&
		[ $(($(status passes 3) - before3)) -ge $PASSES ]
}

keep()
{
	spend_savings $BUDGET
	count_passes
	need_until 240 all_passed
	end_span $BUDGET
	of1=$(($(status passes 1) - before1))
	of2=$(($(status passes 2) - before2))
	of3=$(($(status passes 3) - before3))
}

watch_machine 200
load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 promote_rate_MBps=0
# most of it on node 1; on node 3 it is idle
start_workload hotset --mib 400 --seconds 280
start_pulse --small 32 3
start_hammer --start-node 2 --bind-vma 32
# as long as they are new, savings are for them; then all is saved that can be
count_passes
need_until 120 all_passed
tune scan_cpu_permille $BUDGET
undisturbed keep
check 'all nodes are scanned' all_passed
tell_span
note "by $of1 passes of node 1, $of2 of node 2 and $of3 of node 3"
# two passes more than their rests may fall into the span, of at least twelve
check 'together they keep to the budget' keeps_to $BUDGET 1.2
none_left_out()
{
	for of in $of1 $of2 $of3; do
		holds "$of * 4 >= $of1 && $of * 4 >= $of2 && $of * 4 >= $of3" || return
	done
}
check 'none of them is left out' none_left_out
stop_pulse
check 'no page of the one lost its contents' stop_workload
check 'nor of the other' stop_hammer
finish
