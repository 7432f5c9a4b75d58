#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 150 --add /lib/terminfo/v:/lib/terminfo/v
# klruscan top shows on a terminal what is being promoted, and needs one.
. /tests/lib/guest.sh
plan 8

# tops SECONDS: what it writes in that time, without the terminal's commands
tops()
{
	TERM=vt100 on_terminal "$1" q klruscan top --delay 0.5 >/tmp/written
	status=$?
	sed "s/$(printf '\033')\[[0-9;?]*[a-zA-Z]/ /g" /tmp/written >/tmp/shown
	[ $status = 0 ] || { note "status $status: $(cat /tmp/shown)"; return 1; }
}

shows() { grep -q -e "$1" /tmp/shown || { cat /tmp/shown; return 1; }; }

mount -t devpts devpts /dev/pts 2>/dev/null || { mkdir -p /dev/pts; mount -t devpts devpts /dev/pts; }
load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6 promote_rate_MBps=4
check 'without a terminal it says so' eval 'klruscan top 2>&1 | grep -q "needs a terminal"'
tops 2
check 'where nothing runs it says how to start' shows 'klruscan tune enabled=1'
tune enabled 1
start_hammer 64
need_until 60 eval '[ "$(status promoted_pages)" -gt 0 ]'
check 'it runs, and ends by q' tops 6
check 'it shows the node' shows 'running'
check 'it shows what is promoted' shows 'moved to the fast node'
check 'it shows the cgroup' shows '% *[/]'
check 'it draws the chart' shows '#'
check 'no page lost its contents' stop_hammer
finish
