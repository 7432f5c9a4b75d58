#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# klruscan tune sets all that it is told, or leaves all as it was.
. /tests/lib/guest.sh
plan 13

knob_is() { [ "$(cat "$KLRUSCAN/$1")" = "$2" ]; }

# refuses STATUS WORDS NAME=VALUE...
refuses()
{
	wanted=$1
	words=$2
	shift 2
	klruscan tune "$@" >/tmp/said 2>&1
	status=$?
	[ $status = "$wanted" ] && grep -q -e "$words" /tmp/said && return
	note "status $status: $(cat /tmp/said)"
	return 1
}

# Every knob that can be written, and no other.
lists_all()
{
	find "$KLRUSCAN" -maxdepth 1 -type f -perm -200 | sed 's,.*/,,' | sort >/tmp/files
	klruscan tune | sed '1d; s/ .*//' | sort >/tmp/listed
	cmp /tmp/files /tmp/listed
}

load_klruscan
check 'it lists all knobs' lists_all
check 'and knows them' eval '! klruscan tune | grep "?$"'
check 'it sets several at once' klruscan tune \
	slow_nodes=1 target_nid=0 scan_interval_min_ms=2000 scan_interval_max_ms=5000 \
	scan_cpu_permille=100 hot_threshold=5 promote_rate_MBps=50 exchange=off enabled=on
check 'and they are set' eval 'knob_is slow_nodes 1 && knob_is target_nid 0 &&
	knob_is scan_interval_min_ms 2000 && knob_is scan_interval_max_ms 5000 &&
	knob_is scan_cpu_permille 100 && knob_is hot_threshold 5 &&
	knob_is promote_rate_MBps 50 && knob_is exchange 0 && knob_is enabled 1'
check 'it scans' wait_until 30 state_is running
check 'a value out of range changes nothing' \
	refuses 2 '0 to 8' promote_rate_MBps=10 hot_threshold=9
check 'nor does an unknown knob' refuses 2 'the knobs are enabled' promote_rate_MBps=10 frob=1
check 'nor does a node that is not there' refuses 2 'nodes of this machine' promote_rate_MBps=10 slow_nodes=7
check 'what the kernel refuses is set back' \
	refuses 1 'Invalid argument.*set back' promote_rate_MBps=10 target_nid=1
check 'all is as it was' eval 'knob_is promote_rate_MBps 50 && knob_is hot_threshold 5 &&
	knob_is slow_nodes 1 && knob_is target_nid 0'
check 'a dry run changes nothing' eval \
	'klruscan tune --dry-run enabled=0 >/dev/null && knob_is enabled 1'
check 'what makes two of them wait for each other is for root alone' eval \
	'find /sys/module/klruscan/uevent -perm 200 -user 0 | grep -q .'
check 'others than root are told so' eval \
	"su -s /bin/sh nobody -c 'klruscan tune enabled=0' 2>&1 | grep -q 'only root may'"
finish
