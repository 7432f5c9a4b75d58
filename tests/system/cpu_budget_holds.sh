#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Over many passes the scan takes no more of a CPU than its budget, which makes
# the passes rarer; with a larger budget they come closer again.
. /tests/lib/guest.sh
. /tests/lib/budget.sh
plan 8

BUDGET=60	# permille

# passes_a_second: since begin_span
passes_a_second()
{
	awk "BEGIN { printf \"%.3f\", $(passes_since "$span_passes") / ($(now) - $span_start) }"
}

# pace: how many there are in a second, once twenty were made
pace()
{
	begin_span
	need_until 150 passed 20 "$span_passes"
	pace=$(passes_a_second)
}

# keep: as many, within the budget
keep()
{
	spend_savings $BUDGET
	need_until 150 passed 20 "$span_passes"
	end_span $BUDGET
	pace=$(passes_a_second)
}

watch_machine 200
load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 \
	promote_rate_MBps=0
start_workload hotset --mib 400 --seconds 280
need_until 60 grows passes
undisturbed pace
quick=$pace

tune scan_cpu_permille $BUDGET
undisturbed keep
slow=$pace
note "passes a second: $quick without a tight budget, $slow with it"
tell_span
# one pass more than its rest may fall into the span: 20 passes, so 5 % and rounding
check 'the budget holds' keeps_to $BUDGET 1.1
check 'it is used' uses_half_of $BUDGET
# none is late while it is being made
starved=0
check 'how late the next pass is, is told' \
	wait_until 30 eval 'starved=$(status starved_ms); [ "$starved" -gt 0 ]'
note "a pass is late by $starved ms, the mean interval of the last ones is $(awk "BEGIN { print 1000 / $slow }") ms"
check 'and not by more than it can be' holds "$starved < 5 * 1000 / $slow"
check 'passes are rarer' holds "$slow < $quick * 0.5"

tune scan_cpu_permille 1000
wait_passes 2
undisturbed pace
again=$pace
note "passes a second with a wide budget: $again"
check 'a larger budget is seen at once' holds "$again > $slow * 2"
check 'and nothing is late any more' [ "$(status starved_ms)" = 0 ]
check 'no page lost its contents' stop_workload
finish
