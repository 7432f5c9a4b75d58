#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 540 --fast 1536
# A thousand cgroups, two thousand processes, a hundred thousand VMAs in one: passes are
# completed, what is hot is found among them, and the scan's memory does not grow with them.
. /tests/lib/guest.sh
plan 8

CGROUPS=1000
PROCESSES=2000
VMAS=100000
ROOT=/sys/fs/cgroup/crowd

# started FILE COMMAND...: run it, until it says that it is ready
started()
{
	_out=$1
	shift
	"$@" >"$_out" 2>&1 &
	_crowd=$!
	crowds="$crowds $_crowd"
	need_ready 300 $_crowd '^ready$' "$*" "$_out"
}

make_cgroups()
{
	mkdir $ROOT
	echo +memory >$ROOT/cgroup.subtree_control
	i=0
	while [ $i -lt $CGROUPS ]; do
		mkdir $ROOT/$i || bail "cannot make cgroup $i"
		i=$((i + 1))
	done
}

make_cgroups
crowds=
echo 250000 >/proc/sys/vm/max_map_count
started /tmp/crowd.out crowd $PROCESSES $ROOT $CGROUPS
started /tmp/vmas.out crowd --vmas $VMAS
vmas=$(wc -l <"/proc/$_crowd/maps")
check 'they are there' holds \
	"$vmas >= $VMAS && $(cat $ROOT/[0-9]*/cgroup.procs | wc -l) >= $PROCESSES"

echo $$ >$ROOT/$((CGROUPS - 1))/cgroup.procs
start_hammer 16
echo $$ >/sys/fs/cgroup/cgroup.procs
load_klruscan enabled=1 scan_interval_min_ms=500 scan_interval_max_ms=500 hot_threshold=6
wait_passes 3
check 'what is hot in the last cgroup is promoted' wait_until 240 on_node 0 0.99
visited=$(status visited)
skipped=$(status skipped)
wait_passes 8
check 'no process was left unfinished' [ "$(status unfinished)" = 0 ]
check 'no access was lost for lack of memory' [ "$(status records_lost)" = 0 ]
visited=$(($(status visited) - visited))
note "in 8 passes $visited entries were visited, $(($(status skipped) - skipped)) GiB skipped"
# what the hammer has, and of each process what it used to fall asleep
check 'what a pass visits does not follow from what is mapped' \
	holds "$visited <= 8 * (4096 + 10 * $PROCESSES)"
# each of them has three GiB at least: its program, its libraries or heap, its stack
check 'idle processes are not looked into' \
	holds "$(status skipped) - $skipped >= 8 * $PROCESSES"
check 'the store is as large as what it is about' \
	holds "$(status table_bytes) <= $(awk '/MemTotal/ { print $4 }' /sys/devices/system/node/node1/meminfo) * 1024 / 4096 * 2 * 1.1"
check 'no page lost its contents' stop_hammer
# shellcheck disable=SC2086 # one word for each
kill $crowds
finish
