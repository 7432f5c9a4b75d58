#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240 --append slub_debug=FZPU
# core: life of a cgroup
# Cgroups are made and removed, with hot memory in them, while the scan runs.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

many_groups()
{
	i=0
	while [ $i -lt 30 ]; do
		i=$((i + 1))
		short_hammer_in short.$i || return 1
	done
}

all_are_gone() { [ "$(dying_cgroups)" -le "$dying" ]; }

dying=$(dying_cgroups)
load_klruscan enabled=1 scan_interval_min_ms=20 scan_interval_max_ms=20 hot_threshold=2
start_workload hotset --mib 100 --seconds 200
passes=$(status passes)
check 'thirty cgroups came and went' many_groups
check 'the scan went on meanwhile' passed 30 "$passes"
check 'it still does' wait_until 60 grows passes
check 'nothing refers to those that are gone' wait_until 60 all_are_gone
check 'no page of the workload lost its contents' stop_workload
finish
