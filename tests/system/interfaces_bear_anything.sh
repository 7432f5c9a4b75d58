#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# core: bad input
# Whatever is asked of the device and of the files in sysfs gets an answer that is documented;
# what is refused changes nothing, who only looks cannot change anything, and who may not
# cannot even look. FUZZ_SECONDS (15) for each part; the seed is printed, SEED= repeats it.
. /tests/lib/guest.sh
plan 10

FUZZ_SECONDS=${FUZZ_SECONDS:-15}
SEED=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
note "SEED=$SEED"

# for pester: whatever is set for these counts for nobody
if [ -e /sys/fs/cgroup/cgroup.subtree_control ]; then
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir /sys/fs/cgroup/pestered /sys/fs/cgroup/pestered_too
fi
load_klruscan enabled=1
start_hammer 32
wait_passes 2
knobs >/tmp/before
check 'whoever looks is answered' said pester look "$FUZZ_SECONDS" "$SEED"
knobs >/tmp/after
check 'nothing is changed by it' cmp /tmp/before /tmp/after

pester look "$FUZZ_SECONDS" "$SEED" >/tmp/looked 2>&1 &
looking=$!
check 'whoever sets is answered, and what is refused changes nothing' \
	said pester set "$FUZZ_SECONDS" "$SEED"
check 'whoever looks meanwhile too' wait $looking
note "$(cat /tmp/looked)"
check 'nobody else gets in' said pester nobody
if [ -e /proc/self/ns/user ]; then
	check 'nor the root of a user namespace' said pester namespace
else
	skip 'nor the root of a user namespace' 'the kernel has none'
fi

# shellcheck disable=SC2046 # one word for each knob
klruscan tune $(cat /tmp/before) >/tmp/tuned 2>&1 || bail "cannot set the knobs: $(cat /tmp/tuned)"
check 'it goes on with its defaults' wait_until 60 eval '[ "$(status passes)" -ge 3 ]'
check 'and promotes' wait_until 60 on_node 0 0.95
check 'no page lost its contents' stop_hammer
module_check 'it can be unloaded' rmmod klruscan
finish
