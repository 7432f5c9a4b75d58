#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology two-slow --time 600 --disk 256 --append slub_debug=FZPU --append log_buf_len=4M
# The storm where two scans go over the same page tables and tell each other what they clear. SEED=
# repeats it, STORM_STEPS (1000) is how much each process does.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
. /tests/lib/storm.sh
plan 12

# pages that were allocated on node 2 as somebody wanted
placed() { awk '$1 == "numa_hit" { print $2 }' /sys/devices/system/node/node2/numastat; }

placed=$(placed)
storm_loses_nothing 2
check 'node 2 had its part' holds "$(placed) - $placed >= 10000"
finish
