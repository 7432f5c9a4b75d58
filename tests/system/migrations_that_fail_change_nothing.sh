#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 400
# core: migration that fails
# The kernel cannot copy a page, in the middle of its migration: the page stays where it is, with
# what it holds and with its heat, and goes as soon as it can; so do those that make room.
. /tests/lib/guest.sh
. /tests/lib/makes_room.sh

FAULTS=/sys/kernel/debug/fail_function
[ -e $FAULTS ] || skip_all 'the kernel cannot make a function fail'
plan 17

MIB=32
PAGES=$((MIB * 256))

# fail PERCENT: of the folios that the daemons want to have moved
fail() { echo "$1" >$FAULTS/probability; }

all_hot() { holds "$(heat_from 7) >= 0.9 * $PAGES"; }

all_tried() { [ "$(outcome failed)" -ge $PAGES ]; }

insmod /injectable.ko || bail "folio_mc_copy() cannot be made to fail: $(dmesg | tail -n 2)"
echo folio_mc_copy >$FAULTS/inject || bail 'folio_mc_copy() cannot be made to fail'
printf '%#x' -133 >$FAULTS/folio_mc_copy/retval	# -EHWPOISON
echo Y >$FAULTS/task-filter
echo -1 >$FAULTS/times
echo 0 >$FAULTS/verbose

fail 100
load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=200 hot_threshold=6 \
	promote_rate_MBps=1000 enabled=1
fail_daemons
start_hammer $MIB
check 'as many migrations fail as there are pages' wait_until 100 all_tried
note "$(outcome failed) failed"
check 'none is promoted' [ "$(status promoted_pages)" = 0 ]
check 'they stay on the slow node' on_node 1 1
check 'and keep their heat' wait_until 30 all_hot
check 'none is left isolated' wait_until 20 nothing_isolated
fail 0
check 'when migrations succeed, all are promoted' wait_until 100 on_node 0 0.98
check 'no page lost its contents' stop_hammer
unload_klruscan

fail 50
WHEN_READY=fail_daemons
makes_room
check 'though migrations failed' holds "$(outcome failed) >= 100"
note "$(outcome failed) failed, $(status promoted_pages) pages were promoted and $(status demoted_pages) demoted"
fail 0
echo >$FAULTS/inject
finish
