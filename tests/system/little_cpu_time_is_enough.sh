#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# As klruscan is shipped, with a hundredth of a CPU for the scan: the hot pages are found with what
# is saved of that, and nothing is taken beyond what is saved.
. /tests/lib/guest.sh
plan 5

BUDGET=10	# permille
SAVED=2000	# ms of CPU time
PART=40		# and what a part of a pass may take too much, until it is charged

# cpu_ms: of the scan
cpu_ms() { echo $(($(status scan_cpu_ns) / 1000000)); }

start=$(now)
load_klruscan enabled=1 scan_cpu_permille=$BUDGET promote_rate_MBps=1000
start_workload hotset --mib 200 --seconds 200 --hot-access-percent 99.9

check '95 % of the hot pages reach fast memory' \
	wait_until 90 workload_says hot_in_fast '>=' 0.95
# what is saved comes back, and what is not is not there to be taken
wait_passes 2
used=$(cpu_ms)
allowed=$(awk "BEGIN { printf \"%d\", $SAVED + $PART + $BUDGET * ($(now) - $start) }")
note "the scan took $used ms of $allowed"
check 'the scan took no more than it may' [ "$used" -le "$allowed" ]
check 'it did scan' [ "$used" -gt 0 ]
check 'no page lost its contents' stop_workload
check 'of the cold pages, at most 5 % were promoted' holds "$(workload cold_in_fast end) <= 0.05"
finish
