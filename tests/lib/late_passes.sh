# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, after guest.sh: passes that the budget makes rare, over a hot set among cold
# pages, and what each of them finds.

# late_passes: of the passes in the trace that ended a second or more after the one before, the
# entries that each found accessed, and the seconds between the two, a line each. The first two
# only clear.
late_passes()
{
	awk '/ klruscan_pass: / {
		at = $0
		sub(/: klruscan_pass:.*/, "", at)
		sub(/.* /, "", at)
		if (++nr > 2 && at - last >= 1) {
			sub(/.* accessed=/, "")
			print $1, at - last
		}
		last = at
	}' "$TRACING/trace"
}

enough_late_passes() { [ "$(late_passes | wc -l)" -ge "$1" ]; }

# apart ORDER: the seconds between two of the last four, the least (1) or the most (4)
apart() { late_passes | tail -n 4 | cut -d' ' -f2 | sort -n | sed -n "$1p"; }

# late_passes_tell INTERVAL-IN-MS PERMILLE COUNT HOTSET-ARGUMENT...: plan and checks, of so many
# late passes; as slow as the kernel is, they are so far between
late_passes_tell()
{
	_count=$3
	load_klruscan scan_interval_min_ms="$1" scan_interval_max_ms="$1" \
		promote_rate_MBps=0 scan_cpu_permille=$(($2 * ${TIME_FACTOR:-1}))
	need_trace_events
	plan 5
	_interval=$1
	shift 3

	start_workload hotset --seconds 380 "$@"
	_hot=$(workload hot_pages ready)
	_pages=$(workload pages ready)
	trace_events pass
	tune enabled 1
	check 'passes are rare' wait_until 300 enough_late_passes "$_count"
	_told=$(status starved_ms)
	note "they are $(apart 1) to $(apart 4) s apart, by $_told ms more than is wanted, it says"
	check 'how late they are is told' \
		holds "$_told >= (1000 * $(apart 1) - $_interval) / 2 && $_told <= 1500 * $(apart 4)"
	_most=$(late_passes | sort -n | tail -n 1 | cut -d' ' -f1)
	_least=$(late_passes | sort -n | head -n 1 | cut -d' ' -f1)
	note "late passes found $_least to $_most of $_pages pages accessed, of which $_hot are hot"
	check 'they find the hot pages' holds "$_least >= 0.9 * $_hot"
	check 'and few others' holds "$_most <= $_hot + 0.15 * ($_pages - $_hot)"
	check 'no page lost its contents' stop_workload
}
