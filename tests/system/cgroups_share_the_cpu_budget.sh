#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where the budget is far from enough for all cgroups, their passes are further apart, and none of
# them is left out.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

CGROUPS='a b c d e f g h'
BUDGET=40	# permille
PASSES=6	# of each

# fewest_passes, most_passes: of the cgroups, since they were counted
each_passes() { for group in $CGROUPS; do echo $(($(passes $group) - $(cat "/tmp/before.$group"))); done; }
fewest_passes() { each_passes | sort -n | head -n 1; }
most_passes() { each_passes | sort -n | tail -n 1; }
all_passed() { [ "$(fewest_passes)" -ge $PASSES ]; }

load_klruscan scan_interval_min_ms=20 scan_interval_max_ms=20 promote_rate_MBps=0 scan_cpu_permille=$BUDGET
size=8
for group in $CGROUPS; do
	make_cgroup $group
	hammer_in $group $size
	size=$((size + 8))	# MiB
done
tune enabled 1
spend_savings
for group in $CGROUPS; do passes $group >"/tmp/before.$group"; done
cpu=$(scan_ms)
start=$(now)
starved=$(status starved_ms)
check 'each has its passes' wait_until 300 all_passed
took=$(awk "BEGIN { printf \"%d\", ($(scan_ms) - $cpu) / ($(now) - $start) }")
fewest=$(fewest_passes)
most=$(most_passes)
note "$took permille were used, $fewest to $most passes, late by $starved ms and $(status starved_ms) ms"
check 'the budget is kept to' holds "$took <= $BUDGET * 1.2"
check 'small ones have hardly more than large ones' [ "$most" -le $((2 * fewest)) ]
check 'it is told how late passes are' [ "$(status starved_ms)" -gt 0 ]
check 'no page lost its contents' stop_hammers
finish
