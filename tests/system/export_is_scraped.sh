#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 200
# What klruscan export gives is what klruscan status says, by whichever way, and goes on
# through the loading and unloading of the module.
. /tests/lib/guest.sh
plan 14

scrape() { wget -q -O - http://127.0.0.1:9884/metrics; }

# metric NAME [LABELS]: its value, as scraped
metric()
{
	scrape | awk -v name="klruscan_$1${2-}" '$1 == name { print $2 }'
}

metric_is() { [ "$(metric "$1")" = "$2" ]; }

# The same counters, when nothing is counting: not before the last pass has ended.
agrees_with_status()
{
	for pair in passes=scan_passes_total records=records_total \
		    candidates=candidates_total promoted_bytes=promoted_bytes_total; do
		wanted=$(status "${pair%%=*}")
		got=$(klruscan export | awk -v name="klruscan_${pair#*=}{node=\"1\"}" \
			'$1 == name { print $2 }')
		[ -n "$got" ] && [ "$got" = "$wanted" ] || return 1
	done
}

ip link set lo up
module_check 'without the module it names insmod' eval 'klruscan export 2>&1 | grep -q insmod'
klruscan export --listen 2>/tmp/said &
server=$!
need_until 20 grep -q 'http://127.0.0.1:9884/metrics' /tmp/said
module_check 'the server says that the module is not there' metric_is up 0
load_klruscan enabled=1 scan_interval_min_ms=100 scan_interval_max_ms=100 hot_threshold=6
check 'and that it is' metric_is up 1
start_hammer 32
need_until 90 on_node 0 0.95
check 'it tells what is promoted' eval \
	'holds "$(metric promoted_bytes_total "{node=\"1\"}") >= 32 * 1048576"'
# which it adds up from those of each CPU about once a second
check 'so do the counters of the kernel' wait_until 30 eval \
	'holds "$(metric kernel_pgpromote_success_total "{node=\"0\"}") >= 32 * 256"'
check 'and that the thread is running' eval \
	'[ "$(metric node_state "{node=\"1\",state=\"running\"}")" = 1 ]'
klruscan tune scan_interval_max_ms=3600000 scan_interval_min_ms=3600000 >/dev/null
check 'it agrees with status' wait_until 30 agrees_with_status
klruscan export --textfile /tmp/klruscan.prom
check 'the file has the same' eval 'grep "^klruscan_candidates_total" /tmp/klruscan.prom &&
	klruscan export | grep -qxF "$(grep "^klruscan_candidates_total" /tmp/klruscan.prom)"'
check 'for all to read' [ "$(stat -c %a /tmp/klruscan.prom)" = 644 ]
check 'no page lost its contents' stop_hammer
module_check 'the module can be unloaded beside the server' unload_klruscan
module_check 'which says so' metric_is up 0
module_check 'so does the file' eval '! klruscan export --textfile /tmp/klruscan.prom 2>/dev/null &&
	grep -qx "klruscan_up 0" /tmp/klruscan.prom'
kill -INT $server
check 'the server ends when told' wait $server
finish
