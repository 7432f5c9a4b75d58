#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1024 --time 300
# All pages are accessed in every interval, a tenth of them fifty times as often as the others.
# Fast memory is full of what cannot go but for about twice that tenth, and promotion finds it.
. /tests/lib/guest.sh
plan 6

MIB=160
LEAVE=40	# that is free; the kernel keeps a part, and what is locked is a multiple of 8

load_klruscan scan_interval_max_ms=1000 promote_rate_MBps=1000
start_hammer --idle --mlock --start-node 0 $(($(free_kib 0) / 1024 - LEAVE))
check 'what cannot go is in fast memory' on_node 0 1
start_workload hotset --mib $MIB --hot-percent 10 --hot-access-percent 84.7 --seconds 280
tune enabled 1
check 'the hottest get there' wait_until 200 workload_says hot_in_fast '>=' 0.8
check 'and few of the others' workload_says cold_in_fast '<=' 0.15
note "promoted $(status promoted_pages), demoted $(status demoted_pages), free $(($(free_kib 0) / 1024)) MiB"
check 'what cannot go is still there' on_node 0 1
check 'no page lost its contents' stop_workload
check 'nor what is locked' stop_hammer
finish
