#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Pages in stretches of memory that were idle, and are not looked into any more, are found
# when they are used again.
. /tests/lib/guest.sh
plan 4

GIB=8		# of hammer's processes together: 16 MiB and gaps

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --cold --spread $((GIB * 64)) 16
need_until 60 grep -q '^cold$' "$HAMMER_OUT"
tune enabled 1
wait_passes 4
skipped=$(status skipped)
passes=$(status passes)
wait_passes 32
check 'while it is idle it is not looked into' \
	holds "$(status skipped) - $skipped >= ($(status passes) - $passes) * $GIB * 0.9"
check 'it stays on the slow node' on_node 1 0.99
turn_hammer
check 'hot, it is promoted' wait_until 90 on_node 0 0.99
check 'no page lost its contents' stop_hammer
finish
