# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# damon: DAMON's migrate_hot on the slow node and migrate_cold on the fast one, with the
# settings that the authors of these actions recommend for a kernel from 6.11 on: SK
# hynix' HMSDK, tools/gen_migpol.py (global, without its cgroup filter):
#
#	sampling 100 ms, aggregation 2 s, update 20 s, 100 to 10000 regions
#	hot:  accessed in 5 % or more of the samples, any age, only young pages,
#	      2 s of time and 50 GiB in 20 s
#	cold: never accessed, for 30 s and more, only pages that are not young,
#	      1 s of time and 50 GiB in 20 s; both by age alone (1 %)
#
# The auto-tuning that DAMON's own tools recommend today needs quota goals that came
# with 6.16.

policy_daemons=kdamond
DAMON=/sys/kernel/mm/damon/admin/kdamonds

# The physical memory of a node, as lines "start end" in bytes
node_memory()
{
	size=$((0x$(cat /sys/devices/system/memory/block_size_bytes)))
	for block in $(find "/sys/devices/system/node/node$1/" -name 'memory[0-9]*'); do
		echo "${block##*/memory}"
	done | sort -n | awk -v size="$size" '
		NR > 1 && $1 == last + 1 { last = $1; next }
		NR > 1 { printf "%.0f %.0f\n", first * size, (last + 1) * size }
		{ first = last = $1 }
		END { if (NR) printf "%.0f %.0f\n", first * size, (last + 1) * size }'
}

# damon_watch KDAMOND NODE: everything on a node, as it is
damon_watch()
{
	context=$DAMON/$1/contexts/0
	echo 1 >$DAMON/$1/contexts/nr_contexts
	echo paddr >$context/operations
	echo 100000 >$context/monitoring_attrs/intervals/sample_us
	echo 2000000 >$context/monitoring_attrs/intervals/aggr_us
	echo 20000000 >$context/monitoring_attrs/intervals/update_us
	# the larger one first: the smaller must stay below it
	echo 10000 >$context/monitoring_attrs/nr_regions/max
	echo 100 >$context/monitoring_attrs/nr_regions/min
	echo 1 >$context/targets/nr_targets
	regions=$context/targets/0/regions
	node_memory "$2" >"$work/regions"
	wc -l <"$work/regions" >$regions/nr_regions
	i=0
	while read -r start end; do
		echo "$start" >"$regions/$i/start"
		echo "$end" >"$regions/$i/end"
		i=$((i + 1))
	done <"$work/regions"
	echo 1 >$context/schemes/nr_schemes
	scheme=$context/schemes/0
	echo 4096 >$scheme/access_pattern/sz/min
	echo 18446744073709551615 >$scheme/access_pattern/sz/max
	echo 53687091200 >$scheme/quotas/bytes
	echo 20000 >$scheme/quotas/reset_interval_ms
	echo 0 >$scheme/quotas/weights/sz_permil
	echo 0 >$scheme/quotas/weights/nr_accesses_permil
	echo 10 >$scheme/quotas/weights/age_permil
	echo 1 >$scheme/filters/nr_filters
	echo young >$scheme/filters/0/type
}

# damon_migrate KDAMOND ACTION TARGET ACCESSES-MIN ACCESSES-MAX AGE-MIN MS NOT-YOUNG
damon_migrate()
{
	scheme=$DAMON/$1/contexts/0/schemes/0
	echo "$2" >$scheme/action
	echo "$3" >$scheme/target_nid
	echo "$4" >$scheme/access_pattern/nr_accesses/min
	echo "$5" >$scheme/access_pattern/nr_accesses/max
	echo "$6" >$scheme/access_pattern/age/min
	echo 4294967295 >$scheme/access_pattern/age/max
	echo "$7" >$scheme/quotas/ms
	# whether what matches is left out
	echo "$8" >$scheme/filters/0/matching
}

policy_start()
{
	tier_settings 0 1
	echo 2 >$DAMON/nr_kdamonds
	damon_watch 0 "$SLOW_NODE"
	damon_migrate 0 migrate_hot "$FAST_NODE" 1 20 0 2000 N
	damon_watch 1 "$FAST_NODE"
	damon_migrate 1 migrate_cold "$SLOW_NODE" 0 0 15 1000 Y
	echo on >$DAMON/0/state
	echo on >$DAMON/1/state
}

# It moves no pgpromote_ or pgdemote_ counter: its own say what its schemes moved.
damon_pages()
{
	echo update_schemes_stats >"$DAMON/$1/state"
	echo $(($(cat "$DAMON/$1/contexts/0/schemes/0/stats/sz_applied") / 4096))
}

policy_promoted() { damon_pages 0; }
policy_demoted() { echo $(($(damon_pages 1) + $(vmstat_sum pgdemote_))); }

policy_stop()
{
	echo off >$DAMON/0/state
	echo off >$DAMON/1/state
}
