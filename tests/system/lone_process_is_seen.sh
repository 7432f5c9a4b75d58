#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# A process that has a CPU for itself is seen by every pass: it is hardly ever switched
# out, so that its translations would stay in the TLB.
. /tests/lib/guest.sh
plan 3

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=8 \
	promote_rate_MBps=0
leave_the_last_cpu
# few pages: QEMU's TLB has no more than 64 entries where nobody flushes it
start_hammer --lone --shmem 64k
check 'it starts on the slow node' on_node 1 0.99 shared
tune promote_rate_MBps 200
check 'seen by all of eight passes, it is promoted' wait_until 60 on_node 0 0.95 shared
note "$(pages_on 0 shared) of 16 pages were promoted"
check 'no page lost its contents' stop_hammer
finish
