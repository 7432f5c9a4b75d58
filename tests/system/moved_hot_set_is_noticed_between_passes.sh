#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Passes are far between where nothing is new. What turns hot in between is noticed all the same,
# by looking at some pages, before the next pass comes; and is scanned often from then on.
. /tests/lib/guest.sh

SHORTEST=100
LONGEST=12800

# seen_by: what came first after the mark, a pass or a shorter interval
seen_by()
{
	sed '1,/tracing_mark_write: turned/d' "$TRACING/trace" |
		sed -n "s/.*\(klruscan_pass\): .*/\1/p
			s/.*\(klruscan_interval\): .* old_ms=$LONGEST new_ms=$SHORTEST .*/\1/p" | sed q
}

something_came() { [ -n "$(seen_by)" ]; }

load_klruscan scan_interval_min_ms=$SHORTEST scan_interval_max_ms=$LONGEST promote_rate_MBps=0
need_trace_events
plan 4

start_hammer --cold 64
tune enabled 1
need_until 120 eval '[ "$(status interval_ms)" = $LONGEST ]'
trace_events pass interval
# just after a pass: the next one is as far away as can be
wait_passes 1
echo turned >"$TRACING/trace_marker"
turn_hammer
need_until 60 something_came
note "$(seen_by) came first"
check 'it is noticed before the next pass' [ "$(seen_by)" = klruscan_interval ]
before=$(status passes)
check 'passes follow each other then' wait_until 30 passed 4 "$before"
tune promote_rate_MBps 200
check 'and it is promoted' wait_until 120 on_node 0 0.95
check 'no page lost its contents' stop_hammer
finish
