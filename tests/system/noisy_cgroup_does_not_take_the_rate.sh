#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where more is hot than the rate allows, each cgroup gets its part, by weight, however much of
# another one is hot; and what it does not use, others do.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 5

RATE=4				# MiB/s

promoted() { cgroup promoted_pages "/$1"; }

# begin CGROUP...: count from here on
begin()
{
	_all_before=$(status promoted_pages)
	for _group; do eval "_before_$_group=\$(promoted $_group)"; done
}

# since CGROUP: base pages of it that were promoted since begin
since() { eval "echo \$((\$(promoted $1) - _before_$1))"; }

# were COUNT: so many were, of all
were() { [ $(($(status promoted_pages) - _all_before)) -ge "$1" ]; }

load_klruscan scan_interval_min_ms=200 scan_interval_max_ms=200 promote_rate_MBps=0 hot_threshold=2 \
	scan_cpu_permille=1000
for group in noisy quiet1 quiet2 quiet3; do make_cgroup $group; done
# who comes first has the lower addresses, where a turn begins
hammer_in noisy 160
for group in quiet1 quiet2 quiet3; do hammer_in $group 12; done
tune enabled 1
wait_passes 5
begin noisy quiet1 quiet2 quiet3
tune promote_rate_MBps $RATE
need_until 200 were 6000
noisy=$(since noisy)
quiet=$((($(since quiet1) + $(since quiet2) + $(since quiet3)) / 3))
note "noisy $noisy, each quiet one $quiet"
check 'the noisy one has no more than its part' holds "$noisy < 1.3 * $quiet"
check 'nor less' holds "$noisy > 0.7 * $quiet"

# all that the quiet ones have, and more
need_until 200 were 14000
begin noisy
need_until 200 were 3000
note "noisy $(since noisy) of 3000"
check 'when they need no more, it has what they leave' holds "$(since noisy) > 0.8 * 3000"
tune promote_rate_MBps 0
stop_hammers

make_cgroup heavy
make_cgroup light
hammer_in heavy 60
hammer_in light 60
klruscan cgroup set /heavy weight=300 >/dev/null || bail 'cannot set it'
wait_passes 5
begin heavy light
tune promote_rate_MBps $RATE
need_until 200 were 6000
note "heavy $(since heavy), light $(since light)"
check 'three times the weight is three times the part' \
	holds "$(since heavy) > 2.2 * $(since light) && $(since heavy) < 4 * $(since light)"
check 'no page lost its contents' stop_hammers
finish
