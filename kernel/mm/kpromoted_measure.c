// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: how often are the hottest pages accessed, of which passes do not tell?
 *
 * Folios are exposed for shorter and shorter times (klruscan_look.c): a sample of those that
 * every pass saw, on slow nodes and on the fast one, for a curve (kpromoted_curve.h); and
 * candidates, for as long as the line between those that are worth it and those that are not
 * says.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>

#include "internal.h"
#include "kpromoted.h"
#include "kpromoted_choice.h"
#include "kpromoted_curve.h"

/* Candidates that are drawn for a sample, and those of them from one place. */
#define DRAWN			KPROMOTED_BATCH
#define DRAWN_AT_ONCE		4

/* How the sample is divided for exposures that are shorter than this. */
#define GROUPS_US		8192U
#define GROUPS_MAX		8U

static void put_folios(struct folio **folios, unsigned int nr)
{
	while (nr--)
		folio_put(folios[nr]);
}

/*
 * A sample that is exposed in one go tells what was going on at that moment. In groups
 * as small as that, and one after the other, it tells more, and takes no longer than
 * GROUPS_US or @us.
 */
static unsigned int most_at(unsigned int us)
{
	return DIV_ROUND_UP(DRAWN, clamp(GROUPS_US / us, 1U, GROUPS_MAX));
}

/* Expose folios for shorter and shorter times, until no more than @want are seen. */
static void measure(struct kpromoted_judge *judge, unsigned int nr,
		    u64 longest_us, u64 want, struct kpromoted_curve *curve)
{
	unsigned int us = clamp_t(u64, longest_us, KPROMOTED_CURVE_MIN_US,
				  KPROMOTED_CURVE_MAX_US);
	DECLARE_BITMAP(before, KPROMOTED_BATCH) = { };

	curve->nr = nr;
	do {
		DECLARE_BITMAP(seen, KPROMOTED_BATCH) = { };
		unsigned int took;

		took = klruscan_expose(&judge->looks, judge->folios, nr, us,
				       most_at(us), seen);
		bitmap_and(before, before, seen, nr);
		kpromoted_curve_add(curve, took, bitmap_weight(seen, nr),
				    bitmap_weight(before, nr));
		bitmap_copy(before, seen, nr);
		us /= 2;
	} while (us >= KPROMOTED_CURVE_MIN_US &&
		 kpromoted_curve_goes_on(curve, want) && !klruscan_must_leave());
}

/*
 * A curve is made after each pass, unless that takes longer, in CPU time, than the passes are
 * apart: then so much more seldom. Where a CPU is emulated and checks itself, it takes seconds.
 */
static u64 rest_after(const struct kpromoted_view *view, u64 start_ns)
{
	u64 took = klruscan_thread_ns() - start_ns;
	u64 interval = view->exposure_us * NSEC_PER_USEC;

	return ktime_get_ns() + (took > interval ? took - interval : 0);
}

/* The next pages of a heat, however far they are. */
static unsigned int collect(struct kpromoted_view *view, unsigned long *pos,
			    unsigned long *pfns, unsigned int max)
{
	unsigned int found;

	do {
		found = pghot_collect(view->nid, view->clock, view->passes, pos, pfns,
				      max);
		cond_resched();
	} while (!found && *pos != ULONG_MAX);
	return found;
}

/* Pass over pages of the highest heat, however far that is. Return: how many there were. */
static u64 skip(struct kpromoted_view *view, unsigned long *pos, u64 pages)
{
	u64 skipped = 0;

	while (skipped < pages && *pos != ULONG_MAX) {
		skipped += pghot_skip(view->nid, view->clock, view->passes, pos,
				      pages - skipped);
		cond_resched();
	}
	return skipped;
}

/*
 * The folios of candidates, with references, behind @at others that are being looked at.
 * Return: how many can be had.
 */
