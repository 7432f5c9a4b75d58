#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Where cgroups of the first version move what is charged together with the task, pages change
# their cgroup and with it their lists, under the scan and the promotion.
. /tests/lib/guest.sh

V1=/tmp/v1
MIB=32

# The controller leaves the second version when that has no cgroup with it any more.
mount_v1() { mount -t cgroup -o memory none $V1 2>/dev/null; }

echo -memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir $V1
wait_until 20 mount_v1 || skip_all 'the kernel has no memory controller of the first version'
[ -e $V1/memory.move_charge_at_immigrate ] || skip_all 'the kernel moves no charges'
plan 7

# move_to GROUP: the tasks of hammer, and what is charged for them
move_to()
{
	for _pid in $(hammer_pids); do
		echo "$_pid" >"$V1/$1/tasks" || return 1
	done
}

move_about()
{
	for _ in $(seq 20); do
		move_to one && wait_passes 1 && move_to other && wait_passes 1 || return 1
	done
}

charged() { cat "$V1/$1/memory.usage_in_bytes"; }

load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 hot_threshold=2 \
	promote_rate_MBps=1
for group in one other; do
	mkdir $V1/$group
	echo 3 >$V1/$group/memory.move_charge_at_immigrate
done
start_hammer $MIB
check 'tasks moved forty times' move_about
check 'what is charged went with them' \
	holds "$(charged other) >= 0.9 * $MIB * 1048576 && $(charged one) <= 0.1 * $MIB * 1048576"
check 'some was promoted meanwhile' [ "$(status promoted_pages)" -gt 0 ]
tune promote_rate_MBps 100
check 'the rest is' wait_until 60 on_node 0 0.95
check 'no page lost its contents' stop_hammer
check 'the cgroups can go' wait_until 60 rmdir $V1/one $V1/other
check 'nothing is left isolated' wait_until 60 nothing_isolated
finish
