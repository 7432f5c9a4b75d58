#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Pages that a device may access at any time, pinned for long, are not moved.
. /tests/lib/guest.sh
plan 6

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --pin 32
need_until 90 eval '[ "$(outcome pinned)" -gt 0 ]'
wait_passes 10
check 'they are candidates' holds "$(outcome pinned) >= $(pages_on 1)"
check 'they stay' on_node 1 1
check 'none of them was isolated' holds "$(outcome failed) == 0"
check 'no page lost its contents' stop_hammer
start_hammer 32
check 'when nobody pins them, such pages are promoted' wait_until 90 on_node 0 0.95
check 'these did not lose theirs' stop_hammer
finish
