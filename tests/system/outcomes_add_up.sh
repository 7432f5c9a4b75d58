#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Every candidate ends in exactly one outcome, and sysfs and the tool say the same.
. /tests/lib/guest.sh
plan 5

sum_of_outcomes()
{
	cat "$KLRUSCAN"/outcomes/* | awk '{ sum += $1 } END { print sum }'
}

# Nothing has been a candidate since the last call.
candidates_stand_still() { ! grows candidates && [ -n "$_after" ]; }

# Are all outcomes of sysfs those of the tool?
same_figures()
{
	for file in "$KLRUSCAN"/outcomes/*; do
		[ "$(cat "$file")" = "$(outcome "${file##*/}")" ] || return 1
	done
}

# The tool's outcomes are as many as sysfs has, and one for those it does not know.
same_words()
{
	words=$(klruscan status --json | awk '/"outcomes":/ { inside = !seen++; next }
		/}/ { inside = 0 } inside { n++ } END { print n - 1 }')
	[ "$words" = "$(find "$KLRUSCAN/outcomes" -type f | wc -l)" ]
}

# a low rate, so that not all candidates end as promoted
load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 \
	promote_rate_MBps=4
start_workload hotset --mib 200 --seconds 12 --hot-access-percent 99.9
join_workload
passes=$(status passes)
# the heat of what has ended fades in eight passes
need_until 60 passed 10 "$passes"
need_until 60 candidates_stand_still

check 'there were candidates of more than one outcome' \
	holds "$(outcome promoted) > 0 && $(outcome promoted) < $(status candidates)"
check 'the sum of the outcomes is the candidates' \
	[ "$(sum_of_outcomes)" = "$(status candidates)" ]
check 'the tool and sysfs have the same outcomes' same_words
check 'the tool and sysfs have the same figures' same_figures
check 'pages of 4 KiB are as many as folios' \
	[ "$(status promoted_pages)" = "$(outcome promoted)" ]
finish
