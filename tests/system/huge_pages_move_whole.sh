#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# core: folios of any size
# Hot huge pages are promoted without being split.
. /tests/lib/guest.sh

need_huge_pages
plan 7

MIB=64

# In KiB, of all of hammer's processes
in_huge_pages()
{
	for pid in $(hammer_pids); do
		awk '/^AnonHugePages:/ { print $2 }' "/proc/$pid/smaps_rollup"
	done | awk '{ sum += $1 } END { print sum }'
}

start_hammer --thp $MIB
[ "$(in_huge_pages)" = $((MIB * 1024)) ] || bail 'the kernel gave no huge pages'
splits=$(vmstat thp_split_page)
check 'they are on the slow node' on_node 1 1

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 \
	hot_threshold=4 promote_rate_MBps=1000
check 'they are promoted' wait_until 120 on_node 0 1
check 'they are still huge' [ "$(in_huge_pages)" = $((MIB * 1024)) ]
check 'none was split' [ "$(vmstat thp_split_page)" = "$splits" ]
check 'all base pages are counted' holds "$(status promoted_pages) >= $MIB * 256"
check 'folios of 512 pages are counted once' \
	holds "$(outcome promoted) - $MIB / 2 == $(status promoted_pages) - $MIB * 256"
check 'no page lost its contents' stop_hammer
finish
