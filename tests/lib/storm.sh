# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests with tests/system/programs/storm.c: processes do to their memory all that can be done,
# the system is turned upside down, and what klruscan moves meanwhile is what it was.

CALM=/tmp/calm
GROUP=/sys/fs/cgroup/storm
MGLRU=/sys/kernel/mm/lru_gen/enabled
KDAMOND=/sys/kernel/mm/damon/admin/kdamonds
BALANCING=/sys/kernel/debug/sched/numa_balancing
KHUGEPAGED=/sys/kernel/mm/transparent_hugepage/khugepaged
HWPOISON=/sys/kernel/debug/hwpoison

# ---- what is done to the system, again and again -------------------------------

# disturb NAME: what its function does, until it is calm; counts how often it worked
disturb()
{
	while [ ! -e $CALM ]; do
		"turn_$1" >/dev/null 2>&1 && echo >>"/tmp/turns.$1"
		# not more often: the storm wants to get on, and klruscan to promote
		sleep 1
	done &
	disturbers="$disturbers $!"
	disturbances="$disturbances $1"
}

# Off, on but for its walk of page tables, and as it was
turn_mglru()
{
	echo n >$MGLRU && sleep 0.1 && echo 1 >$MGLRU && sleep 0.1 && echo y >$MGLRU
}

turn_demotion()
{
	echo false >/sys/kernel/mm/numa/demotion_enabled &&
		echo true >/sys/kernel/mm/numa/demotion_enabled
}

# For tiers, and it begins at once. Not 1 after 2: the kernel has noted times of access where it then
# looks for a CPU, and follows that into the void (task_numa_group(), nothing of klruscan's).
turn_balancing()
{
	echo 10 >$BALANCING/scan_delay_ms
	echo 2 >/proc/sys/kernel/numa_balancing && sleep 2 &&
		echo 0 >/proc/sys/kernel/numa_balancing
}

# One that can be moved away; others have pages that cannot. Not without end: the kernel
# waits for a page that MADV_SOFT_OFFLINE has taken hold of, which waits for the kernel.
turn_block()
{
	for block in /sys/devices/system/node/node[1-9]/memory[0-9]*; do
		state=/sys/devices/system/memory/${block##*/}/state
		timeout 3 sh -c "echo offline >$block/state"
		# it may have gone when the time was over
		[ "$(cat "$state")" = offline ] || continue
		echo online_movable >"$state"
		return
	done
	return 1
}

# DAMON beside it, on all physical memory
begin_damon()
{
	echo 1 >$KDAMOND/nr_kdamonds
	echo 1 >$KDAMOND/0/contexts/nr_contexts
	echo paddr >$KDAMOND/0/contexts/0/operations
	echo 20000 >$KDAMOND/0/contexts/0/monitoring_attrs/intervals/sample_us
	echo 200000 >$KDAMOND/0/contexts/0/monitoring_attrs/intervals/aggr_us
	echo 1 >$KDAMOND/0/contexts/0/targets/nr_targets
	_regions=$KDAMOND/0/contexts/0/targets/0/regions
	sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) : System RAM.*/0x\1 0x\2/p' /proc/iomem >/tmp/ram
	wc -l </tmp/ram >$_regions/nr_regions
	_region=0
	while read -r _start _last; do
		echo $((_start)) >"$_regions/$_region/start"
		echo $((_last + 1)) >"$_regions/$_region/end"
		_region=$((_region + 1))
	done </tmp/ram
	echo 1 >"$TRACING/events/damon/damon_aggregated/enable"
}

turn_damon() { echo on >$KDAMOND/0/state && sleep 2 && echo off >$KDAMOND/0/state; }

