#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# Pages of a mapped file on tmpfs are promoted like others.
. /tests/lib/guest.sh
plan 3

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --file /tmp/mapped 32
check 'they start on the slow node' on_node 1 0.99 shared
tune enabled 1
check 'they are promoted' wait_until 90 on_node 0 0.95 shared
check 'no page lost its contents' stop_hammer
finish
