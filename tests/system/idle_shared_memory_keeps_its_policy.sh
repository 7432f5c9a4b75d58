#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Shared memory that nobody maps has nobody who could be asked for its policy. It has one all the
# same: what is bound to fast memory is not demoted for others, and what is not is.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

# file_in CGROUP OPTION MIB: a file in a tmpfs of that option, written there and left alone
file_in()
{
	make_cgroup "$1"
	mkdir "/tmp/$1"
	mount -t tmpfs -o "$2" none "/tmp/$1" || bail "cannot mount a tmpfs with $2"
	in_cgroup "$1" dd if=/dev/urandom of="/tmp/$1/file" bs=1M count="$3" 2>/dev/null
	sum=$(md5sum <"/tmp/$1/file")
	[ "$(shmem_on "$1" 1)" = 0 ] || bail "the file of $1 is not on the fast node"
}

free=$(($(free_kib 0) / 1024))
file_in bound mpol=bind:0 $((free * 28 / 100))
bound=$sum
file_in free mode=1777 $((free * 28 / 100))
start_workload hotset --mib $((free * 215 / 100)) --hot-percent 30 --seconds 250 --hot-access-percent 99.9
load_klruscan scan_interval_max_ms=200 promote_rate_MBps=1000 enabled=1
check 'what has no policy makes room' \
	wait_until 120 eval '[ "$(shmem_on free 1)" -gt "$(shmem_on free 0)" ]'
wait_passes 20
note "bound: $(shmem_on bound 0) and $(shmem_on bound 1) pages, free: $(shmem_on free 0) and $(shmem_on free 1)"
check 'what is bound to fast memory stays' [ "$(shmem_on bound 1)" = 0 ]
check 'it has what was written' [ "$(md5sum </tmp/bound/file)" = "$bound" ]
check 'so has what moved' [ "$(md5sum </tmp/free/file)" = "$sum" ]
check 'no hot page lost its contents' stop_workload
finish
