#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Which parts of the slow node are hot: the sums are those of the status, and the pages as
# many as there are.
. /tests/lib/guest.sh
plan 8

MIB=64
PAGES=$((MIB * 256))
RECORD=/tmp/run.klr

# sums: for each sample with heat of one pass: t, pass, and by the blocks and by the status the
# sum of heat and how many are warm; then what the pass saw, and how many blocks there are
sums()
{
	zcat $RECORD | awk '
		function list(pattern,   text) {
			if (!match($0, "\"" pattern "\":[[][0-9,]*[]]"))
				return 0
			text = substr($0, RSTART, RLENGTH)
			$0 = substr($0, RSTART + RLENGTH)
			sub(/^[^[]*[[]/, "", text)
			sub(/[]]$/, "", text)
			return split(text, item, ",")
		}
		function sum(pattern,   n, i, s) {
			n = list(pattern)
			for (i = 1; i <= n; i++)
				s += item[i]
			return s + 0
		}
		/"whole":true/ {
			heat = warm = 0
			# the levels of the node; the sum over all nodes follows
			n = list("heat")
			for (i = 2; i <= n; i++) {
				heat += (i - 1) * item[i]
				warm += item[i]
			}
			list("heat")
			blocks = list("step")
			h = sum("heat"); s = sum("seen"); w = sum("warm")
			print h, heat, w, warm, s, blocks
		}'
}

# all_are EXPRESSION: does it hold for each of them, with h, heat, w, warm, s, blocks as
# $1 to $6? False where there is none.
all_are() { awk "!($1) { bad = 1; print \"# \" \$0 } END { exit bad || !NR }" /tmp/sums; }

# What holds from the ninth pass on, when all histories are full.
later_are() { tail -n 3 /tmp/sums | awk "!($1) { bad = 1; print \"# \" \$0 } END { exit bad || NR < 3 }"; }

load_klruscan enabled=1 scan_interval_min_ms=500 scan_interval_max_ms=500 \
	scan_cpu_permille=1000
# bound there: nothing can be promoted
start_hammer --bind-vma $MIB
wait_passes 10
check 'it records' klruscan record -o $RECORD --interval 0.5 --duration 5
sums >/tmp/sums
note "$(tail -n 1 /tmp/sums)"
check 'nothing was promoted' [ "$(status promoted_pages)" = 0 ]
check 'the heat of the blocks is that of the status' all_are '$1 == $2 && $1 > 0'
check 'so is the number of pages with heat' all_are '$3 == $4'
check 'a pass sees what is accessed' later_are "\$5 >= 0.9 * $PAGES && \$5 <= 1.1 * $PAGES"
check 'it is hot' later_are "\$1 >= 0.9 * 7 * $PAGES"
check 'what is cold is left out' later_are "\$6 <= 4 * $PAGES / 512"
check 'no page lost its contents' stop_hammer
finish
