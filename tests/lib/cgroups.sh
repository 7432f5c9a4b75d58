# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests with cgroups, after guest.sh: hammers in cgroups of their own.

ROOT=/sys/fs/cgroup

# make_cgroup PATH: with a memory controller of its own
make_cgroup()
{
	echo +memory >"$ROOT/cgroup.subtree_control"
	mkdir "$ROOT/$1" || bail "cannot make $1"
}

# hammer_in CGROUP ARGUMENT...: a hammer there; returns when all its pages are in place
hammer_in()
{
	_out=/tmp/hammer.$1
	: >"$_out"
	# shellcheck disable=SC2016 # for the other shell
	sh -c 'echo $$ >"$0"; shift; exec hammer "$@"' "$ROOT/$1/cgroup.procs" "$@" >"$_out" 2>&1 &
	_hammers="${_hammers-} $!"
	wait_until 120 _begun $! "$_out" '^[0-9 ]*$'
	grep -q '^[0-9 ]*$' "$_out" || bail "hammer is not ready: $(cat "$_out")"
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

# anon_on CGROUP NODE: base pages of its anonymous memory there
anon_on()
{
	sed -n "s/^anon .*N$2=\([0-9]*\).*/\1/p" "$ROOT/$1/memory.numa_stat" |
		awk '{ print $1 / 4096 }'
}

# anon_moved CGROUP SHARE: so much of it is on the fast node
anon_moved() { holds "$(anon_on "$1" 0) >= $2 * ($(anon_on "$1" 0) + $(anon_on "$1" 1))"; }

# cgroup FIELD PATH: a figure of it, summed over the nodes
cgroup()
{
	klruscan cgroup show --json "$2" |
		awk -v key="\"$1\":" '$1 == key && !found { found = 1; gsub(/[",]/, "", $2); print $2 }'
}
