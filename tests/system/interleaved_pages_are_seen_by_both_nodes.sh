#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology two-slow --slow 512 --time 300
# Base pages of two slow nodes in the same page tables: what the scan of one node clears of the
# tables' own bits is not lost for that of the other.
. /tests/lib/guest.sh
. /tests/lib/pulse.sh
plan 3

PULSES=10
MIB=128

# left_after PULSES: KiB that no scan had seen, three passes of each node after each pulse
left_after()
{
	_left=0
	_i=0
	while [ $_i -lt "$1" ]; do
		_i=$((_i + 1))
		pulse_once
		wait_both 3
		_left=$((_left + $(pulse_kib Referenced)))
	done
	echo $_left
}

interval=$((500 * ${TIME_FACTOR:-1}))
load_klruscan scan_interval_min_ms=$interval scan_interval_max_ms=$interval \
	promote_rate_MBps=0 scan_cpu_permille=1000
start_pulse --small $MIB 1 2
tune enabled 1
wait_both 5
seen_1=$(status accessed 1)
seen_2=$(status accessed 2)
left=$(left_after $PULSES)
seen_1=$(($(status accessed 1) - seen_1))
seen_2=$(($(status accessed 2) - seen_2))
each=$((PULSES * MIB * 256 / 2))
note "of $each accesses to each node its scan saw $seen_1 and $seen_2; $left KiB late"
# A page that is accessed between the visit of its table and the clearing of the table's bit has
# its turn with the next access. That is for a part of the time that passes have, and hits
# only tables that are being visited.
check 'hardly any access is seen late' holds "$left <= 0.15 * $PULSES * $MIB * 1024"
check 'each node saw nearly all of its own' \
	holds "$seen_1 >= 0.8 * $each && $seen_2 >= 0.8 * $each"
# there are MIB / 2 of them, and those of what else runs
passes=$(($(status passes 1) + $(status passes 2)))
tables=$(($(status tables 1) + $(status tables 2)))
wait_both 4
tables=$(($(status tables 1) + $(status tables 2) - tables))
passes=$(($(status passes 1) + $(status passes 2) - passes))
note "$tables page tables visited in $passes passes while $MIB MiB are idle"
check 'idle tables are not visited on and on' holds "$tables < $passes * $MIB / 4"
stop_pulse
finish
