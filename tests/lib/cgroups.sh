# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests with cgroups, after guest.sh.

ROOT=/sys/fs/cgroup

# make_cgroup PATH: with a memory controller of its own
make_cgroup()
{
	echo +memory >"$ROOT/cgroup.subtree_control"
	mkdir "$ROOT/$1" || bail "cannot make $1"
}

# in_cgroup CGROUP COMMAND...: whatever the command starts begins there, and so do the
# children of that
in_cgroup()
{
	echo $$ >"$ROOT/$1/cgroup.procs"
	shift
	"$@"
	echo $$ >"$ROOT/cgroup.procs"
}

# run_in CGROUP COMMAND...: in a process that begins there
run_in()
{
	_procs=$ROOT/$1/cgroup.procs
	shift
	# shellcheck disable=SC2016 # for the other shell
	sh -c 'echo $$ >"$0"; exec "$@"' "$_procs" "$@"
}

# short_hammer_in CGROUP: one that ends soon, in a cgroup that comes and goes with it
short_hammer_in()
{
	mkdir "$ROOT/$1" || return 1
	run_in "$1" hammer --rounds 20 8 >/dev/null
	wait_until 30 rmdir "$ROOT/$1" 2>/dev/null
}

# dying_cgroups: those that were removed, and that something still refers to
dying_cgroups() { sed -n 's/^nr_dying_descendants //p' $ROOT/cgroup.stat; }

# hammer_in CGROUP ARGUMENT...: a hammer there; returns when all its pages are in place
hammer_in()
{
	_out=/tmp/hammer.$1
	: >"$_out"
	# shellcheck disable=SC2016 # for the other shell
	sh -c 'echo $$ >"$0"; shift; exec hammer "$@"' "$ROOT/$1/cgroup.procs" "$@" >"$_out" 2>&1 &
	_hammers="${_hammers-} $!"
	need_ready 120 $! '^[0-9 ]*$' hammer "$_out"
}

# stop_hammers: all of hammer_in; fails when a page lost its contents
stop_hammers()
{
	_bad=0
	for _pid in ${_hammers-}; do
		kill -TERM "$_pid" 2>/dev/null
		wait "$_pid" || _bad=1
	done
	_hammers=
	return $_bad
}

# memory_on KIND CGROUP NODE: base pages of its memory there, of a line of memory.numa_stat
memory_on()
{
	sed -n "s/^$1 .*N$3=\([0-9]*\).*/\1/p" "$ROOT/$2/memory.numa_stat" |
		awk '{ print $1 / 4096 }'
}

anon_on() { memory_on anon "$@"; }
shmem_on() { memory_on shmem "$@"; }

# anon_moved CGROUP SHARE: so much of it is on the fast node
anon_moved() { holds "$(anon_on "$1" 0) >= $2 * ($(anon_on "$1" 0) + $(anon_on "$1" 1))"; }

# memory_stat CGROUP NAME: nothing where the kernel has no such line
memory_stat() { sed -n "s/^$2 //p" "$ROOT/$1/memory.stat"; }

# check_stat DESCRIPTION CGROUP NAME COMMAND...: where the kernel has such a line
check_stat()
{
	_what=$1
	if [ -n "$(memory_stat "$2" "$3")" ]; then
		shift 3
		check "$_what" "$@"
	else
		skip "$_what" "memory.stat has no $3"
	fi
}

LRU_GEN=/sys/kernel/debug/lru_gen

# generations CGROUP NODE: lines "SEQ ANONYMOUS-PAGES ID" of MGLRU's, the oldest first; with
# the cgroup's number there
generations()
{
	awk -v path="/$1" -v nid="$2" '
		$1 == "memcg" { mine = $3 == path; id = $2 }
		$1 == "node" { here = $2 == nid; next }
		mine && here && NF >= 4 && $1 + 0 == $1 { print $1, $3, id }' $LRU_GEN
}

# max_seq CGROUP NODE: the youngest generation there
max_seq() { generations "$1" "$2" | awk 'END { print $1 }'; }

# memcg_id CGROUP: its number in $LRU_GEN
memcg_id() { generations "$1" 0 | awk 'END { print $3 }'; }

# passes CGROUP: how many it has had; interval CGROUP: the time between them now, in ms
passes() { cgroup passes "/$1"; }
interval() { cgroup interval_ms "/$1"; }

# cgroup FIELD PATH: a figure of it, summed over the nodes
cgroup()
{
	klruscan cgroup show --json "$2" |
		awk -v key="\"$1\":" '$1 == key && !found { found = 1; gsub(/[",]/, "", $2); print $2 }'
}
