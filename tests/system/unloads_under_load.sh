#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240 --append slub_debug=FZPU
# The module comes and goes twenty times while the workload runs.
. /tests/lib/guest.sh
plan 3

# Load, let it scan or promote for a while that differs from time to time, unload.
come_and_go()
{
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		load_klruscan enabled=1 scan_interval_min_ms=20 \
			scan_interval_max_ms=20 promote_rate_MBps=100
		sleep 0.$((i % 7 + 1))
		unload_klruscan || return 1
	done
}

start_workload hotset --mib 200 --seconds 200
check 'it was loaded and unloaded 20 times' come_and_go
check 'the workload ran all the time' workload_runs
check 'no page lost its contents' stop_workload
finish
