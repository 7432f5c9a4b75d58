#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 420 --slow 4352
# Of what is mapped and idle, a TiB in one process, only one bit for each GiB is looked at; what is
# hot beside it is promoted all the same.
. /tests/lib/guest.sh
plan 4

IDLE=1024	# GiB, with their page tables
ROUND=32	# passes in which each GiB is looked into once

# skipped_in PASSES: how many GiB were skipped in each of these, on average
skipped_in()
{
	_passes=$(status passes)
	_skipped=$(status skipped)
	wait_passes "$1"
	awk "BEGIN { print ($(status skipped) - $_skipped) / ($(status passes) - $_passes) }"
}

load_klruscan scan_interval_min_ms=500 scan_interval_max_ms=500 hot_threshold=6
start_workload hotset --mib 40 --processes 1 --seconds 300 --idle-gib $IDLE --idle-sparse
tune enabled 1
# the first pass finds everything used when it was placed
wait_passes 4
tables=$(status tables)
passes=$(status passes)
skipped=$(skipped_in $ROUND)
note "GiB skipped in a pass: $skipped"
# not what has its turn, a GiB or two of each process that have something else in them,
# and processes that were busy too long
check 'nearly all that is idle is skipped' holds "$skipped >= $IDLE * 0.8"
tables=$(awk "BEGIN { print ($(status tables) - $tables) / ($(status passes) - $passes) }")
note "page tables visited in a pass: $tables"
# it has 40 MiB and what each process has besides; there are 524288 tables of what is idle
check 'no page table of it is visited' holds "$tables < 500"
check 'the hot set is promoted' wait_until 120 workload_says hot_in_fast '>= 0.95'
check 'no page lost its contents' stop_workload
finish
