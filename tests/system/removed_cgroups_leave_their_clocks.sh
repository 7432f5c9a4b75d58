#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A slow node has eight different intervals at a time. Those of cgroups that were removed can be
# had by others.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

# more of them than intervals
ROUND='1 2 3 4 5 6 7 8 9 10'

# all_want BASE: one cgroup for each, with an interval of its own
all_want()
{
	for i in $ROUND; do
		make_cgroup "one$i"
		klruscan cgroup set "/one$i" scan_interval_min_ms=$(($1 + 10 * i)) \
			scan_interval_max_ms=$(($1 + 10 * i)) >/dev/null || bail 'cannot set it'
		hammer_in "one$i" 8
	done
}

# kept BASE: how many have theirs
kept()
{
	_kept=0
	for i in $ROUND; do
		[ "$(interval "one$i")" != $(($1 + 10 * i)) ] || _kept=$((_kept + 1))
	done
	echo $_kept
}

# are_kept BASE COUNT
are_kept() { [ "$(kept "$1")" -ge "$2" ]; }

# all have one that somebody wants: the nearest
all_have_one()
{
	for i in $ROUND; do
		_has=$(interval "one$i")
		[ -n "$_has" ] && [ "$_has" != null ] || return 1
	done
}

remove_all()
{
	stop_hammers || return 1
	for i in $ROUND; do wait_until 60 rmdir "$ROOT/one$i" 2>/dev/null || return 1; done
}

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0 \
	scan_cpu_permille=1000
tune enabled 1
all_want 100
check 'as many as there are clocks have their intervals' wait_until 60 are_kept 100 6
check 'the others have one too' wait_until 60 all_have_one
note "$(kept 100) of 10 have their own"
check 'no page lost its contents, and they are removed' remove_all
all_want 300
check 'others have theirs then' wait_until 120 are_kept 300 6
note "$(kept 300) of 10 have their own"
check 'none of these lost its contents either' stop_hammers
finish
