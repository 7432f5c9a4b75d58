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
 * shorter times (kpromoted_measure.c), so that the mean is right. And when the line that
 * divides pages is among them, each candidate is looked at for so short a time that the
 * folios on the wrong side of the line are not seen.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "internal.h"
#include "kpromoted.h"
#include "kpromoted_choice.h"
#include "kpromoted_curve.h"

/*
 * A line is looked for among single folios only when an exposure of the passes is so
 * many times longer than the line's: otherwise heat tells.
 */
#define RESOLVED		8ULL

/*
 * All candidates may be exposed for as long as a pass takes, and for so long at least: a
 * turn or two of a second are better spent than fast memory on what has to go again.
 */
#define CUT_MAX_US		USEC_PER_SEC

/*
 * A sample may be of one kind by chance. Where fewer than a fourth can be taken, so many in a
 * row have to say so.
 */
#define ALIKE			2

/* So many of the hottest are wanted at least, in 1/1024: for them, colder ones may go. */
#define WANT_MIN		(KPROMOTED_ONE / 64)

/* Weight of the past in the mean rate: 7/8 */
#define MEAN_SHIFT		3

/* Base pages that can be taken as it is. */
static unsigned long taken_now(const struct kpromoted_supply *supply)
{
	return min(supply->room, supply->rate);
}

/* How many of the hottest of a clock are wanted, beside those of others? In 1/1024. */
static u64 want_of(const struct kpromoted_judge *judge, const struct kpromoted_view *view,
		   const struct kpromoted_supply *supply)
{
	u64 pages = judge->hottest * view->pages;

	return clamp(div64_u64(taken_now(supply) * KPROMOTED_ONE, pages ?: 1),
		     WANT_MIN, KPROMOTED_ONE);
}

/*
 * Where passes do not tell how often the hottest are accessed, look at them, of each clock
 * in the turn after each of its passes. What can be taken is for all of them together.
 */
static void measure_views(struct kpromoted_judge *judge, struct kpromoted_view *views,
			  const struct kpromoted_supply *supply)
{
	unsigned int by;

	judge->hottest = 0;
	for (by = 0; by < PGHOT_CLOCKS; by++)
		if (views[by].passes)
			judge->hottest += views[by].heat[views[by].passes];
	for (by = 0; by < PGHOT_CLOCKS; by++) {
		struct kpromoted_view *view = &views[by];

		if (!view->passes || !kpromoted_is_saturated(view->heat, view->passes))
			view->top.steps = 0;
		else if (!view->top.steps ||
			 (judge->news & BIT(by) && !kpromoted_measured_lately(view)))
			kpromoted_measure_slow(judge, view, want_of(judge, view, supply));
	}
}

/*
 * Accesses a second of pages by heat, in 1/1024; of the hottest, as a curve says instead
 * of the passes, where there is one. Return: the kind behind the last one.
 */
static struct kpromoted_kind *add_kinds(struct kpromoted_kind *kind,
					const struct kpromoted_view *view, u64 many)
{
	u64 rate[KLRUSCAN_HEAT_LEVELS];
	unsigned int level;

	if (!view->passes)
		return kind;
	kpromoted_rates(view->heat, view->passes, rate);
	for (level = 1; level <= view->passes; level++, kind++) {
		kind->pages = view->heat[level];
		kind->rate = mul_u64_u64_div_u64(rate[level], USEC_PER_SEC,
						 view->exposure_us ?: 1);
	}
	if (view->top.steps)
		kind[-1].rate = kpromoted_curve_rate(&view->top, many);
	return kind;
}

static void count_top(const struct kpromoted_view *view, u64 *all, u64 *top)
{
	unsigned int level;

	for (level = 1; level <= view->passes; level++)
		*all += view->heat[level];
	if (view->passes && view->top.steps)
		*top += view->heat[view->passes];
}

