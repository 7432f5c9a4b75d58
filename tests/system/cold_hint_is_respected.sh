#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# What a process says by MADV_COLD that it will not need is not promoted for what it was
# before, until it is needed after all.
. /tests/lib/guest.sh
plan 5

# 256 pages a second of 8192
load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6 \
	promote_rate_MBps=1
start_hammer 32
tune enabled 1
need_until 90 eval '[ "$(outcome rate_limited)" -gt 0 ]'
turn_hammer
need_until 60 grep -q '^cold$' "$HAMMER_OUT"
wait_passes 3
before=$(pages_on 0)
check 'when they turn cold, most are on the slow node' holds "$before < 0.5 * $(pages_on 1)"
tune promote_rate_MBps 1000
wait_passes 20
check 'they stay there' [ "$(pages_on 0)" = "$before" ]
turn_hammer
check 'when they are needed again, they are promoted' wait_until 90 on_node 0 0.95
note "$(outcome failed) of 8192 pages failed"
# A page is not moved while somebody has a reference to it, as who gives a hint has for a moment, and
# klruscan itself that looks at a few by chance.
check 'hardly any failed' holds "$(outcome failed) <= 8192 / 100"
check 'no page lost its contents' stop_hammer
finish
