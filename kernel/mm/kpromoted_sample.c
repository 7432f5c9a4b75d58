// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: how hot is what is in fast memory already?
 *
 * Nobody scans the fast node for us. A small random sample of its mapped folios is
 * looked at instead, once a turn or twice an interval. A folio stays in the sample for
 * SAMPLE_LIFE looks, so that the sample follows what is in the node.
 *
 * The accessed bits are cleared by the look, which reclaim's aging then misses: in a
 * sample of this size that does not matter.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/vmstat.h>

#include "internal.h"
#include "kpromoted.h"
#include "pghot_heat.h"

/* Page frames that are tried in a turn to find new folios: one in so many is enough. */
#define SAMPLE_TRIES		2048

/* Looks after which another folio takes the place. */
#define SAMPLE_LIFE		32

/* Fewer looks say nothing about a folio. */
#define SAMPLE_LOOKS_MIN	3

/* Weight of the past in the mean time between looks: 3/4. */
#define SAMPLE_INTERVAL_SHIFT	2

/**
 * kpromoted_lru_pages - base pages of a node that reclaim could take
 * @nid: the node
 *
 * Context: any.
 * Return: their number, as counted without a lock.
 */
unsigned long kpromoted_lru_pages(int nid)
{
	unsigned long pages = 0;
	enum lru_list lru;

	for_each_evictable_lru(lru)
		pages += node_page_state(NODE_DATA(nid), NR_LRU_BASE + lru);
	return pages;
}

/**
 * kpromoted_sample_renew - have the sample follow what is in the node
 * @sample: the sample
 * @nid: the fast node
 * @came: base pages that came to the node since the last call
 *
 * As many of the sample's places become free as, on average, were drawn from those if
 * it were drawn anew.
 */
void kpromoted_sample_renew(struct kpromoted_sample *sample, int nid,
			    unsigned long came)
{
	unsigned long pages = kpromoted_lru_pages(nid);
	unsigned int i;

	for (i = 0; came && i < KPROMOTED_SAMPLE; i++)
		if (get_random_u64() % max(pages, 1UL) < came)
			sample->slot[i].used = false;
}

/* Find new folios for the places that are free. */
static void refill(struct kpromoted_sample *sample, int nid)
{
	unsigned int i, tries = SAMPLE_TRIES;

	for (i = 0; i < KPROMOTED_SAMPLE; i++) {
		struct kpromoted_slot *slot = &sample->slot[i];
		struct folio *folio = slot->used ? NULL : klruscan_draw(nid, &tries);

		if (!folio)
			continue;
		*slot = (struct kpromoted_slot){
			.used = true,
			.pfn = folio_pfn(folio),
			.pages = folio_nr_pages(folio),
		};
		folio_put(folio);
		cond_resched();
	}
}

/* The folios of the sample, with references; a place whose folio is gone is free. */
static void get_folios(struct kpromoted_sample *sample, int nid,
		       struct folio **folios)
{
	unsigned int i;

	for (i = 0; i < KPROMOTED_SAMPLE; i++) {
		struct kpromoted_slot *slot = &sample->slot[i];

		folios[i] = slot->used ? klruscan_get_mapped(slot->pfn, nid) : NULL;
		if (folios[i] && folio_nr_pages(folios[i]) != slot->pages) {
			folio_put(folios[i]);
			folios[i] = NULL;
		}
		slot->used = folios[i];
	}
}

/* None before the first look: zero is when the machine was booted. */
static void note_interval(struct kpromoted_sample *sample)
{
	u64 now = ktime_get_ns();
	u64 since = sample->looked_ns ? now - sample->looked_ns : 0;

	if (!sample->interval_ns)
		sample->interval_ns = since;
	else
		sample->interval_ns += (since >> SAMPLE_INTERVAL_SHIFT) -
			(sample->interval_ns >> SAMPLE_INTERVAL_SHIFT);
	sample->looked_ns = now;
}

