#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology two-socket --fast 384 --slow 512 --time 240
# With two sockets, pages are promoted to the one that their process runs on, or to the one
# that target_nid names; where that is full, to the other one.
. /tests/lib/guest.sh
plan 10

SLOW=2

# The node that a pinned process runs on: field 39 of stat is its CPU, one for each socket.
node_of() { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f37; }

# tally: sets slow, near and far, the pages that are on the slow node, on that of their
# process, and on the other socket
tally()
{
	slow=0
	near=0
	far=0
	for pid in $(hammer_pids); do
		node=$(node_of "$pid")
		slow=$((slow + $(pages_of "$pid" "$SLOW")))
		near=$((near + $(pages_of "$pid" "$node")))
		far=$((far + $(pages_of "$pid" $((1 - node)))))
	done
}

# promoted SHARE: has that share of the pages left the slow node?
promoted()
{
	tally
	holds "$near + $far >= $1 * ($slow + $near + $far) && $near + $far > 0"
}

sockets()
{
	for pid in $(hammer_pids); do node_of "$pid"; done | sort -u | tr '\n' ' '
}

start()
{
	load_klruscan enabled=1 hot_threshold=4 scan_interval_min_ms=200 scan_interval_max_ms=200 "$@"
	start_hammer --start-node "$SLOW" 64
}

stop()
{
	stop_hammer || bail 'a page lost its contents'
	unload_klruscan
}

start
check 'there are processes on both sockets' [ "$(sockets)" = '0 1 ' ]
check 'pages are promoted' wait_until 60 promoted 0.98
note "$near pages are near their process, $far far, $slow slow"
check 'to the socket that their process runs on' holds "$near >= 0.98 * ($near + $far)"
stop

start target_nid=1
check 'with target_nid=1 too' wait_until 60 promoted 0.98
node1=$(pages_on 1)
note "$node1 of $((near + far)) pages are on node 1"
check 'to that node alone' [ "$node1" = $((near + far)) ]
stop

# Nearly all free memory of node 0, in huge pages of hugetlbfs, which nobody moves. What is in
# the lists of the CPUs, up to 20 MiB, is none that a huge page is made of, and is free for others
# some seconds later: so the lists are made short.
echo 100000 >/proc/sys/vm/percpu_pagelist_high_fraction
huge=/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages
HUGE_PAGES=512
node_is_full()
{
	room=$(room_on 0)
	[ "$room" -ge $((2 * HUGE_PAGES)) ] || return 0
	echo $(($(cat "$huge") + room / HUGE_PAGES)) >"$huge"
	return 1
}
check 'a socket is full' wait_until 60 node_is_full
note "node 0 has $((room / 256)) MiB above its high watermark"
# kswapd has work here: what this test starts wants memory of node 0 as well
before=$(direct_reclaim)
start
check 'where a socket is full, pages are promoted as well' wait_until 60 promoted 0.98
note "$near pages are near their process, $far far, $slow slow"
# Half of the pages belong to each socket; a few MiB of the full one are free or colder.
check 'most of its pages go to the other one' holds "$far >= 0.3 * ($near + $far)"
check 'and nobody had to reclaim for it himself' [ "$(direct_reclaim)" = "$before" ]
check 'no page lost its contents' stop_hammer
echo 0 >$huge
finish
