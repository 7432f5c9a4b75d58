#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# The accessed bits of page tables are shared by all nodes. What the scan of the slow node
# clears there hides accesses to pages of fast memory, which are in the same tables, from
# aging until the table is used again, which the CPU notes once the TLBs are flushed, when the
# process has been gone through. How many of the hot pages does that hide?
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 4

AGINGS=16

# So much longer than a pass is the time from one to the next, whatever the machine: aging that
# comes during a pass misses what that has cleared.
TIMES_A_PASS=40

# usual_pass: how long the middle one of five passes takes, in ns. One alone may have waited
# for the host.
usual_pass()
{
	for _ in 1 2 3 4 5; do
		wait_passes 1
		status pass_ns
	done | sort -n | sed -n 3p
}

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

# mean_share COMMAND...: of $AGINGS agings, with a report of the workload between them, and
# what COMMAND waits for
mean_share()
{
	sum=0
	for _ in $(seq "$AGINGS"); do
		"$@"
		need_until 30 sampled "$(samples)"
		sum="$sum + $(share_seen)"
	done
	awk "BEGIN { print ($sum) / $AGINGS }"
}

make_cgroup aged
load_klruscan enabled=1
in_cgroup aged start_workload hotset --mib 64 --seconds 300
check 'the hot pages are in fast memory, the cold ones beside them are not' \
	wait_until 60 workload_says hot_in_fast '>=' 0.98

tune promote_rate_MBps 0
wait_passes 3
interval=$((TIMES_A_PASS * $(usual_pass) / 1000000))
[ $interval -ge 50 ] || interval=50
klruscan tune scan_interval_min_ms=$interval scan_interval_max_ms=$interval >/dev/null ||
	bail 'cannot set the interval'
wait_passes 3
passes=$(status passes)
beside=$(mean_share wait_passes 1)
check 'passes were made between the agings' passed $AGINGS "$passes"
klruscan tune enabled=0 >/dev/null
alone=$(mean_share true)
note "aging found $alone of the fast pages accessed, $beside of them beside a scan every $interval ms"
check 'aging sees nearly as many as without the scan' holds "$beside >= 0.9 * $alone && $alone > 0.5"
check 'no page lost its contents' stop_workload
finish
