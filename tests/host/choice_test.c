// SPDX-License-Identifier: GPL-2.0-only
/*
 * From which heat on a page is promoted, for distributions whose answer is known.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "kpromoted_choice.h"
#include "ktap.h"

#define MAX		8
#define LEVELS		(MAX + 1)
#define CONTAMINATION	0.05	/* share of cold pages among the chosen */

/* How many of @n passes see a page that each sees with probability @p. */
static double binomial(unsigned int n, unsigned int level, double p)
{
	double choose = 1;
	unsigned int i;

	for (i = 0; i < level; i++)
		choose = choose * (n - i) / (i + 1);
	return choose * pow(p, level) * pow(1 - p, n - level);
}

/* @pages more pages that each of @n passes sees with probability @p. */
static void add_pages(double *heat, unsigned int n, double pages, double p)
{
	unsigned int level;

	for (level = 0; level <= n; level++)
		heat[level] += pages * binomial(n, level, p);
}

static void round_counts(const double *heat, u64 *counts)
{
	unsigned int level;

	for (level = 0; level < LEVELS; level++)
		counts[level] = llround(heat[level]);
}

/* With the pages' own mean, as if nothing were in fast memory. */
static unsigned int threshold_of(const double *heat, unsigned int n)
{
	u64 counts[LEVELS], rate[LEVELS], sum = 0, pages = 0;
	unsigned int level;

	round_counts(heat, counts);
	kpromoted_rates(counts, n, rate);
	for (level = 1; level <= n; level++) {
		sum += counts[level] * rate[level];
		pages += counts[level];
	}
	return kpromoted_auto_threshold(counts, n, pages ? sum / pages : 0);
}

static double from_level(const double *heat, unsigned int level)
{
	double sum = 0;

	for (; level < LEVELS; level++)
		sum += heat[level];
	return sum;
}

/* ---- the estimate ------------------------------------------------------------ */

/* Pages of one rate: every heat's estimate is that rate's odds. */
static void odds_of_one_rate_are_its_own(void)
{
	static const double chances[] = { 0.05, 0.1, 0.3, 0.5, 0.8 };
	unsigned int c, n, level;

	for (c = 0; c < 5; c++)
		for (n = 4; n <= MAX; n++) {
			double heat[LEVELS] = { 0 }, odds = chances[c] / (1 - chances[c]);
			u64 counts[LEVELS];

			add_pages(heat, n, 1e9, chances[c]);
			round_counts(heat, counts);
			for (level = 1; level <= n; level++) {
				double got = kpromoted_odds(counts, n, level) / 1024.0;

				if (counts[level] > 100000 &&
				    fabs(got - odds) > 0.01 * odds + 0.001) {
					ktap_fail("chance %g, heat %u of %u: odds %g, not %g",
						  chances[c], level, n, got, odds);
					return;
				}
			}
		}
}

/* Two rates: the estimate is the mean over the pages that are at that heat. */
static void odds_of_a_mixture_are_its_mean(void)
{
	double cold[LEVELS] = { 0 }, warm[LEVELS] = { 0 }, all[LEVELS];
	u64 counts[LEVELS];
	unsigned int level;

	add_pages(cold, MAX, 7e8, 0.1);
	add_pages(warm, MAX, 3e8, 0.4);
	for (level = 0; level < LEVELS; level++)
		all[level] = cold[level] + warm[level];
	round_counts(all, counts);
	for (level = 1; level < MAX; level++) {
		double expected = (cold[level] * 0.1 / 0.9 + warm[level] * 0.4 / 0.6) /
				  all[level];
		double got = kpromoted_odds(counts, MAX, level) / 1024.0;

		if (fabs(got - expected) > 0.01 * expected) {
			ktap_fail("heat %u: odds %g, not %g", level, got, expected);
			return;
		}
	}
}

static void rate_is_the_logarithm(void)
{
	u64 odds;

	for (odds = 0; odds <= KPROMOTED_ODDS_MAX; odds += 1 + odds / 64) {
		double expected = log(1 + odds / 1024.0);
		double got = kpromoted_rate_of(odds) / 1024.0;

		/* linear between powers of two: log2 is off by 0.0861 at most */
		if (got > expected + 0.001 || got < expected - 0.0861 * log(2) - 0.002) {
			ktap_fail("odds %g: rate %g, not %g", odds / 1024.0, got, expected);
			return;
		}
	}
}

