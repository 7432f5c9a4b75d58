#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Processes whose mmap_lock is busy much of the time are scanned all the same.
. /tests/lib/guest.sh
plan 3

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --churn 32
check '90 % of their pages are promoted' wait_until 150 on_node 0 0.9
check 'some visits were put off' wait_until 60 eval '[ "$(status busy)" -gt 0 ]'
check 'no page lost its contents' stop_hammer
finish
