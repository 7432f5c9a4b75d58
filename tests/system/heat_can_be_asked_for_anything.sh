#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Whoever asks for the heat of a node gets what is there, in pieces of any size, or is refused;
# while nodes are given up and memory goes offline as well.
. /tests/lib/guest.sh
plan 5

NODE=/sys/devices/system/node/node1

still_asks() { kill -0 $_asking 2>/dev/null; }

# Turns it off and on, and memory as well, where that can be.
trouble()
{
	for _ in 1 2 3 4 5 6; do
		tune enabled 0
		tune enabled 1
		for block in "$NODE"/memory[0-9]*; do
			echo offline 2>/dev/null >"$block/state" || continue
			echo online_movable >"/sys/devices/system/memory/${block##*/}/state"
			break
		done
		need_until 30 eval '[ "$(status passes)" -ge 3 ]'
	done
}

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 scan_cpu_permille=1000
start_hammer --bind-vma 64
wait_passes 9
check 'what cannot be answered is refused' said heat_ask wrong
# between two passes that are far from each other
klruscan tune scan_interval_max_ms=60000 scan_interval_min_ms=60000 >/dev/null
check 'any room gives the same blocks' wait_until 60 said heat_ask pieces 1
klruscan tune scan_interval_min_ms=100 scan_interval_max_ms=100 >/dev/null
heat_ask on 20 >/tmp/asked 2>&1 &
_asking=$!
trouble
module_check 'it cannot be unloaded meanwhile' eval 'still_asks && ! rmmod klruscan 2>/dev/null'
check 'it always answers' wait $_asking
note "$(cat /tmp/asked)"
check 'no page lost its contents' stop_hammer
finish
