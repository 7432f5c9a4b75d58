#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Without MGLRU or its page table walk klruscan waits, says so, and goes on when
# it is back.
. /tests/lib/guest.sh
plan 11

MGLRU=/sys/kernel/mm/lru_gen/enabled

# No pass is made for two seconds.
stands_still()
{
	passes=$(status passes)
	sleep 2
	[ "$(status passes)" = "$passes" ]
}

# In two seconds, with a pass or without, the thread takes less than a tenth of a CPU.
is_at_rest()
{
	cpu=$(status scan_cpu_ns)
	since=$(now)
	sleep 2
	permille=$(awk "BEGIN { printf \"%d\", ($(status scan_cpu_ns) - $cpu) / ($(now) - $since) / 1e6 }")
	note "$permille permille of a CPU were used"
	[ "$permille" -lt 100 ]
}

# The interval that it had is out of bounds then.
rests_with_another_interval()
{
	tune scan_interval_max_ms 200
	tune scan_interval_min_ms 200
	is_at_rest && [ "$(status interval_ms)" = 200 ]
}

runs() { state_is running && grows passes; }

# waits_with VALUE: written to the kernel's switch
waits_with()
{
	echo "$1" >$MGLRU
	wait_until 30 state_is no_mglru && stands_still
}

load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50
start_workload hotset --mib 100 --seconds 180
check 'with MGLRU it scans' wait_until 60 runs
check 'switched off, it waits' waits_with n
check 'the tool says what to do' \
	eval 'klruscan status | grep -q "echo y > /sys/kernel/mm/lru_gen/enabled"'
check 'it waits with another interval too' rests_with_another_interval
echo y >$MGLRU
check 'switched on, it scans' wait_until 60 runs
check 'without the page table walk it waits' waits_with 0x0001
check 'without it, but with non-leaf bits, it waits' waits_with 0x0005
echo 0x0003 >$MGLRU
check 'without non-leaf bits it scans' wait_until 60 runs
echo y >$MGLRU
check 'with all of it it scans' wait_until 60 runs
echo n >$MGLRU
check 'while it waits it can be unloaded' unload_klruscan
check 'no page lost its contents' stop_workload
finish
