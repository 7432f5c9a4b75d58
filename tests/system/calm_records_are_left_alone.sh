#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Beside much memory of a cgroup that is scanned rarely, the passes of another one look through
# the tables of its own records only; what is known of the others is what it was, until they move.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh

MIB=384
PAGES=$((MIB * 256))
OFTEN=$((100 * ${TIME_FACTOR:-1}))	# ms
RARELY=$((20 * OFTEN))
PASSES=3	# of the calm one

# tables_of_passes: a line each
tables_of_passes() { sed -n 's/.* klruscan_pass: .* tables=//p' "$TRACING/trace"; }

# Pages that nearly all passes of their cgroup saw
hot_pages() { heat_from 7; }

load_klruscan scan_interval_min_ms=$OFTEN scan_interval_max_ms=$OFTEN promote_rate_MBps=0
need_trace_events
plan 6
make_cgroup calm
make_cgroup restless
hammer_in calm $MIB
hammer_in restless 8
klruscan cgroup set /calm scan_interval_min_ms=$RARELY scan_interval_max_ms=$RARELY >/dev/null ||
	bail 'cannot set it'
tune enabled 1
need_until 240 eval '[ "$(hot_pages)" -ge $PAGES ]'

trace_events pass
last=$(passes calm)
least=$PAGES
while [ "$(passes calm)" -lt $((last + PASSES)) ]; do
	hot=$(hot_pages)
	[ "$hot" -ge "$least" ] || least=$hot
done
tables_of_passes | sort -n >/tmp/tables
passes=$(wc -l </tmp/tables)
most=$(tail -n 1 /tmp/tables)
usual=$(sed -n "$(((passes + 1) / 2))p" /tmp/tables)
note "of $(status sections) tables, $most at most and usually $usual are looked through, in $passes passes; $least pages are hot at least"
check 'most passes are of the other one' [ "$passes" -gt $((4 * PASSES)) ]
check 'a pass of the calm one looks through its tables' [ "$most" -gt $((PAGES / 32768)) ]
check 'the others do not' [ $((2 * usual)) -le "$most" ]
check 'its pages are as hot as they were all the time' holds "$least >= 0.9 * $PAGES"

# What goes is counted anew all the same, long before the next pass over those that are left
klruscan cgroup set /calm scan_interval_min_ms=$((10 * RARELY)) scan_interval_max_ms=$((10 * RARELY)) \
	>/dev/null || bail 'cannot set it'
need_until 60 eval '[ "$(interval calm)" = $((10 * RARELY)) ]'
last=$(passes calm)
tune promote_rate_MBps 10000
wait_until 60 eval '[ "$(hot_pages)" -lt $((PAGES - PAGES / 16)) ]'
check 'what is promoted is not counted any more' [ "$(passes calm)" = "$last" ]
check 'no page lost its contents' stop_hammers
finish
