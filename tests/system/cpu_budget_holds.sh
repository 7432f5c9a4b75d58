#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Over many passes the scan takes no more of a CPU than its budget, which makes
# the passes rarer; with a larger budget they come closer again.
. /tests/lib/guest.sh
plan 8

BUDGET=60	# permille

# begin_span: figures count from here
begin_span()
{
	span_cpu=$(status scan_cpu_ns)
	span_passes=$(status passes)
	span_start=$(now)
}

# permille_used: CPU time of the scan since begin_span
permille_used()
{
	awk "BEGIN { printf \"%d\", ($(status scan_cpu_ns) - $span_cpu) / \
		($(now) - $span_start) / 1e6 }"
}

# passes_a_second SPAN-IN-PASSES: once so many were made
pace()
{
	begin_span
	need_until 150 passed "$1" "$span_passes"
	awk "BEGIN { printf \"%.3f\", ($(status passes) - $span_passes) / ($(now) - $span_start) }"
}

load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 \
	promote_rate_MBps=0
start_workload hotset --mib 400 --seconds 280
need_until 60 grows passes
quick=$(pace 20)

tune scan_cpu_permille $BUDGET
spend_savings
begin_span
need_until 150 passed 20 "$span_passes"
used=$(permille_used)
slow=$(awk "BEGIN { printf \"%.3f\", ($(status passes) - $span_passes) / ($(now) - $span_start) }")
note "passes a second: $quick without a tight budget, $slow with it; $used permille used"
# one pass more than its rest may fall into the span: 20 passes, so 5 % and rounding
check 'the budget holds' holds "$used <= $BUDGET * 1.1"
check 'it is used' holds "$used >= $BUDGET * 0.5"
# none is late while it is being made
starved=0
check 'how late the next pass is, is told' \
	wait_until 30 eval 'starved=$(status starved_ms); [ "$starved" -gt 0 ]'
note "a pass is late by $starved ms, the mean interval of the last ones is $(awk "BEGIN { print 1000 / $slow }") ms"
check 'and not by more than it can be' holds "$starved < 5 * 1000 / $slow"
check 'passes are rarer' holds "$slow < $quick * 0.5"

tune scan_cpu_permille 1000
wait_passes 2
again=$(pace 20)
note "passes a second with a wide budget: $again"
check 'a larger budget is seen at once' holds "$again > $slow * 2"
check 'and nothing is late any more' [ "$(status starved_ms)" = 0 ]
check 'no page lost its contents' stop_workload
finish
