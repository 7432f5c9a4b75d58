#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# No thread may take the memory that is reserved for reclaim: none ever has PF_MEMALLOC.
. /tests/lib/guest.sh
plan 2

PF_MEMALLOC=11	# which bit of the flags, the ninth field of /proc/PID/stat

# Look at all threads a thousand times, and for 40 passes.
may_not_take_reserves()
{
	looked=0
	before=$(status passes)
	while [ $looked -lt 2000 ] || ! passed 40 "$before"; do
		for _ in $(seq 100); do
			for thread in $threads; do
				read -r _ _ _ _ _ _ _ _ flags _ <"/proc/$thread/stat"
				looked=$((looked + 1))
				[ $((flags >> PF_MEMALLOC & 1)) = 0 ] || return 1
			done
		done
	done
}

load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50 \
	scan_cpu_permille=1000
threads=$(daemons)
check 'there are three threads' [ "$(echo "$threads" | wc -w)" = 3 ]
start_workload hotset --mib 200 --seconds 60
check 'they do not take from the reserves' may_not_take_reserves
note "looked $looked times"
finish
