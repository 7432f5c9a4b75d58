#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# Which parts of the slow node are hot: the sums are those of the status, the pages as
# many as there are, and they are where the processes have them.
. /tests/lib/guest.sh
plan 9

MIB=64
PAGES=$((MIB * 256))
RECORD=/tmp/run.klr

# For awk: the numbers of the next list of that name, as item[]; the line goes on behind it
# shellcheck disable=SC2016 # for awk
LIST='
	function list(name,   text) {
		if (!match($0, "\"" name "\":[[][0-9,]*[]]"))
			return 0
		text = substr($0, RSTART, RLENGTH)
		$0 = substr($0, RSTART + RLENGTH)
		sub(/^[^[]*[[]/, "", text)
		sub(/[]]$/, "", text)
		return split(text, item, ",")
	}'

# sums: for each sample with heat of one pass: t, pass, and by the blocks and by the status the
# sum of heat and how many are warm; then what the pass saw, and how many blocks there are
sums()
{
	zcat $RECORD | awk "$LIST"'
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

# Blocks in which hammer has pages, as its processes' page tables say. Of an entry of pagemap, the
# lower half is enough for 16 TiB.
own_blocks()
{
	for pid in $(hammer_pids); do
		dd if="/proc/$pid/pagemap" bs=8 skip=$((0x$HAMMER_BASE / 4096)) count=$((PAGES / 4)) 2>/dev/null |
			od -An -v -tu4 -w8
	done | awk '{ print int($1 / 512) }' | sort -u
}

# Of the last sample with heat of one pass, each block and how many of its pages the pass saw
seen_blocks()
{
	zcat $RECORD | grep '"whole":true' | tail -n 1 | awk "$LIST"'
		{
			n = list("step")
			for (i = 1; i <= n; i++)
				block[i] = block[i - 1] + item[i]
			if (list("seen") != n)
				exit 1
			for (i = 1; i <= n; i++)
				print block[i], item[i]
		}'
}

# share_in_own: of the pages that the pass saw, in blocks of hammer
share_in_own()
{
	own_blocks >/tmp/own
	seen_blocks >/tmp/seen
	awk 'NR == FNR { own[$1] = 1; next }
	     { all += $2; if ($1 in own) inside += $2 }
	     END { print all ? inside / all : 0 }' /tmp/own /tmp/seen
}

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
share=$(share_in_own)
note "$share of the pages seen are in the $(wc -l </tmp/own) blocks of the hot ones, of $(wc -l </tmp/seen)"
check 'they are where the page tables of the processes say' holds "$share >= 0.9"
check 'what is cold is left out' later_are "\$6 <= 4 * $PAGES / 512"
check 'no page lost its contents' stop_hammer
finish
