#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 600 --disk 256 --append slub_debug=FZPU --append log_buf_len=4M
# Processes do to their memory all that can be done, the system is turned upside down, and
# what klruscan moves meanwhile is what it was. SEED= repeats it, STORM_STEPS (1000) is how much
# each process does.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
. /tests/lib/storm.sh
plan 11

storm_loses_nothing 1
finish
