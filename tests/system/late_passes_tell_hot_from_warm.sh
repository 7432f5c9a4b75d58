#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where the budget makes passes rare, nearly every page is accessed from one to the next. What such
# a pass finds is all the same how much is accessed within the interval that is wanted.
. /tests/lib/guest.sh

INTERVAL=100	# ms
LATE=5		# passes

# as slow as the kernel is, passes are so far between
load_klruscan scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL \
	promote_rate_MBps=0 scan_cpu_permille=$((6 * ${TIME_FACTOR:-1}))
need_trace_events
plan 4

# so small a set needs a lower share of cold accesses to have cold pages at all
start_workload hotset --mib 200 --seconds 380 --hot-access-percent 99.9
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
