#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# The events of klruscan are there and say what happens.
. /tests/lib/guest.sh

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=8
need_trace_events
plan 9

traced() { grep -q -e "$1" "$TRACING/trace"; }

echo 8192 >"$TRACING/buffer_size_kb"
echo 1 >"$TRACING/events/klruscan/enable"
start_hammer --bind-vma 8
start_workload hotset --mib 100 --seconds 100 --hot-access-percent 99.9
tune enabled 1
need_until 60 eval '[ "$(status promoted_pages)" -gt 0 ] && [ "$(outcome policy)" -gt 0 ]'
# when a pass ends between the two, it is 200 ms for a while
tune scan_interval_max_ms 250
tune scan_interval_min_ms 250
wait_passes 3
echo 0 >"$TRACING/tracing_on"

check 'a pass is reported' \
	traced 'klruscan_pass: nid=1 pass=[1-9][0-9]* ns=[1-9][0-9]* visited=[1-9][0-9]* accessed=[1-9][0-9]* tables=[1-9]'
check 'an admission is reported' \
	traced 'klruscan_admit: nid=1 target=0 hot=[1-9][0-9]* threshold=[1-8] rate_pages=[0-9]* room_pages=[1-9]'
check 'a promotion is reported' \
	traced 'klruscan_promote: nid=1 target=0 folios=[1-9][0-9]* promoted=[1-9][0-9]* pages=[1-9]'
check 'a refusal is reported with its word' \
	traced 'klruscan_refuse: nid=1 pfn=0x[0-9a-f]* outcome=policy$'
check 'a new interval is reported' \
	traced 'klruscan_interval: nid=1 cgroup=[0-9]* old_ms=[12]00 new_ms=250 new_hot=[0-9]* visited='
check 'the threads have their names' traced 'klruscand/1-.*klruscan_pass'
check 'so has the other' traced 'kpromoted/0-.*klruscan_promote'
echo 0 >"$TRACING/events/klruscan/enable"
check 'with the events off it can be unloaded' unload_klruscan
check 'no page lost its contents' eval 'stop_hammer && stop_workload'
finish
