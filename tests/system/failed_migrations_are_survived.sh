#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 512 --slow 768 --time 300
# One in twenty allocations of the daemons fails, which ends a batch: pages that find no
# memory on the fast node stay where they are and keep their heat, and all hot ones get there
# in the end.
. /tests/lib/guest.sh

FAULTS=/sys/kernel/debug
[ -e $FAULTS/fail_page_alloc ] || skip_all 'the kernel cannot make allocations fail'
plan 9

# fail PERCENT: of the allocations of the daemons
fail()
{
	for kind in failslab fail_page_alloc; do
		echo Y >$FAULTS/$kind/task-filter
		echo N >$FAULTS/$kind/ignore-gfp-wait
		echo 0 >$FAULTS/$kind/verbose
		echo -1 >$FAULTS/$kind/times
		echo "$1" >$FAULTS/$kind/probability
	done
	echo 0 >$FAULTS/fail_page_alloc/min-order
	echo N >$FAULTS/fail_page_alloc/ignore-gfp-highmem
}

# Nothing has been a candidate since the last call.
candidates_stand_still() { ! grows candidates && [ -n "$_after" ]; }

sum_of_outcomes() { cat "$KLRUSCAN"/outcomes/* | awk '{ sum += $1 } END { print sum }'; }

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=200 promote_rate_MBps=1000 enabled=1
fail_daemons
fail 5
echo 32768 >"$TRACING/buffer_size_kb"
trace_events refuse
start_workload hotset --mib 200 --hot-percent 30 --hot-access-percent 99.9 --seconds 250
check 'the hot pages reach fast memory all the same' \
	wait_until 200 workload_says hot_in_fast '>=' 0.95
check 'though many found no memory at first' holds "$(outcome no_memory) >= 100"
check 'passes go on' wait_passes 10
note "$(outcome no_memory) targets could not be had, $(status promoted_pages) pages were promoted"
check 'no page lost its contents' stop_workload
# the heat of what has ended fades in eight passes
wait_passes 10
need_until 60 candidates_stand_still
check 'each candidate has one end' [ "$(status candidates)" = "$(sum_of_outcomes)" ]
check 'and each that failed has an event' \
	[ "$(grep -c 'outcome=no_memory$' "$TRACING/trace")" = "$(outcome no_memory)" ]
check 'no page is left isolated' wait_until 20 nothing_isolated
fail 0
check 'klruscan can be stopped' tune enabled 0
check 'and unloaded' unload_klruscan
finish
