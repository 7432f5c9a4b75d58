#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200 --append slub_debug=FZPU
# After rmmod, and as far as it may after enabled=0, nothing of klruscan is left.
. /tests/lib/guest.sh
plan 14

threads() { [ -n "$(daemons)" ]; }
no_threads() { ! threads; }

no_probe()
{
	[ -z "$(cat "$TRACING/enabled_functions" /sys/kernel/debug/kprobes/list)" ]
}

load_klruscan enabled=1 scan_interval_min_ms=50 scan_interval_max_ms=50
start_workload hotset --mib 200 --seconds 150 --hot-access-percent 99.9
need_until 60 workload_says hot_in_fast '>=' 0.1
check 'while it runs there are threads' threads
module_check 'while it runs there is a probe' not no_probe

tune enabled 0
check 'disabled, no thread is left' no_threads
module_check 'disabled, no probe is left' no_probe
check 'disabled, no page is isolated' wait_until 20 nothing_isolated
check 'disabled, the knobs are still there' [ -e "$KLRUSCAN/enabled" ]

tune enabled 1
wait_passes 3
check 'enabled again, it scans' state_is running
unload_klruscan
check 'unloaded, no thread is left' no_threads
module_check 'unloaded, no probe is left' no_probe
check 'unloaded, no page is isolated' wait_until 20 nothing_isolated
module_check 'unloaded, sysfs is as before' [ ! -e "$KLRUSCAN" ]
module_check 'unloaded, there is no device' [ ! -e /dev/klruscan ]
module_check 'unloaded, there is no event' [ ! -e "$TRACING/events/klruscan" ]
module_check 'unloaded, there is no symbol' not grep -q '\[klruscan\]' /proc/kallsyms
finish
