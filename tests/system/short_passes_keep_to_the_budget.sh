#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Passes that end before the CPU's clock has ticked are charged to the budget like long ones.
. /tests/lib/guest.sh
. /tests/lib/budget.sh
plan 4

BUDGET=10	# permille
PASSES=40

keep()
{
	spend_savings $BUDGET
	need_until 240 passed $PASSES "$span_passes"
	end_span $BUDGET
}

watch_machine 200
load_klruscan enabled=1 scan_interval_min_ms=10 scan_interval_max_ms=10 promote_rate_MBps=0
start_hammer --shmem 64k
# as long as it is new, savings are for it; then all is saved that can be
wait_passes 100
tune scan_cpu_permille $BUDGET
undisturbed keep
check 'it scans' passed $PASSES "$span_passes"
passes=$(passes_since "$span_passes")
tell_span
note "$passes passes of $(awk "BEGIN { printf \"%.2f\", $span_took / $passes }") ms"
# two passes more than their rests may fall into the span, and rounding
check 'the budget holds' keeps_to $BUDGET 1.15
check 'it is used' uses_half_of $BUDGET
check 'no page lost its contents' stop_hammer
finish
