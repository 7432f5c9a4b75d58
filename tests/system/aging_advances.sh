#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Reclaim never notices the scan: aging through debugfs goes on, each time, beside
# a scan with a short interval.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 4

# Age ten times, with scans between. Sets advanced and scanned.
age_ten_times()
{
	advanced=0
	scanned=0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		passes=$(status passes)
		wait_until 60 passed 3 "$passes" && scanned=$((scanned + 1))
		seq=$(max_seq aged 1)
		echo "+ $id 1 $seq 1 1" >"$LRU_GEN" || return 1
		[ "$(max_seq aged 1)" -gt "$seq" ] && advanced=$((advanced + 1))
	done
}

make_cgroup aged
load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50 hot_threshold=8
# nothing is promoted, so that the pages stay on the aged node
tune promote_rate_MBps 0
in_cgroup aged start_workload hotset --mib 200 --seconds 150
id=$(memcg_id aged)
[ -n "$id" ] || bail "no cgroup aged in $LRU_GEN"

check 'aging is accepted' age_ten_times
check 'it advanced each time' [ "$advanced" = 10 ]
check 'passes were made between all of them' [ "$scanned" = 10 ]
check 'no page lost its contents' stop_workload
finish
