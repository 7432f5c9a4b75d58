# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, which run as root in a virtual machine (see tests/run).
# busybox sh.
#
#	. /tests/lib/guest.sh
#	plan 2
#	load_klruscan enabled=1
#	start_workload hotset --mib 200
#	check 'it scans' wait_until 30 grows passes
#	check 'it moves pages' holds "$(status promoted_pages) > 0"
#
# Limits of time are generous, and only there to end a test that hangs: an
# emulated machine is slow, and a kernel that checks itself slower still, for which
# $TIME_FACTOR multiplies them. What a test demands is a count or a ratio.

KLRUSCAN=/sys/kernel/mm/klruscan
# shellcheck disable=SC2034 # for the tests
TRACING=/sys/kernel/tracing
WORKLOAD_OUT=/tmp/workload.out
WORKLOAD_ERR=/tmp/workload.err
HAMMER_OUT=/tmp/hammer.out
HAMMER_BASE=100000000000
LEAKS=/sys/kernel/debug/kmemleak

# Pages move by klruscan or not at all: automatic NUMA balancing, which is on where
# there are several nodes, moves any page near to who accesses it, hot or not.
echo 0 >/proc/sys/kernel/numa_balancing

# A kernel may boot with MGLRU off, as Debian's 6.1 does.
[ "$(cat /sys/kernel/mm/lru_gen/enabled)" != 0x0000 ] || echo y >/sys/kernel/mm/lru_gen/enabled

# ---- results -----------------------------------------------------------------

_results=0
_failed=0

# plan N: so many checks will follow
plan()
{
	_planned=$1
	printf 'KTAP version 1\n1..%s\n' "$1"
}

# skip_all REASON: there is nothing to test on this machine; instead of plan
skip_all()
{
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

ok()
{
	_results=$((_results + 1))
	printf 'ok %d - %s\n' "$_results" "$1"
}

not_ok()
{
	_results=$((_results + 1))
	_failed=$((_failed + 1))
	printf 'not ok %d - %s\n' "$_results" "$1"
}

# skip DESCRIPTION REASON
skip()
{
	_results=$((_results + 1))
	printf 'ok %d - %s # SKIP %s\n' "$_results" "$1" "$2"
}

# check DESCRIPTION COMMAND...: passed when the command succeeds
check()
{
	_what=$1
	shift
	if "$@"; then
		ok "$_what"
	else
		printf '# failed: %s\n' "$*"
		not_ok "$_what"
	fi
}

# bail WHY: the test cannot go on
bail()
{
	printf 'Bail out! %s\n' "$*"
	exit 1
}

# Where the kernel can find memory that nobody refers to: what it finds is in its log,
# and a log that says so fails the test. Only what two scans find is a leak.
look_for_leaks()
{
	[ -e $LEAKS ] || return 0
	is_built_in || unload_klruscan 2>/dev/null
	_scanned=$(now)
	# refused where kmemleak has given up, which is in the log
	echo scan >$LEAKS
	# kmemleak reports nothing that is younger than 5 s; on a slow machine a scan takes longer
	wait_until 10 eval 'holds "$(now) - $_scanned > 6"'
	echo scan >$LEAKS
	sed 's/^/# /' $LEAKS
}

# finish: the end of every test
finish()
{
	stop_workload >/dev/null
	stop_hammer
	look_for_leaks
	[ "$_results" = "$_planned" ] && [ "$_failed" = 0 ]
	exit
}

note() { printf '# %s\n' "$*"; }

# said COMMAND...: its status; what it says is noted
said()
{
	"$@" >/tmp/said 2>&1
	_said=$?
	while read -r _line; do note "$_line"; done </tmp/said
	return "$_said"
}

# holds EXPRESSION: of awk, such as "0.5 < 1"
holds() { awk "BEGIN { exit !($1) }"; }

not() { ! "$@"; }

now() { cut -d' ' -f1 /proc/uptime; }

# wait_until SECONDS COMMAND...: poll until the command succeeds; fails when it
# does not in that time
wait_until()
{
	_end=$(($(cut -d. -f1 /proc/uptime) + $1 * ${TIME_FACTOR:-1}))
	shift
	until "$@"; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt "$_end" ] || return 1
		sleep 0.1
	done
}

# need_until SECONDS COMMAND...: as wait_until, but nothing makes sense without it
need_until()
{
	wait_until "$@" || bail "not within $1 s: $*"
}

# ---- the module, or klruscan in the kernel -----------------------------------

KNOB_DEFAULTS=/tmp/knob.defaults

# Is it part of the kernel? Then there is no module to load.
is_built_in() { [ ! -e /klruscan.ko ]; }

