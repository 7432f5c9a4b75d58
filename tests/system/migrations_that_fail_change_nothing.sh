#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# core: migration that fails
# The kernel cannot copy a page, in the middle of its migration: the page stays where it is, with
# what it holds and with its heat, and goes as soon as it can.
. /tests/lib/guest.sh
. /tests/lib/failing_migrations.sh

need_failing_migrations
plan 7

MIB=32
PAGES=$((MIB * 256))

all_hot() { holds "$(heat_from 7) >= 0.9 * $PAGES"; }

all_tried() { [ "$(outcome failed)" -ge $PAGES ]; }

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
nothing_fails
finish
