# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, after guest.sh: passes that the budget makes rare, over a hot set among cold
# pages, and what each of them finds.

# A pass says little of memory that nobody could access, as a CPU stood still while it was exposed.
# Where machines share a CPU that is for up to a tenth of a second every few seconds, so that
# exposures have to be longer; a pass in which it was longer does not count.

. /tests/lib/standstill.sh

# late_passes: of the passes in the trace that ended a second or more after the one before, and
# between which the machine did not stand still, the entries that each found accessed, and the
# seconds between the two, a line each. The first two only clear. In the first ten all is new, and
# one that is up to eight intervals late finds what was accessed since the last one; it takes its
# time itself, so that from end to end it can be twice as many.
late_passes()
{
	awk -v interval="$_interval" '
		/^[0-9]+ ms on CPU / {
			from[++nr_still] = $NF - $1 / 1000
			to[nr_still] = $NF
		}
		/ klruscan_pass: / {
			at = $0
			sub(/: klruscan_pass:.*/, "", at)
			sub(/.* /, "", at)
			at += 0
			still = 0
			for (i = 1; i <= nr_still; i++)
				still += from[i] < at && to[i] > last
			gap = at - last
			is_late = ++nr > 10 ? gap >= 1 : nr > 2 && gap > 16 * interval / 1000
			if (is_late && !still) {
				sub(/.* accessed=/, "")
				print $1, gap
			}
			last = at
		}' $STANDSTILLS "$TRACING/trace"
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
	watch_machine 200
	plan 5
	_interval=$1
	shift 3

	start_workload hotset --seconds 380 "$@"
	_hot=$(workload hot_pages ready)
	_pages=$(workload pages ready)
	# the clock of the standstills
	echo mono >"$TRACING/trace_clock"
	trace_events pass
	tune enabled 1
	check 'passes are rare' wait_until 300 enough_late_passes "$_count"
	_told=$(status starved_ms)
	note "standstills: $(standstills_since 1)"
	note "they are $(apart 1) to $(apart 4) s apart, by $_told ms more than is wanted, it says"
	check 'how late they are is told' \
		holds "$_told >= (1000 * $(apart 1) - $_interval) / 2 && $_told <= 1500 * $(apart 4)"
	_most=$(late_passes | sort -n | tail -n 1 | cut -d' ' -f1)
	_least=$(late_passes | sort -n | head -n 1 | cut -d' ' -f1)
	note "entries accessed and seconds since the pass before: $(late_passes | tr '\n' ';')"
	note "late passes found $_least to $_most of $_pages pages accessed, of which $_hot are hot"
	check 'they find the hot pages' holds "$_least >= 0.9 * $_hot"
	check 'and few others' holds "$_most <= $_hot + 0.15 * ($_pages - $_hot)"
	check 'no page lost its contents' stop_workload
}
