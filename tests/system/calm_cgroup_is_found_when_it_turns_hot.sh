#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A cgroup that was left alone for a long time is found at its next pass when it turns hot, is
# scanned often from then on, and promoted; the others go on as before.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 6

SHORTEST=100
LONGEST=1600

# and keep the number of passes up to the last that did not notice
quickens()
{
	_passes=$(passes sleeper)
	[ "$(interval sleeper)" = $LONGEST ] || return 0
	unnoticed=$_passes
	return 1
}

sleeps() { [ "$(interval sleeper)" = $LONGEST ] && [ "$(interval calm)" = $LONGEST ]; }

load_klruscan scan_interval_min_ms=$SHORTEST scan_interval_max_ms=$LONGEST promote_rate_MBps=0 \
	scan_cpu_permille=1000
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
unnoticed=$before
turn_hammer
check 'it is noticed' wait_until 60 quickens
check 'in a few passes' [ $((unnoticed - before)) -le 4 ]
note "$((unnoticed - before)) did not notice"
tune promote_rate_MBps 200
check 'and promoted' wait_until 120 on_node 0 0.95
sleeper=$(($(passes sleeper) - before))
calm=$(($(passes calm) - calm))
note "passes since: sleeper $sleeper, calm $calm"
check 'the other one had fewer passes meanwhile' [ "$calm" -lt "$sleeper" ]
check 'no page lost its contents' eval 'stop_hammer && stop_hammers'
finish
