// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: make room on a fast node by demoting what is colder
 *
 * Two pages change places only when one is accessed far more often than the other: a
 * page goes when it was not accessed in a time in which a candidate is accessed
 * KPROMOTED_COLDER times. Of pages that are equally hot, one in e^KPROMOTED_COLDER is
 * taken for cold, so that promotion comes to rest when all that is on the fast node is
 * as hot as what is not.
 *
 * Where that time is short, folios of the fast node are exposed for it, together with
 * candidates as witnesses: had these not been accessed either, the processes did not
 * run, and nothing would follow. They come from the old end of each generation of
 * MGLRU, oldest generation first, and go to its young end, so that the next ones are
 * others.
 *
 * Where it is long, MGLRU knows what is idle: folios that no aging found accessed are
 * in the older generations, and the births of the younger ones tell for how long.
 * The fast node is aged for it, by the kernel's own aging, only while hotter pages wait
 * for room, and less and less often when that does not make any. A folio of an old
 * generation whose accessed bit is set has been used since: it joins the young ones.
 * In between both are tried: an aging tells of all folios at once, which exposures would
 * have to look at one by one, and takes long where there are very many.
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
#include <linux/memory-tiers.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

#include <asm/tlbflush.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"
#include "kpromoted_curve.h"
#include "lru_gen_scan.h"

/* A search ends when fewer than one in so many are found that may go. */
#define FEW			16

/* When one in so many may go, there are many. */
#define MANY			4

/* Shorter times than this, in us, are none that ticks and agings can tell. */
#define AGED_MIN_US		32768ULL

/*
 * When it makes room, the fast node is aged as often as pages have to be idle, but no more often
 * than the first, and no less than the second, in ns; when not, down to the third; and never
 * more than 1/16 of the time. It clears accessed bits of page tables, which a scan of the slow
 * node goes by as well.
 */
#define AGE_GAP_MIN		(NSEC_PER_SEC / 10)
#define AGE_GAP			NSEC_PER_SEC
#define AGE_GAP_MAX		(32ULL * NSEC_PER_SEC)
#define AGE_SHARE		16

/* As many agings in a row, with as long between them as that, show who is idle. */
#define AGES_AT_ONCE		3
#define AGES_WAIT_MAX		(NSEC_PER_SEC / 2)

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

/* The counters are written in batches, and may be below zero meanwhile. */
static unsigned long lruvec_pages(struct lruvec *lruvec)
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

/*
 * From each cgroup as many as its share of the node is; none from those whose pages are to
 * be left where they are. Return: how many.
 */
static unsigned int find_victims(int nid, unsigned long idle,
				 struct folio **folios, unsigned int max)
{
	unsigned long total = max(kpromoted_lru_pages(nid), 1UL);
	struct mem_cgroup *memcg = NULL;
	unsigned int nr = 0;

