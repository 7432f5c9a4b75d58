#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# The memory of a cgroup that was removed is scanned as that of the one above it, at that one's
# interval: what was set for the one that is gone does not hold for what is left.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0
need_trace_events
plan 4

ID=$(stat -c %i $ROOT)
slowed() { grep -q "klruscan_interval: nid=1 cgroup=$ID .*new_ms=3600000" "$TRACING/trace"; }

make_cgroup below
klruscan cgroup set /below scan_interval_min_ms=3600000 >/dev/null || bail 'cannot set it'
tune enabled 1
start_hammer 24
hammer_in below --file /tmp/stays 32
need_until 60 eval '[ "$(interval below)" = 3600000 ]'
need_until 60 eval '[ "$(cgroup interval_ms /)" = 100 ]'
check 'no page lost its contents' stop_hammers
trace_events interval
rmdir $ROOT/below || bail 'cannot remove it'
wait_passes 20
check 'its memory is still there' [ "$(node_vmstat 1 nr_shmem)" -ge 7000 ]
check 'the one above is scanned as before' eval '! slowed && [ "$(cgroup interval_ms /)" = 100 ]'
check 'none of its pages lost its contents either' stop_hammer
finish
