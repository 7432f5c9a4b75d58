#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 300
# A record of a hot set that moves shows where it was hot, and when; and however a record ends,
# what was recorded can be read.
. /tests/lib/guest.sh
plan 15

MIB=32
PAGES=$((MIB * 256))
RECORD=/tmp/run.klr

start_record()
{
	klruscan record -o $RECORD --interval 0.5 "$@" >/tmp/recorded 2>&1 &
	_record=$!
}

# end_record: as Ctrl-C does; its exit status
end_record()
{
	kill -INT $_record
	wait $_record
}

is_recording() { [ -s $RECORD ] && [ "$(zcat $RECORD 2>/dev/null | grep -c '"t_ms"')" -ge "$1" ]; }

# A second hammer, which begins to work when it is told to.
start_other()
{
	hammer --bind-vma --cold $MIB >/tmp/other.out 2>&1 &
	_other=$!
	need_until 60 grep -q '^[0-9 ]*$' /tmp/other.out
}

# cells: row, first of its columns, pictures, seen
cells() { klruscan report heatmap $RECORD --csv | awk -F, 'NR > 1 { print $1, $2, $7, $9 }'; }

# during FIRST LAST: of the columns from one part of the time to another, mean pages seen a
# picture, and those of them in rows that were cold in the other part
during()
{
	awk -v first="$1" -v last="$2" '
		NR == FNR { if ($2 > columns) columns = $2; next }
		{
			at = ($2 + 0.5) / (columns + 1)
			inside = at >= first && at < last
			if (inside) {
				here[$1] += $4
				pictures[$2] = $3
			} else if ((at < 0.3 && first >= 0.7) || (at >= 0.7 && first < 0.3)) {
				there[$1] += $4
			}
		}
		END {
			for (c in pictures)
				n += pictures[c]
			for (row in here) {
				all += here[row]
				if (there[row] < here[row] / 4)
					alone += here[row]
			}
			print (n ? all / n : 0), (all ? alone / all : 0)
		}' /tmp/cells /tmp/cells
}

part() { cut -d' ' -f"$2" "/tmp/$1"; }

reads_back()
{
	for _report in heatmap wss timeline funnel cgroups; do
		for _form in '' --json --csv '--svg /tmp/out.svg' '--html /tmp/out.html'; do
			# shellcheck disable=SC2086 # an option and its argument
			klruscan report $_report $RECORD $_form >/tmp/said 2>&1 || {
				note "$_report $_form: $(cat /tmp/said)"
				return 1
			}
		done
	done
}

# Ends, and says so; the file has an end.
failed_well()
{
	wait $_record
	[ $? = 1 ] && grep -q "$1" /tmp/recorded && klruscan report wss $RECORD >/tmp/said && return
	note "$(cat /tmp/recorded /tmp/said)"
	return 1
}

mkdir -p /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null
mkdir -p /sys/fs/cgroup/hammers
echo +memory >/sys/fs/cgroup/cgroup.subtree_control

load_klruscan enabled=1 scan_interval_min_ms=250 scan_interval_max_ms=250 \
	scan_cpu_permille=1000
echo $$ >/sys/fs/cgroup/hammers/cgroup.procs
start_hammer --bind-vma $MIB
start_other
echo $$ >/sys/fs/cgroup/cgroup.procs
wait_passes 10

start_record
need_until 60 is_recording 16
turn_hammer
kill -USR1 $_other
need_until 90 is_recording 40
check 'Ctrl-C is a proper end' end_record
note "$(cat /tmp/recorded)"
check 'it says how many samples there are' grep -q 'samples in' /tmp/recorded
check 'it reads back' reads_back

cells >/tmp/cells
during 0 0.3 >/tmp/early
during 0.7 1 >/tmp/late
note "early: $(cat /tmp/early); late: $(cat /tmp/late)"
check 'early, what is seen is as large as the first hot set' \
	holds "$(part early 1) >= 0.8 * $PAGES && $(part early 1) <= 1.2 * $PAGES"
check 'late, as the second' \
	holds "$(part late 1) >= 0.8 * $PAGES && $(part late 1) <= 1.2 * $PAGES"
check 'the first is elsewhere than the second' holds "$(part early 2) >= 0.7"
check 'the second is elsewhere than the first' holds "$(part late 2) >= 0.7"
klruscan report heatmap $RECORD >/tmp/map
sed 's/^/# /' /tmp/map
check 'the cgroup is in it' \
	eval 'klruscan report cgroups $RECORD --csv | awk -F, "\$1 == \"/hammers\" && \$6 >= 2 * $MIB * 1000000 { found = 1 } END { exit !found }"'

klruscan record -o $RECORD --duration 1 --interval 0.5 >/tmp/recorded 2>&1
check 'what was there is kept' [ -s $RECORD.old ]

mkdir -p /tmp/small
mount -t tmpfs -o size=16k none /tmp/small
RECORD=/tmp/small/run.klr
start_record --interval 0.1
check 'a full disk is told' failed_well 'No space left on device'
check 'a directory that is not there is told' \
	eval '! klruscan record -o /nowhere/run.klr 2>/tmp/said && grep -q "has to be there" /tmp/said'

RECORD=/tmp/unloaded.klr
start_record
need_until 30 is_recording 3
check 'no page lost its contents' stop_hammer
kill $_other
check 'nor did the other' wait $_other
if is_built_in; then
	skip 'it can be unloaded meanwhile' 'klruscan is built in'
	skip 'that ends the record' 'klruscan is built in'
	end_record
else
	check 'it can be unloaded meanwhile' wait_until 30 rmmod klruscan
	check 'that ends the record' failed_well 'module is not loaded'
fi
finish
