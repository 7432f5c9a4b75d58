#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240 --disk 128
# What a process sends away by MADV_PAGEOUT is not promoted for what it was before, nor is
# what comes into its place; needed again, it comes back from swap whole and is promoted.
. /tests/lib/guest.sh
plan 6

swapped_out() { [ "$(vmstat pswpout)" -gt 7000 ]; }

mkswap /dev/nvme0n1 >/dev/null
swapon /dev/nvme0n1 || bail 'there is no swap'
# 256 pages a second of 8192
load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6 \
	promote_rate_MBps=1
start_hammer --page-out 32
tune enabled 1
need_until 90 eval '[ "$(outcome rate_limited)" -gt 0 ]'
turn_hammer
need_until 60 grep -q '^cold$' "$HAMMER_OUT"
promoted=$(status promoted_pages)
check 'they are swapped out' wait_until 30 swapped_out
tune promote_rate_MBps 1000
wait_passes 20
check 'none is promoted for what it was' holds "$(status promoted_pages) - $promoted < 82"
check 'there is next to nothing of them in memory' holds "$(pages_on 0) + $(pages_on 1) < 1192"
turn_hammer
check 'when they are needed again, they are fast' wait_until 90 on_node 0 0.95
note "$(outcome failed) of 8192 pages failed"
# A page is not moved while somebody has a reference to it, as who gives a hint has for a moment, and
# klruscan itself that looks at a few by chance.
check 'hardly any failed' holds "$(outcome failed) <= 8192 / 100"
check 'no page lost its contents' stop_hammer
finish
