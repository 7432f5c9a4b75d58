// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: how much may be put on a fast node?
 *
 * Free memory above the high watermark and a headroom, so that promotion neither wakes
 * kswapd nor makes others wait for memory.
 *
 * When free memory sinks to the low watermark, allocations take from the lower zones,
 * which devices need, or wake kswapd. So where others took of what is kept free, what colder
 * pages leave fills that up first.
 *
 * All counters are read without a lock.
 */
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/vmstat.h>

#include "internal.h"
#include "kpromoted.h"

/* Base pages that are kept free above the watermark: what a batch may be off. */
#define HEADROOM		(2UL * KPROMOTED_BATCH)

/* Free pages, exact where it matters, as for the allocator itself. */
static unsigned long free_pages_of(struct zone *zone)
{
	unsigned long free = zone_page_state(zone, NR_FREE_PAGES);

	if (free < zone->percpu_drift_mark)
		free = zone_page_state_snapshot(zone, NR_FREE_PAGES);
	return free;
}

/* Free pages above a watermark and what is reserved for lower zones; below it, negative. */
static long zone_room(struct zone *zone, enum zone_watermarks mark)
{
	return (long)free_pages_of(zone) - (long)wmark_pages(zone, mark) -
	       zone->lowmem_reserve[ZONE_MOVABLE];
}

/*
 * Of all zones together, those alone that are above, and in @balance those below as well.
 * The lowest zone of several is left to devices that reach no other: allocations would
 * take it last, but promotion is not in need.
 */
static unsigned long node_room(int nid, enum zone_watermarks mark, long *balance)
{
	unsigned long room = 0;
	unsigned int zones = 0;
	long lowest = 0;
	int i;

	*balance = 0;
	for (i = MAX_NR_ZONES - 1; i >= 0; i--) {
		struct zone *zone = &NODE_DATA(nid)->node_zones[i];

		if (!managed_zone(zone))
			continue;
		lowest = zone_room(zone, mark);
		room += max(lowest, 0L);
		*balance += lowest;
		zones++;
	}
	if (zones > 1) {
		room -= max(lowest, 0L);
		*balance -= lowest;
	}
	return room;
}

/**
 * kpromoted_room - base pages that may be put on a node
 * @nid: a fast node
 *
 * Context: any.
 * Return: number of base pages, 0 when there is no room.
 */
unsigned long kpromoted_room(int nid)
{
	long balance;
	unsigned long room = node_room(nid, WMARK_HIGH, &balance);

	return room - min(room, HEADROOM);
}

/**
 * kpromoted_shortage - base pages that have to be freed on a node before there is room
 * @nid: a fast node
 *
 * Between the low watermark and the high one nothing else frees any: kswapd sleeps.
 *
 * Context: any.
 * Return: number of base pages, 0 where there is room.
 */
unsigned long kpromoted_shortage(int nid)
{
	long balance;
	unsigned long room = node_room(nid, WMARK_HIGH, &balance);

	return room > HEADROOM ? 0 : max((long)HEADROOM - balance, 0L);
}

/**
 * kpromoted_demotion_room - base pages that may be demoted to a node
 * @nid: a slow node
 *
 * As many as wake no kswapd: those that are promoted in exchange are free there soon.
 *
 * Context: any.
 * Return: number of base pages.
 */
unsigned long kpromoted_demotion_room(int nid)
{
	long balance;

	return node_room(nid, WMARK_LOW, &balance);
}

/**
 * kpromoted_has_room - is there room for one folio more?
 * @batch: the folios that are on their way already
 * @target: the node
 * @pages: base pages of the folio
 *
 * Context: any.
 * Return: true if so.
 */
bool kpromoted_has_room(const struct kpromoted_batch *batch, int target,
			unsigned long pages)
{
	return kpromoted_room(target) >= batch->pages + pages;
}

/**
 * kpromoted_room_elsewhere - where does a folio go when its node is full?
 * @batch: the folios that are on their way already
 * @target: the node that is full
 * @pages: base pages of the folio
 *
 * Context: a daemon, so that the set of fast nodes does not change.
 * Return: of the fast nodes with room for it the one that is nearest to @target;
 * NUMA_NO_NODE when there is none, or when target_nid names the only one.
 */
int kpromoted_room_elsewhere(const struct kpromoted_batch *batch, int target,
			     unsigned long pages)
{
	nodemask_t others = NODE_MASK_NONE;
	int nid;

	for_each_node_mask(nid, *klruscan_fast_nodes())
		if (nid != target && kpromoted_has_room(batch, nid, pages))
			node_set(nid, others);
	return klruscan_target(target, &others);
}

/**
 * kpromoted_any_room - is there more room than the batch takes, where pages may go?
 * @batch: the folios that are on their way already
 *
 * Context: any.
 * Return: true if so.
 */
bool kpromoted_any_room(const struct kpromoted_batch *batch)
{
	int nid;

	if (klruscan_fixed_target() != NUMA_NO_NODE)
		return kpromoted_room(batch->home) > batch->pages;
	for_each_node_mask(nid, *klruscan_fast_nodes())
		if (kpromoted_room(nid) > batch->pages)
			return true;
	return false;
}
