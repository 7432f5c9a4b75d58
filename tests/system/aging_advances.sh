#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Reclaim never notices the scan: aging through debugfs goes on, each time, beside
# a scan with a short interval.
. /tests/lib/guest.sh
plan 4

LRU_GEN=/sys/kernel/debug/lru_gen
GROUP=/sys/fs/cgroup/aged

# The cgroup's number there, from its lines "memcg ID PATH"
memcg_id() { awk -v path="${GROUP#/sys/fs/cgroup}" '$1 == "memcg" && $3 == path { print $2 }' "$LRU_GEN"; }

# Its youngest generation on the slow node, the last line of it
max_seq()
{
	awk -v id="$1" '
		$1 == "memcg" { mine = $2 == id }
		$1 == "node" { slow = $2 == 1; next }
		mine && slow && NF >= 4 && $1 + 0 == $1 { seq = $1 }
		END { print seq }' "$LRU_GEN"
}

# Age ten times, with scans between. Sets advanced and scanned.
age_ten_times()
{
	advanced=0
	scanned=0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		passes=$(status passes)
		wait_until 60 passed 3 "$passes" && scanned=$((scanned + 1))
		seq=$(max_seq "$id")
		echo "+ $id 1 $seq 1 1" >"$LRU_GEN" || return 1
		[ "$(max_seq "$id")" -gt "$seq" ] && advanced=$((advanced + 1))
	done
}

mkdir $GROUP || bail "cannot make $GROUP"
load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50 hot_threshold=8
# nothing is promoted, so that the pages stay on the aged node
tune promote_rate_MBps 0
# the subshell of the workload begins in the cgroup, and so do its children
echo $$ >$GROUP/cgroup.procs
start_workload hotset --mib 200 --seconds 150
echo $$ >/sys/fs/cgroup/cgroup.procs
id=$(memcg_id)
[ -n "$id" ] || bail "no $GROUP in $LRU_GEN"

check 'aging is accepted' age_ten_times
check 'it advanced each time' [ "$advanced" = 10 ]
check 'passes were made between all of them' [ "$scanned" = 10 ]
check 'no page lost its contents' stop_workload
finish
