#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Hot pages that have a page table each, over several GiB: every one of them is found,
# the first ones of a GiB and of a table too.
. /tests/lib/guest.sh
plan 3

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --spread 512 16
check 'they start on the slow node' on_node 1 0.99
tune enabled 1
check 'all are promoted' wait_until 90 on_node 0 1
note "$(pages_on 0) pages were promoted, each of another page table"
check 'no page lost its contents' stop_hammer
finish
