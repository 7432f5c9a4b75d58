#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300 --disk 256
# Reclaim never notices the scan: after as many passes as an hour has, and with more between them,
# each aging that is asked for goes on, and what is old is evicted from the slow node.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 6

HOUR=3600	# passes, of one a second
EVICTED=4096	# pages

an_hour_is_over() { [ "$(passes aged)" -ge $HOUR ]; }

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

# All but the youngest generations go to swap, up to $EVICTED pages.
evict() { echo "- $id 1 $(($(max_seq aged 1) - 2)) 200 $EVICTED" >"$LRU_GEN"; }

make_cgroup aged
mkswap /dev/nvme0n1 >/dev/null && swapon /dev/nvme0n1 || bail 'there is no disk to swap to'
# Nothing is promoted, so that the pages stay on the aged node. A pass that comes far later than
# it should exposes what it looks at, and takes longer for it.
INTERVAL=$((10 * ${TIME_FACTOR:-1}))
load_klruscan enabled=1 scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL \
	scan_cpu_permille=1000 promote_rate_MBps=0
in_cgroup aged start_workload hotset --mib 32 --hot-percent 10 --hot-access-percent 100 --processes 1 \
	--seconds 2000
id=$(memcg_id aged)
[ -n "$id" ] || bail "no cgroup aged in $LRU_GEN"

need_until 240 an_hour_is_over
note "$(passes aged) passes"
check 'aging is accepted' age_ten_times
check 'it advanced each time' [ "$advanced" = 10 ]
check 'passes were made between all of them' [ "$scanned" = 10 ]
evicted=$(vmstat pswpout)
check 'eviction is accepted' evict
evicted=$(($(vmstat pswpout) - evicted))
note "$evicted pages went to swap"
check 'it evicts from the slow node' holds "$evicted >= 0.9 * $EVICTED"
check 'no page lost its contents' stop_workload
swapoff /dev/nvme0n1
finish
