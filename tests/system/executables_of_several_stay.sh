#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240 --disk 64
# A program's file that several processes run is left alone, as NUMA balancing leaves it;
# a file that they only read is not.
. /tests/lib/guest.sh
plan 6

DISK=/tmp/disk
mkdir $DISK
if ! mke2fs /dev/nvme0n1 >/dev/null || ! mount -t ext4 /dev/nvme0n1 $DISK; then
	bail 'there is no disk'
fi
load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
start_hammer --file $DISK/program --executable 16
wait_passes 30
check 'it stays' on_node 1 1 shared
check 'that is the reason' [ "$(outcome shared_exec)" -gt 1000 ]
check 'no page lost its contents' stop_hammer
start_hammer --file $DISK/data --read-only 16
check 'a file of data starts on the slow node' eval '[ "$(pages_on 1 shared)" -gt 0 ]'
check 'it is promoted' wait_until 90 on_node 0 0.95 shared
check 'it did not lose its contents' stop_hammer
umount $DISK
finish
