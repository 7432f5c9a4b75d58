#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Where every page is accessed all the time, kpromoted looks at single folios, and clears their
# accessed bits for that. What a pass would have found, it finds all the same.
. /tests/lib/guest.sh

need_huge_pages
plan 3

MIB=256				# so few huge pages that all of them are looked at

all_are_hot() { [ "$(heat_from 8)" -ge $((MIB / 2)) ]; }

# all_hot PASSES: after each of them, are 95 % of the pages as hot as can be, on average?
all_hot()
{
	_sum=0
	for _ in $(seq "$1"); do
		wait_passes 1
		_sum=$((_sum + $(heat_from 8)))
	done
	note "$((_sum / $1)) of $((MIB / 2)) are"
	holds "$_sum >= 0.95 * $1 * $MIB / 2"
}

# paused, nothing moves, and what would be worth it is found out all the same
load_klruscan enabled=1 scan_interval_min_ms=200 scan_interval_max_ms=200 \
	promote_rate_MBps=0
start_hammer --thp $MIB
check 'all are as hot as can be' wait_until 60 all_are_hot
cpu_ns=$(status promote_cpu_ns)
check 'and stay so' all_hot 20
cpu_ns=$(($(status promote_cpu_ns) - cpu_ns))
note "kpromoted took $((cpu_ns / 1000000)) ms for its looks"
check 'no page lost its contents' stop_hammer
finish
