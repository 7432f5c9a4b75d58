#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A cgroup that was left alone for a long time is found at its next pass when it turns hot, is
# scanned often from then on, and promoted; the others go on as before.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh

SHORTEST=100
LONGEST=1600

# cgroup_id CGROUP: as in tracepoints
cgroup_id() { stat -c %i "$ROOT/$1"; }

# quickens ID: since the mark. Where nothing is promoted it is back at its pace before long,
# perhaps before it can be asked for its interval.
quickens()
{
	sed '1,/tracing_mark_write: turned/d' "$TRACING/trace" |
		grep -q "klruscan_interval: .* cgroup=$1 old_ms=$LONGEST new_ms=$SHORTEST "
}

# passes_before CGROUP: how many there were from the mark until it was noticed; the one that
# did has come to its end before its interval changes
passes_before()
{
	awk -v id="cgroup=$1" -v new="new_ms=$SHORTEST" '
		/tracing_mark_write: turned/ { turned = 1 }
		turned && /klruscan_pass:/ { passes++ }
		turned && /klruscan_interval:/ && $0 ~ id " " && $0 ~ new " " { exit }
		END { print passes - 1 }' "$TRACING/trace"
}

sleeps() { [ "$(interval sleeper)" = $LONGEST ] && [ "$(interval calm)" = $LONGEST ]; }

load_klruscan scan_interval_min_ms=$SHORTEST scan_interval_max_ms=$LONGEST promote_rate_MBps=0 \
	scan_cpu_permille=1000
need_trace_events
plan 6

make_cgroup calm
make_cgroup sleeper
hammer_in calm 8
: >"$HAMMER_OUT"
in_cgroup sleeper start_hammer --cold 16
need_until 60 grep -q '^cold$' "$HAMMER_OUT"
tune enabled 1
need_until 120 sleeps
ok 'what is idle is scanned rarely'
calm=$(passes calm)
before=$(passes sleeper)
trace_events pass interval
echo turned >"$TRACING/trace_marker"
turn_hammer
id=$(cgroup_id sleeper)
check 'it is noticed' wait_until 60 quickens "$id"
unnoticed=$(passes_before "$id")
note "$unnoticed did not notice"
check 'in a few passes' [ "$unnoticed" -le 4 ]
tune promote_rate_MBps 200
check 'and promoted' wait_until 120 on_node 0 0.95
sleeper=$(($(passes sleeper) - before))
calm=$(($(passes calm) - calm))
note "passes since: sleeper $sleeper, calm $calm"
check 'the other one had fewer passes meanwhile' [ "$calm" -lt "$sleeper" ]
check 'no page lost its contents' eval 'stop_hammer && stop_hammers'
finish
