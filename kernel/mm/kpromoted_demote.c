// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: find folios of a fast node that may go, and demote them
 *
 * They come from the old end of each generation of MGLRU, oldest generation first, and go to
 * its young end, so that the next ones are others. Which of them are colder than what waits
 * is for kpromoted_exchange.c to find out.
 *
 * Between finding a folio on its list, under lru_lock and with a reference, and its
 * isolation anything can happen to it; isolation fails then.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/memcontrol.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

/******************************************************************************
 *                          finding
 ******************************************************************************/

/*
 * Up to @max folios from the old end of a list, which go to the other end. As many are
 * passed over again that are being freed.
 */
static unsigned int take_from_list(struct list_head *list, struct folio **folios,
				   unsigned int max)
{
	unsigned int nr = 0, looked_at = 0;

	while (nr < max && looked_at++ < 2 * max && !list_empty(list)) {
		struct folio *folio = list_last_entry(list, struct folio, lru);

		list_move(&folio->lru, list);
		/* the list is shorter than that: they come round again */
		if (nr && folio == folios[0])
			break;
		if (folio_try_get(folio))
			folios[nr++] = folio;
	}
	return nr;
}

/*
 * Is what is in generation @seq, by all agings, idle for @idle jiffies? It was in none of the
 * MIN_NR_GENS youngest, to which anonymous memory that is new comes as well, when the last of
 * those was born. New pages of files that are not mapped come to older ones, as reclaim has it.
 */
static bool gen_is_idle(struct lru_gen_folio *lrugen, unsigned long seq,
			unsigned long idle)
{
	unsigned long since = lrugen->timestamps[lru_gen_from_seq(seq + MIN_NR_GENS)];

	return seq + MIN_NR_GENS <= lrugen->max_seq &&
	       time_after_eq(jiffies, since + idle);
}

/* From the oldest generation on; with @idle, from those alone that are idle. */
static unsigned int take_from_lruvec(struct lruvec *lruvec, unsigned long idle,
				     struct folio **folios, unsigned int max)
{
	struct lru_gen_folio *lrugen = &lruvec->lrugen;
	unsigned int type, zone, nr = 0;
	unsigned long seq;

	spin_lock_irq(&lruvec->lru_lock);
	seq = min(lrugen->min_seq[LRU_GEN_ANON], lrugen->min_seq[LRU_GEN_FILE]);
	for (; seq <= lrugen->max_seq && nr < max; seq++) {
		int gen = lru_gen_from_seq(seq);

		if (idle && !gen_is_idle(lrugen, seq, idle))
			break;
		for (type = 0; type < ANON_AND_FILE; type++) {
			if (seq < lrugen->min_seq[type])
				continue;
			for (zone = 0; zone < MAX_NR_ZONES && nr < max; zone++)
				nr += take_from_list(&lrugen->folios[gen][type][zone],
						     folios + nr, max - nr);
		}
	}
	spin_unlock_irq(&lruvec->lru_lock);
	return nr;
}

/**
 * kpromoted_lruvec_pages - base pages on the lists of a lruvec
 * @lruvec: the lruvec
 *
 * The counters are written in batches, and may be below zero meanwhile.
 *
 * Context: any.
 * Return: about how many.
 */
unsigned long kpromoted_lruvec_pages(struct lruvec *lruvec)
{
	struct lru_gen_folio *lrugen = &lruvec->lrugen;
	unsigned long pages = 0;
	int gen, type, zone;

	for (gen = 0; gen < MAX_NR_GENS; gen++)
		for (type = 0; type < ANON_AND_FILE; type++)
			for (zone = 0; zone < MAX_NR_ZONES; zone++)
				pages += max(0L, READ_ONCE(lrugen->nr_pages[gen][type][zone]));
	return pages;
}

/*
 * Reclaim demotes nothing of a cgroup that uses no more than memory.min or memory.low protect,
 * be it its own or that of one above it.
 */
static bool is_protected(struct mem_cgroup *memcg)
{
	for (; memcg; memcg = parent_mem_cgroup(memcg)) {
		unsigned long protection = max(READ_ONCE(memcg->memory.min),
					       READ_ONCE(memcg->memory.low));

		if (protection && page_counter_read(&memcg->memory) <= protection)
			return true;
	}
	return false;
}

/**
 * kpromoted_find_victims - folios of a fast node that others may come for
 * @nid: the fast node
 * @idle: those alone that MGLRU says have not been accessed for so many jiffies; 0: any, those
 *	  of the oldest generations first
 * @folios: out: the folios, each with a reference
 * @max: how many at most
 *
 * From each cgroup as many as its share of the node is; none from those whose pages are to
 * be left where they are. The next ones are others.
 *
 * Context: may sleep.
 * Return: how many.
 */
