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
#
# A setting that is in the environment already stays: that is how bench/tune-damon tries
# others, and how damon-tuned has what it found. Ages are in aggregations.

: "${DAMON_SAMPLE_US:=100000}" "${DAMON_AGGR_US:=2000000}"
: "${DAMON_MIN_REGIONS:=100}" "${DAMON_MAX_REGIONS:=10000}"
: "${DAMON_HOT_SAMPLES:=1}" "${DAMON_HOT_AGE:=0}"	# at least
: "${DAMON_COLD_SAMPLES:=0}"				# at most
: "${DAMON_COLD_AGE:=15}"				# at least
: "${DAMON_RESET_MS:=20000}"				# in which a scheme has so much:
: "${DAMON_HOT_MS:=2000}" "${DAMON_COLD_MS:=1000}"
: "${DAMON_HOT_BYTES:=53687091200}" "${DAMON_COLD_BYTES:=53687091200}"
: "${DAMON_ACCESSES_PERMIL:=0}" "${DAMON_AGE_PERMIL:=10}"	# what comes first

policy_daemons=kdamond
DAMON=/sys/kernel/mm/damon/admin/kdamonds

# damon_tell KDAMOND WORD: what its state is to be. DAMON refuses that while a kdamond looks at
# what it was told, which each does once a sampling interval.
damon_tell()
{
	tries=100
	until echo "$2" >"$DAMON/$1/state"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.02
	done 2>/dev/null
}

# The physical memory of nodes, as lines "start end" in bytes
node_memory()
{
	size=$((0x$(cat /sys/devices/system/memory/block_size_bytes)))
	for node in "$@"; do
		find "/sys/devices/system/node/node$node/" -name 'memory[0-9]*'
	done | sed 's,.*/memory,,' | sort -n | awk -v size="$size" '
		NR > 1 && $1 == last + 1 { last = $1; next }
		NR > 1 { printf "%.0f %.0f\n", first * size, (last + 1) * size }
		{ first = last = $1 }
		END { if (NR) printf "%.0f %.0f\n", first * size, (last + 1) * size }'
}

# damon_watch KDAMOND NODE...: everything on nodes, as it is
damon_watch()
{
	context=$DAMON/$1/contexts/0
	echo 1 >"$DAMON/$1/contexts/nr_contexts"
	shift
	echo paddr >$context/operations
	echo "$DAMON_SAMPLE_US" >$context/monitoring_attrs/intervals/sample_us
	echo "$DAMON_AGGR_US" >$context/monitoring_attrs/intervals/aggr_us
	echo 20000000 >$context/monitoring_attrs/intervals/update_us
	# the larger one first: the smaller must stay below it
	echo "$DAMON_MAX_REGIONS" >$context/monitoring_attrs/nr_regions/max
	echo "$DAMON_MIN_REGIONS" >$context/monitoring_attrs/nr_regions/min
	echo 1 >$context/targets/nr_targets
	regions=$context/targets/0/regions
	node_memory "$@" >"$work/regions"
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
	echo "$DAMON_RESET_MS" >$scheme/quotas/reset_interval_ms
	echo 0 >$scheme/quotas/weights/sz_permil
	echo "$DAMON_ACCESSES_PERMIL" >$scheme/quotas/weights/nr_accesses_permil
	echo "$DAMON_AGE_PERMIL" >$scheme/quotas/weights/age_permil
	echo 1 >$scheme/filters/nr_filters
	echo young >$scheme/filters/0/type
}

# damon_migrate KDAMOND ACTION TARGET ACCESSES-MIN ACCESSES-MAX AGE-MIN MS BYTES NOT-YOUNG
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
	echo "$8" >$scheme/quotas/bytes
	# whether what matches is left out
	echo "$9" >$scheme/filters/0/matching
}

policy_start()
{
	tier_settings 0 1
	echo 2 >$DAMON/nr_kdamonds
	damon_watch 0 "$SLOW_NODE"
	damon_migrate 0 migrate_hot "$FAST_NODE" "$DAMON_HOT_SAMPLES" \
		$((DAMON_AGGR_US / DAMON_SAMPLE_US)) "$DAMON_HOT_AGE" "$DAMON_HOT_MS" \
		"$DAMON_HOT_BYTES" N
	# shellcheck disable=SC2086 # a list of words
	damon_watch 1 $FAST_NODES
	damon_migrate 1 migrate_cold "$SLOW_NODE" 0 "$DAMON_COLD_SAMPLES" "$DAMON_COLD_AGE" \
		"$DAMON_COLD_MS" "$DAMON_COLD_BYTES" Y
	damon_tell 0 on
	damon_tell 1 on
}

# It moves no pgpromote_ or pgdemote_ counter: its own say what its schemes moved.
damon_pages()
{
	[ -e "$DAMON/$1/state" ] || { echo 0; return; }
	damon_tell "$1" update_schemes_stats
	echo $(($(cat "$DAMON/$1/contexts/0/schemes/0/stats/sz_applied") / 4096))
}

policy_promoted() { damon_pages 0; }
policy_demoted() { echo $(($(damon_pages 1) + $(vmstat_sum pgdemote_))); }

policy_stop()
{
	damon_tell 0 off
	damon_tell 1 off
}
