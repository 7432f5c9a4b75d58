#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Where only huge pages are hot, there is always a little room, and never enough for one:
# idle huge pages go for them.
. /tests/lib/guest.sh
. /tests/lib/makes_room.sh
plan 9

IDLE_OPTIONS=--thp
# a huge page among the cold would have its share of the remaining accesses, and be worth a move
HOT_OPTIONS='--huge --hot-access-percent 100'
makes_room
finish
