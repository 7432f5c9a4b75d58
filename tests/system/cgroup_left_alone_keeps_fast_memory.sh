#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Where nothing of a cgroup is to be promoted, nothing of it is demoted for others, either:
# it could not come back. Nor is anything of one that memory.low protects.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
. /tests/lib/makes_room.sh
plan 6

counted()
{
	_went=$(memory_stat left pgdemote_kswapd)
	holds "$_went <= $(vmstat pgdemote_kswapd) - $demoted && \
		$_went >= 0.95 * $(anon_on left 1)"
}

make_cgroup left
IDLE_UNDER='in_cgroup left'
crowd_fast_memory
load_klruscan scan_interval_max_ms=200 promote_rate_MBps=1000
klruscan cgroup set /left promote=off >/dev/null || bail 'cannot set it'
tune enabled 1
need_until 120 eval '[ "$(outcome no_room)" -gt 0 ]'
wait_passes 20
check 'its idle pages stay in fast memory' anon_moved left 1
echo max >"$ROOT/left/memory.low"
klruscan cgroup set /left promote=on >/dev/null || bail 'cannot set it'
wait_passes 20
check 'so they do where memory.low protects them' anon_moved left 1
echo 0 >"$ROOT/left/memory.low"
check 'otherwise they go' wait_until 120 eval '! anon_moved left 0.9'
check_stat 'and are counted for it' left pgdemote_kswapd wait_until 20 counted
check 'no hot page lost its contents' stop_workload
check 'no idle page lost its contents' stop_hammer
finish
