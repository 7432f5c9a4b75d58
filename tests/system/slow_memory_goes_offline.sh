#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# core: memory hotplug
# Blocks of the slow node go offline and come back while klruscan works on them.
. /tests/lib/guest.sh

NODE=/sys/devices/system/node/node1
set -- "$NODE"/memory[0-9]*
[ -e "$1/state" ] || skip_all 'the kernel cannot take memory offline'
plan 6

# A block with pages that cannot be moved stays; that is no fault.
offline_some()
{
	gone=0
	for block in "$NODE"/memory[0-9]*; do
		[ $gone -lt 3 ] || break
		echo offline 2>/dev/null >"$block/state" || continue
		gone=$((gone + 1))
		echo "$block" >>/tmp/offline
	done
	[ $gone -gt 0 ]
}

online_again()
{
	while read -r block; do
		echo online_movable >"/sys/devices/system/memory/${block##*/}/state" ||
			return 1
	done </tmp/offline
}

: >/tmp/offline
load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50 promote_rate_MBps=4
start_workload hotset --mib 200 --seconds 200
wait_passes 10
check 'some of it goes offline' offline_some
note "offline: $(wc -l </tmp/offline) blocks"
check 'with memory offline the scan goes on' wait_until 60 grows passes
check 'the memory comes back' online_again
passes=$(status passes)
check 'the scan goes on' wait_until 60 passed 10 "$passes"
check 'no page lost its contents' stop_workload
check 'it can be unloaded' unload_klruscan
finish
