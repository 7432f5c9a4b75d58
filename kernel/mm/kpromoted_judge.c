// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: which pages are worth promoting?
 *
 * Those that are accessed at least 1/KPROMOTED_WORTH as often as the mean page that is
 * accessed at all, in slow or fast memory, or so often that it pays in any case; and of
 * them, where there is not room for all, those that are accessed most.
 *
 * How often a page is accessed follows from how many of the last passes saw it
 * (kpromoted_choice.h), as far as passes can tell: what each of them saw may be accessed
 * ten times a second or a million times. A sample of such folios is looked at for
 * shorter times (kpromoted_curve.h), so that the mean is right. And when the line that
 * divides pages is among them, each candidate is looked at for so short a time that the
 * folios on the wrong side of the line are not seen.
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
#define DRAWN_AT_ONCE		8

/* How the sample is divided for exposures that are shorter than this. */
#define GROUPS_US		8192U
#define GROUPS_MAX		8U

/*
 * A line is looked for among single folios only when an exposure of the passes is so
 * many times longer than the line's: otherwise heat tells.
 */
#define RESOLVED		8ULL

/* So many of the hottest are wanted at least, in 1/1024: for them, colder ones may go. */
#define WANT_MIN		(KPROMOTED_ONE / 64)

/* Weight of the past in the mean rate: 7/8. A sample is small. */
#define MEAN_SHIFT		3

/**
 * struct view - what is known of a slow node and of the fast one
 * @node:	the slow node
 * @passes:	how many passes heat counts
 * @exposure_us: time from pass to pass
 * @slow:	pages of the slow node by heat
 * @fast:	pages of the fast node by heat
 * @top:	how often the slow node's hottest are accessed
 * @fast_top:	likewise, the fast node's
 * @pages:	base pages of a folio that was drawn, on average
 * @want:	how many of the hottest can be taken, in 1/1024
 */
struct view {
	struct klruscan_node *node;
	unsigned int passes;
	u64 exposure_us;
	u64 slow[KLRUSCAN_HEAT_LEVELS];
	u64 fast[KLRUSCAN_HEAT_LEVELS];
	struct kpromoted_curve top;
	struct kpromoted_curve fast_top;
	unsigned int pages;
	u64 want;
};

static void put_folios(struct folio **folios, unsigned int nr)
{
	while (nr--)
		if (folios[nr])
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

		took = kpromoted_expose(&judge->looks, judge->folios, nr, us,
					most_at(us), seen);
		bitmap_and(before, before, seen, nr);
		kpromoted_curve_add(curve, took, bitmap_weight(seen, nr),
				    bitmap_weight(before, nr));
		bitmap_copy(before, seen, nr);
		us /= 2;
	} while (us >= KPROMOTED_CURVE_MIN_US &&
		 kpromoted_curve_goes_on(curve, want) && !kpromoted_must_leave());
}

/* The next pages of a heat, however far they are. */
static unsigned int collect(struct view *view, unsigned long *pos,
			    unsigned long *pfns, unsigned int max)
{
	unsigned int found;

	do {
		found = pghot_collect(view->node->nid, view->passes, pos, pfns, max);
		cond_resched();
	} while (!found && *pos != ULONG_MAX);
	return found;
}

