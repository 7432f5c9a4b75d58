#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400 --append slub_debug=FZPU
# The module comes and goes a hundred times while the workload runs.
. /tests/lib/guest.sh
plan 4

# Load, let it scan or promote for a while that differs from time to time, unload: each fourth time
# at once, and else not before /tmp/done has its passes, and the pages that it promoted.
come_and_go()
{
	: >/tmp/done
	for i in $(seq 100); do
		load_klruscan enabled=1 scan_interval_min_ms=20 \
			scan_interval_max_ms=20 promote_rate_MBps=100
		if [ $((i % 4)) != 0 ]; then
			sleep 0.$((i % 4))
			echo "$(status passes) $(status promoted_pages)" >>/tmp/done
		fi
		unload_klruscan || return 1
	done
}

# In most of those rounds it scanned, and in some of them it promoted.
it_was_at_work()
{
	note "of $(wc -l </tmp/done) rounds, $(awk '$1 > 0' /tmp/done | wc -l) had a pass and" \
		"$(awk '$2 > 0' /tmp/done | wc -l) promoted"
	awk '{ scanned += $1 > 0; promoted += $2 > 0 }
		END { exit !(scanned >= 50 && promoted >= 5) }' /tmp/done
}

start_workload hotset --mib 200 --seconds 400
check 'it was loaded and unloaded 100 times' come_and_go
check 'it was at work meanwhile' it_was_at_work
check 'the workload ran all the time' workload_runs
check 'no page lost its contents' stop_workload
finish
