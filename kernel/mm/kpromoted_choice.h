/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From which heat on a page is worth promoting, by the distribution of heat.
 *
 * Heat is the number of the last n passes that saw a page accessed, so the heat
 * of a page that is accessed at random with a constant rate is binomial. That a
 * page was seen in three of eight passes does not say that its rate is three
 * eighths: where a million pages are seen now and then, some of them are seen
 * three times. What can be expected of such a page follows from how many pages
 * there are at this heat and at the next (Robbins' empirical Bayes estimate,
 * here for the binomial; H. Robbins, "An Empirical Bayes Approach to Statistics",
 * 1956): with p the chance that a pass sees the page, N(h) the number of pages at
 * heat h, and averaged over the pages at heat h,
 *
 *	mean of p/(1-p)     = (h+1) / (n-h) * N(h+1) / N(h)
 *	mean of (p/(1-p))^2 = (h+1)(h+2) / ((n-h)(n-h-1)) * N(h+2) / N(h)
 *
 * No assumption is made about the distribution of rates. Accesses per exposure
 * are -ln(1-p) = ln(1 + p/(1-p)).
 *
 * A heat is worth promoting when its pages can be expected to be accessed at
 * least 1/KPROMOTED_WORTH as often as the mean page that is accessed at all, in
 * slow or fast memory: all pages below that together have at most
 * 1/KPROMOTED_WORTH of the accesses, but for those of a few that have nearly all
 * of them (kpromoted_mean_rate()). Or KPROMOTED_PAYS times a second, for then it
 * pays however much hotter others are. And the pages of that heat must be of one
 * kind: when a few hot ones among many cold ones make the mean, it is better to
 * wait for the next pass, which will tell them apart.
 *
 * Pure arithmetic, shared with the unit tests on the host. Fractions are in
 * 1/1024.
 */
#ifndef _MM_KPROMOTED_CHOICE_H
#define _MM_KPROMOTED_CHOICE_H

#include <uapi/linux/klruscan.h>

/* Fewer passes say nothing about a page, nor does less heat out of so many. */
#define KPROMOTED_PASSES_MIN	3
#define KPROMOTED_HEAT_MIN	2

/* Out of fewer passes than this, one more is asked for. */
#define KPROMOTED_PASSES_ALL	8

/* A page is left where it is when it is accessed this much less than the mean. */
#define KPROMOTED_WORTH		16

/*
 * Accesses a second for which a move pays, in 1/1024: it costs some 10 us, and an access
 * to fast memory takes some 170 ns less, so that it has paid after a minute.
 */
#define KPROMOTED_PAYS		1024ULL

/*
 * Mean square over square of the mean, at most, among the pages of a heat: 1 when
 * all have one rate, 2 for an exponential distribution; 1/x when only a share x of
 * them is hot.
 */
#define KPROMOTED_SPREAD	3

#define KPROMOTED_ONE		1024ULL
#define KPROMOTED_LN2		710ULL

/* Odds are cut off here: seven accesses in an exposure, and more. */
#define KPROMOTED_ODDS_MAX	(1024 * KPROMOTED_ONE)

/* From here on, 1.6 accesses in an exposure, passes hardly tell how often it is. */
#define KPROMOTED_ODDS_SATURATED (4 * KPROMOTED_ONE)

/**
 * kpromoted_odds - what odds to be seen in a pass pages of a heat have
 * @heat: pages by heat, below 2^40 each; index 0 is not looked at
 * @n: passes that heat counts, 1 to KLRUSCAN_HEAT_MAX
 * @level: the heat, 1 to @n
 *
 * At the highest heat there is no next one to compare with. Its pages have at
 * least the odds of those one below.
 *
 * Return: the mean of p/(1-p) in 1/1024, at most KPROMOTED_ODDS_MAX.
 */
static inline u64 kpromoted_odds(const u64 *heat, unsigned int n,
				 unsigned int level)
{
	u64 odds;

	if (level == n && n > 1)
		level--;
	odds = (heat[level + 1] * KPROMOTED_ONE * (level + 1));
	odds = div64_u64(odds, (heat[level] + 1) * (n - level ?: 1));
	return min(odds, KPROMOTED_ODDS_MAX);
}

