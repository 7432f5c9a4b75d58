#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Shared memory is charged to one cgroup, and used by processes of two. It is found hot through
# the processes of its own cgroup, and those alone, as the documentation says; what the others
# do takes nothing from that.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

MIB=32
PAGES=$((MIB * 256))

all_hot() { holds "$(heat_from 7) >= 0.9 * $PAGES"; }
none_warm() { holds "$(heat_from 1) <= 0.02 * $PAGES"; }

load_klruscan promote_rate_MBps=0 scan_cpu_permille=1000 \
	scan_interval_min_ms=200 scan_interval_max_ms=200
make_cgroup owner
make_cgroup guest
in_cgroup owner start_hammer --shmem $MIB
# two of its processes run on each CPU
# shellcheck disable=SC2046 # one word each
set -- $(hammer_pids)
for _pid in "$3" "$4"; do
	echo "$_pid" >"$ROOT/guest/cgroup.procs" || bail 'a process cannot be moved'
done
tune enabled 1
check 'used by both, it is hot' wait_until 60 all_hot
kill -STOP "$3" "$4"
wait_passes 10
check 'used by its own cgroup, it is hot' wait_until 60 all_hot
note "$(heat_from 7) of $PAGES pages have a heat of 7 or 8"
kill -STOP "$1" "$2"
kill -CONT "$3" "$4"
check 'used by the other one, it is not seen' wait_until 60 none_warm
note "$(heat_from 1) of $PAGES pages have any"
kill -CONT "$1" "$2"
check 'used by its own again, it is hot' wait_until 60 all_hot
kill -CONT "$3" "$4"
check 'no page lost its contents' stop_hammer
finish
