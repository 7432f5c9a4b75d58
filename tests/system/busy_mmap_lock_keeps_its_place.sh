#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Processes whose mmap_lock is busy nearly all the time are scanned in nearly every pass all
# the same, to the last of many GiB, each of which is a step that needs the lock anew.
. /tests/lib/guest.sh
plan 3

load_klruscan enabled=1 scan_interval_min_ms=400 scan_interval_max_ms=400 hot_threshold=7
start_hammer --churn --spread 16384 16
check '90 % of their pages are promoted' wait_until 150 on_node 0 0.9
check 'some visits were put off' wait_until 60 eval '[ "$(status busy)" -gt 0 ]'
note "busy: $(status busy), unfinished: $(status unfinished), passes: $(status passes)"
check 'no page lost its contents' stop_hammer
finish
