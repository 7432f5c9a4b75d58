#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# What cgroups cost and got is together what the node has, also after one of them is gone.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 8

stands_still()
{
	_was="$(status passes) $(status candidates)"
	sleep 1
	[ "$_was" = "$(status passes) $(status candidates)" ]
}

# The next pass is in a minute, and what the last one found is done with.
stand_still()
{
	tune scan_interval_max_ms 60000
	tune scan_interval_min_ms 60000
	need_until 60 stands_still
}

go_on()
{
	tune scan_interval_min_ms 100
	tune scan_interval_max_ms 100
}

counted() { [ "$(memory_stat "$1" pgpromote_success)" = "$(cgroup promoted_pages "/$1")" ]; }

is_gone() { [ -z "$(klruscan cgroup show --json | grep '"path": "/one"')" ]; }

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=20
make_cgroup one
make_cgroup two
hammer_in one 40
hammer_in two 40
need_until 120 eval '[ "$(status promoted_pages)" -gt 2000 ]'
stand_still
check 'the sums are the figures of the node' said cgroup_ask sums 1
check 'the first one was scanned' holds "$(cgroup accessed /one) > 0"
check 'the second one too' holds "$(cgroup accessed /two) > 0"
check 'both together are nearly all of it' \
	holds "$(cgroup accessed /one) + $(cgroup accessed /two) > \
		0.8 * $(status accessed)"
check_stat 'the kernel has counted as many promoted pages' one pgpromote_success \
	wait_until 20 counted one
check 'no page lost its contents' stop_hammers
rmdir $ROOT/one
go_on
passes=$(status passes)
need_until 60 passed 40 "$passes"
stand_still
check 'the one that was removed is gone' is_gone
check 'the sums are still right' said cgroup_ask sums 1
finish
