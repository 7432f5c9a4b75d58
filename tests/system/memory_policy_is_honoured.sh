#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# Hot pages that a memory policy binds to the slow node stay there.
. /tests/lib/guest.sh
plan 8

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6

start_hammer --bind-vma 32
need_until 90 eval '[ "$(outcome policy)" -gt 0 ]'
wait_passes 10
check 'bound by mbind, they are candidates' holds "$(outcome policy) > 0"
check 'bound by mbind, they stay' on_node 1 1
check 'bound by mbind, no page lost its contents' stop_hammer

# a new count
tune enabled 0
tune enabled 1
start_hammer --bind-task 32
need_until 90 eval '[ "$(outcome policy)" -gt 0 ]'
wait_passes 10
check 'bound by set_mempolicy, they are candidates' holds "$(outcome policy) > 0"
check 'bound by set_mempolicy, they stay' on_node 1 1
check 'bound by set_mempolicy, no page lost its contents' stop_hammer

start_hammer 32
check 'without a policy, such pages are promoted' wait_until 90 on_node 0 0.95
check 'without a policy, no page lost its contents' stop_hammer
finish
