#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology flat --fast 384 --slow 1536 --time 300
# Where all memory is in one tier, the kernel has no node to demote to: colder pages
# go to the node that is named as slow.
. /tests/lib/guest.sh
. /tests/lib/makes_room.sh
plan 9

makes_room slow_nodes=1
finish
