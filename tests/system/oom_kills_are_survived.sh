#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 512 --time 400 --out-of-memory
# Processes are killed for want of memory, in a cgroup that has its limit and then because
# there is none left anywhere, while what they have is scanned and promoted.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 9

kills() { vmstat oom_kill; }

# overfill CGROUP: half of its limit is hot and moving when it wants twice as much as there is
overfill()
{
	hammer_in "$1" 32
	need_until 60 eval '[ "$(anon_on '"$1"' 0)" -gt 512 ]'
	run_in "$1" hammer 128 >/dev/null 2>&1
	wait_until 60 is_empty "$1"
}

is_empty() { grep -q 'populated 0' "$ROOT/$1/cgroup.events"; }

ten_times()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		overfill hungry || return 1
	done
	stop_hammers		# they were killed, all of them
	[ "$(kills)" -ge 10 ]
}

# Take all that there is, and be the one to be killed for it.
take_everything() { sh -c 'echo 1000 >/proc/self/oom_score_adj; exec hammer --start-node -1 4096' >/dev/null 2>&1; }

load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 hot_threshold=2 \
	promote_rate_MBps=100
start_hammer 32
make_cgroup hungry
echo 64M >"$ROOT/hungry/memory.max"
echo 1 >"$ROOT/hungry/memory.oom.group"
passes=$(status passes)
check 'processes of a cgroup were killed ten times' ten_times
check 'the scan went on meanwhile' passed 30 "$passes"
check 'the cgroup can go' wait_until 60 rmdir "$ROOT/hungry"
check 'nothing is left isolated' wait_until 60 nothing_isolated
killed=$(kills)
passes=$(status passes)
take_everything
check 'memory ran out' [ "$(kills)" -gt "$killed" ]
check 'the scan goes on' wait_until 60 passed 10 "$passes"
check 'what is hot is promoted' wait_until 60 on_node 0 0.95
check 'no page of who was left alone lost its contents' stop_hammer
module_check 'it can be unloaded' rmmod klruscan
finish