/**
 * kpromoted_rate_of - accesses per exposure that odds stand for
 * @odds: p/(1-p) in 1/1024
 *
 * The logarithm is linear between powers of two: at most 9 % of a doubling off.
 *
 * Return: ln(1 + @odds) in 1/1024.
 */
static inline u64 kpromoted_rate_of(u64 odds)
{
	u64 x = KPROMOTED_ONE + odds;
	unsigned int doublings = ilog2(x) - ilog2(KPROMOTED_ONE);
	u64 log2 = doublings * KPROMOTED_ONE + (x >> doublings) - KPROMOTED_ONE;

	return log2 * KPROMOTED_LN2 / KPROMOTED_ONE;
}

/**
 * kpromoted_rates - accesses per exposure of the pages of each heat
 * @heat: as in kpromoted_odds()
 * @n: likewise
 * @rate: out: in 1/1024, by heat, from 1 on
 *
 * What can be expected of pages does not fall from one heat to the next. Where counts
 * are small it may look as if it did, by chance: then the mean of both is the better
 * estimate (J. C. van Houwelingen, "Monotonizing empirical Bayes estimators for a class
 * of discrete distributions with monotone likelihood ratio", 1977; by pool adjacent
 * violators).
 */
static inline void kpromoted_rates(const u64 *heat, unsigned int n, u64 *rate)
{
	unsigned int first[KLRUSCAN_HEAT_LEVELS], pools = 0, level, to = n;
	u64 pages[KLRUSCAN_HEAT_LEVELS], mean[KLRUSCAN_HEAT_LEVELS];

	for (level = 1; level <= n; level++, pools++) {
		first[pools] = level;
		pages[pools] = heat[level] + 1;
		mean[pools] = kpromoted_rate_of(kpromoted_odds(heat, n, level));
		while (pools && mean[pools - 1] > mean[pools]) {
			u64 sum = mean[pools - 1] * pages[pools - 1] +
				  mean[pools] * pages[pools];

			pools--;
			pages[pools] += pages[pools + 1];
			mean[pools] = div64_u64(sum, pages[pools]);
		}
	}
	while (pools--)
		for (; to >= first[pools]; to--)
			rate[to] = mean[pools];
}

/* As many of the pages, in 1/1024, count as the hottest. */
#define KPROMOTED_HOTTEST	(KPROMOTED_ONE / 4)

/**
 * struct kpromoted_kind - pages that are accessed equally often, as far as is known
 * @pages: how many
 * @rate: how often; any unit
 */
struct kpromoted_kind {
	u64 pages;
	u64 rate;
};

/* The highest rate that is reached by KPROMOTED_HOTTEST of the pages. */
static inline u64 kpromoted_rate_of_hottest(const struct kpromoted_kind *kinds,
					    unsigned int nr, u64 pages)
{
	unsigned int i, other;
	u64 rate = 0;

	for (i = 0; i < nr; i++) {
		u64 above = 0;

		for (other = 0; other < nr; other++)
			if (kinds[other].rate >= kinds[i].rate)
				above += kinds[other].pages;
		if (above * KPROMOTED_ONE >= pages * KPROMOTED_HOTTEST)
			rate = max(rate, kinds[i].rate);
	}
	return rate;
}

/**
 * kpromoted_mean_rate - how often the mean page is accessed
 * @kinds: the pages, below 2^30 in all
 * @nr: how many kinds
 *
 * A few pages may be accessed a million times as often as all others, and are not to make
 * these look cold: of the hottest quarter, none counts more than the least.
 *
 * Return: in the unit of the rates; 0 where there are no pages.
 */
static inline u64 kpromoted_mean_rate(const struct kpromoted_kind *kinds, unsigned int nr)
{
	u64 pages = 0, sum = 0, most;
	unsigned int i;

	for (i = 0; i < nr; i++)
		pages += kinds[i].pages;
	most = kpromoted_rate_of_hottest(kinds, nr, pages);
	for (i = 0; i < nr; i++)
		sum += kinds[i].pages * min(kinds[i].rate, most);
	return div64_u64(sum, pages ?: 1);
}