/*
 * Which share of those that are accessed all the time is the hottest of all that are
 * accessed? In 1/1024, or KPROMOTED_CURVE_MANY.
 */
static u64 hottest_of_top(const struct kpromoted_view *views,
			  const struct kpromoted_view *fast)
{
	u64 all = 0, top = 0;
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		count_top(&views[by], &all, &top);
	count_top(fast, &all, &top);
	return clamp(div64_u64(all * KPROMOTED_HOTTEST, top ?: 1), KPROMOTED_CURVE_MANY,
		     KPROMOTED_ONE);
}

/* Accesses a second of the mean page that is accessed at all, in 1/1024. */
static u64 mean_rate(struct kpromoted_judge *judge, const struct kpromoted_view *views,
		     unsigned int passes, u64 longest_us)
{
	struct kpromoted_kind *end = judge->kinds;
	unsigned int by;
	u64 many;

	if (judge->news && !kpromoted_measured_lately(&judge->fast))
		kpromoted_measure_fast(judge, passes, longest_us);
	many = hottest_of_top(views, &judge->fast);
	for (by = 0; by < PGHOT_CLOCKS; by++)
		end = add_kinds(end, &views[by], many);
	end = add_kinds(end, &judge->fast, many);
	return kpromoted_mean_rate(judge->kinds, end - judge->kinds);
}

/*
 * Up at once, and down slowly: what is too low lets cold pages in. A sample is small, and may miss
 * what is hot: down only to the highest of the last three.
 */
static u64 smooth(const struct kpromoted_judge *judge, struct klruscan_node *node, u64 mean)
{
	u64 *before = node->promote.means;
	u64 old = node->promote.mean;

	if (judge->news) {
		u64 most = max3(mean, before[0], before[1]);

		old -= DIV_ROUND_UP_ULL(old - min(old, most), 1 << MEAN_SHIFT);
		before[1] = before[0];
		before[0] = mean;
	}
	node->promote.mean = max(mean, old);
	return node->promote.mean;
}

/* Are all of the hottest below the line, as far as is known? */
static bool top_is_cold(struct kpromoted_view *view, u64 mean)
{
	return view->top.steps && !kpromoted_curve_is_mixed(&view->top) &&
	       kpromoted_curve_rate(&view->top, KPROMOTED_CURVE_MANY) * KPROMOTED_WORTH < mean;
}

/* Whom there is fast memory for, if it is the hottest of a clock that come. */
static struct kpromoted_places places_for(const struct kpromoted_judge *judge,
					  const struct kpromoted_view *view,
					  const struct kpromoted_supply *supply)
{
	const struct kpromoted_view *fast = &judge->fast;

	return (struct kpromoted_places){
		.room = supply->room,
		.pages = kpromoted_lru_pages(judge->nid),
		.known = memchr_inv(fast->heat, 0, sizeof(fast->heat)),
		.in_fast = fast->heat[fast->passes] * fast->pages,
		.fast = &fast->top,
		.in_slow = judge->hottest * view->pages,
		.most = supply->exchange ? supply->rate : taken_now(supply),
	};
}

/* The line by two exposures, for KPROMOTED_CUT_LOOKS of them. */
static u64 stretched(unsigned int us)
{
	return us * KPROMOTED_SEEN_ALWAYS / KPROMOTED_SEEN_TWICE;
}

/*
 * The time in which a page at the line is seen each time as often as not, by
 * kpromoted_judge_cut(); 0 where heat tells the pages apart.
 */
