#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# A bad value is refused with the right error and changes nothing.
. /tests/lib/guest.sh

INVALID='Invalid argument'
RANGE='Numerical result out of range'

# refuses KNOB VALUE ERROR
refuses()
{
	before=$(cat "$KLRUSCAN/$1")
	said=$( (echo "$2" >"$KLRUSCAN/$1") 2>&1) && return 1
	case $said in
	*"$3"*) ;;
	*) note "$1 '$2': $said"; return 1 ;;
	esac
	[ "$(cat "$KLRUSCAN/$1")" = "$before" ]
}

# refuses_garbage KNOB: what is no number
refuses_garbage()
{
	for value in '' ' ' abc 1x '1 2' 0x 1.5 --1; do
		refuses "$1" "$value" "$INVALID" || return 1
	done
}

# refuses_beyond KNOB LOWEST HIGHEST
refuses_beyond()
{
	for value in $(($2 - 1)) $(($3 + 1)) -9223372036854775808 \
		     9223372036854775807 9223372036854775808; do
		refuses "$1" "$value" "$RANGE" || return 1
	done
}

# accepts KNOB VALUE [READ-BACK]
accepts()
{
	echo "$2" >"$KLRUSCAN/$1" && [ "$(cat "$KLRUSCAN/$1")" = "${3-$2}" ]
}

refused_while_running()
{
	accepts enabled 1 && refuses slow_nodes 0-1 "$INVALID" &&
		refuses hot_threshold 9 "$RANGE"
}

# all of them with their limits
numbers='scan_interval_min_ms 10 3600000
scan_interval_max_ms 10 3600000
scan_cpu_permille 1 1000
tlb_flush 0 1
hot_threshold 0 8
promote_rate_MBps 0 1048576
exchange 0 1
target_nid -1 1023'

plan 41
load_klruscan

while read -r knob lowest highest; do
	check "$knob refuses garbage" refuses_garbage "$knob"
	check "$knob refuses what is out of range" refuses_beyond "$knob" "$lowest" "$highest"
done <<END
$numbers
END

check 'min above max is refused' refuses scan_interval_min_ms 1001 "$INVALID"
check 'max below min is refused' refuses scan_interval_max_ms 99 "$INVALID"
check 'a larger max is taken' accepts scan_interval_max_ms 1100
check 'then a larger min is' accepts scan_interval_min_ms 1100
check 'the longest interval is taken' accepts scan_interval_max_ms 3600000
check 'the shortest interval is taken' accepts scan_interval_min_ms 10
check 'hexadecimal is taken' accepts promote_rate_MBps 0x10 16
check 'a target that is no node is refused' refuses target_nid 7 "$INVALID"
check 'the fast node is taken as target' accepts target_nid 0
check 'the automatic target is taken' accepts target_nid -1
check 'a slow node is refused as target' refuses target_nid 1 "$INVALID"
check 'the automatic threshold is taken' accepts hot_threshold 0
check 'the highest threshold is taken' accepts hot_threshold 8
check 'the rate 0 is taken' accepts promote_rate_MBps 0
check 'the highest rate is taken' accepts promote_rate_MBps 1048576

check 'slow_nodes refuses garbage' refuses slow_nodes abc "$INVALID"
check 'slow_nodes refuses a node that is not there' refuses slow_nodes 2 "$INVALID"
check 'slow_nodes refuses a node that cannot be' refuses slow_nodes 4096 "$RANGE"
check 'slow_nodes refuses all nodes' refuses slow_nodes 0-1 "$INVALID"
check 'slow_nodes takes a node' accepts slow_nodes 1
check 'slow_nodes takes none, for automatic' accepts slow_nodes ''

check 'enabled refuses garbage' refuses enabled maybe "$INVALID"
check 'version cannot be written' not sh -c "echo 1 >\"$KLRUSCAN/version\"" 2>/dev/null
check 'the version is that of the tool' \
	[ "klruscan $(cat "$KLRUSCAN"/version)" = "$(klruscan --version | sed 's/ (.*//')" ]
check 'while it runs they are refused as well' \
	refused_while_running
finish