static unsigned int get_candidates(struct kpromoted_judge *judge, unsigned int at,
				   const unsigned long *pfns, unsigned int nr)
{
	unsigned int i, got = at;
	int outcome;

	for (i = 0; i < nr; i++) {
		judge->folios[got] = klruscan_get_folio(pfns[i], &outcome);
		judge->which[got] = i;
		got += !!judge->folios[got];
	}
	return got - at;
}

/* Base pages of the mean folio; 1 where there is none. */
static unsigned int mean_pages(struct folio **folios, unsigned int nr)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		pages += folio_nr_pages(folios[i]);
	return nr ? pages / nr : 1;
}

/*
 * Folios of the highest heat, all of them where they are few. Otherwise from one place in
 * each of as many parts with equally many pages: each page is as likely to be drawn as any
 * other, wherever on the node they are.
 */
static unsigned int draw(struct kpromoted_judge *judge, struct kpromoted_view *view)
{
	const unsigned int parts = DRAWN / DRAWN_AT_ONCE;
	u64 pages = view->heat[view->passes];
	unsigned int nr = 0, part;
	unsigned long pos = 0;
	u64 passed = 0;

	for (part = 0; part < parts && pos != ULONG_MAX; part++) {
		unsigned long pfns[DRAWN_AT_ONCE];
		u64 place = div_u64(pages * part, parts);
		unsigned int found;

		if (pages > DRAWN)
			place += div_u64(pages, parts) * get_random_u32_below(KPROMOTED_ONE) /
				 KPROMOTED_ONE;
		if (pages > DRAWN && place > passed)
			passed += skip(view, &pos, place - passed);
		found = collect(view, &pos, pfns, DRAWN_AT_ONCE);
		passed += found;
		nr += get_candidates(judge, nr, pfns, found);
	}
	view->pages = mean_pages(judge->folios, nr);
	return nr;
}

/*
 * Exposures that see nearly all folios tell nothing and take longest. So the next curve
 * begins at four times what was seen not to, or four times higher where that was the
 * first.
 */
static u64 begin_next(const struct kpromoted_curve *curve)
{
	unsigned int step = 0;

	while (step + 1 < curve->steps &&
	       kpromoted_curve_seen(curve, step) * 4 > 3 * curve->nr)
		step++;
	return 4ULL * curve->us[step];
}

/**
 * kpromoted_measured_lately - is a measurement good enough for now?
 * @view: what was measured
 *
 * Return: true if so.
 */
bool kpromoted_measured_lately(const struct kpromoted_view *view)
{
	return (s64)(ktime_get_ns() - view->rest_ns) < 0;
}

/**
 * kpromoted_measure_slow - how often are the hottest pages of a clock accessed?
 * @judge: the judge
 * @view: what is known of them; out: @view->top
 * @want: so many of them are wanted, in 1/1024: shorter exposures than tell these apart are
 *	  not made
 *
 * Context: may sleep, for some times a quarter of the clock's interval.
 */
void kpromoted_measure_slow(struct kpromoted_judge *judge, struct kpromoted_view *view,
			    u64 want)
{
	u64 start_ns = klruscan_thread_ns();
	unsigned int nr = draw(judge, view);

	view->top.steps = 0;
	if (nr) {
		measure(judge, nr, min(view->exposure_us / 4, view->begin_us ?: U64_MAX),
			want, &view->top);
		view->begin_us = begin_next(&view->top);
		view->alike = kpromoted_curve_is_mixed(&view->top) ? 0 : view->alike + 1;
	}
	put_folios(judge->folios, nr);
	view->rest_ns = rest_after(view, start_ns);
}

/**
 * kpromoted_measure_fast - how often are the pages of the fast node accessed?
 * @judge: the judge; out: @judge->fast
 * @passes: how many passes heat is to count
 * @longest_us: to look at the hottest
 *
 * Context: may sleep, for some times @longest_us.
 */
