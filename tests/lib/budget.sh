# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of the budget, after guest.sh: how much of a CPU the scans take over a span of passes.
#
# The machine of a test stands still now and then, for seconds, and its time goes on. What comes to
# the budget meanwhile is saved, and taken later by passes that follow each other sooner, and a pass
# that was made meanwhile seems to have taken a CPU for so long. So a span in which that happens
# says nothing; and between two figures of its CPU time there is no less time than is counted.

. /tests/lib/standstill.sh

# scan_ms: CPU time of the scans of all slow nodes together, whose total comes last
scan_ms()
{
	klruscan status --json | awk '
		$1 == "\"scan_cpu_ns\":" { gsub(/,/, "", $2); total = $2 }
		END { printf "%.1f", total / 1000000 }'
}

# Of what can be saved, two seconds, passes take the last quarter before they keep to the budget: so
# much of that may be there, in ms.
saved=500

# begin_span: figures count from here
begin_span()
{
	span_standstills=$(standstills)
	span_saved=$saved
	span_start=$(now)
	span_passes=$(status passes)
	span_cpu=$(scan_ms)
}

# end_span PERMILLE: how much was taken since begin_span, in ms, in how many seconds; may be called
# again
end_span()
{
	span_took=$(awk "BEGIN { print $(scan_ms) - $span_cpu }")
	span_time=$(awk "BEGIN { print $(now) - $span_start }")
	saved=$(awk "BEGIN {
		saved = $span_saved + $1 * $span_time - $span_took
		print (saved < 0 ? 0 : saved > 500 ? 500 : saved)
	}")
}

# are_spent PERMILLE: where not all savings were there it is never known, but who took so much has
# taken what there was
are_spent()
{
	end_span "$1"
	holds "$saved <= 0 || $span_took >= 600"
}

# spend_savings PERMILLE: wait until they are spent, and begin a span
spend_savings()
{
	begin_span
	need_until 240 are_spent "$1"
	begin_span
}

# undisturbed COMMAND...: makes a span, and is called again where the machine stood still in that
undisturbed()
{
	for _try in 1 2 3 4 5 6; do
		"$@"
		[ "$(standstills)" != "$span_standstills" ] || return 0
		note "$1 again: the machine stood still for" \
			"$(standstills_since "$span_standstills")"
	done
	bail 'the machine stands still too often'
}

# tell_span: as a note
tell_span()
{
	note "$span_took ms of CPU time in $span_time s, before which $span_saved ms were saved"
}

# keeps_to PERMILLE MORE: was it the budget, or up to MORE times that, and what was saved?
keeps_to() { holds "$span_took <= $1 * $span_time * $2 + $span_saved"; }

# uses_half_of PERMILLE
uses_half_of() { holds "$span_took >= $1 * $span_time * 0.5"; }