/* Chance has fewer pages at a heat than the next one makes likely. */
static void rates_do_not_fall_from_heat_to_heat(void)
{
	u64 heat[LEVELS] = { 0, 100000, 8000, 600, 10, 50, 900, 3000, 9000 };
	u64 rate[LEVELS];
	unsigned int level, round, n;

	kpromoted_rates(heat, MAX, rate);
	/* what stands alone stays, and what looks lower than the one before does not */
	CHECK_EQUAL(rate[1], kpromoted_rate_of(kpromoted_odds(heat, MAX, 1)));
	CHECK(kpromoted_odds(heat, MAX, 2) > kpromoted_odds(heat, MAX, 3));
	CHECK_EQUAL(rate[2], rate[3]);
	srand(1);
	for (round = 0; round < 100000; round++) {
		n = 1 + (unsigned int)rand() % MAX;
		for (level = 1; level <= n; level++)
			heat[level] = rand() % 3 ? (u64)rand() << 9 >> rand() % 40 : 0;
		kpromoted_rates(heat, n, rate);
		for (level = 2; level <= n; level++)
			CHECK(rate[level - 1] <= rate[level]);
	}
}

static void few_extremes_do_not_make_the_mean(void)
{
	const struct kpromoted_kind redis[] = { { 3000, 1000000 }, { 50000, 30 }, { 100000, 3 } };
	const struct kpromoted_kind hot[] = { { 70000, 10 }, { 30000, 1000 } };
	const struct kpromoted_kind one[] = { { 1, 5 } };

	/* a quarter is 38250, so the 53000 count as the 30 */
	CHECK_EQUAL(kpromoted_mean_rate(redis, 3), (53000 * 30 + 300000) / 153000);
	/* three of ten are no extremes */
	CHECK_EQUAL(kpromoted_mean_rate(hot, 2), 307);
	CHECK_EQUAL(kpromoted_mean_rate(one, 1), 5);
	CHECK_EQUAL(kpromoted_mean_rate(one, 0), 0);
}

/* ---- the threshold ----------------------------------------------------------- */

/* Returns false, with the reason, where cold pages are chosen beside hot ones. */
static bool chooses_hot(double pages, double hot_share, double cold_chance,
			double hot_chance)
{
	double cold[LEVELS] = { 0 }, hot[LEVELS] = { 0 }, all[LEVELS];
	double chosen_cold, chosen_hot;
	unsigned int level;

	add_pages(cold, MAX, pages * (1 - hot_share), cold_chance);
	add_pages(hot, MAX, pages * hot_share, hot_chance);
	for (level = 0; level < LEVELS; level++)
		all[level] = cold[level] + hot[level];
	level = threshold_of(all, MAX);
	chosen_cold = from_level(cold, level);
	chosen_hot = from_level(hot, level);
	if (chosen_hot < 0.9 * from_level(hot, 0))
		ktap_fail("cold %g, hot %g (%g of %g pages): from %u on, %.0f hot of %.0f",
			  cold_chance, hot_chance, hot_share, pages, level,
			  chosen_hot, from_level(hot, 0));
	else if (chosen_cold > CONTAMINATION * (chosen_cold + chosen_hot) + 1)
		ktap_fail("cold %g, hot %g (%g of %g pages): from %u on, %.0f cold beside %.0f hot",
			  cold_chance, hot_chance, hot_share, pages, level,
			  chosen_cold, chosen_hot);
	else
		return true;
	return false;
}

/* Cold pages of one rate, hot ones of another: the hot ones, and they alone. */
static void hot_pages_are_told_from_cold_ones(void)
{
	static const double colds[] = { 0.001, 0.01, 0.03, 0.05 };
	static const double hots[] = { 0.9, 0.95, 0.99, 0.999 };
	static const double sizes[] = { 10000, 100000, 1e7, 1e9 };
	static const double shares[] = { 0.05, 0.1, 0.3, 0.6 };
	unsigned int i;

	for (i = 0; i < 4 * 4 * 4 * 4; i++)
		if (!chooses_hot(sizes[i % 4], shares[i / 4 % 4], colds[i / 64],
				 hots[i / 16 % 4]))
			return;
}