# The knobs as NAME=VALUE, one a line
knobs()
{
	for _knob in $(find "$KLRUSCAN" -maxdepth 1 -type f -perm -200 | sort); do
		echo "${_knob##*/}=$(cat "$_knob")"
	done
}

# As if it had just been loaded with these parameters: the others have their defaults.
reset_knobs()
{
	[ -e $KNOB_DEFAULTS ] || knobs >$KNOB_DEFAULTS
	for _given in "$@"; do echo "$_given"; done >/tmp/knob.given
	# shellcheck disable=SC2046 # one word for each knob
	klruscan tune $(awk -F= '!($1 in at) { at[$1] = ++n } { line[at[$1]] = $0 }
				 END { for (i = 1; i <= n; i++) print line[i] }' \
			$KNOB_DEFAULTS /tmp/knob.given) >/tmp/tuned 2>&1
}

# Has the kernel more than one memory tier?
has_tiers() { [ "$(find /sys/devices/virtual/memory_tiering -name nodelist | wc -l)" -gt 1 ]; }

# The slow nodes of a machine whose firmware says which they are (HMAT), to a kernel that
# makes no memory tiers of that, as 6.1: in these machines, those without a CPU.
untold_slow_nodes()
{
	[ -e /sys/firmware/acpi/tables/HMAT ] && ! has_tiers || return 0
	for _node in /sys/devices/system/node/node[0-9]*; do
		grep -q . "$_node/cpulist" || grep -q 'MemTotal: *0 kB' "$_node/meminfo" ||
			echo "${_node##*node}"
	done | tr '\n' ',' | sed 's/,$//'
}

# load_klruscan [PARAM=VALUE...]: tests count what passes find, and do not wait for a budget,
# unless they say so
load_klruscan()
{
	_untold=$(untold_slow_nodes)
	set -- ${_untold:+"slow_nodes=$_untold"} scan_cpu_permille=1000 "$@"
	if is_built_in; then
		reset_knobs "$@" || bail "cannot set $*: $(cat /tmp/tuned)"
	else
		insmod /klruscan.ko "$@" || bail "cannot load klruscan: $(dmesg | tail -n 3)"
	fi
}

# unload_klruscan: what is built in is at least stopped
unload_klruscan()
{
	if is_built_in; then
		reset_knobs
	else
		rmmod klruscan
	fi
}

# Before plan, for what is about huge pages
need_huge_pages()
{
	[ -e /sys/kernel/mm/transparent_hugepage ] || skip_all 'the kernel has no huge pages'
}

# Before plan, when klruscan is loaded, for what is seen by its tracepoints
need_trace_events()
{
	[ -d "$TRACING/events/klruscan" ] || skip_all 'the kernel has no trace events'
}

# trace_events NAME...: of klruscan, from now on
trace_events()
{
	for _event in "$@"; do
		echo 1 >"$TRACING/events/klruscan/klruscan_$_event/enable"
	done
}

# module_check DESCRIPTION COMMAND...: of what only a module does
module_check()
{
	if is_built_in; then
		skip "$1" 'klruscan is built in'
	else
		check "$@"
	fi
}

is_loaded() { grep -q '^klruscan ' /proc/modules; }

# status FIELD [NODE]: of that slow node; without one, of the first
status()
{
	klruscan status --json | awk -v key="\"$1\":" -v nid="${2-}" '
		BEGIN { mine = nid == "" }
		nid != "" && $1 == "\"nid\":" { mine = $2 == nid "," }
		mine && $1 == key && !found { found = 1; gsub(/[",]/, "", $2); print $2 }'
}

# heats: how many pages of the slow node so many of the last eight passes saw, from 0 on, a line each
heats()
{
	klruscan status --json | awk '
		/"heat": \[/ { inside = 1; next }
		inside && /\]/ { exit }
		inside { print $1 + 0 }'
}

# heat_from LEVEL: pages that so many passes saw, or more
heat_from() { heats | awk -v level="$1" 'NR > level { sum += $1 } END { print sum + 0 }'; }

# outcome WORD: how many candidates of the slow node ended so
outcome()
{
	klruscan status --json | awk -v key="\"$1\":" \
		'/"outcomes":/ { inside = 1 }
		 inside && $1 == key && !found { found = 1; gsub(/,/, "", $2); print $2 }'
}

# verdict ID: of that check of klruscan doctor; finds ID VERDICT: is that what it is?
verdict()
{
	klruscan doctor --json | awk -v id="\"$1\"," '
		$1 == "\"id\":" { here = $2 == id }
		here && $1 == "\"verdict\":" { sub(/.*: "/, ""); sub(/",$/, ""); print }'
}
finds() { [ "$(verdict "$1")" = "$2" ]; }

# grows FIELD: does it, from one call to the next? False at the first call.
grows()
{
	eval "_before=\${_grows_$1-}"
	_after=$(status "$1")
	eval "_grows_$1=\$_after"
	[ -n "$_before" ] && [ "${_after:-0}" -gt "$_before" ]
}

# passes_since N: how many passes were completed since there were N
passes_since() { echo $(($(status passes) - $1)); }

# passed COUNT N: COUNT passes since there were N?
passed() { [ "$(passes_since "$2")" -ge "$1" ]; }

# wait_passes COUNT: wait for so many further passes
wait_passes()
{
	need_until 120 passed "$1" "$(status passes)"
}

state_is() { [ "$(status state)" = "$1" ]; }

# daemons [NAME]: the kernel threads, by the names that they give themselves
daemons()
{
	grep -l -E "^(${1:-klruscand|kpromoted|kgauged})/" /proc/[0-9]*/comm 2>/dev/null |
		sed 's|/proc/||; s|/comm||'
}

# fail_daemons: those that run now are who the kernel's fault injection is for, where that goes
# by the task
fail_daemons()
{
	need_until 60 state_is running
	for _pid in $(daemons); do
		echo 1 >"/proc/$_pid/make-it-fail"
	done
}

# No page is on its way from or to an LRU list.
nothing_isolated() { [ "$(($(vmstat nr_isolated_anon) + $(vmstat nr_isolated_file)))" = 0 ]; }

# tune KNOB VALUE
tune() { echo "$2" >"$KLRUSCAN/$1" || bail "cannot set $1 to $2"; }

# log_has PATTERN: in the kernel log?
log_has() { dmesg | grep -q -e "$1"; }

# kswapd and direct reclaim; what klruscan demotes counts as kswapd's demotion
RECLAIM='^(allocstall_|pgscan_direct|pgscan_kswapd|pgsteal_|pgdemote_direct|oom_kill|pageoutrun)'
KSWAPD_WAKES=$TRACING/events/vmscan/mm_vmscan_wakeup_kswapd

# watch_reclaim: before nobody_reclaimed
watch_reclaim()
{
	grep -E "$RECLAIM" /proc/vmstat >/tmp/reclaim
	_direct=$(direct_reclaim)
	echo 1 >"$KSWAPD_WAKES/enable" || bail 'it cannot be seen who wakes kswapd'
}

# nobody_reclaimed: since watch_reclaim. The memory of a kernel that checks itself comes and
# goes in bursts, of what it remembers of freed memory above all, for which it may wake
# kswapd; there, klruscan does not, and processes have nothing to do themselves.
nobody_reclaimed()
{
	grep -E "$RECLAIM" /proc/vmstat | said diff /tmp/reclaim - && return 0
	said grep -v '^#' "$TRACING/trace"
	[ -e $LEAKS ] && [ "$(direct_reclaim)" = "$_direct" ] &&
		! grep -q -E '(kpromoted|klruscand|kgauged).* mm_vmscan_wakeup_kswapd:' "$TRACING/trace"
}

# What processes had to do themselves to get memory
direct_reclaim()
{
	awk '/^(allocstall_|pgscan_direct |pgsteal_direct |pgdemote_direct |oom_kill )/ { sum += $2 }
		END { print sum }' /proc/vmstat
}

vmstat() { awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat; }

# node_vmstat NODE NAME
node_vmstat()
{
	awk -v name="$2" '$1 == name { print $2 }' "/sys/devices/system/node/node$1/vmstat"
}

# ---- what makes pages hot ----------------------------------------------------

# _begun PID FILE PATTERN: has it printed that, or ended?
_begun() { grep -q "$3" "$2" || ! kill -0 "$1" 2>/dev/null; }

# need_ready SECONDS PID PATTERN WHAT FILE...: wait until the process has printed that into
# the first FILE
need_ready()
{
	_limit=$1
	_starting=$2
	_pattern=$3
	_name=$4
	shift 4
	wait_until "$_limit" _begun "$_starting" "$1" "$_pattern"
	grep -q "$_pattern" "$1" || bail "$_name is not ready: $(cat "$@")"
}

# start_workload NAME ARGUMENT...: a program of workloads/; returns when all its
# pages are in place. Its --seconds, which have to be there, are multiplied as well.
start_workload()
{
	: >"$WORKLOAD_OUT"
	_seconds=$(echo "$*" | sed -n 's/.*--seconds \([0-9]*\).*/\1/p')
	"$@" --seconds $((_seconds * ${TIME_FACTOR:-1})) >"$WORKLOAD_OUT" 2>"$WORKLOAD_ERR" &
	_workload=$!
	need_ready 120 "$_workload" '"event":"ready"' 'the workload' "$WORKLOAD_OUT" "$WORKLOAD_ERR"
}

# workload FIELD [EVENT]: in its last report (of that kind)
workload()
{
	grep "\"event\":\"${2:-sample}\"" "$WORKLOAD_OUT" | tail -n 1 |
		sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"
}

# workload_says FIELD RELATION VALUE: of the last sample, such as '>= 0.9'
workload_says()
{
	_value=$(workload "$1")
	[ -n "$_value" ] && holds "$_value $2 $3"
}

# join_workload: wait for its end; its exit status
join_workload()
{
	wait "$_workload"
	_status=$?
	_workload=
	return $_status
}

# stop_workload: end it now; its exit status, 0 when none runs
stop_workload()
{
	[ -n "${_workload-}" ] || return 0
	kill -TERM "$_workload" 2>/dev/null
	join_workload
}

workload_runs() { kill -0 "$_workload" 2>/dev/null; }

# leave_the_last_cpu: to hammer --lone; this shell, what it starts, and the daemons go to the first
leave_the_last_cpu()
{
	taskset -p 1 $$
	for pid in $(daemons); do taskset -p 1 "$pid"; done
} >/dev/null

# start_hammer ARGUMENT...: see tests/system/programs/hammer.c; returns when all
# its pages are in place
start_hammer()
{
	: >"$HAMMER_OUT"
	hammer "$@" >"$HAMMER_OUT" 2>&1 &
	_hammer=$!
	need_ready 120 "$_hammer" '^[0-9 ]*$' hammer "$HAMMER_OUT"
}

hammer_pids() { sed -n 1p "$HAMMER_OUT"; }

# free_kib NODE: memory of it that is free
free_kib() { awk '$3 == "MemFree:" { print $4 }' "/sys/devices/system/node/node$1/meminfo"; }

# pages_above NODE WATERMARK: free pages of it above its "low" or "high" one; but for the lowest
# of several zones, which promotion leaves to devices
pages_above()
{
	awk -v node="$1," -v which="$2" '
		/^Node/ { mine = $2 == node }
		mine && $1 == "pages" && $2 == "free" { free = $3 }
		mine && $1 == which { mark = $2 }
		mine && $1 == "managed" && $2 > 0 {
			if (!zones++)
				lowest = free - mark
			above += free - mark
		}
		END { print (zones > 1 ? above - lowest : above) }' /proc/zoneinfo
}

# listed_pages NODE: those that are free in the lists of its CPUs, and not counted as such
listed_pages()
{
	awk -v node="$1," '
		/^Node/ { mine = $2 == node }
		mine && $1 == "count:" { pages += $2 }
		END { print pages + 0 }' /proc/zoneinfo
}

# room_on NODE: pages that may be promoted there. What a CPU keeps in its lists is free, too.
room_on() { echo $(($(pages_above "$1" high) + $(listed_pages "$1"))); }

# pages_of PID NODE: base pages of the memory of one of hammer's processes there
pages_of()
{
	awk -v base="$HAMMER_BASE" -v node="N$2=" '
		$1 == base {
			for (i = 1; i <= NF; i++)
				if (index($i, node) == 1)
					sum += substr($i, length(node) + 1)
		}
		END { print sum + 0 }' "/proc/$1/numa_maps"
}

# pages_on NODE: base pages of hammer's memory there. Memory that all processes
# share is asked of one with "shared": pages_on NODE shared
pages_on()
{
	for _pid in $(hammer_pids); do
		pages_of "$_pid" "$1"
		[ "${2-}" != shared ] || break
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

# on_node NODE SHARE [shared]: is that share of hammer's pages there?
on_node()
{
	_there=$(pages_on "$1" "${3-}")
	_elsewhere=$(pages_on "$((1 - $1))" "${3-}")
	[ $((_there + _elsewhere)) -gt 0 ] &&
		holds "$_there >= $2 * ($_there + $_elsewhere)"
}

# turn_hammer: its memory from hot to cold, or back; see SIGUSR1 in hammer.c
turn_hammer() { kill -USR1 "$_hammer" || bail 'hammer is gone'; }

# stop_hammer: its exit status, 0 when none runs; 3 when a page lost its contents
stop_hammer()
{
	[ -n "${_hammer-}" ] || return 0
	kill -TERM "$_hammer" 2>/dev/null
	wait "$_hammer"
	_status=$?
	_hammer=
	[ $_status = 0 ] || cat "$HAMMER_OUT"
	return $_status
}
