#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Fast memory is full of idle pages and between its low watermark and the high one, where
# kswapd sleeps: they fill it up, and then go for hot ones, without a detour.
. /tests/lib/guest.sh
plan 6

above_mib() { echo $(($(pages_above 0 "$1") / 256)); }
listed_mib() { echo $(($(listed_pages 0) / 256)); }

# Of the fast node, in pages: what the kernel itself has, which may grow meanwhile, above all
# that of one which checks itself
kernel_pages()
{
	echo $(($(node_vmstat 0 nr_slab_reclaimable) + $(node_vmstat 0 nr_slab_unreclaimable) +
		$(node_vmstat 0 nr_page_table_pages) + $(node_vmstat 0 nr_kernel_stack) / 4))
}

# The watermarks are a tenth of the node apart from each other.
echo 1000 >/proc/sys/vm/watermark_scale_factor
apart=$(($(above_mib low) - $(above_mib high)))
start_workload hotset --mib 300 --hot-percent 10 --seconds 300 --hot-access-percent 99.9
start_hammer --idle --start-node 0 $(($(above_mib low) - apart / 2))
low=$(above_mib low)
high=$(above_mib high)
note "free memory is $low MiB above the low watermark and $high MiB above the high one"
watch_reclaim
demoted=$(vmstat pgdemote_kswapd)
kernel=$(kernel_pages)

load_klruscan scan_interval_min_ms=100 scan_interval_max_ms=100 promote_rate_MBps=1000 enabled=1
check 'the fast node is between its watermarks' holds "$low > 0 && $high < 0"
check 'the hot pages reach fast memory' wait_until 200 workload_says hot_in_fast '>=' 0.95
note "after $(status passes) passes"
check 'and it is filled up to the high watermark' \
	holds "$(above_mib high) + $(listed_mib) >= 0"
grown=$(($(kernel_pages) - kernel))
note "the kernel took $grown pages meanwhile"
check 'no more is demoted than that takes' holds "$(vmstat pgdemote_kswapd) - $demoted <= \
	1.2 * ($(status promoted_pages) + (2 - $high) * 256 + ($grown > 0 ? $grown : 0))"
check 'nobody had to reclaim' nobody_reclaimed
check 'no hot page lost its contents' stop_workload
finish
