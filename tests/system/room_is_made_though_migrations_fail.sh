#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 500
# Every second page that is to move, either way, cannot be copied: what is idle makes room for what
# is hot all the same.
. /tests/lib/guest.sh
. /tests/lib/makes_room.sh
. /tests/lib/failing_migrations.sh

need_failing_migrations
plan 10

fail 50
WHEN_READY=fail_daemons
HOT_SECONDS=400
makes_room
check 'though migrations failed' holds "$(outcome failed) >= 100"
note "$(outcome failed) failed, $(status promoted_pages) pages were promoted and $(status demoted_pages) demoted"
nothing_fails
finish