# move_to CGROUP: all processes of the storm, with those that they have started
move_to()
{
	cat $GROUP/*/cgroup.procs >/tmp/moved
	while read -r pid; do echo "$pid" >"$GROUP/$1/cgroup.procs"; done </tmp/moved
}

# The processes change their cgroup, and those that they have left go: now or, where a
# child was born meanwhile, the next time.
turn_cgroup()
{
	mkdir -p $GROUP/one $GROUP/two && move_to one && move_to two
	rmdir $GROUP/one
	move_to home
	rmdir $GROUP/two
}

turn_freezer() { echo 1 >$GROUP/cgroup.freeze && echo 0 >$GROUP/cgroup.freeze; }

# Reclaim, of what is there to be demoted or swapped
turn_reclaim() { echo 8M >$GROUP/memory.reclaim; }

turn_swap() { swapon /dev/nvme0n1 && sleep 1 && swapoff /dev/nvme0n1; }

turn_compaction() { echo 1 >/proc/sys/vm/compact_memory; }

turn_caches() { echo 3 >/proc/sys/vm/drop_caches; }

load_for_the_storm()
{
	load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 \
		promote_rate_MBps=1000 hot_threshold=1
}

# Other knobs, off, on, and gone and back, with some passes in between
turn_klruscan()
{
	wait_until 20 passed 5 0
	klruscan tune hot_threshold=3 scan_interval_max_ms=50 target_nid=0 || return 1
	wait_until 20 passed 10 0
	klruscan tune enabled=0 || return 1
	klruscan tune hot_threshold=1 scan_interval_max_ms=20 target_nid=-1 enabled=1 || return 1
	wait_until 20 passed 5 0
	status promoted_pages >>/tmp/promoted
	unload_klruscan && load_for_the_storm
}

# As busy as they can be
wake_mergers()
{
	for setting in scan_sleep_millisecs=10 alloc_sleep_millisecs=10 pages_to_scan=8192; do
		echo ${setting#*=} >$KHUGEPAGED/${setting%=*}
	done
	echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
	echo 20 >/sys/kernel/mm/ksm/sleep_millisecs
	echo 1000 >/sys/kernel/mm/ksm/pages_to_scan
	echo 1 >/sys/kernel/mm/ksm/run
	echo 8 >/proc/sys/vm/nr_hugepages
}

# ---- what is left afterwards -----------------------------------------------------

# Pages of processes that are on any LRU list
anonymous_pages()
{
	echo $(($(vmstat nr_active_anon) + $(vmstat nr_inactive_anon)))
}

# as before, but for what init and the shell grow by
lists_are_as_before() { [ "$(anonymous_pages)" -le $((before + 256)) ]; }

# A page that somebody has just isolated, to migrate it or to look at it, the kernel does not know
# when its memory breaks: it ignores it and holds it for good, and so the cgroup that it is charged
# to (memory_failure()). They are given back, for what else holds on to a cgroup to be seen.
return_broken_pages()
{
	dmesg | sed -n 's/.*Memory failure: \(0x[0-9a-f]*\): recovery action for .*: \(Ignored\|Failed\)$/\1/p' \
		>/tmp/broken
	[ -s /tmp/broken ] || return 0
	note "$(wc -l </tmp/broken) broken pages were not recovered: they are given back"
	[ -d $HWPOISON ] || insmod /hwpoison-inject.ko || return 1
	while read -r pfn; do echo "$pfn" >$HWPOISON/unpoison-pfn || return 1; done </tmp/broken
}

# Those of the storm are removed, and no page holds on to one of them any more.
cgroups_are_gone()
{
	for group in "$GROUP"/*/ "$GROUP"; do rmdir "$group" 2>/dev/null; done
	[ ! -e $GROUP ] && [ "$(dying_cgroups)" -le "$dying" ]
}

# meddled: how much was done beside klruscan so far: page table entries that NUMA balancing unmapped,
# pages swapped out, rounds of khugepaged and of KSM; with DAMON, its regions
meddled()
{
	vmstat numa_pte_updates
	vmstat pswpout
	cat $KHUGEPAGED/full_scans /sys/kernel/mm/ksm/full_scans
	[ -z "$damon" ] || grep -c ' damon_aggregated: ' "$TRACING/trace"
}

# all_meddled: each of them since it was written to /tmp/meddled
all_meddled()
{
	meddled | paste /tmp/meddled - >/tmp/both
	note "beside it: $(awk '{ printf "%s%d", (NR > 1 ? ", " : ""), $2 - $1 }' /tmp/both)"
	awk '$2 <= $1 { exit 1 }' /tmp/both
}