unsigned int kpromoted_find_victims(int nid, unsigned long idle,
				    struct folio **folios, unsigned int max)
{
	unsigned long total = max(kpromoted_lru_pages(nid), 1UL);
	struct mem_cgroup *memcg = NULL;
	unsigned int nr = 0;

	while ((memcg = mem_cgroup_iter(NULL, memcg, NULL))) {
		struct lruvec *lruvec = &memcg->nodeinfo[nid]->lruvec;
		unsigned long pages = kpromoted_lruvec_pages(lruvec);
		/* rounded up as often as down: many have less than one */
		u64 share = div64_u64((u64)max * pages + get_random_u64() % total,
				      total);

		if (share && klruscan_memcg_promotes(memcg) && !is_protected(memcg))
			nr += take_from_lruvec(lruvec, idle, folios + nr,
					       min_t(u64, share, max - nr));
		if (nr == max) {
			mem_cgroup_iter_break(NULL, memcg);
			break;
		}
		cond_resched();
	}
	return nr;
}

/******************************************************************************
 *                          moving
 ******************************************************************************/

/**
 * kpromoted_put_among_young - have a folio that is in use with those that are
 * @folio: the folio, with a reference
 *
 * Context: may sleep.
 */
void kpromoted_put_among_young(struct folio *folio)
{
	if (!folio_isolate_lru(folio))
		return;
	kpromoted_set_young(folio);
	folio_putback_lru(folio);
}

/*
 * As reclaim's demotion does it, but never to another node: no reclaim for it, though
 * kswapd may be woken. Where there is no memory for a large folio, migrate_pages() splits
 * it and tries its parts.
 */
static struct folio *alloc_target(struct folio *src, unsigned long nid)
{
	gfp_t gfp = (GFP_HIGHUSER_MOVABLE & ~__GFP_DIRECT_RECLAIM) | __GFP_THISNODE |
		    __GFP_NOWARN | __GFP_NOMEMALLOC;

	return __folio_alloc_node(gfp, folio_order(src), nid);
}

/*
 * Take a folio off its LRU list, to be demoted. Not counted in NR_ISOLATED_*, as reclaim
 * does not for what it demotes: migrate_pages() takes it for granted and subtracts nothing.
 */
static bool isolate(struct folio *folio, struct list_head *list)
{
	if (!folio_isolate_lru(folio))
		return false;
	list_add_tail(&folio->lru, list);
	return true;
}

/* Those that could not go. */
static void put_back(struct list_head *list)
{
	struct folio *folio, *next;

	list_for_each_entry_safe(folio, next, list, lru) {
		list_del(&folio->lru);
		folio_putback_lru(folio);
	}
}

/*
 * What was freed here is in the lists of this CPU, which may hold thousands of pages, and
 * counts as free only when it is not in them any more. Where the thread was on another CPU
 * meanwhile, that one's are drained every few seconds, by the kernel.
 */
static void drain(int nid)
{
	int i;

	migrate_disable();
	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &NODE_DATA(nid)->node_zones[i];

		if (managed_zone(zone))
			drain_local_pages(zone);
	}
	migrate_enable();
}

/*
 * Those of @x->going. Counted as kswapd's, which would do the same. Return: base pages that
 * are gone.
 */
static unsigned long demote(struct kpromoted_exchange *x, struct list_head *list,
			    unsigned int nr, int target)
{
	DECLARE_BITMAP(left, KPROMOTED_VICTIMS) = { };
	unsigned int succeeded = 0;

	if (list_empty(list))
		return 0;
	migrate_pages(list, alloc_target, NULL, target, MIGRATE_ASYNC,
		      MR_DEMOTION, &succeeded);
	kpromoted_went(x->going, nr, list, x->nid, PGDEMOTE_KSWAPD, succeeded, left);
	put_back(list);
	drain(x->nid);
	return succeeded;
}

/**
 * kpromoted_demote_unseen - demote the folios that were not seen
 * @x: the exchange
 * @target: where to
 * @folios: folios of the fast node, up to KPROMOTED_VICTIMS; their references are put
 * @nr: how many
 * @seen: bitmap of those that stay
 * @want: until so many base pages are gone
 *
 * Context: may sleep.
 * Return: base pages that are gone.
 */
unsigned long kpromoted_demote_unseen(struct kpromoted_exchange *x, int target,
				      struct folio **folios, unsigned int nr,
				      const unsigned long *seen, unsigned long want)
{
	unsigned long isolated = 0;
	unsigned int i, going = 0;
	LIST_HEAD(list);

	for (i = 0; i < nr; i++) {
		if (!test_bit(i, seen) && isolated < want &&
		    kpromoted_may_go(folios[i], target) &&
		    isolate(folios[i], &list)) {
			kpromoted_goes(&x->going[going++], folios[i]);
			isolated += folio_nr_pages(folios[i]);
		}
		folio_put(folios[i]);
	}
	return demote(x, &list, going, target);
}
