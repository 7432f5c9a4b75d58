#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where the budget is far from enough for all cgroups, their passes are further apart, and none of
# them is left out.
. /tests/lib/guest.sh
. /tests/lib/budget.sh
. /tests/lib/cgroups.sh
plan 4

CGROUPS='a b c d e f g h'
BUDGET=$((150 * ${TIME_FACTOR:-1}))	# permille; a pass takes more where all is slower
PASSES=30	# of each
SAVED=1500	# ms of CPU time that can be saved but for the last quarter

# fewest_passes, most_passes: of the cgroups, since they were counted
each_passes() { for group in $CGROUPS; do echo $(($(passes $group) - $(cat "/tmp/before.$group"))); done; }
fewest_passes() { each_passes | sort -n | head -n 1; }
most_passes() { each_passes | sort -n | tail -n 1; }
all_passed() { [ "$(fewest_passes)" -ge $PASSES ]; }

keep()
{
	spend_savings $BUDGET
	for group in $CGROUPS; do passes $group >"/tmp/before.$group"; done
	need_until 300 all_passed
	end_span $BUDGET
}

watch_machine 200
load_klruscan scan_interval_min_ms=20 scan_interval_max_ms=20 promote_rate_MBps=0
for group in $CGROUPS; do
	make_cgroup $group
	# MiB
	case $group in [a-d]) hammer_in $group 8 ;; *) hammer_in $group 24 ;; esac
done
tune enabled 1
# as long as they are new, savings are for them
for group in $CGROUPS; do need_until 90 eval '[ "$(passes $group)" -ge 12 ]'; done
tune scan_cpu_permille $BUDGET
undisturbed keep
check 'each has its passes' all_passed
fewest=$(fewest_passes)
most=$(most_passes)
tell_span
note "by $fewest to $most passes of each"
# whatever turns hot meanwhile, where eight take turns on few CPUs, has the rest of the savings
span_saved=$(awk "BEGIN { print $span_saved + $SAVED }")
check 'they have the budget, and no more than was saved' keeps_to $BUDGET 1.1
check 'small ones have hardly more than large ones' [ "$most" -le $((2 * fewest)) ]
check 'no page lost its contents' stop_hammers
finish
