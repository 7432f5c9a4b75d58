#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology two-slow --slow 512 --time 240
# Huge pages of two slow nodes in the same GiB: what the scan of one node finds out about
# the GiB is not lost for that of the other.
. /tests/lib/guest.sh
. /tests/lib/pulse.sh

need_huge_pages
plan 4

PULSES=20
MIB=64

# Are the bits that a pulse has set cleared by the scans, soon after? The bit of the GiB may be
# cleared while the CPU is between that level and the next one: then what it accesses has
# its turn later. That happens, but seldom.
all_seen()
{
	_i=0
	while [ $_i -lt $PULSES ]; do
		_i=$((_i + 1))
		pulse_once
		[ "$(pulse_kib Referenced)" -gt 0 ] || used=$((used + 1))
		wait_both 5
		[ "$(pulse_kib Referenced)" = 0 ] && continue
		late=$((late + 1))
		[ $late -le $((PULSES / 5)) ] || return 1
		# SKIP_ROUND passes, and some
		wait_both 40
		[ "$(pulse_kib Referenced)" = 0 ] || return 1
	done
}

# pages_seen: by the scans of both nodes
pages_seen() { echo $(($(status accessed 1) + $(status accessed 2))); }

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0 \
	scan_cpu_permille=1000
start_pulse $MIB 1 2
check 'they are huge' [ "$(pulse_kib AnonHugePages)" = $((MIB * 1024)) ]
tune enabled 1
wait_both 5
used=0
late=0
seen=$(pages_seen)
check 'every access is seen by the node whose page it was' all_seen
seen=$(($(pages_seen) - seen))
note "seen before it could be looked at: $used of $PULSES; late: $late"
# Some are seen before by who looks out between two passes, once a second. Of what the
# scan of the other node hides, half is missing.
note "the scans saw $seen pages of $((PULSES * MIB / 2))"
check 'most of it by the scan of that node' holds "$seen >= 0.75 * $PULSES * $MIB / 2"
check 'both nodes skip it while it is idle' \
	holds "$(status skipped 1) > 0 && $(status skipped 2) > 0"
stop_pulse
finish
