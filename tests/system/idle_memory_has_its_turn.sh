#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# A write that leaves no trace above the page's own entry, as one by another process
# through /proc/PID/mem, is found when the GiB has its turn: within 32 passes.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
. /tests/lib/pulse.sh

need_huge_pages
plan 4

MIB=16
ROUND=32

# Write to each huge page, from outside.
access_from_outside()
{
	_i=0
	while [ $_i -lt $((MIB / 2)) ]; do
		dd if=/dev/zero of="/proc/$_pulse/mem" bs=4096 count=1 conv=notrunc \
			seek=$((0x$HAMMER_BASE / 4096 + _i * 512)) 2>/dev/null || return 1
		_i=$((_i + 1))
	done
}

# Page table entries of it that passes have looked at. That a bit is cleared does not say that
# one of them did: it may have been one of the random folios that kgauged looks at.
visited() { cgroup visited /pulse; }

# not_seen_at_once: in at least one of five tries the next two passes do not look into it. To write
# takes many passes where all is slow, and its turn may come among those.
not_seen_at_once()
{
	for _try in 1 2 3 4 5; do
		access_from_outside || return 1
		_visited=$(visited)
		wait_passes 2
		[ "$(visited)" != "$_visited" ] || return 0
	done
	return 1
}

# its_turn_came: all of it was looked at, and nothing is marked
its_turn_came() { holds "$(visited) - $seen >= $MIB / 2" && [ "$(pulse_kib Referenced)" = 0 ]; }

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0
make_cgroup pulse
in_cgroup pulse start_pulse $MIB 1
check 'they are huge' [ "$(pulse_kib AnonHugePages)" = $((MIB * 1024)) ]
tune enabled 1
wait_passes 5
check 'nothing of it is marked as accessed' [ "$(pulse_kib Referenced)" = 0 ]
check 'a write from outside is not seen at once' not_seen_at_once
seen=$(visited)
wait_passes $((ROUND + 1))
note "$(($(visited) - seen)) entries of it were looked at in $((ROUND + 1)) passes"
check 'it is when its turn comes' its_turn_came
stop_pulse
finish
