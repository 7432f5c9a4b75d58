#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Without a flush of the TLBs, pages of a process that is hardly ever switched out are seen
# by few passes, as their translations stay there; with it, by all.
. /tests/lib/guest.sh
plan 4

KIB=64				# QEMU's TLB has no more than 64 entries where nobody flushes it

# mean_heat PASSES: of the pages, after each of them
mean_heat()
{
	_sum=0
	for _ in $(seq "$1"); do
		wait_passes 1
		_sum=$((_sum + $(heats | awk '{ sum += (NR - 1) * $1 } END { print sum + 0 }')))
	done
	awk "BEGIN { print $_sum / $1 / ($KIB / 4) }"
}

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=8 \
	promote_rate_MBps=0
leave_the_last_cpu
start_hammer --lone --shmem ${KIB}k
check 'it starts on the slow node' on_node 1 0.99 shared
wait_passes 16
with=$(mean_heat 10)
tune tlb_flush 0
wait_passes 16
without=$(mean_heat 10)
note "of the last 8 passes, so many saw a page: $with, and $without without a flush"
check 'nearly all passes see them' holds "$with >= 7"
check 'few do without a flush' holds "$without <= 4"
check 'no page lost its contents' stop_hammer
finish
