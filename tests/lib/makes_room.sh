# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, after guest.sh: fast memory of which most is idle pages, and a hot set
# that would fit, but not beside them. The machine has 384 MiB of fast memory; what of it is
# free is less where the kernel checks itself.

# What the idle pages are made under, and more options for them and for the hot set
IDLE_UNDER=
IDLE_OPTIONS=
HOT_OPTIONS=

# Called as soon as klruscan runs
WHEN_READY=:

# In which the hot pages have to have moved
HOT_SECONDS=200

# crowd_fast_memory: the idle pages are there before the hot set comes. Sets $demoted,
# the pages demoted before.
crowd_fast_memory()
{
	_free=$(($(free_kib 0) / 1024))
	# shellcheck disable=SC2086 # these are lists of words
	$IDLE_UNDER start_hammer --idle --start-node 0 $IDLE_OPTIONS $((_free * 55 / 100))
	on_node 0 1 || bail 'the idle pages are not on the fast node'
	demoted=$(vmstat pgdemote_kswapd)
	# shellcheck disable=SC2086
	start_workload hotset --mib $((_free * 215 / 100)) --hot-percent 30 --seconds 500 --hot-access-percent 99.9 $HOT_OPTIONS
}

# Does status count as many demoted pages as the kernel, whose counter is a second behind?
demoted_agree()
{
	_so_far=$(vmstat pgdemote_kswapd)
	[ "$(status demoted_pages)" = $((_so_far - demoted)) ] && [ "$(vmstat pgdemote_kswapd)" = "$_so_far" ]
}

# makes_room PARAM=VALUE...: 9 checks. What is idle makes room for what is hot.
makes_room()
{
	crowd_fast_memory
	watch_reclaim
	load_klruscan scan_interval_max_ms=200 promote_rate_MBps=1000 "$@"
	tune enabled 1
	$WHEN_READY
	check 'the hot pages reach fast memory' wait_until "$HOT_SECONDS" workload_says hot_in_fast '>=' 0.95
	check 'most of what is promoted had no room before' \
		holds "$(vmstat pgdemote_kswapd) - $demoted >= 0.3 * $(status promoted_pages)"
	check 'status says how many went' wait_until 60 demoted_agree
	check 'it was idle pages that went' on_node 1 0.2
	check 'of the cold pages, few came' workload_says cold_in_fast '<=' 0.1
	check 'nobody had to reclaim' nobody_reclaimed
	check 'no hot page lost its contents' stop_workload
	check 'no idle page lost its contents' stop_hammer
	check 'no page is left isolated' wait_until 20 nothing_isolated
}