/**
 * kpromoted_passes_that_tell - how many passes the picture is of
 * @heat: as in kpromoted_odds()
 * @n: likewise
 *
 * When most pages are at one heat and none above, there were passes that saw nothing:
 * the processes did not run, or not yet.
 *
 * Return: @n without those.
 */
static inline unsigned int kpromoted_passes_that_tell(const u64 *heat,
						      unsigned int n)
{
	unsigned int level, top = 0;
	u64 pages = 0;

	for (level = 1; level <= n; level++) {
		pages += heat[level];
		if (heat[level])
			top = level;
	}
	return heat[top] * 2 > pages && top >= KPROMOTED_PASSES_MIN ? top : n;
}

/**
 * kpromoted_is_saturated - are the pages that each pass saw accessed all the time?
 * @heat: as in kpromoted_odds()
 * @n: likewise
 *
 * Return: true if there are such pages and heat does not tell how often they are.
 */
static inline bool kpromoted_is_saturated(const u64 *heat, unsigned int n)
{
	return heat[n] && kpromoted_odds(heat, n, n) >= KPROMOTED_ODDS_SATURATED;
}

/*
 * Would the pages one and two levels below, if they were of one rate, put most of the
 * pages there that are at a heat? Of one rate, N(h) is N(h-1) times the odds, which
 * are those that N(h-1) and N(h-2) say, times (n-h+1)/h.
 */
static inline bool kpromoted_is_tail(const u64 *heat, unsigned int n,
				     unsigned int level)
{
	u64 odds = kpromoted_odds(heat, n, level - 2);
	u64 tail = div64_u64(heat[level - 1] * odds, level) * (n - level + 1);

	return tail * 3 > heat[level] * KPROMOTED_ONE * 2;
}

/*
 * Are the pages of a heat of one kind? Of the highest and the two below it the spread
 * does not tell that: pages of any rate, however high, pile up at the highest. Where
 * history is short, those below pile up just under it.
 */
static inline bool kpromoted_of_one_kind(const u64 *heat, unsigned int n,
					 unsigned int level)
{
	u64 odds = kpromoted_odds(heat, n, level);
	u64 square;

	if (level + 1 == n && n < KPROMOTED_PASSES_ALL)
		return !kpromoted_is_tail(heat, n, level);
	if (level + 2 >= n)
		return true;
	square = heat[level + 2] * KPROMOTED_ONE * (level + 1) * (level + 2);
	square = div64_u64(square,
			   (heat[level] + 1) * (n - level) * (n - level - 1));
	return square <= KPROMOTED_SPREAD * odds * odds / KPROMOTED_ONE;
}

/**
 * kpromoted_auto_threshold - the heat to promote from
 * @heat: as in kpromoted_odds()
 * @n: likewise; fewer passes than KPROMOTED_PASSES_MIN are too few
 * @mean: accesses per exposure of the mean page, in 1/1024; 0 when nothing is known
 *
 * Pages that each pass saw are chosen when nothing but a lower bound is known of them.
 *
 * Return: KPROMOTED_HEAT_MIN to @n, or @n + 1 when no page that was seen is worth
 * promoting.
 */
static inline unsigned int kpromoted_auto_threshold(const u64 *heat,
						    unsigned int n, u64 mean)
{
	unsigned int least = KPROMOTED_HEAT_MIN + (n < KPROMOTED_PASSES_ALL);
	u64 rate[KLRUSCAN_HEAT_LEVELS];
	unsigned int best = n + 1;
	unsigned int level;

	if (n < KPROMOTED_PASSES_MIN || !mean)
		return best;
	kpromoted_rates(heat, n, rate);
	for (level = n; level >= least; level--) {
		if (!heat[level])
			continue;
		/* at least this rate, where it is not known */
		if (rate[level] * KPROMOTED_WORTH < mean &&
		    !(level == n && kpromoted_is_saturated(heat, n)))
			break;
		if (!kpromoted_of_one_kind(heat, n, level))
			break;
		best = level;
	}
	return best;
}

#endif /* _MM_KPROMOTED_CHOICE_H */
