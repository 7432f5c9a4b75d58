#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Page cache that is read by read() is mapped nowhere, and has no accessed bits: as the
# documentation says, it is not found, however often it is read. Mapped, it is.
. /tests/lib/guest.sh
plan 5

MIB=32
PAGES=$((MIB * 256))
CACHE=/tmp/cache

# Pages of files on tmpfs that are on the slow node
cached() { node_vmstat 1 nr_shmem; }

# Everything is read, over and over, until somebody kills it; a line for each round.
read_on() { while dd if=$CACHE of=/dev/null bs=64k 2>/dev/null; do echo; done >/tmp/rounds; }

rounds() { wc -l </tmp/rounds; }

load_klruscan scan_interval_min_ms=200 scan_interval_max_ms=200 hot_threshold=4
start_hammer --file $CACHE $MIB
check 'no page lost its contents' stop_hammer
cached=$(cached)
tune enabled 1
read_on &
reading=$!
wait_passes 20
note "each of $cached pages was read $(rounds) times in 20 passes, $(heat_from 1) of them have heat"
check 'what is read is read often' holds "$(rounds) >= 20"
check 'and has no heat' holds "$cached >= 0.99 * $PAGES && $(heat_from 1) <= 0.01 * $PAGES"
check 'so all of it stays on the slow node' holds "$(cached) >= 0.99 * $PAGES"
kill $reading
wait $reading 2>/dev/null
start_hammer --file $CACHE $MIB
check 'mapped, it is promoted' wait_until 90 on_node 0 0.95 shared
finish