static unsigned int cut_of(struct kpromoted_judge *judge, struct kpromoted_view *view,
			   const struct kpromoted_supply *supply, u64 mean)
{
	u64 us = div64_u64(KPROMOTED_SEEN_ALWAYS * KPROMOTED_WORTH * USEC_PER_SEC,
			   mean ?: 1);
	struct kpromoted_places places = places_for(judge, view, supply);
	u64 want = want_of(judge, view, supply);
	u64 groups;

	if (want < KPROMOTED_ONE && view->alike < (want < KPROMOTED_ONE / 4 ? ALIKE : 1))
		us = min(us, stretched(kpromoted_curve_line(&view->top, &places, WANT_MIN)));
	else if (want == WANT_MIN && !kpromoted_curve_is_hotter(&view->top, &places))
		/* there is a use for the very hottest, who may be too few to show */
		us = min(us, stretched(kpromoted_curve_us(&view->top, want)));
	/* exposing all of them, in groups, is not to take for ever; two looks leave few */
	groups = DIV_ROUND_UP(view->heat[view->passes], KPROMOTED_BATCH);
	return us * RESOLVED < view->exposure_us &&
	       us * 2 * groups < max(view->exposure_us, CUT_MAX_US) ? us : 0;
}

/* How often pages are accessed, by heat; of the hottest, those that pass the cut. */
static void rate_levels(struct kpromoted_view *view, const u64 *heat,
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
	if (verdict->cut_us)
		verdict->rate[view->passes] = div_u64(KPROMOTED_SEEN_ALWAYS * USEC_PER_SEC,
						      verdict->cut_us);
}

/*
 * What was promoted lately belongs into the picture: without it, those of the same
 * kind that are left look like chance. They fade by half each pass, for when they do
 * not come any more, chance is what is left. Where heat counts another number of
 * passes than before, it is scaled.
 */
static void fade_taken(struct kpromoted_view *view, unsigned int passes)
{
	u64 old[KLRUSCAN_HEAT_LEVELS];
	unsigned int of = view->taken_of;
	unsigned int level;

	memcpy(old, view->taken, sizeof(old));
	memset(view->taken, 0, sizeof(view->taken));
	for (level = 1; level <= of; level++)
		view->taken[level * passes / of] += old[level] / 2;
	view->taken_of = passes;
}

/**
 * kpromoted_judge_look - look at what is in fast memory
 * @judge: the judge
 * @came: base pages that came there since the last turn
 * @interval_ns: time from turn to turn
 *
 * Once a turn.
 *
 * Context: may sleep.
 */
void kpromoted_judge_look(struct kpromoted_judge *judge, unsigned long came,
			  u64 interval_ns)
{
	judge->news = 0;
	kpromoted_sample_renew(&judge->sample, judge->nid, came);
	kpromoted_sample_look(&judge->sample, judge->nid, &judge->looks,
			      judge->folios, interval_ns);
}

/* Take up a clock's picture. Return: is it a new one? */
static bool renew_view(struct kpromoted_view *view, int nid, unsigned int by)
{
	struct pghot_picture picture;
	bool news;

	pghot_read_picture(nid, by, &picture);
	news = picture.done != view->done;
	if (news)
		fade_taken(view, picture.passes);
	view->nid = nid;
	view->clock = by;
	view->done = picture.done;
	view->exposure_us = (u64)picture.exposed_ms * USEC_PER_MSEC;
	memcpy(view->heat, picture.heat, sizeof(view->heat));
	view->passes = picture.passes < KPROMOTED_PASSES_MIN ||
		       !memchr_inv(view->heat, 0, sizeof(view->heat)) ? 0 :
		       kpromoted_passes_that_tell(view->heat, picture.passes);
	return news;
}

/* Where is the line among the pages of a clock? */
static void judge_view(struct kpromoted_judge *judge, struct kpromoted_view *view,
		       const struct kpromoted_supply *supply, u64 mean,
		       struct kpromoted_verdict *verdict)
{
	u64 heat[KLRUSCAN_HEAT_LEVELS], per_exposure;
	unsigned int level;