/* Folios of a heat from all over the node; all of them where they are few. */
static unsigned int draw(struct kpromoted_judge *judge, struct view *view)
{
	struct pglist_data *pgdat = NODE_DATA(view->node->nid);
	bool all = view->slow[view->passes] <= DRAWN;
	unsigned int nr = 0, tries = 0;
	unsigned long pages = 0, pos = 0;

	while (nr < DRAWN && (all || tries++ < 2 * DRAWN / DRAWN_AT_ONCE)) {
		unsigned long pfns[DRAWN_AT_ONCE];
		unsigned int i, found;
		int outcome;

		if (!all)
			pos = pgdat->node_start_pfn +
			      get_random_u64() % (READ_ONCE(pgdat->node_spanned_pages) ?: 1);
		found = collect(view, &pos, pfns, min(DRAWN_AT_ONCE, DRAWN - nr));
		for (i = 0; i < found; i++) {
			struct folio *folio = kpromoted_get_folio(pfns[i], &outcome);

			if (!folio)
				continue;
			pages += folio_nr_pages(folio);
			judge->folios[nr++] = folio;
		}
		if (all && pos == ULONG_MAX)
			break;
	}
	view->pages = nr ? pages / nr : 1;
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

/* How often are the slow node's hottest accessed, and how many of them are wanted? */
static void measure_slow(struct kpromoted_judge *judge, struct view *view,
			 unsigned long supply)
{
	unsigned int nr = draw(judge, view);

	view->want = clamp(div64_u64(supply * KPROMOTED_ONE,
				     view->slow[view->passes] * view->pages ?: 1),
			   WANT_MIN, KPROMOTED_ONE);
	if (nr) {
		measure(judge, nr, min(view->exposure_us / 4, judge->begin_us),
			view->want, &view->top);
		judge->begin_us = begin_next(&view->top);
	}
	put_folios(judge->folios, nr);
}

/* How often are the fast node's hottest accessed? */
static void measure_fast(struct kpromoted_judge *judge, struct view *view)
{
	unsigned int nr;

	nr = kpromoted_sample_hottest(&judge->sample, judge->nid, view->passes,
				      judge->folios, DRAWN);
	if (!nr)
		return;
	measure(judge, nr, view->exposure_us / 4, KPROMOTED_ONE, &view->fast_top);
	put_folios(judge->folios, nr);
}

/*
 * Accesses a second of the pages of a node by heat, in 1/1024; of the hottest, as @top says
 * instead of the passes, where there is one. Return: the kind behind the last one.
 */
static struct kpromoted_kind *add_kinds(struct kpromoted_kind *kind, const u64 *heat,
					unsigned int passes, u64 exposure_us,
					const struct kpromoted_curve *top, u64 many)
{
	u64 rate[KLRUSCAN_HEAT_LEVELS];
	unsigned int level;

	kpromoted_rates(heat, passes, rate);
	for (level = 1; level <= passes; level++, kind++) {
		kind->pages = heat[level];
		kind->rate = mul_u64_u64_div_u64(rate[level], USEC_PER_SEC,
						 exposure_us ?: 1);
	}
	if (top->steps)
		kind[-1].rate = kpromoted_curve_rate(top, many);
	return kind;
}

/*
 * Which share of those that are accessed all the time is the hottest of all that are
 * accessed? In 1/1024, or KPROMOTED_CURVE_MANY.
 */
static u64 hottest_of_top(const struct view *view)
{
	u64 all = 0, top = 0;
	unsigned int level;

	for (level = 1; level <= view->passes; level++)
		all += view->slow[level] + view->fast[level];
	if (view->top.steps)
		top += view->slow[view->passes];
	if (view->fast_top.steps)
		top += view->fast[view->passes];
	return clamp(div64_u64(all * KPROMOTED_HOTTEST, top ?: 1), KPROMOTED_CURVE_MANY,
		     KPROMOTED_ONE);
}

/* Accesses a second of the mean page that is accessed at all, in 1/1024. */
static u64 mean_rate(struct kpromoted_judge *judge, struct view *view,
		     unsigned long supply)
{
	struct kpromoted_kind kinds[2 * KLRUSCAN_HEAT_MAX], *end;
	u64 many;

	kpromoted_sample_heat(&judge->sample, judge->nid, view->passes, view->fast);
	if (kpromoted_is_saturated(view->slow, view->passes))
		measure_slow(judge, view, supply);
	if (kpromoted_is_saturated(view->fast, view->passes))
		measure_fast(judge, view);
	many = hottest_of_top(view);
	end = add_kinds(kinds, view->slow, view->passes, view->exposure_us, &view->top,
			many);
	end = add_kinds(end, view->fast, view->passes,
			div_u64(judge->sample.interval_ns, NSEC_PER_USEC),
			&view->fast_top, many);
	return kpromoted_mean_rate(kinds, end - kinds);
}

/* Up at once, and down slowly: what is too low lets cold pages in. */
static u64 smooth(struct klruscan_node *node, u64 mean)
{
	u64 old = node->promote.mean;

	node->promote.mean = max(mean, old - (old >> MEAN_SHIFT) +
				       (mean >> MEAN_SHIFT));
	return node->promote.mean;
}

/* Are all of the hottest below the line, as far as is known? */
static bool top_is_cold(struct view *view, u64 mean)
{
	return view->top.steps && !kpromoted_curve_is_mixed(&view->top) &&
	       kpromoted_curve_rate(&view->top, KPROMOTED_CURVE_MANY) * KPROMOTED_WORTH < mean;
}

/*
 * The time in which a page at the line is seen as often as not; 0 where heat tells the
 * pages apart.
 */
static unsigned int cut_of(struct view *view, u64 mean)
{
	/* ln 2 / (mean / KPROMOTED_WORTH) */
	u64 us = div64_u64(KPROMOTED_LN2 * KPROMOTED_WORTH * USEC_PER_SEC, mean ?: 1);
	u64 groups;

	if (!view->top.steps)
		return 0;
	/* for the very hottest there is a use in any case, and they may be too few to show */
	if (view->want == WANT_MIN ||
	    (view->want < KPROMOTED_ONE && kpromoted_curve_is_mixed(&view->top)))
		us = min(us, kpromoted_curve_us(&view->top, view->want));
	/* exposing all of them, in groups and twice, is to take no longer than a pass */
	groups = DIV_ROUND_UP(view->slow[view->passes], KPROMOTED_BATCH);
	return us * max(RESOLVED, 2 * groups) < view->exposure_us ? us : 0;
}

/* How often pages are accessed, by heat; of the hottest, those that pass the cut. */
static void rate_levels(struct view *view, const u64 *heat,
			struct kpromoted_verdict *verdict)
{
	unsigned int level;

	kpromoted_rates(heat, view->passes, verdict->rate);
	for (level = 1; level <= view->passes; level++)
		verdict->rate[level] = mul_u64_u64_div_u64(verdict->rate[level], USEC_PER_SEC,
							   view->exposure_us ?: 1);
	if (view->top.steps)
		verdict->rate[view->passes] = kpromoted_curve_rate(&view->top,
								   KPROMOTED_CURVE_MANY);
	/* ln 2 / cut */
	if (verdict->cut_us)
		verdict->rate[view->passes] = div_u64(KPROMOTED_LN2 * USEC_PER_SEC,
						      verdict->cut_us);
}

/*
 * What was promoted lately belongs into the picture: without it, those of the same
 * kind that are left look like chance. They fade by half each pass, for when they do
 * not come any more, chance is what is left. Where heat counts another number of
 * passes than before, it is scaled.
 */
static void fade_taken(struct klruscan_node *node, unsigned int passes)
{
	u64 old[KLRUSCAN_HEAT_LEVELS];
	unsigned int of = node->promote.taken_of;
	unsigned int level;

	memcpy(old, node->promote.taken, sizeof(old));
	memset(node->promote.taken, 0, sizeof(node->promote.taken));
	for (level = 1; level <= of; level++)
		node->promote.taken[level * passes / of] += old[level] / 2;
	node->promote.taken_of = passes;
}

/**
 * kpromoted_judge_look - look at what is in fast memory
 * @judge: the judge
 * @node: the slow node whose turn it is
 * @came: base pages that came there since the last look
 *
 * Once a turn.
 *
 * Context: may sleep.
 */
void kpromoted_judge_look(struct kpromoted_judge *judge,
			  struct klruscan_node *node, unsigned long came)
{
	struct pghot_stats stats;

	pghot_read_stats(node->nid, &stats);
	fade_taken(node, stats.passes);
	kpromoted_sample_renew(&judge->sample, judge->nid, came);
	kpromoted_sample_look(&judge->sample, judge->nid, &judge->looks,
			      judge->folios);
}

/**
 * kpromoted_judge_node - say which pages of a slow node are worth promoting
 * @judge: the judge
 * @node: the slow node
 * @stats: its store
 * @supply: base pages that can be taken now
 * @verdict: out: where the line is
 *
 * Context: may sleep, for half of an interval or 262 ms, whichever is less, twice.
 */
void kpromoted_judge_node(struct kpromoted_judge *judge,
			  struct klruscan_node *node,
			  const struct pghot_stats *stats, unsigned long supply,
			  struct kpromoted_verdict *verdict)
{
	struct view view = { .node = node };
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	unsigned int level;
	u64 mean, per_exposure;

	verdict->cut_us = 0;
	verdict->threshold = stats->passes + 1;
	if (stats->passes < KPROMOTED_PASSES_MIN)
		return;
	view.passes = kpromoted_passes_that_tell(stats->heat, stats->passes);
	view.exposure_us = (u64)stats->interval_ms * USEC_PER_MSEC;
	memcpy(view.slow, stats->heat, sizeof(view.slow));
	mean = min(mean_rate(judge, &view, supply),
		   KPROMOTED_PAYS * KPROMOTED_WORTH);
	mean = smooth(node, mean);
	for (level = 0; level < KLRUSCAN_HEAT_LEVELS; level++)
		heat[level] = stats->heat[level] + node->promote.taken[level];
	per_exposure = mul_u64_u64_div_u64(mean, view.exposure_us, USEC_PER_SEC);
	verdict->threshold = kpromoted_auto_threshold(heat, view.passes,
						      per_exposure);
	verdict->cut_us = cut_of(&view, mean);
	rate_levels(&view, heat, verdict);
	/* what not even each pass saw is below the line */
	if (verdict->cut_us)
		verdict->threshold = max(verdict->threshold, view.passes);
	else if (top_is_cold(&view, mean))
		verdict->threshold = view.passes + 1;
}

/* Expose candidates once, and let go of those that are not seen: they are in @warm. */
static void leave_unseen(struct kpromoted_judge *judge, unsigned int nr,
			 unsigned int us, unsigned long *warm)
{
	DECLARE_BITMAP(seen, KPROMOTED_BATCH) = { };
	unsigned int i;

	kpromoted_expose(&judge->looks, judge->folios, nr, us, KPROMOTED_BATCH,
			 seen);
	for (i = 0; i < nr; i++) {
		if (!judge->folios[i] || test_bit(i, seen))
			continue;
		__set_bit(i, warm);
		folio_put(judge->folios[i]);
		judge->folios[i] = NULL;
	}
}

static void get_candidates(struct kpromoted_judge *judge,
			   const unsigned long *pfns, unsigned int nr)
{
	unsigned int i;
	int outcome;

	for (i = 0; i < nr; i++)
		judge->folios[i] = kpromoted_get_folio(pfns[i], &outcome);
}

/**
 * kpromoted_judge_cut - which candidates are below the line?
 * @judge: the judge
 * @pfns: the candidates
 * @nr: how many, up to KPROMOTED_BATCH
 * @cut_us: as in the verdict
 * @warm: out: bitmap of @nr bits, those that are
 *
 * Those above it are accessed within @cut_us, and again.
 *
 * Context: may sleep, for twice as long as kpromoted_expose() for all of them.
 */
void kpromoted_judge_cut(struct kpromoted_judge *judge,
			 const unsigned long *pfns, unsigned int nr,
			 unsigned int cut_us, unsigned long *warm)
{
	bitmap_zero(warm, nr);
	get_candidates(judge, pfns, nr);
	leave_unseen(judge, nr, cut_us, warm);
	leave_unseen(judge, nr, cut_us, warm);
	put_folios(judge->folios, nr);
}

/**
 * kpromoted_judge_chance - did candidates pass the line by chance?
 * @judge: the judge
 * @pfns: candidates that kpromoted_judge_cut() found above the line
 * @nr: how many, up to KPROMOTED_BATCH
 * @cut_us: the line
 *
 * Where all are alike, some are seen twice as well; but a third time, they are seen as
 * seldom as all the others. A line that lets one in 64 pass lets one in 8 of those pass
 * again, by chance.
 *
 * Context: may sleep, as long as kpromoted_expose() for all of them.
 * Return: true if fewer than a third are seen again.
 */
bool kpromoted_judge_chance(struct kpromoted_judge *judge,
			    const unsigned long *pfns, unsigned int nr,
			    unsigned int cut_us)
{
	DECLARE_BITMAP(warm, KPROMOTED_BATCH) = { };

	get_candidates(judge, pfns, nr);
	leave_unseen(judge, nr, cut_us, warm);
	put_folios(judge->folios, nr);
	return 3 * (nr - bitmap_weight(warm, nr)) < nr;
}
