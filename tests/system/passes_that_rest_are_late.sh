#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# A pass over much memory rests in between, for as long as the budget wants it. What the next one
# finds is how much is accessed within the interval that is wanted, although it follows soon.
. /tests/lib/guest.sh

INTERVAL=1000	# ms
LATE=12		# passes, of which the first are made of savings

load_klruscan scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL \
	promote_rate_MBps=0 scan_cpu_permille=$((20 * ${TIME_FACTOR:-1}))
need_trace_events
plan 4

start_workload hotset --mib 1200 --seconds 380 --hot-access-percent 99.5
hot=$(workload hot_pages ready)
pages=$(workload pages ready)
trace_events pass
tune enabled 1
check 'passes are rare' wait_until 300 enough_late_passes $LATE
most=$(late_passes | sort -n | tail -n 1)
least=$(late_passes | sort -n | head -n 1)
note "late passes found $least to $most of $pages pages accessed, of which $hot are hot"
check 'they find the hot pages' holds "$least >= 0.9 * $hot"
check 'and few others' holds "$most <= $hot + 0.15 * ($pages - $hot)"
check 'no page lost its contents' stop_workload
finish