/**
 * kpromoted_sample_look - look at the sample once more
 * @sample: the sample
 * @nid: the fast node
 * @looks: the thread's looks
 * @folios: room for KPROMOTED_SAMPLE of them
 * @interval_ns: time from turn to turn. After less than half of that there is no look:
 *	where turns follow one another at once, what is accessed all the time would be found
 *	idle.
 *
 * Context: may sleep, as long as it takes to go over who maps KPROMOTED_SAMPLE
 * folios.
 */
void kpromoted_sample_look(struct kpromoted_sample *sample, int nid,
			   struct klruscan_looks *looks, struct folio **folios,
			   u64 interval_ns)
{
	DECLARE_BITMAP(seen, KPROMOTED_SAMPLE) = { };
	unsigned int i;

	if (sample->looked_ns && ktime_get_ns() - sample->looked_ns < interval_ns / 2)
		return;
	refill(sample, nid);
	get_folios(sample, nid, folios);
	note_interval(sample);
	klruscan_look(looks, folios, KPROMOTED_SAMPLE, seen);
	for (i = 0; i < KPROMOTED_SAMPLE; i++) {
		struct kpromoted_slot *slot = &sample->slot[i];

		if (!folios[i])
			continue;
		folio_put(folios[i]);
		if (test_bit(i, looks->missed))
			continue;
		/* the first look only clears */
		if (slot->looks++)
			slot->history = slot->history << 1 | test_bit(i, seen);
		if (slot->looks > SAMPLE_LIFE)
			slot->used = false;
	}
}

/* In how many of up to @passes looks a folio was seen, and how many they are. */
static unsigned int slot_heat(const struct kpromoted_slot *slot,
			      unsigned int passes, unsigned int *looks)
{
	*looks = slot->used && slot->looks ? slot->looks - 1 : 0;
	*looks = min(*looks, passes);
	return pghot_heat_level(pghot_heat_recall(slot->history, *looks));
}

/**
 * kpromoted_sample_heat - folios of a fast node by heat
 * @sample: the sample
 * @nid: the node
 * @passes: how many passes count, up to KLRUSCAN_HEAT_MAX
 * @heat: out: an estimate of their numbers, as many as there are levels
 *
 * A folio that was not looked at that often is counted at the heat that it would
 * have if it went on like that.
 */
void kpromoted_sample_heat(const struct kpromoted_sample *sample, int nid,
			   unsigned int passes, u64 *heat)
{
	unsigned int i, level, looks, sampled = 0;
	unsigned long pages = kpromoted_lru_pages(nid);

	memset(heat, 0, KLRUSCAN_HEAT_LEVELS * sizeof(*heat));
	for (i = 0; i < KPROMOTED_SAMPLE; i++) {
		const struct kpromoted_slot *slot = &sample->slot[i];

		level = slot_heat(slot, passes, &looks);
		if (looks < SAMPLE_LOOKS_MIN)
			continue;
		/* pages were drawn, folios are counted */
		heat[level * passes / looks] += pages / slot->pages;
		sampled++;
	}
	for (level = 0; sampled && level < KLRUSCAN_HEAT_LEVELS; level++)
		heat[level] /= sampled;
}

/**
 * kpromoted_sample_hottest - folios of the sample that every look saw
 * @sample: the sample
 * @nid: the node
 * @passes: how many looks are meant, as in kpromoted_sample_heat()
 * @folios: out: the folios, each with a reference
 * @max: room in @folios
 *
 * Return: number of folios.
 */
unsigned int kpromoted_sample_hottest(const struct kpromoted_sample *sample,
				      int nid, unsigned int passes,
				      struct folio **folios, unsigned int max)
{
	unsigned int i, looks, nr = 0;

	for (i = 0; i < KPROMOTED_SAMPLE && nr < max; i++) {
		const struct kpromoted_slot *slot = &sample->slot[i];
		unsigned int level = slot_heat(slot, passes, &looks);

		if (looks < SAMPLE_LOOKS_MIN || level < looks)
			continue;
		folios[nr] = klruscan_get_mapped(slot->pfn, nid);
		nr += !!folios[nr];
	}
	return nr;
}
