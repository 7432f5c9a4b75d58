#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# The accessed bits of page tables are shared by all nodes. What the scan of the slow node
# clears there hides accesses to pages of fast memory, which are in the same tables, from
# aging until the table is used again. How many of the hot pages does it hide?
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 4

AGINGS=8

# share_seen: age fast memory once. The share of its pages that aging found accessed: it
# puts those into what was the youngest generation until then.
share_seen()
{
	seq=$(max_seq aged 0)
	echo "+ $(memcg_id aged) 0 $seq 1 1" >"$LRU_GEN" || return 1
	generations aged 0 | awk -v seq="$seq" '
		{ all += $2 }
		$1 >= seq { seen += $2 }
		END { print all ? seen / all : 0 }'
}

samples() { grep -c '"event":"sample"' $WORKLOAD_OUT; }

sampled() { [ "$(samples)" -gt "$1" ]; }

# mean_share: of $AGINGS agings, with a report of the workload between them
mean_share()
{
	sum=0
	for _ in $(seq "$AGINGS"); do
		need_until 30 sampled "$(samples)"
		sum="$sum + $(share_seen)"
	done
	awk "BEGIN { print ($sum) / $AGINGS }"
}

make_cgroup aged
load_klruscan enabled=1
in_cgroup aged start_workload hotset --mib 200 --seconds 200
check 'the hot pages are in fast memory, the cold ones beside them are not' \
	wait_until 60 workload_says hot_in_fast '>=' 0.98

tune promote_rate_MBps 0
tune scan_interval_min_ms 50
tune scan_interval_max_ms 50
wait_passes 3
passes=$(status passes)
beside=$(mean_share)
check 'passes were made between the agings' passed $AGINGS "$passes"
klruscan tune enabled=0 >/dev/null
alone=$(mean_share)
note "aging found $alone of the fast pages accessed, $beside of them beside a scan every 50 ms"
check 'aging sees nearly as many as without the scan' holds "$beside >= 0.9 * $alone && $alone > 0.5"
check 'no page lost its contents' stop_workload
finish
