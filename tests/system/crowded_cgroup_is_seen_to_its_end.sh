#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Of a thousand processes in one cgroup each is visited, also while others come and go beside
# them, and while they exit.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 6

PROCESSES=1000

# Short lives, in the crowd's cgroup
storm()
{
	echo 0 >$ROOT/0/cgroup.procs
	while [ ! -e /tmp/calm ]; do
		/bin/busybox true
		(/bin/busybox true &)
	done
}

make_cgroup 0
crowd $PROCESSES $ROOT 1 >/tmp/crowd.out 2>&1 &
crowd=$!
need_ready 300 $crowd '^ready$' crowd /tmp/crowd.out
in_cgroup 0 start_hammer 16
# who is busy is tried again for half of that: no longer than a round takes where it is slow
interval=$((200 * ${TIME_FACTOR:-1}))
load_klruscan enabled=1 scan_interval_min_ms=$interval scan_interval_max_ms=$interval promote_rate_MBps=200 \
	hot_threshold=6
check 'what is hot in the last one is promoted' wait_until 240 on_node 0 0.99
storm &
storm=$!
wait_passes 3
passes=$(status passes)
skipped=$(status skipped)
wait_passes 8
passes=$(passes_since "$passes")
skipped=$(($(status skipped) - skipped))
note "in $passes passes $skipped GiB were skipped"
# each of them has three GiB at least: its program, its heap, its stack
check 'each is looked at' holds "$skipped >= 2 * $passes * $PROCESSES"
check 'no process was left unfinished' [ "$(status unfinished)" = 0 ]
kill $crowd
check 'while they exit the scan goes on' wait_until 60 grows passes
: >/tmp/calm
wait $storm $crowd
check 'no page lost its contents' stop_hammer
check 'it can be unloaded' unload_klruscan
finish
