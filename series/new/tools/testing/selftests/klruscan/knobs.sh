#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The knobs of klruscan keep good values and refuse bad ones, which change nothing.

DIR="$(dirname "$(readlink -f "$0")")"
. "$DIR"/../kselftest/ktap_helpers.sh

KNOBS=/sys/kernel/mm/klruscan

ktap_print_header
[ "$(id -u)" = 0 ] || { ktap_skip_all "must be run as root"; exit "$KSFT_SKIP"; }
[ -d $KNOBS ] || { ktap_skip_all "no $KNOBS: CONFIG_KLRUSCAND"; exit "$KSFT_SKIP"; }
ktap_set_plan 9

set_knob() { echo "$2" 2>/dev/null >"$KNOBS/$1"; }

# keeps KNOB VALUE
keeps() { set_knob "$1" "$2" && [ "$(cat "$KNOBS/$1")" = "$2" ]; }

# refuses KNOB VALUE
refuses()
{
	before=$(cat "$KNOBS/$1")
	! set_knob "$1" "$2" && [ "$(cat "$KNOBS/$1")" = "$before" ]
}

rate=$(cat $KNOBS/promote_rate_MBps)
ktap_test_result "a rate is kept" keeps promote_rate_MBps 50
set_knob promote_rate_MBps "$rate"
ktap_test_result "a word is refused" refuses promote_rate_MBps fast
ktap_test_result "a negative rate is refused" refuses promote_rate_MBps -1
ktap_test_result "an interval below the limit is refused" refuses scan_interval_min_ms 9
ktap_test_result "a minimum above the maximum is refused" \
	refuses scan_interval_min_ms $(($(cat $KNOBS/scan_interval_max_ms) + 1))
ktap_test_result "a threshold above eight passes is refused" refuses hot_threshold 9
ktap_test_result "a target that is no node is refused" refuses target_nid 4095
ktap_test_result "all nodes as slow nodes are refused" \
	refuses slow_nodes "$(cat /sys/devices/system/node/has_memory)"
ktap_test_result "a counter cannot be written" refuses outcomes/promoted 0

ktap_finished
