#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --fast 384 --slow 1536 --time 300
# Programs come and go that want memory, wherever the kernel puts it, while fast memory is
# filled by promotion and colder pages make room: none of them has to reclaim itself, or
# demote, or is killed, no more than without klruscan.
. /tests/lib/guest.sh
plan 7

ROUNDS=12

# come_and_go: each program writes 64 MiB, reads them twice, and ends
come_and_go()
{
	for _ in $(seq "$ROUNDS"); do
		hammer --start-node -1 --rounds 2 64 >/tmp/comer 2>&1 || {
			note "$(cat /tmp/comer)"
			return 1
		}
	done
}

echo 1 >/sys/kernel/mm/numa/demotion_enabled
start_workload hotset --mib 900 --hot-percent 60 --hot-access-percent 99.9 --seconds 280
before=$(direct_reclaim)
check 'programs come and go without klruscan' eval 'come_and_go && come_and_go'
without=$(($(direct_reclaim) - before))

load_klruscan enabled=1
before=$(direct_reclaim)
check 'and with it, while fast memory is filled' come_and_go
check 'until there is no room' wait_until 120 eval '[ "$(outcome no_room)" -gt 0 ]'
check 'and after that' come_and_go
with=$(($(direct_reclaim) - before))
note "$with had to be done for memory, $without without klruscan; $(status promoted_pages) pages were promoted"
check 'nobody reclaims, demotes or is killed more than without' [ "$with" -le "$without" ]
check 'no page lost its contents' stop_workload
unload_klruscan
check 'the machine is still in order' come_and_go
finish
