#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# klruscan promotes the pages that are accessed, and leaves the idle ones between them.

DIR="$(dirname "$(readlink -f "$0")")"
. "$DIR"/../kselftest/ktap_helpers.sh

KNOBS=/sys/kernel/mm/klruscan
BALANCING=/proc/sys/kernel/numa_balancing

ktap_print_header
[ "$(id -u)" = 0 ] || { ktap_skip_all "must be run as root"; exit "$KSFT_SKIP"; }
[ -d $KNOBS ] || { ktap_skip_all "no $KNOBS: CONFIG_KLRUSCAND"; exit "$KSFT_SKIP"; }
[ "$(cat $KNOBS/enabled)" = 0 ] || { ktap_skip_all "klruscan is in use"; exit "$KSFT_SKIP"; }

# A slow node: with memory, without CPUs.
for node in /sys/devices/system/node/node[0-9]*; do
	[ -z "$(cat "$node/cpulist")" ] && grep -q 'MemFree: *[1-9]' "$node/meminfo" &&
		slow=${node##*node}
done
[ -n "$slow" ] || { ktap_skip_all "no node without CPUs"; exit "$KSFT_SKIP"; }
ktap_set_plan 2

balancing=$(cat $BALANCING)
nodes=$(cat $KNOBS/slow_nodes)
restore()
{
	echo 0 >$KNOBS/enabled
	echo "$nodes" >$KNOBS/slow_nodes
	echo "$balancing" >$BALANCING
}
trap restore EXIT

echo 0 >$BALANCING
echo "$slow" >$KNOBS/slow_nodes
echo 1 >$KNOBS/enabled
"$DIR"/hot_and_cold "$slow" >"${TMPDIR:-/tmp}/hot_and_cold.$$"
read -r hot cold <"${TMPDIR:-/tmp}/hot_and_cold.$$"
rm -f "${TMPDIR:-/tmp}/hot_and_cold.$$"
ktap_print_msg "$hot % of the hot pages moved, $cold % of the idle ones"
ktap_test_result "hot pages are promoted" [ "${hot:-0}" -ge 90 ]
ktap_test_result "idle pages stay" [ "${cold:-100}" -le 10 ]

ktap_finished