/* Once the hot ones are in fast memory, which the mean knows, cold ones stay. */
static void cold_pages_alone_are_not_chosen(void)
{
	static const double chances[] = { 0.001, 0.01, 0.05, 0.1, 0.2 };
	const u64 mean = 5 * KPROMOTED_ONE;	/* hot pages: five accesses an exposure */
	unsigned int c, level;

	for (c = 0; c < 5; c++) {
		double heat[LEVELS] = { 0 };
		u64 counts[LEVELS];
		unsigned int threshold;

		add_pages(heat, MAX, 1e6, chances[c]);
		round_counts(heat, counts);
		threshold = kpromoted_auto_threshold(counts, MAX, mean);
		for (level = threshold; level <= MAX; level++)
			if (counts[level]) {
				ktap_fail("chance %g: from %u on", chances[c], threshold);
				return;
			}
	}
}

/* Zipf's law has no gap, and the warm pages are worth a place as well. */
static void warm_pages_of_a_heavy_tail_are_chosen(void)
{
	double heat[LEVELS] = { 0 };
	unsigned int rank;

	/* 5 accesses an exposure for the first of 100000, 1/5 for the 25th ... */
	for (rank = 1; rank <= 100000; rank++)
		add_pages(heat, MAX, 1, 1 - exp(-5000.0 / rank));
	CHECK(threshold_of(heat, MAX) <= 3);
}

/*
 * Of the pages at heat 2, one in thirteen is hot. That makes a mean that is worth
 * promoting, of pages that for the most part are not: wait.
 */
static void few_hot_among_many_cold_are_waited_for(void)
{
	double heat[LEVELS] = { 0 };
	u64 counts[LEVELS];
	const u64 mean = KPROMOTED_ONE;

	add_pages(heat, MAX, 1e6, 0.02);
	add_pages(heat, MAX, 20000, 0.6);
	round_counts(heat, counts);
	CHECK(kpromoted_rate_of(kpromoted_odds(counts, MAX, 2)) * KPROMOTED_WORTH > mean);
	CHECK(!kpromoted_of_one_kind(counts, MAX, 2));
	CHECK_EQUAL(kpromoted_auto_threshold(counts, MAX, mean), 3);
}

static void few_passes_choose_nothing(void)
{
	u64 heat[LEVELS] = { 0, 1000, 100000 };
	unsigned int n;

	for (n = 0; n < KPROMOTED_PASSES_MIN; n++)
		CHECK_EQUAL(kpromoted_auto_threshold(heat, n, 0), n + 1);
}

static void nothing_seen_chooses_nothing(void)
{
	u64 heat[LEVELS] = { 0 };

	CHECK(kpromoted_auto_threshold(heat, MAX, 0) == MAX + 1);
}

/* Pages that are there, at a heat of which nothing follows: the next passes will tell. */
static void without_a_mean_nothing_is_chosen(void)
{
	u64 heat[LEVELS] = { 0, 0, 0, 16000 };

	CHECK_EQUAL(kpromoted_auto_threshold(heat, 4, 0), 5);
}

/* All that is known of them is that they are accessed often, which may be enough. */
static void saturated_pages_are_chosen_whatever_the_mean(void)
{
	u64 heat[LEVELS] = { 0, 0, 0, 0, 0, 0, 0, 100, 30000 };

	CHECK(kpromoted_is_saturated(heat, MAX));
	CHECK_EQUAL(kpromoted_auto_threshold(heat, MAX, 1000000 * KPROMOTED_ONE), MAX);
}

static void pages_that_passes_tell_apart_are_not_saturated(void)
{
	double heat[LEVELS] = { 0 };
	u64 counts[LEVELS];

	add_pages(heat, MAX, 1e6, 0.6);
	round_counts(heat, counts);
	CHECK(!kpromoted_is_saturated(counts, MAX));
	memset(counts, 0, sizeof(counts));
	CHECK(!kpromoted_is_saturated(counts, MAX));
}

