#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# kpromoted's looks at single folios keep what they clear for the next pass. Where a cgroup has
# no passes any more, that is not to keep its heat alive.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh

need_huge_pages
plan 4

MIB=256				# so few huge pages that all of them are looked at

are_hot() { [ "$(heat_from 8)" -ge $((MIB * 9 / 20)) ]; }

have_cooled() { [ "$(heat_from 1)" -le $((MIB / 20)) ]; }

# paused, nothing moves, and what would be worth it is found out all the same
load_klruscan enabled=1 scan_interval_min_ms=200 scan_interval_max_ms=200 \
	promote_rate_MBps=0
make_cgroup off
hammer_in off --thp $MIB
check 'all pages are hot' wait_until 60 are_hot
cpu_ns=$(status promote_cpu_ns)
wait_passes 4
check 'they are looked at' holds "$(status promote_cpu_ns) > $cpu_ns"
klruscan cgroup set /off promote=off >/dev/null || bail 'cannot set it'
check 'they cool when their cgroup is not scanned any more' wait_until 60 have_cooled
check 'no page lost its contents' stop_hammers
finish
