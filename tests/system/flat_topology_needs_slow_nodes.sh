#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --topology flat --time 200
# Where the firmware puts all memory into one tier, klruscan says what to do, and
# works once it is told which nodes are slow.
. /tests/lib/guest.sh
plan 10

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
check 'no node is slow' [ -z "$(status passes | grep -v '^0$')" ]
check 'the kernel log says what to do' log_has 'klruscan: no slow node.*slow_nodes'
check 'the tool says what to do' \
	eval 'klruscan status | grep -q "klruscan tune slow_nodes=NODES"'
check 'the doctor names them' \
	eval 'klruscan doctor | grep -q "klruscan tune slow_nodes=1$"'
check 'it is enabled all the same' [ "$(cat "$KLRUSCAN/enabled")" = 1 ]
tune slow_nodes 1
start_hammer 32
check 'told, it scans' wait_until 60 grows passes
check 'and the doctor is content' \
	eval 'klruscan doctor | grep -q "^ok *memory tiers .*slow_nodes names: node 1"'
check 'and promotes' wait_until 90 on_node 0 0.95
tune slow_nodes ''
check 'told otherwise, it rests' wait_until 30 eval '[ -z "$(status passes | grep -v "^0$")" ]'
check 'no page lost its contents' stop_hammer
finish
