#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400 --append slub_debug=FZPU
# The module comes and goes a hundred times while the workload runs.
. /tests/lib/guest.sh
plan 3

# Load, let it scan or promote for a while that differs from time to time, unload.
come_and_go()
{
	for i in $(seq 100); do
		load_klruscan enabled=1 scan_interval_min_ms=20 \
			scan_interval_max_ms=20 promote_rate_MBps=100
		sleep 0.$((i % 4))
		unload_klruscan || return 1
	done
}

start_workload hotset --mib 200 --seconds 400
check 'it was loaded and unloaded 100 times' come_and_go
check 'the workload ran all the time' workload_runs
check 'no page lost its contents' stop_workload
finish
