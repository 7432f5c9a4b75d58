#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where the budget makes passes rare, nearly every page is accessed from one to the next. The heat
# that they find is all the same of how much is accessed within the interval that is wanted.
. /tests/lib/guest.sh
plan 4

INTERVAL=100	# ms
PASSES=9	# one more than count

# as slow as the kernel is, passes are so far between
BUDGET=$((12 * ${TIME_FACTOR:-1}))

late() { [ "$(status starved_ms)" -ge $((10 * INTERVAL)) ]; }

load_klruscan enabled=1 scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL \
	promote_rate_MBps=0 scan_cpu_permille=$BUDGET
start_workload hotset --mib 200 --seconds 380
hot=$(workload hot_pages ready)
pages=$(workload pages ready)

check 'passes are rare' wait_until 120 late
start=$(now)
before=$(status passes)
need_until 300 passed $PASSES "$before"
apart=$(awk "BEGIN { printf \"%d\", ($(now) - $start) * 1000 / $(passes_since "$before") }")
hottest=$(heat_from 7)
note "passes are $apart ms apart, $hottest pages were seen by 7 of 8 of them, $hot of $pages are hot"
check 'they find the hot pages' holds "$hottest >= 0.9 * $hot"
check 'and few others' holds "$hottest <= 1.3 * $hot"
check 'no page lost its contents' stop_workload
finish
