#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# A page that several processes map is recorded once a pass, and is promoted.
. /tests/lib/guest.sh
plan 12

MIB=16
PAGES=$((MIB * 256))

# recorded_once: records per pass, while none is promoted, are not above the pages
# (1 % more for what else is on the node)
recorded_once()
{
	wait_passes 2
	records=$(status records)
	passes=$(status passes)
	need_until 60 passed 10 "$passes"
	# the records may be of one pass more than the passes
	new=$(($(status records) - records))
	passes=$(($(passes_since "$passes") + 1))
	note "$new records in $passes passes of $PAGES pages"
	[ $new -gt 0 ] && holds "$new <= 1.01 * $passes * $PAGES"
}

# try_once KIND: all processes access all pages, once
try_once()
{
	start_hammer "--$1" --cold --rounds 1 $MIB
	need_until 60 grep -q '^cold$' "$HAMMER_OUT"
	wait_passes 10
	turn_hammer
	check "$1: when all have accessed them once, the pages are seen" \
		wait_until 60 eval 'holds "$(heat_from 1) >= 0.9 * $PAGES"'
	# the round may lie in two passes
	check "$1: as accessed in one pass or two" holds "$(heat_from 3) <= 0.02 * $PAGES"
	stop_hammer
}

# try KIND: of hammer's memory
try()
{
	tune promote_rate_MBps 0
	start_hammer "--$1" $MIB
	check "$1: they start on the slow node" on_node 1 0.99 shared
	check "$1: each is recorded once a pass" recorded_once
	tune promote_rate_MBps 200
	check "$1: they are promoted" wait_until 90 on_node 0 0.95 shared
	check "$1: no page lost its contents" stop_hammer
}

load_klruscan enabled=1 scan_interval_min_ms=200 scan_interval_max_ms=200 hot_threshold=4
try forked
try shmem
tune promote_rate_MBps 0
try_once forked
try_once shmem
finish