all_turned()
{
	for name in $disturbances; do
		if [ -s "/tmp/turns.$name" ]; then
			note "$name: $(wc -l <"/tmp/turns.$name") times"
		else
			note "$name: never"
			return 1
		fi
	done
}

# What takes a page out of use, which not every kernel can
BREAKING='^(soft_offline|poison) '

can_break_memory() { grep -q '^HardwareCorrupted:' /proc/meminfo; }

all_done()
{
	sed -n '2,$s/^/# /p' /tmp/storm.out
	[ "$(sed 1d /tmp/storm.out | wc -l)" -ge 20 ] &&
		! sed 1d /tmp/storm.out | grep -vE "$BREAKING" | grep -E '^[a-z_]+ 0 '
}

all_broken()
{
	[ "$(grep -cE "$BREAKING" /tmp/storm.out)" = 2 ] &&
		! grep -E "$BREAKING" /tmp/storm.out | grep -E '^[a-z_]+ 0 '
}

# ---- the storm ---------------------------------------------------------------------

begin_storm()
{
	mkdir $GROUP && echo '+memory' >$GROUP/cgroup.subtree_control && mkdir $GROUP/home ||
		return 1
	: >/tmp/storm.out
	sh -c "echo \$\$ >$GROUP/home/cgroup.procs; exec storm --seed $seed --steps ${STORM_STEPS:-1000} --slow-nodes $slow_nodes 64" \
		>/tmp/storm.out 2>/tmp/storm.err &
	storm=$!
	need_until 120 _begun "$storm" /tmp/storm.out '^[0-9 ]*$'
	grep -q '^[0-9 ]*$' /tmp/storm.out
}

# storm_loses_nothing SLOW_NODES: on nodes 1 to that; eleven checks
storm_loses_nothing()
{
	slow_nodes=$1
	seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
	note "SEED=$seed"
	before=$(anonymous_pages)
	dying=$(dying_cgroups)
	mkswap /dev/nvme0n1 >/dev/null || bail 'there is no disk to swap to'
	echo '+memory +cpuset' >/sys/fs/cgroup/cgroup.subtree_control
	wake_mergers
	damon=
	if [ -d ${KDAMOND%/*} ]; then
		damon=damon
		begin_damon 2>/dev/null
	else
		note 'the kernel has no DAMON'
	fi
	meddled >/tmp/meddled
	load_for_the_storm
	begin_storm || bail "the storm does not begin: $(cat /tmp/storm.err)"

	for name in mglru demotion balancing block $damon cgroup freezer reclaim swap compaction caches \
		    klruscan; do
		disturb "$name"
	done
	wait "$storm"
	ended=$?
	: >$CALM
	# shellcheck disable=SC2086 # one word for each
	wait $disturbers
	status promoted_pages >>/tmp/promoted
	promoted=$(awk '{ pages += $1 } END { print pages }' /tmp/promoted)

	note "promoted $promoted pages"
	cat /tmp/storm.err
	check 'every page holds what it has to' [ $ended = 0 ]
	check 'all that can be done to memory was done' all_done
	if can_break_memory; then
		check 'and memory was broken' all_broken
	else
		skip 'and memory was broken' 'the kernel takes no page out of use'
	fi
	check 'all that was to be turned was turned' all_turned
	check 'NUMA balancing, swap, khugepaged, KSM and DAMON were at work' all_meddled
	check 'pages were promoted in the storm' [ $promoted -gt 100 ]
	check 'no page is left isolated' wait_until 30 nothing_isolated
	check 'no page is left on a list' wait_until 30 lists_are_as_before
	# what the storm has printed is charged to it
	rm /tmp/storm.out /tmp/storm.err
	return_broken_pages || bail 'broken pages cannot be given back'
	check 'its cgroups can go, and nothing refers to them' wait_until 30 cgroups_are_gone
	start_workload hotset --mib 64 --seconds 100
	check 'the scan goes on' wait_until 60 grows passes
	check 'it can be unloaded' unload_klruscan
}
