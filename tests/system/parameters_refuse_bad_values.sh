#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# A bad parameter keeps the module out, and leaves nothing of it behind.
. /tests/lib/guest.sh

is_built_in && skip_all 'klruscan is built in'
plan 14

# refused PARAMETER...
refused()
{
	if insmod /klruscan.ko "$@" 2>/dev/null; then
		unload_klruscan
		return 1
	fi
	! is_loaded && [ ! -e "$KLRUSCAN" ] && [ ! -e /dev/klruscan ]
}

check 'a word for a number' refused scan_interval_min_ms=soon
check 'an interval that is too short' refused scan_interval_min_ms=9
check 'an interval that is too long' refused scan_interval_max_ms=3600001
check 'min above max' refused scan_interval_min_ms=1001
check 'max below min' refused scan_interval_max_ms=99
check 'the log says why' log_has 'klruscan: scan_interval_min_ms must not be above'
check 'a threshold that no page reaches' refused hot_threshold=9
check 'a negative rate' refused promote_rate_MBps=-1
check 'a target that is no node' refused target_nid=7
check 'a list of slow nodes that is none' refused slow_nodes=abc
check 'slow nodes that are not there' refused slow_nodes=5
check 'all nodes as slow nodes' refused slow_nodes=0-1
check 'a word for enabled' refused enabled=maybe

# the order does not matter
load_klruscan scan_interval_min_ms=1000 scan_interval_max_ms=2000 enabled=0
check 'good ones are taken' [ "$(cat "$KLRUSCAN"/scan_interval_min_ms)" = 1000 ]
finish
