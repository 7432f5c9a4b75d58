#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# The store has tables for those sections of memory alone in which something was accessed lately,
# two bytes a page, and gives them back when it is not any more.
. /tests/lib/guest.sh
plan 6

# pages of a section, and how many sections the slow node has
SECTION=$((0x$(cat /sys/devices/system/memory/block_size_bytes) / 4096))
HEAD=256	# bytes of a table beside its records, at most: 1/256 of them
all=$(find /sys/devices/system/node/node1 -name 'memory[0-9]*' | wc -l)

# in_use_at_most N: sections
in_use_at_most() { [ "$(status sections)" -le "$1" ]; }

load_klruscan enabled=1 promote_rate_MBps=0
wait_passes 10
idle=$(status sections)
note "$idle of $all sections in use, with nothing at work"
start_hammer 96
wait_passes 10
used=$(status sections)
bytes=$(status table_bytes)
note "$used with 96 MiB in use, $bytes bytes"
check 'what is used has tables' [ "$used" -gt "$idle" ]
check "they are two bytes a page, and each table's head" holds "$bytes >= $used * $SECTION * 2 && $bytes <= $used * ($SECTION * 2 + $HEAD)"
check 'no page lost its contents' stop_hammer
check 'they are given back when it is gone' wait_until 60 in_use_at_most "$idle"
check 'with their memory' [ "$(status table_bytes)" -le $((idle * (SECTION * 2 + HEAD))) ]
tune enabled 0
tune enabled 1
wait_passes 2
check 'there are none where nothing was ever hot' [ "$(status sections)" -le "$idle" ]
finish
