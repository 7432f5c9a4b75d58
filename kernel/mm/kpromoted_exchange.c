// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: what on a fast node is colder than candidates, and goes for them
 *
 * Two pages change places only when one is accessed far more often than the other: a
 * page goes when it was not accessed in a time in which a candidate is accessed
 * KPROMOTED_COLDER times. Of pages that are equally hot, one in e^KPROMOTED_COLDER is
 * taken for cold, so that promotion comes to rest when all that is on the fast node is
 * as hot as what is not.
 *
 * Where that time is short, folios of the fast node are exposed for it, together with
 * candidates as witnesses: had these not been accessed either, the processes did not
 * run, and nothing would follow.
 *
 * Where it is long, MGLRU knows what is idle: folios that no aging found accessed are
 * in the older generations, and the births of the younger ones tell for how long.
 * The fast node is aged for it, by the kernel's own aging, only while hotter pages wait
 * for room, and less and less often when that does not make any. A folio of an old
 * generation whose accessed bit is set has been used since: it joins the young ones.
 * In between both are tried: an aging tells of all folios at once, which exposures would
 * have to look at one by one, and takes long where there are very many.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/memcontrol.h>
#include <linux/memory-tiers.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <asm/tlbflush.h>

#include "internal.h"
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

/* The kernel's own target; where all nodes are in one tier, the one the pages come from. */
static int demotion_target(int nid, int slow_nid)
{
	int target = next_demotion_node(nid);

	return target == NUMA_NO_NODE ? slow_nid : target;
}

/* Candidates as witnesses at the even places, victims at the odd ones. */
static unsigned int gather(struct kpromoted_exchange *x,
			   const unsigned long *pfns, unsigned int nr)
{
	unsigned int i, victims = kpromoted_find_victims(x->nid, 0, x->found, KPROMOTED_VICTIMS);
	int outcome;

	for (i = 0; i < KPROMOTED_VICTIMS; i++) {
		x->folios[2 * i] = nr ? klruscan_get_folio(pfns[i % nr], &outcome) :
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
	klruscan_expose(x->looks, x->folios, 2 * KPROMOTED_VICTIMS, us, KPROMOTED_BATCH,
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
	demoted = kpromoted_demote_unseen(x, target, x->found, victims, warm, want);
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
		if (kpromoted_lruvec_pages(&memcg->nodeinfo[x->nid]->lruvec)) {
			lru_gen_age(memcg, x->nid);
			aged = true;
		}
		if (klruscan_must_leave()) {
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
	return (s64)(x->until_ns - ktime_get_ns()) > 0 && !klruscan_must_leave();
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

		nr = kpromoted_find_victims(x->nid, idle, x->found, KPROMOTED_VICTIMS);
		if (!nr)
			break;
		klruscan_look(x->looks, x->found, nr, seen);
		for_each_set_bit(i, seen, nr)
			kpromoted_put_among_young(x->found[i]);
		bitmap_or(seen, seen, x->looks->missed, nr);
		went = kpromoted_demote_unseen(x, target, x->found, nr, seen, want - demoted);
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
		klruscan_wait_until(x->aged_ns + gap_ns);
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
