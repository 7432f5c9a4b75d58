#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A large process that is killed while it is being scanned gives its memory back at once,
# and not after the rest of it was scanned.
. /tests/lib/guest.sh
plan 3

GIB=128				# mapped; of each page table, one page is there
ENTRIES=$((GIB * 262144))
PAGES=$((GIB * 512))

anonymous_pages() { node_vmstat 1 nr_anon_pages; }

# visited_since N: entries that were visited since there were N
visited_since() { echo $(($(status visited) - $1)); }

# Is a pass under way, and not beyond its half? Where the look comes too late, the next pass is
# waited for.
is_begun()
{
	begun=$(visited_since "$visited")
	holds "$begun >= $ENTRIES / 16" || return 1
	holds "$begun < $ENTRIES / 2" && return
	wait_passes 1
	visited=$(status visited)
	return 1
}

is_back() { [ "$(anonymous_pages)" -le $((before + PAGES / 16)) ]; }

before=$(anonymous_pages)
start_hammer --lone --spread 512 $((GIB * 2))
load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0 \
	scan_cpu_permille=1000
# the first pass visits no entry
wait_passes 3
visited=$(status visited)
need_until 120 is_begun

visited=$(status visited)
pid=$(hammer_pids)
kill -KILL "$pid"
check 'its memory comes back' wait_until 60 is_back
further=$(visited_since "$visited")
note "of $ENTRIES entries $begun were visited when it was killed, and $further after that"
check 'it was killed while it was scanned' holds "$begun < $ENTRIES / 2"
check 'it was not scanned to its end' holds "$further < $ENTRIES / 4"
stop_hammer >/dev/null
finish
