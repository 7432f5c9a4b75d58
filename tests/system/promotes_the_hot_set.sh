#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# The hot pages go to fast memory, the cold ones that lie between them stay, and
# the kernel's own counter agrees with ours.
. /tests/lib/guest.sh
plan 6

load_klruscan enabled=1 scan_interval_min_ms=200 scan_interval_max_ms=200 \
	promote_rate_MBps=1000
before=$(vmstat pgpromote_success)
# the kernel's is a second behind
counters_agree() { [ $(($(vmstat pgpromote_success) - before)) = "$(status promoted_pages)" ]; }
# so small a set needs a lower share of cold accesses to have cold pages at all
start_workload hotset --mib 200 --seconds 200 --hot-access-percent 99.9
hot=$(workload hot_pages ready)

check '95 % of the hot pages reach fast memory' \
	wait_until 90 workload_says hot_in_fast '>=' 0.95
check 'no page lost its contents' stop_workload
check 'at the end the hot pages are in fast memory' \
	holds "$(workload hot_in_fast end) >= 0.95"
check 'of the cold pages, at most 5 % are' holds "$(workload cold_in_fast end) <= 0.05"
check 'not many more pages were promoted than are hot' \
	holds "$(status promoted_pages) <= 1.15 * $hot"
check "the kernel's counter says the same" wait_until 20 counters_agree
finish
