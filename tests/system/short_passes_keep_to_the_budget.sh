#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Passes that end before the CPU's clock has ticked are charged to the budget like long ones.
. /tests/lib/guest.sh
plan 4

BUDGET=10	# permille
PASSES=40

load_klruscan enabled=1 scan_interval_min_ms=10 scan_interval_max_ms=10 promote_rate_MBps=0 \
	scan_cpu_permille=$BUDGET
start_hammer --shmem 64k
spend_savings

cpu=$(status scan_cpu_ns)
passes=$(status passes)
start=$(now)
check 'it scans' wait_until 240 passed $PASSES "$passes"
took=$(($(status scan_cpu_ns) - cpu))
passes=$(passes_since "$passes")
used=$(awk "BEGIN { printf \"%.2f\", $took / ($(now) - $start) / 1e6 }")
note "$used permille were used, by $passes passes of $((took / passes / 1000)) us"
# two passes more than their rests may fall into the span, and rounding
check 'the budget holds' holds "$used <= $BUDGET * 1.15"
check 'it is used' holds "$used >= $BUDGET * 0.5"
check 'no page lost its contents' stop_hammer
finish