void kpromoted_measure_fast(struct kpromoted_judge *judge, unsigned int passes,
			    u64 longest_us)
{
	struct kpromoted_view *fast = &judge->fast;
	u64 start_ns = klruscan_thread_ns();
	u64 begin_us = fast->begin_us;
	unsigned int nr;

	*fast = (struct kpromoted_view){ };
	fast->passes = passes;
	fast->exposure_us = div_u64(judge->sample.interval_ns, NSEC_PER_USEC);
	kpromoted_sample_heat(&judge->sample, judge->nid, passes, fast->heat);
	if (!kpromoted_is_saturated(fast->heat, passes))
		return;
	nr = kpromoted_sample_hottest(&judge->sample, judge->nid, passes,
				      judge->folios, DRAWN);
	if (!nr)
		return;
	fast->pages = mean_pages(judge->folios, nr);
	measure(judge, nr, min(longest_us, begin_us ?: U64_MAX), KPROMOTED_ONE, &fast->top);
	fast->begin_us = begin_next(&fast->top);
	put_folios(judge->folios, nr);
	fast->rest_ns = rest_after(fast, start_ns);
}

/* Expose candidates once, and let go of those that are not seen. Return: how many are left. */
static unsigned int leave_unseen(struct kpromoted_judge *judge, unsigned int nr,
				 unsigned int us, unsigned long *warm)
{
	DECLARE_BITMAP(seen, KPROMOTED_BATCH) = { };
	unsigned int i, left = 0;

	klruscan_expose(&judge->looks, judge->folios, nr, us, KPROMOTED_BATCH,
			seen);
	for (i = 0; i < nr; i++) {
		if (test_bit(i, seen)) {
			judge->folios[left] = judge->folios[i];
			judge->which[left++] = judge->which[i];
			continue;
		}
		__set_bit(judge->which[i], warm);
		folio_put(judge->folios[i]);
	}
	return left;
}

/**
 * kpromoted_judge_cut - which candidates are below the line?
 * @judge: the judge
 * @pfns: the candidates
 * @nr: how many, up to KPROMOTED_BATCH
 * @cut_us: as in the verdict
 * @warm: out: bitmap of @nr bits, those that are
 *
 * Those above it are accessed within @cut_us, and again, KPROMOTED_CUT_LOOKS times. To be
 * seen always in longer exposures tells more than to be seen twice in short ones, and costs
 * no more: most are not seen in the first.
 *
 * Context: may sleep, for some times as long as klruscan_expose() for all of them.
 */
void kpromoted_judge_cut(struct kpromoted_judge *judge,
			 const unsigned long *pfns, unsigned int nr,
			 unsigned int cut_us, unsigned long *warm)
{
	unsigned int left, looks;

	bitmap_zero(warm, nr);
	left = get_candidates(judge, 0, pfns, nr);
	for (looks = 0; looks < KPROMOTED_CUT_LOOKS && left; looks++)
		left = leave_unseen(judge, left, cut_us, warm);
	put_folios(judge->folios, left);
}

/**
 * kpromoted_judge_chance - did candidates pass the line by chance?
 * @judge: the judge
 * @pfns: candidates that kpromoted_judge_cut() found above the line
 * @nr: how many, up to KPROMOTED_BATCH
 * @cut_us: the line
 *
 * Where all are alike, some are seen each time as well; but once more, they are seen as
 * seldom as all the others. A line that lets one in 256 pass lets one in four of those
 * pass again, by chance.
 *
 * Context: may sleep, as long as klruscan_expose() for all of them.
 * Return: true if fewer than a third are seen again.
 */
bool kpromoted_judge_chance(struct kpromoted_judge *judge,
			    const unsigned long *pfns, unsigned int nr,
			    unsigned int cut_us)
{
	DECLARE_BITMAP(warm, KPROMOTED_BATCH) = { };
	unsigned int left = get_candidates(judge, 0, pfns, nr);

	if (left)
		left = leave_unseen(judge, left, cut_us, warm);
	put_folios(judge->folios, left);
	return 3 * left < nr;
}
