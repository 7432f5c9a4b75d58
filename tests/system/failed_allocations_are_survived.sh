#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# core: only here can allocations fail
# Each allocation of a write to a knob fails in turn: the write is refused with "Cannot
# allocate memory", the knob stays as it was, and what ran goes on.
. /tests/lib/guest.sh

[ -e /proc/self/fail-nth ] || skip_all 'the kernel cannot make allocations fail'
plan 11

FAULTS=/sys/kernel/debug

# write_with_failure N KNOB VALUE: as sh's own builtin, so that the N-th allocation of this
# task fails. What is left of N afterwards is in /tmp/left, 0 when one has failed.
write_with_failure()
{
	sh -c "echo $1 >/proc/self/fail-nth
		echo $3 >$KLRUSCAN/$2
		ended=\$?
		read -r left </proc/self/fail-nth
		echo 0 >/proc/self/fail-nth
		echo \"\${left:-0}\" >/tmp/left
		exit \$ended" 2>/tmp/refused
}

# all_fail KNOB VALUE: the first allocation fails, then the second, and so on until none is
# left to fail. A refused write leaves the knob as it was. $failures is how many were refused.
all_fail()
{
	failures=0
	before=$(cat "$KLRUSCAN/$1")
	for nth in $(seq 1 2000); do
		if write_with_failure "$nth" "$1" "$2"; then
			[ "$(cat "$KLRUSCAN/$1")" = "$2" ] || return 1
			[ "$(cat /tmp/left)" = 0 ] || return 0
			# one that the write can do without
			echo "$before" >"$KLRUSCAN/$1"
			continue
		fi
		failures=$((failures + 1))
		if ! grep -q 'Cannot allocate memory\|Out of memory' /tmp/refused ||
		   [ "$(cat "$KLRUSCAN/$1")" != "$before" ]; then
			note "$1, failure $nth: $(cat /tmp/refused), $(cat "$KLRUSCAN/$1")"
			return 1
		fi
	done
	return 1
}

for kind in failslab fail_page_alloc; do
	echo N >$FAULTS/$kind/ignore-gfp-wait
	echo 0 >$FAULTS/$kind/verbose
done
echo 0 >$FAULTS/fail_page_alloc/min-order

# kthreadd_fails PERCENT: of its allocations, and so of the threads that it is to make
kthreadd_fails()
{
	echo 0 >$FAULTS/failslab/probability
	echo Y >$FAULTS/failslab/task-filter
	echo -1 >$FAULTS/failslab/times
	echo 1 >/proc/2/make-it-fail
	echo "$1" >$FAULTS/failslab/probability
}

load_klruscan scan_interval_min_ms=50 scan_interval_max_ms=50
kthreadd_fails 100
check 'where no thread can be made, enabling fails' not sh -c "echo 1 >$KLRUSCAN/enabled" 2>/tmp/refused
kthreadd_fails 0
echo N >$FAULTS/failslab/task-filter
check 'for want of memory' grep -q 'Cannot allocate memory\|Out of memory' /tmp/refused
check 'and nothing is left half done' [ "$(cat "$KLRUSCAN/enabled") $(daemons | wc -l)" = '0 0' ]
check 'enabling fails and fails, and then does not' all_fail enabled 1
check 'it had to allocate' holds "$failures >= 3"
need_until 60 state_is running
check 'then it scans' wait_passes 3
check 'so it is with slow_nodes' all_fail slow_nodes 1
check 'which had to allocate, too' holds "$failures >= 3"
check 'and goes on scanning' eval '[ "$(cat $KLRUSCAN/enabled)" = 1 ] &&
	need_until 60 state_is running && wait_passes 3'
check 'and so with disabling' all_fail enabled 0
check 'no page is isolated' wait_until 20 nothing_isolated
unload_klruscan
finish
