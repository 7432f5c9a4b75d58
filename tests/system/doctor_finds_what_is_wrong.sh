#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# klruscan doctor has nothing to say against a machine on which klruscan works, and names
# what is wrong on others.
. /tests/lib/guest.sh
plan 17

# What is not fine here and cannot be otherwise: busybox mounts no cgroup v2.
no_problems() { klruscan doctor >/tmp/said || { cat /tmp/said; return 1; }; }

check 'the symbols are there' finds symbols ok
# what is built in needs none; a module does, and its kernel has BTF
check 'the prototypes are as they should be' finds prototypes ok
module_check 'it says that the module is not loaded' finds module problem
module_check 'the module fits' eval 'klruscan doctor --module /klruscan.ko | grep -q "^ok *kernel"'
check 'others than root get an answer too' eval \
	"su -s /bin/sh nobody -c 'klruscan doctor' | grep -q '^not checked'"
load_klruscan
check 'it says that klruscan is not enabled' finds daemons problem
check 'that it is loaded' finds module ok
tune enabled 1
echo 1 >/sys/kernel/mm/numa/demotion_enabled
need_until 30 state_is running
check 'where it works there is no problem' no_problems
check 'slow nodes are found' finds tiers ok
check 'there is free fast memory' finds fast_memory ok
check 'nobody else moves pages' eval 'finds numa_balancing ok && finds damon ok'
echo 2 >/proc/sys/kernel/numa_balancing
check 'somebody else does' finds numa_balancing warning
echo 0 >/sys/kernel/mm/lru_gen/enabled
check 'MGLRU is off' eval '! klruscan doctor >/dev/null && finds mglru problem'
echo 7 >/sys/kernel/mm/lru_gen/enabled
need_until 30 state_is running
if [ -d /sys/kernel/mm/damon/admin ]; then
	echo 1 >/sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds
	echo 1 >/sys/kernel/mm/damon/admin/kdamonds/0/contexts/nr_contexts
	echo paddr >/sys/kernel/mm/damon/admin/kdamonds/0/contexts/0/operations
	echo 1 >/sys/kernel/mm/damon/admin/kdamonds/0/contexts/0/targets/nr_targets
	echo on >/sys/kernel/mm/damon/admin/kdamonds/0/state
	check 'DAMON is at work' finds damon warning
	echo off >/sys/kernel/mm/damon/admin/kdamonds/0/state
else
	skip 'DAMON is at work' 'the kernel has no DAMON'
fi
tune promote_rate_MBps 0
check 'promotion is paused' finds daemons warning
check 'it changes nothing' eval '[ "$(cat $KLRUSCAN/promote_rate_MBps)" = 0 ]'
tune enabled 0
unload_klruscan
module_check 'and does without the module again' finds module problem
finish
