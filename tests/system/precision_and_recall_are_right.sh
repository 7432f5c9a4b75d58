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

# truth: precision and recall, as the workload knows where which pages are and how often they are
# accessed, by the line that klruscan tells
truth()
{
	grep '"event":"sample"' "$WORKLOAD_OUT" | tail -n 1 |
		sed 's/.*"strata":\[//; s/\].*//; s/},{/\n/g; s/[{}"]//g' |
		awk -F '[:,]' -v ns="$(status hot_ns)" '{
			fast += $2 * $6
			if (ns > 0 && $4 / $2 * ns >= 1e9) {
				hot += $2
				both += $2 * $6
			}
		}
		END { print (fast ? both / fast : 0), (hot ? both / hot : 0) }'
}

# Enough readings of both: what was judged by another line counts for nothing when the line changes,
# and nothing is told for some rounds then
enough()
{
	awk '{ precision += $1 != "null"; recall += $3 != "null" }
		END { exit !(precision >= 4 && recall >= 4) }' /tmp/figures
}

# Readings from now on, with what is true meanwhile: PRECISION TRUTH RECALL TRUTH, a line each
read_figures()
{
	: >/tmp/figures
	for _reading in $(seq 16); do
		wait_rounds 1
		_truth=$(truth)
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

begin hotset
need_until 60 workload_says hot_in_fast '>=' 0.4
gauge hotset
stop_workload
unload_klruscan

begin zipf
need_until 60 workload_says hot_in_fast '>=' 0.5
gauge zipf
stop_workload
unload_klruscan

begin phase --phase-seconds $((25 * ${TIME_FACTOR:-1}))
need_until 90 workload_says phase '>=' 1
need_until 60 workload_says hot_in_fast '>=' 0.9
gauge phase
stop_workload
finish
