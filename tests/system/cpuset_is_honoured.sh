#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Hot pages of a process whose cpuset has only the slow node stay there.
. /tests/lib/guest.sh

GROUP=/sys/fs/cgroup/slow_only
mkdir $GROUP
[ -e $GROUP/cpuset.mems ] || skip_all 'the kernel has no cpuset controller'
plan 5

echo 1 >$GROUP/cpuset.mems
load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
echo $$ >$GROUP/cgroup.procs
start_hammer --start-node -1 32
echo $$ >/sys/fs/cgroup/cgroup.procs
check 'the kernel places them on the slow node' on_node 1 1
need_until 90 eval '[ "$(outcome policy)" -gt 0 ]'
wait_passes 10
check 'they are candidates' holds "$(outcome policy) > 0"
check 'they stay' on_node 1 1

echo 0-1 >$GROUP/cpuset.mems
check 'once the cpuset has the fast node they are promoted' wait_until 90 on_node 0 0.95
check 'no page lost its contents' stop_hammer
finish
