#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# The sample source (kernel/samples/pghot) records what is faulted in, and that is promoted:
# pages that are mapped for a moment at a time, of which the scan sees next to nothing.
. /tests/lib/guest.sh
plan 9

MIB=4
PAGES=$((MIB * 256))
PASSES=8
THRESHOLD=4
# so many accesses a pass, whatever a fault takes
INTERVAL=$((100 * ${TIME_FACTOR:-1}))

# Records since $before
recorded() { echo $(($(status records) - before)); }

comes_and_goes()
{
	for _ in 1 2 3 4 5; do
		insmod /pghot_faults.ko && rmmod pghot_faults || return
	done
}

load_klruscan scan_interval_min_ms=$INTERVAL scan_interval_max_ms=$INTERVAL hot_threshold=$THRESHOLD
start_hammer --shmem --in-passing $MIB
tune enabled 1
# how they were put in place was an access too
wait_passes 16
before=$(status records)
wait_passes $PASSES
note "$(recorded) of $PAGES pages, in $PASSES passes"
check 'the scan hardly sees them' holds "$(recorded) < 0.1 * $PAGES * $PASSES"
check 'and they stay on the slow node' on_node 1 0.95 shared

before=$(status records)
check 'the source is taken' insmod /pghot_faults.ko
module_check 'klruscan cannot be unloaded under it' not sh -c 'rmmod klruscan 2>/dev/null'
check 'what it reports is promoted' wait_until 90 on_node 0 0.95 shared
note "$(recorded) records"
check "each after it was recorded in $THRESHOLD passes" holds "$(recorded) >= 0.95 * $THRESHOLD * $PAGES"
rmmod pghot_faults
check 'it comes and goes while pages are faulted in' comes_and_goes
check 'no page lost its contents' stop_hammer
insmod /pghot_faults.ko
module_check 'it can be unloaded, and klruscan after it' rmmod pghot_faults klruscan
finish
