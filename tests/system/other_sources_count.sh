#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# Pages that nobody touches, but that another module reports as hot through
# pghot_record_access(), are promoted.
. /tests/lib/guest.sh

need_huge_pages
plan 6

HUGE_PAGES=4		# of each process; the memory has 4 processes
MIB=$((HUGE_PAGES * 2 * 4))

# Page frames of the huge pages of all processes, by commas. Of an entry of
# pagemap, the lower half is enough for 16 TiB.
page_frames()
{
	for pid in $(hammer_pids); do
		i=0
		while [ $i -lt $HUGE_PAGES ]; do
			page=$((0x$HAMMER_BASE / 4096 + i * 512))
			dd if="/proc/$pid/pagemap" bs=8 skip=$page count=1 2>/dev/null |
				od -An -tu4 -N4
			i=$((i + 1))
		done
	done | tr -d ' ' | paste -s -d, -
}

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=4
start_hammer --thp --idle $MIB
# the walk takes notice of how they were written
tune enabled 1
wait_passes 12
check 'idle, they stay on the slow node' on_node 1 1
frames=$(page_frames)
check 'another source is taken' insmod /pghot_source.ko "pfns=$frames"
module_check 'klruscan cannot be unloaded under it' not sh -c 'rmmod klruscan 2>/dev/null'
check 'what it reports is promoted' wait_until 60 on_node 0 1
check 'it can be unloaded' rmmod pghot_source
check 'no page lost its contents' stop_hammer
finish