static void passes_that_saw_nothing_do_not_tell(void)
{
	const u64 late[LEVELS] = { 0, 0, 0, 0, 0, 10, 100, 15000, 0 };
	const u64 cold[LEVELS] = { 0, 60000, 20000, 5000, 300, 5 };
	const u64 brief[LEVELS] = { 0, 0, 500 };
	const u64 nothing[LEVELS] = { 0 };

	CHECK_EQUAL(kpromoted_passes_that_tell(late, MAX), 7);
	CHECK_EQUAL(kpromoted_passes_that_tell(cold, MAX), MAX);
	CHECK_EQUAL(kpromoted_passes_that_tell(brief, 4), 4);
	CHECK_EQUAL(kpromoted_passes_that_tell(nothing, MAX), MAX);
}

static void level_zero_is_not_looked_at(void)
{
	u64 heat[LEVELS] = { 0, 7000, 900, 80, 5, 0, 0, 100, 3000 };
	unsigned int without = kpromoted_auto_threshold(heat, MAX, 1024);

	heat[0] = U64_MAX;
	CHECK_EQUAL(kpromoted_auto_threshold(heat, MAX, 1024), without);
}

static void all_pages_at_the_highest_are_chosen(void)
{
	double heat[LEVELS] = { 0 };

	heat[MAX] = 1000000;
	CHECK_EQUAL(threshold_of(heat, MAX), MAX);
}

/* 2^40 pages of 4 KiB are 4 PiB. */
static void answer_does_not_depend_on_the_scale(void)
{
	const u64 heat[LEVELS] = { 0, 200000, 20000, 1000, 30, 100, 2000, 20000, 30000 };
	unsigned int small = kpromoted_auto_threshold(heat, MAX, 4096);
	u64 large[LEVELS];
	unsigned int shift, level;

	CHECK(small <= 6);
	for (shift = 1; shift <= 25; shift++) {
		for (level = 0; level < LEVELS; level++)
			large[level] = heat[level] << shift;
		CHECK_EQUAL(kpromoted_auto_threshold(large, MAX, 4096), small);
	}
}

/* Whatever the counts: a level that exists, or none. */
static void answer_is_always_a_level_or_none(void)
{
	u64 heat[LEVELS], above;
	unsigned int round, level, n, threshold;

	srand(1);
	for (round = 0; round < 1000000; round++) {
		n = (unsigned int)rand() % LEVELS;
		for (level = 0; level < LEVELS; level++)
			heat[level] = rand() % 3 && level <= n ?
				      (u64)rand() << 10 >> rand() % 41 : 0;
		threshold = kpromoted_auto_threshold(heat, n, (u64)rand() >> rand() % 31);
		CHECK(threshold >= KPROMOTED_HEAT_MIN || n < KPROMOTED_HEAT_MIN);
		CHECK(threshold <= n + 1);
		for (above = 0, level = threshold; level <= n; level++)
			above += heat[level];
		CHECK(above || threshold == n + 1);
	}
}

static const struct ktap_test tests[] = {
	KTAP_TEST(odds_of_one_rate_are_its_own),
	KTAP_TEST(odds_of_a_mixture_are_its_mean),
	KTAP_TEST(rate_is_the_logarithm),
	KTAP_TEST(rates_do_not_fall_from_heat_to_heat),
	KTAP_TEST(few_extremes_do_not_make_the_mean),
	KTAP_TEST(hot_pages_are_told_from_cold_ones),
	KTAP_TEST(cold_pages_alone_are_not_chosen),
	KTAP_TEST(warm_pages_of_a_heavy_tail_are_chosen),
	KTAP_TEST(few_hot_among_many_cold_are_waited_for),
	KTAP_TEST(few_passes_choose_nothing),
	KTAP_TEST(nothing_seen_chooses_nothing),
	KTAP_TEST(without_a_mean_nothing_is_chosen),
	KTAP_TEST(saturated_pages_are_chosen_whatever_the_mean),
	KTAP_TEST(pages_that_passes_tell_apart_are_not_saturated),
	KTAP_TEST(passes_that_saw_nothing_do_not_tell),
	KTAP_TEST(level_zero_is_not_looked_at),
	KTAP_TEST(all_pages_at_the_highest_are_chosen),
	KTAP_TEST(answer_does_not_depend_on_the_scale),
	KTAP_TEST(answer_is_always_a_level_or_none),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
