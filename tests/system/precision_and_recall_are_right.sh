#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 500
# What klruscan says of itself: of what was promoted, how much is hot, and of what is hot, how much is
# in fast memory. Both are within ten points of the truth, by the line between hot and cold that is
# told with them, with a hot set of which half was promoted, by Zipf's law, and when the hot set has moved.
. /tests/lib/guest.sh

plan 9

# Rounds count three quarters as much as the next: after so many, older ones are a tenth
ROUNDS=8

cpu_differs() { [ "$(status gauge_cpu_ns)" != "$1" ]; }

wait_rounds()
{
	for _round in $(seq "$1"); do
		need_until 60 cpu_differs "$(status gauge_cpu_ns)"
	done
}

# truth LINE: mean precision and recall since that line of its reports, as the workload knows where
# which pages are and how often they are accessed, by the line between hot and cold that klruscan
# tells: how fast it goes is not always the same. By Zipf's law a page is accessed once in the longer,
# the more are accessed more often: a stratum, from half way to the one before it to half way
# to the next, may be hot in part.
truth()
{
	tail -n "+$1" "$WORKLOAD_OUT" | grep '"event":"sample"' |
		sed 's/.*"strata":\[//; s/\].*/,end/; s/},{/\n/g; s/[{}"]//g; s/,end/\nend/' |
		awk -F '[:,]' -v ns="$(status hot_ns)" -v spread="$spread" '
		function hot_share(i, from, to) {
			from = i > 1 ? (time[i - 1] + time[i]) / 2 : 0
			to = i < n ? (time[i] + time[i + 1]) / 2 : 2 * time[i] - from
			if (spread && from < 1 && to > 1)
				return (1 - from) / (to - from)
			return time[i] <= 1
		}
		$1 == "end" {
			fast = hot = both = 0
			for (i = 1; i <= n; i++) {
				fast += pages[i] * in_fast[i]
				hot += pages[i] * hot_share(i)
				both += pages[i] * hot_share(i) * in_fast[i]
			}
			precision += fast ? both / fast : 0
			recall += hot ? both / hot : 0
			samples++
			n = 0
			next
		}
		{
			pages[++n] = $2
			# in times from access to access of a page that is just hot
			time[n] = ns > 0 && $4 > 0 ? 1e9 * $2 / $4 / ns : 1e9
			in_fast[n] = $6
		}
		END { if (samples) print precision / samples, recall / samples }'
}

# Enough readings of both: what was judged by another line counts for nothing when the line changes,
# and nothing is told for some rounds then
enough()
{
	awk '{ precision += $1 != "null"; recall += $3 != "null" }
		END { exit !(precision >= 4 && recall >= 4) }' /tmp/figures
}

# Readings from now on, with what is true meanwhile: PRECISION TRUTH RECALL TRUTH, a line each. From
# one to the next, half of what a figure goes by is drawn anew: each may be off by some points.
read_figures()
{
	: >/tmp/figures
	for _reading in $(seq 16); do
		_line=$(status hot_ns)
		_from=$(($(wc -l <"$WORKLOAD_OUT") + 1))
		wait_rounds $((ROUNDS / 4))
		_truth=$(truth "$_from")
		[ -n "$_truth" ] || continue
		[ "$(status hot_ns)" = "$_line" ] || continue
		echo "$(status precision) ${_truth% *} $(status recall) ${_truth#* }" >>/tmp/figures
		enough && break
	done
	cat /tmp/figures
}

# is_right COLUMN: is the mean of what was told within ten points of what was true?
is_right()
{
	awk -v at="$1" '$at != "null" { told += $at; truth += $(at + 1); n++ }
		END { off = n ? (told - truth) / n : 1; exit !(n >= 4 && off <= 0.1 && off >= -0.1) }' /tmp/figures
}

# gauge WORKLOAD: checks what is told of it, when nothing moves any more
gauge()
{
	tune promote_rate_MBps 0
	wait_rounds $ROUNDS
	said read_figures
	note "$1: hot is what is accessed once in $(status hot_ns) ns"
	check "$1: precision is right" is_right 1
	check "$1: recall is right" is_right 3
}

# All that is hot is in slow memory, which is known, and nothing is told of what was not promoted.
nothing_is_promoted()
{
	[ "$(status precision)" = null ] && [ "$(status recall)" != null ] &&
		holds "$(status recall) <= 0.1"
}

# begin WORKLOAD ARGUMENT...: shares of the strata are asked seldom enough to be means
begin()
{
	start_workload "$@" --mib 200 --seconds 400 --strata --interval-ms 1000
	load_klruscan promote_rate_MBps=0
	tune enabled 1
	check "$1: as long as nothing is promoted, that is told" wait_until 60 nothing_is_promoted
	tune promote_rate_MBps 16
}

spread=0
begin hotset
need_until 60 workload_says hot_in_fast '>=' 0.4
gauge hotset
stop_workload
unload_klruscan

spread=1
begin zipf
need_until 60 workload_says hot_in_fast '>=' 0.5
gauge zipf
stop_workload
unload_klruscan

spread=0
begin phase --phase-seconds $((25 * ${TIME_FACTOR:-1}))
need_until 90 workload_says phase '>=' 1
need_until 60 workload_says hot_in_fast '>=' 0.9
gauge phase
stop_workload
finish
