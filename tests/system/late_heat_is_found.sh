#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Memory that nobody touched for many passes is found when it turns hot.
. /tests/lib/guest.sh
plan 4

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --cold 32
need_until 60 grep -q '^cold$' "$HAMMER_OUT"
tune enabled 1
check 'while it is idle there are passes' eval 'wait_passes 30; holds "$(status visited) > 0"'
check 'it stays on the slow node' on_node 1 0.99
turn_hammer
check 'hot, it is promoted' wait_until 90 on_node 0 0.99
note "$(pages_on 0) pages were promoted, $(pages_on 1) were not"
check 'no page lost its contents' stop_hammer
finish
