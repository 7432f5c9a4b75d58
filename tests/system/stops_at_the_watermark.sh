#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 240
# A hot set larger than what is free in fast memory: promotion takes what is free
# and what little is colder there, and rests, without reclaim on the fast node.
. /tests/lib/guest.sh
plan 9

# Free pages of the fast node's lowest zone, which devices may need
lowest_zone_free()
{
	awk '/^Node/ { fast = $2 == "0," }
		fast && $1 == "pages" && $2 == "free" { print $3; exit }' /proc/zoneinfo
}

# Next to nothing is promoted for 20 passes. Not at once: what the lists of the CPUs
# held free is counted as free only when they are drained, every few seconds.
rests()
{
	so_far=$(status promoted_pages)
	wait_passes 20
	holds "$(status promoted_pages) - $so_far <= 0.005 * $so_far"
}

load_klruscan scan_interval_min_ms=200 scan_interval_max_ms=200 promote_rate_MBps=1000
# most of it hot: more than the fast node has
start_workload hotset --mib 900 --hot-percent 60 --hot-access-percent 99.9 --seconds 200
watch_reclaim
lowest=$(lowest_zone_free)
room=$(room_on 0)
hot=$(workload hot_pages ready)
tune enabled 1
need_until 120 eval '[ "$(outcome no_room)" -gt 0 ]'
wait_passes 10
promoted=$(status promoted_pages)

check 'the hot set is larger than the room' holds "$hot > 1.2 * $room"
check 'some pages found no room' holds "$(outcome no_room) > 0"
check 'most of the room was used' holds "$promoted >= 0.6 * $room"
check 'then promotion comes to rest' wait_until 100 rests
check 'the fast node is above its watermarks' holds "$(room_on 0) > 0"
check 'its lowest zone was left alone' holds "$(lowest_zone_free) >= 0.9 * $lowest"
check 'nobody had to reclaim' nobody_reclaimed
check 'no page could not be allocated' [ "$(outcome no_memory)" = 0 ]
check 'no page lost its contents' stop_workload
finish
