#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Pages that a process has locked are not moved, and nothing breaks.
. /tests/lib/guest.sh
plan 5

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --mlock 32
wait_passes 30
check 'they stay' on_node 1 1
check 'none was promoted' holds "$(pages_on 0) == 0"
check 'no page lost its contents' stop_hammer
start_hammer 32
check 'unlocked, such pages are promoted' wait_until 90 on_node 0 0.95
check 'these did not lose theirs' stop_hammer
finish
