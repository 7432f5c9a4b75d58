#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Where every page is accessed all the time, kpromoted looks at single folios, and clears their
# accessed bits for that. What a pass would have found, it finds all the same.
. /tests/lib/guest.sh
. /tests/lib/pulse.sh

need_huge_pages
plan 8

MIB=256				# so few huge pages that all of them are looked at
PULSE_MIB=64
PAGES=$((PULSE_MIB / 2))
LAST=1				# CPU
RT_RUNTIME=/proc/sys/kernel/sched_rt_runtime_us
FAIR_SERVER=/sys/kernel/debug/sched/fair_server/cpu$LAST/runtime

all_are_hot() { [ "$(heat_from 8)" -ge $((MIB / 2)) ]; }

# all_hot PASSES: after each of them, are 95 % of the pages as hot as can be, on average?
all_hot()
{
	_sum=0
	for _ in $(seq "$1"); do
		wait_passes 1
		_sum=$((_sum + $(heat_from 8)))
	done
	note "$((_sum / $1)) of $((MIB / 2)) are"
	holds "$_sum >= 0.95 * $1 * $MIB / 2"
}

pulsing_they_are_hot() { pulse_once && [ "$(heat_from 8)" -ge $PAGES ]; }

none_is_marked() { [ "$(pulse_kib Referenced)" = 0 ]; }

# paused, nothing moves, and what would be worth it is found out all the same
load_klruscan enabled=1 scan_interval_min_ms=200 scan_interval_max_ms=200 \
	promote_rate_MBps=0
start_hammer --thp $MIB
check 'all are as hot as can be' wait_until 60 all_are_hot
cpu_ns=$(status promote_cpu_ns)
check 'and stay so' all_hot 20
cpu_ns=$(($(status promote_cpu_ns) - cpu_ns))
note "kpromoted took $((cpu_ns / 1000000)) ms for its looks"
check 'no page lost its contents' stop_hammer
unload_klruscan

# Such as are accessed once, between a pass and the look behind it. The interval is long enough
# for a pulse, and to ask what came of it.
INTERVAL=$((200 * ${TIME_FACTOR:-1}))
load_klruscan enabled=1 scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL promote_rate_MBps=0
need_until 60 state_is running
# kpromoted alone has the last CPU, and waits there while somebody of real time has it
leave_the_last_cpu
taskset -p -c $LAST "$(daemons kpromoted)" >/dev/null || bail 'kpromoted cannot be moved'
echo -1 >$RT_RUNTIME
# newer kernels keep something for others all the same
[ ! -e $FAIR_SERVER ] || echo 0 >$FAIR_SERVER
start_pulse $PULSE_MIB 1
need_until 60 pulsing_they_are_hot
tune scan_interval_max_ms 4000
tune scan_interval_min_ms 4000
# heat goes back eight passes again some passes after these became rarer
passes=$(status passes)
check 'others are hot, too' wait_until 120 \
	eval 'pulsing_they_are_hot && passed 5 "$passes"'
hog $LAST &
hog=$!
wait_passes 1
# behind the pass and before the look
pulse_once
passes=$(status passes)
check 'they are accessed after a pass' not none_is_marked
kill $hog
wait $hog 2>/dev/null
check 'and looked at' wait_until 3 none_is_marked
check 'before the next one' [ "$(status passes)" = "$passes" ]
wait_passes 1
note "$(heat_from 8) of $PAGES are as hot as can be"
check 'which finds them all the same' holds "$(heat_from 8) >= 0.95 * $PAGES"
stop_pulse
finish
