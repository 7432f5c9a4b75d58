#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Fast memory is full of idle pages: they are demoted for hot ones, unless exchange
# is off.
. /tests/lib/guest.sh
. /tests/lib/makes_room.sh
plan 12

makes_room
tune enabled 0
unload_klruscan

crowd_fast_memory
load_klruscan scan_interval_max_ms=200 promote_rate_MBps=1000 exchange=0 enabled=1
need_until 120 eval '[ "$(outcome no_room)" -gt 0 ]'
wait_passes 20
check 'with exchange=0, nothing is demoted' [ "$(vmstat pgdemote_kswapd)" = "$demoted" ]
check 'and the idle pages stay' on_node 0 1
check 'so not all hot pages find room' workload_says hot_in_fast '<' 0.9
finish
