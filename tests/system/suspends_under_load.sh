#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200 --cpus 1 --append no_console_suspend
# The machine can be suspended while pages are scanned and promoted, and the
# daemons go on afterwards. With one CPU: docs/lab.md says why.
. /tests/lib/guest.sh

RTC=/sys/class/rtc/rtc0
SUSPENDS=5

[ -e $RTC/wakealarm ] && grep -qw deep /sys/power/mem_sleep ||
	skip_all 'no clock that wakes the machine, or no suspend to memory'
echo deep >/sys/power/mem_sleep
plan 5

# Suspend to memory, until the clock wakes the machine.
sleep_and_wake()
{
	echo 0 >$RTC/wakealarm
	echo +2 >$RTC/wakealarm
	echo mem >/sys/power/state
}

# Suspend while news for kpromoted come in all the time.
suspend_often()
{
	for _ in $(seq $SUSPENDS); do
		wait_passes 3
		sleep_and_wake || return 1
	done
}

# A thread that has nothing to do, and whose interval is out of bounds
suspend_without_mglru()
{
	echo n >/sys/kernel/mm/lru_gen/enabled
	need_until 60 state_is no_mglru
	tune scan_interval_max_ms 100
	tune scan_interval_min_ms 100
	sleep_and_wake
	_slept=$?
	echo y >/sys/kernel/mm/lru_gen/enabled
	return $_slept
}

all_woke() { [ "$(cat /sys/power/suspend_stats/success)" -ge $SUSPENDS ]; }

load_klruscan enabled=1 scan_interval_min_ms=10 scan_interval_max_ms=10 \
	hot_threshold=1 promote_rate_MBps=20
start_workload hotset --mib 200 --seconds 180
need_until 60 grows promoted_pages
check 'it suspends under load' suspend_often
check 'no task refused to freeze' all_woke
check 'it suspends while MGLRU is off and the interval changes' suspend_without_mglru
check 'it goes on scanning' wait_until 60 grows passes
check 'no page lost its contents' stop_workload
finish