	while ((memcg = mem_cgroup_iter(NULL, memcg, NULL))) {
		struct lruvec *lruvec = &memcg->nodeinfo[nid]->lruvec;
		unsigned long pages = lruvec_pages(lruvec);
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

/* It is in use: have it with those that are. */
static void put_among_young(struct folio *folio)
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

/* The kernel's own target; where all nodes are in one tier, the one the pages come from. */
static int demotion_target(int nid, int slow_nid)
{
	int target = next_demotion_node(nid);

	return target == NUMA_NO_NODE ? slow_nid : target;
}

/* Demote those that were not seen, until @want base pages are gone. Puts all. */
static unsigned long demote_unseen(struct kpromoted_exchange *x, int target,
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

/******************************************************************************
 *                          what is colder
 ******************************************************************************/

/* Candidates as witnesses at the even places, victims at the odd ones. */
static unsigned int gather(struct kpromoted_exchange *x,
			   const unsigned long *pfns, unsigned int nr)
{
	unsigned int i, victims = find_victims(x->nid, 0, x->found, KPROMOTED_VICTIMS);
	int outcome;

	for (i = 0; i < KPROMOTED_VICTIMS; i++) {
		x->folios[2 * i] = nr ? kpromoted_get_folio(pfns[i % nr], &outcome) :
					NULL;
		x->folios[2 * i + 1] = i < victims ? x->found[i] : NULL;
	}
	return victims;
}

/*
 * One look for @us at folios of the fast node. At which could not be looked, because
 * somebody held a lock, may be hot. Return: base pages demoted.
 */
static unsigned long exchange_exposed(struct kpromoted_exchange *x, int target,
				      const unsigned long *pfns, unsigned int nr,
				      unsigned int us, unsigned long want)
{
	DECLARE_BITMAP(seen, KPROMOTED_BATCH) = { };
	DECLARE_BITMAP(warm, KPROMOTED_BATCH) = { };
	unsigned int i, victims, present = 0, witnesses = 0;
	unsigned long demoted;

	victims = gather(x, pfns, nr);
	kpromoted_expose(x->looks, x->folios, 2 * KPROMOTED_VICTIMS, us, KPROMOTED_BATCH,
			 seen);
	for (i = 0; i < KPROMOTED_VICTIMS; i++) {
		present += x->folios[2 * i] && !test_bit(2 * i, x->looks->missed);
		witnesses += test_bit(2 * i, seen);
		if (x->folios[2 * i])
			folio_put(x->folios[2 * i]);
		if (test_bit(2 * i + 1, seen) || test_bit(2 * i + 1, x->looks->missed))
			__set_bit(i, warm);
	}
	if (2 * witnesses < present)
		bitmap_fill(warm, KPROMOTED_VICTIMS);
	demoted = demote_unseen(x, target, x->found, victims, warm, want);
	/* so many are idle that agings would find them */
	if (demoted >= KPROMOTED_VICTIMS / MANY)
		x->gap_ns = 0;
	return demoted;
}

/*
 * Have MGLRU find out what is in use on the fast node, if that was @gap_ns ago. It clears
 * accessed bits and flushes no TLB: of what stays there, and is hottest of all, the bits would
 * not be set again. Return: was it done?
 */
static bool age(struct kpromoted_exchange *x, u64 gap_ns)
{
	u64 now = ktime_get_ns();
	struct mem_cgroup *memcg = NULL;
	bool aged = false;

	if (now - x->aged_ns < max3(x->gap_ns, gap_ns, AGE_SHARE * x->took_ns))
		return false;
	while ((memcg = mem_cgroup_iter(NULL, memcg, NULL))) {
		if (lruvec_pages(&memcg->nodeinfo[x->nid]->lruvec)) {
			lru_gen_age(memcg, x->nid);
			aged = true;
		}
		if (kpromoted_must_leave()) {
			mem_cgroup_iter_break(NULL, memcg);
			break;
		}
		cond_resched();
	}
	if (aged)
		flush_tlb_all();
	x->aged_ns = ktime_get_ns();
	x->took_ns = x->aged_ns - now;
	return true;
}

/* Is there time to look for others? */
static bool may_search(const struct kpromoted_exchange *x)
{
	return (s64)(x->until_ns - ktime_get_ns()) > 0 && !kpromoted_must_leave();
}

/* Folios that MGLRU found idle. Return: base pages demoted. */
static unsigned long demote_idle(struct kpromoted_exchange *x, int target,
				 unsigned long idle, unsigned long want)
{
	unsigned long demoted = 0, looked_at = 0;

	while (demoted < want && looked_at < FEW * KPROMOTED_BATCH && may_search(x)) {
		DECLARE_BITMAP(seen, KPROMOTED_BATCH) = { };
		unsigned long went;
		unsigned int i, nr;

		nr = find_victims(x->nid, idle, x->found, KPROMOTED_VICTIMS);
		if (!nr)
			break;
		kpromoted_look(x->looks, x->found, nr, seen);
		for_each_set_bit(i, seen, nr)
			put_among_young(x->found[i]);
		bitmap_or(seen, seen, x->looks->missed, nr);
		went = demote_unseen(x, target, x->found, nr, seen, want - demoted);
		demoted += went;
		/* what may not go comes round again, and each round asks all cgroups */
		if (went * FEW < nr && bitmap_empty(seen, nr))
			break;
		looked_at += max_t(unsigned int, nr, KPROMOTED_VICTIMS / MANY);
		cond_resched();
	}
	return demoted;
}

/* Folios that are idle for @us, which may take agings. Return: base pages demoted. */
static unsigned long exchange_idle(struct kpromoted_exchange *x, int target, u64 us,
				   unsigned long want)
{
	/* a birth may be a tick later than its time */
	unsigned long idle = msecs_to_jiffies(div_u64(us, USEC_PER_MSEC)) + 1;
	u64 gap_ns = clamp(us * NSEC_PER_USEC, AGE_GAP_MIN, AGE_GAP);
	unsigned long demoted = demote_idle(x, target, idle, want);
	unsigned int ages = 0;

	while (demoted < want && may_search(x) && age(x, gap_ns)) {
		if (++ages == AGES_AT_ONCE || gap_ns > AGES_WAIT_MAX)
			break;
		kpromoted_wait_until(x->aged_ns + gap_ns);
		demoted += demote_idle(x, target, idle, want - demoted);
	}
	if (demoted)
		x->gap_ns = 0;
	else if (ages)
		x->gap_ns = clamp(2 * x->gap_ns, gap_ns, AGE_GAP_MAX);
	return demoted;
}

/**
 * kpromoted_make_room - demote what is colder than candidates
 * @x: the exchange
 * @slow_nid: the node that the candidates are on
 * @pfns: candidates
 * @nr: how many, up to KPROMOTED_BATCH
 * @rate: accesses a second of one of them, in 1/1024
 * @want: base pages that they need
 * @until_ns: until when others may be looked for, by ktime_get_ns(); about
 *
 * No more than leaves the node that they go to above its low watermark. Ends when a look
 * finds next to none that are colder and may go.
 *
 * Context: may sleep, for up to half a second at a time, and while the fast node is aged.
 * Return: base pages that are free now, about @want or less.
 */
unsigned long kpromoted_make_room(struct kpromoted_exchange *x, int slow_nid,
				  const unsigned long *pfns, unsigned int nr,
				  u64 rate, unsigned long want, u64 until_ns)
{
	u64 us = div64_u64(KPROMOTED_COLDER * KPROMOTED_ONE * USEC_PER_SEC,
			   max(rate, 1ULL));
	unsigned int exposure_us = max_t(u64, us, KPROMOTED_CURVE_MIN_US);
	int target = demotion_target(x->nid, slow_nid);
	unsigned long demoted = 0, went = KPROMOTED_VICTIMS;

	x->until_ns = until_ns;
	want = min(want, kpromoted_demotion_room(target));
	while (demoted < want && went * FEW >= KPROMOTED_VICTIMS && may_search(x)) {
		unsigned long before = demoted;

		if (us > AGED_MIN_US)
			demoted += exchange_idle(x, target, us, want - demoted);
		/* longer exposures are not waited for */
		if (us <= KPROMOTED_CURVE_MAX_US && demoted < want)
			demoted += exchange_exposed(x, target, pfns, nr, exposure_us,
						    want - demoted);
		went = demoted - before;
	}
	return demoted;
}
