#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# core: locks of the walk
# A process whose mmap_lock is busy every few steps is tried again, and seen to its end in the
# same pass. One whose lock is busy for longer is left, and keeps its place for the next pass:
# all of it is seen in the course of some. Nothing of this is at the expense of others.
. /tests/lib/guest.sh
plan 9

GIB=64		# mapped by each process: so many steps, each of which needs the lock anew
MIB=4		# of it, each has as pages
PROCESSES=4
# shellcheck disable=SC2034 # in words that are evaluated
PAGES=$((MIB * 256))

# hold_lock REFUSE GRANT PID...: see tests/system/modules/mmap_lock_holder
hold_lock()
{
	_refuse=$1
	_grant=$2
	shift 2
	insmod /mmap_lock_holder.ko refuse="$_refuse" grant="$_grant" \
		pids="$(printf '%s\n' "$@" | paste -s -d, -)"
}

load_klruscan promote_rate_MBps=0 scan_cpu_permille=1000 \
	scan_interval_min_ms=2000 scan_interval_max_ms=2000
start_hammer --spread $((GIB * 1024 / MIB)) $((PROCESSES * MIB))
# shellcheck disable=SC2046 # one word each
check 'the lock of all is busy every few steps' hold_lock 1 4 $(hammer_pids)
tune enabled 1
check 'they are tried again' wait_until 60 eval '[ "$(status busy)" -gt 8 ]'
check 'each pass sees nearly all of them' \
	wait_until 120 eval 'holds "$(heat_from 7) >= 0.9 * $PROCESSES * $PAGES"'
note "busy: $(status busy), unfinished: $(status unfinished), passes: $(status passes)"
check 'the locks are free' rmmod mmap_lock_holder

# Half of the interval is tried, every hundredth of a second: three times, and once where a
# pass takes longer than that. A round takes one window and a bit of the next, which has to be
# within the eight passes that heat goes back.
tune scan_interval_min_ms 60
tune scan_interval_max_ms 60
# shellcheck disable=SC2046
check 'the lock of one is busy for longer' hold_lock 4 $((GIB - 4)) $(hammer_pids | cut -d' ' -f1)
wait_passes 20
check 'it is left' wait_until 60 eval '[ "$(status unfinished)" -gt 8 ]'
check 'but seen in the course of some passes' \
	wait_until 60 eval 'holds "$(heat_from 1) >= 0.95 * $PROCESSES * $PAGES"'
check 'the others are seen in each' \
	wait_until 60 eval 'holds "$(heat_from 7) >= 0.9 * ($PROCESSES - 1) * $PAGES"'
note "busy: $(status busy), unfinished: $(status unfinished), passes: $(status passes)"
rmmod mmap_lock_holder
check 'no page lost its contents' stop_hammer
finish
