#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# Each tenant of the workload has a cgroup, its memory there, its rate, and leaves nothing.
. /tests/lib/guest.sh
plan 7

ROOT=/sys/fs/cgroup

groups() { find $ROOT -maxdepth 1 -name 'tenants-*' | wc -l; }

# processes_in N: of the cgroup with that number
processes_in() { wc -l <"$(echo $ROOT/tenants-*-"$1")/cgroup.procs"; }

# Seven with one process, the last with the other seven
each_has_its_processes()
{
	for n in 0 1 2 3 4 5 6; do
		[ "$(processes_in $n)" = 1 ] || return 1
	done
	[ "$(processes_in 7)" = 7 ]
}

# 140 MiB: 10 for each process
each_has_its_memory()
{
	for n in 0 1 2 3 4 5 6; do
		mib=$(($(cat $ROOT/tenants-*-$n/memory.current) >> 20))
		[ $mib -ge 10 ] && [ $mib -lt 20 ] || return 1
	done
	mib=$(($(cat $ROOT/tenants-*-7/memory.current) >> 20))
	[ $mib -ge 70 ] && [ $mib -lt 100 ]
}

# Of the accesses 7, 6, ... 1 and 28 parts of 56, but for 16 turns
rates_are_as_claimed()
{
	grep '"event":"end"' "$WORKLOAD_OUT" | sed 's/.*"tenants"://' |
		awk -v RS='"accesses":' '
			NR > 1 { made[NR - 2] = $0 + 0; all += $0 }
			END {
				for (i = 0; i < 7; i++)
					bad += off(made[i], all * (7 - i) / 56)
				exit NR != 9 || bad + off(made[7], all / 2)
			}
			function off(is, should) { return is < 0.8 * should || is > 1.2 * should }'
}

start_workload tenants --mib 140 --cgroups --seconds 200
check 'every tenant has its processes' each_has_its_processes
check 'every tenant has its memory' each_has_its_memory
need_until 100 workload_says accesses '>=' 6000000
check 'no page lost its contents' stop_workload
check 'the rates are as claimed' rates_are_as_claimed
check 'the cgroups are gone after SIGTERM' [ "$(groups)" = 0 ]

start_workload tenants --mib 140 --cgroups --seconds 200
kill -9 "$(cat $ROOT/tenants-*-3/cgroup.procs)"
check 'it ends when a tenant dies' not join_workload
check 'the cgroups are gone' [ "$(groups)" = 0 ]
finish
