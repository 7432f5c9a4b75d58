#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# A kernel that is locked down lets klruscan go on, which reads and writes nothing that a
# lockdown is about, and lets no module in that nobody signed.
. /tests/lib/guest.sh

LOCKDOWN=/sys/kernel/security/lockdown

mount -t securityfs none /sys/kernel/security 2>/dev/null
[ -e $LOCKDOWN ] || skip_all 'the kernel has no lockdown'
is_built_in && skip_all 'klruscan is built in'
plan 10

# lock_down MODE: there is no way back
lock_down()
{
	echo "$1" >$LOCKDOWN
	grep -q "\[$1\]" $LOCKDOWN || bail "no lockdown for $1"
}

goes_on() { wait_until 60 passed 10 "$(status passes)"; }

load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=0
start_hammer 32
lock_down integrity
check 'locked down for integrity, the scan goes on' goes_on
check 'the doctor has nothing against that' finds lockdown ok
lock_down confidentiality
check 'locked down for confidentiality, it goes on too' goes_on
check 'the doctor says that it could not be loaded again' finds lockdown warning
check 'who may can still tune it' klruscan tune promote_rate_MBps=100
check 'what is hot is promoted' wait_until 60 on_node 0 0.95
check 'no page lost its contents' stop_hammer
check 'it can be unloaded' rmmod klruscan
check 'it is not let in again' not insmod /klruscan.ko 2>/dev/null
check 'the doctor says why' eval 'finds signature warning && finds lockdown problem'
finish
