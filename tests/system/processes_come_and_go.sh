#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240 --append slub_debug=FZPU
# core: life of a process
# A storm of forks, execs and exits beside a scan that never rests.
. /tests/lib/guest.sh
plan 5

# Short lives: an exec, and processes that end with memory on the slow node
storm()
{
	while [ ! -e /tmp/calm ]; do
		/bin/busybox true
		(/bin/busybox true &)
		hammer --rounds 1 8 >/dev/null || echo failed >>/tmp/storm.failed
	done
}

load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 \
	promote_rate_MBps=100 hot_threshold=2
start_workload hotset --mib 100 --seconds 200
storm &
storm=$!
wait_passes 200
: >/tmp/calm
wait $storm

check 'the short lives ended well' [ ! -e /tmp/storm.failed ]
check 'the scan goes on' wait_until 60 grows passes
check 'no access was lost for lack of memory' [ "$(status records_lost)" = 0 ]
check 'no page of the workload lost its contents' stop_workload
check 'it can be unloaded' unload_klruscan
finish