	for (level = 0; level < KLRUSCAN_HEAT_LEVELS; level++)
		heat[level] = view->heat[level] + view->taken[level];
	per_exposure = mul_u64_u64_div_u64(mean, view->exposure_us, USEC_PER_SEC);
	verdict->threshold = kpromoted_auto_threshold(heat, view->passes,
						      per_exposure);
	verdict->cut_us = view->top.steps ? cut_of(judge, view, supply, mean) : 0;
	rate_levels(view, heat, verdict);
	/* what not even each pass saw is below the line */
	if (verdict->cut_us)
		verdict->threshold = max(verdict->threshold, view->passes);
	else if (top_is_cold(view, mean))
		verdict->threshold = view->passes + 1;
}

/**
 * kpromoted_judge_node - say which pages of a slow node are worth promoting
 * @judge: the judge
 * @node: the slow node
 * @supply: what can be had of the fast node
 * @verdicts: out: where the line is, by clock: the same rate, at different heat
 *
 * Context: may sleep, for half of an interval or 262 ms, whichever is less, for each
 * clock that has had a pass, and once more.
 */
void kpromoted_judge_node(struct kpromoted_judge *judge,
			  struct klruscan_node *node,
			  const struct kpromoted_supply *supply,
			  struct kpromoted_verdict *verdicts)
{
	struct kpromoted_view *views = node->promote.views;
	u64 mean, exposure_us = U64_MAX;
	unsigned int by, passes = 0;

	memset(verdicts, 0, PGHOT_CLOCKS * sizeof(*verdicts));
	for (by = 0; by < PGHOT_CLOCKS; by++) {
		verdicts[by].threshold = KLRUSCAN_HEAT_LEVELS;
		if (renew_view(&views[by], node->nid, by))
			judge->news |= BIT(by);
		if (!views[by].passes)
			continue;
		passes = max(passes, views[by].passes);
		exposure_us = min(exposure_us, views[by].exposure_us);
	}
	if (!passes)
		return;
	measure_views(judge, views, supply);
	mean = min(mean_rate(judge, views, passes, exposure_us / 4),
		   KPROMOTED_PAYS * KPROMOTED_WORTH);
	mean = smooth(judge, node, mean);
	for (by = 0; by < PGHOT_CLOCKS; by++)
		if (views[by].passes)
			judge_view(judge, &views[by], supply, mean, &verdicts[by]);
}

/* Is one to be taken before the other? */
static bool is_hotter(const struct kpromoted_step *one,
		      const struct kpromoted_step *other)
{
	return one->rate > other->rate ||
	       (one->rate == other->rate && one->level > other->level);
}

static void add_step(struct kpromoted_steps *steps, struct kpromoted_step step)
{
	unsigned int i = steps->nr++;

	for (; i && is_hotter(&step, &steps->step[i - 1]); i--)
		steps->step[i] = steps->step[i - 1];
	steps->step[i] = step;
}

/**
 * kpromoted_judge_steps - in which order are candidates to be taken?
 * @verdicts: by clock
 * @nid: the slow node
 * @steps: out: pages that are alike, the hottest first
 *
 * Heat stands for different rates where passes are so many times further apart. So it is
 * the rates that say in which order.
 *
 * Context: any.
 * Return: how many candidates there are.
 */
u64 kpromoted_judge_steps(const struct kpromoted_verdict *verdicts, int nid,
			  struct kpromoted_steps *steps)
{
	unsigned int by, level;
	u64 hot = 0;

	steps->nr = 0;
	for (by = 0; by < PGHOT_CLOCKS; by++) {
		const struct kpromoted_verdict *verdict = &verdicts[by];
		struct pghot_picture picture;
		u64 rate = 0;

		pghot_read_picture(nid, by, &picture);
		for (level = verdict->threshold; level <= KLRUSCAN_HEAT_MAX; level++) {
			rate = max(rate, verdict->rate[level]);
			if (!picture.heat[level])
				continue;
			add_step(steps, (struct kpromoted_step){
				.clock = by, .level = level, .rate = rate,
			});
			hot += picture.heat[level];
		}
	}
	return hot;
}
