#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# No more is promoted than the rate allows; a page it refuses keeps its heat.
. /tests/lib/guest.sh
plan 5

RATE=1				# MiB/s: even a kernel that checks itself could do more
PAGES_PER_SECOND=$((RATE * 256))

milliseconds() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

load_klruscan scan_interval_min_ms=200 scan_interval_max_ms=200 promote_rate_MBps=$RATE
start_workload hotset --mib 200 --seconds 200 --hot-access-percent 99.9
hot=$(workload hot_pages ready)
begin=$(milliseconds)
tune enabled 1
need_until 60 eval '[ "$(status promoted_pages)" -gt 0 ]'
sleep 5
promoted=$(status promoted_pages)
end=$(milliseconds)

check 'some pages were refused for the rate' holds "$(outcome rate_limited) > 0"
# a second's burst, and the batch that begins with the last of the allowance
check 'no more was promoted than the rate allows' \
	holds "$promoted <= $PAGES_PER_SECOND * (1 + ($end - $begin) / 1000) + 512"
check 'less than the hot set was' holds "$promoted < 0.9 * $hot"
tune promote_rate_MBps 1000
check 'with a higher rate the others follow' \
	wait_until 90 workload_says hot_in_fast '>=' 0.95
check 'no page lost its contents' stop_workload
finish
