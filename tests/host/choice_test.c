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
#define CONTAMINATION	0.02	/* share of cold pages among the chosen */

/* How many of MAX passes see a page that each sees with probability @p. */
static double binomial(unsigned int level, double p)
{
	double choose = 1;
	unsigned int i;

	for (i = 0; i < level; i++)
		choose = choose * (MAX - i) / (i + 1);
	return choose * pow(p, level) * pow(1 - p, MAX - level);
}

/* @pages more pages that each pass sees with probability @p. */
static void add_pages(double *heat, double pages, double p)
{
	unsigned int level;

	for (level = 0; level < LEVELS; level++)
		heat[level] += pages * binomial(level, p);
}

static unsigned int threshold_of(const double *heat)
{
	u64 counts[LEVELS];
	unsigned int level;

	for (level = 0; level < LEVELS; level++)
		counts[level] = llround(heat[level]);
	return kpromoted_auto_threshold(counts, MAX);
}

static double from_level(const double *heat, unsigned int level)
{
	double sum = 0;

	for (; level < LEVELS; level++)
		sum += heat[level];
	return sum;
}

/* Returns false, with the reason, where cold pages are chosen beside hot ones. */
static bool chooses_hot(double pages, double hot_share, double cold_rate,
			double hot_rate)
{
	double cold[LEVELS] = { 0 }, hot[LEVELS] = { 0 }, all[LEVELS];
	double chosen_cold, chosen_hot;
	unsigned int level;

	add_pages(cold, pages * (1 - hot_share), cold_rate);
	add_pages(hot, pages * hot_share, hot_rate);
	for (level = 0; level < LEVELS; level++)
		all[level] = cold[level] + hot[level];
	level = threshold_of(all);
	chosen_cold = from_level(cold, level);
	chosen_hot = from_level(hot, level);
	if (chosen_cold <= CONTAMINATION * (chosen_cold + chosen_hot) + 1)
		return true;
	ktap_fail("cold %g, hot %g (%g of %g pages): from %u on, %.0f cold beside %.0f hot",
		  cold_rate, hot_rate, hot_share, pages, level, chosen_cold,
		  chosen_hot);
	return false;
}

/* Cold pages of one rate, hot ones of another: what is chosen must be hot. */
static void hot_bump_is_told_from_a_tail(void)
{
	static const double colds[] = { 0.01, 0.03, 0.05, 0.1, 0.15, 0.2 };
	static const double hots[] = { 0.85, 0.9, 0.95, 0.99 };
	static const double sizes[] = { 1000, 10000, 100000, 1e7 };
	static const double shares[] = { 0.05, 0.1, 0.3, 0.6 };
	unsigned int i;

	for (i = 0; i < 6 * 4 * 4 * 4; i++)
		if (!chooses_hot(sizes[i % 4], shares[i / 4 % 4], colds[i / 64],
				 hots[i / 16 % 4]))
			return;
}

/* Where nearly every pass sees the hot pages, nearly all of them are chosen. */
static void clear_bump_is_chosen_whole(void)
{
	static const double colds[] = { 0.01, 0.03, 0.05, 0.1 };
	unsigned int c;

	for (c = 0; c < 4; c++) {
		double all[LEVELS] = { 0 }, hot[LEVELS] = { 0 };
		double share;

		add_pages(hot, 30000, 0.95);
		add_pages(all, 70000, colds[c]);
		add_pages(all, 30000, 0.95);
		share = from_level(hot, threshold_of(all)) / from_level(hot, 0);
		if (share < 0.9) {
			ktap_fail("cold %g: %g of the hot pages are chosen",
				  colds[c], share);
			return;
		}
	}
}

/* Pages of one rate: none is hotter than the others. */
static void tail_alone_gives_the_highest(void)
{
	static const double rates[] = { 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5 };
	static const double sizes[] = { 100, 10000, 1e6, 1e9 };
	unsigned int r, n;

	for (r = 0; r < sizeof(rates) / sizeof(rates[0]); r++)
		for (n = 0; n < 4; n++) {
			double heat[LEVELS] = { 0 };

			add_pages(heat, sizes[n], rates[r]);
			if (threshold_of(heat) != MAX) {
				ktap_fail("%g pages of rate %g: threshold %u",
					  sizes[n], rates[r], threshold_of(heat));
				return;
			}
		}
}

static void nothing_seen_gives_the_highest(void)
{
	u64 heat[LEVELS] = { 0 };

	CHECK_EQUAL(kpromoted_auto_threshold(heat, MAX), MAX);
}

static void level_zero_is_not_looked_at(void)
{
	u64 heat[LEVELS] = { 0, 7000, 900, 80, 5, 0, 0, 100, 3000 };
	unsigned int without = kpromoted_auto_threshold(heat, MAX);

	heat[0] = U64_MAX;
	CHECK_EQUAL(kpromoted_auto_threshold(heat, MAX), without);
}

static void all_pages_at_the_highest_are_chosen(void)
{
	u64 heat[LEVELS] = { 0 };

	heat[MAX] = 1000000;
	CHECK_EQUAL(kpromoted_auto_threshold(heat, MAX), MAX);
}

/* Ten pages in every pass, beside a million in one pass each. */
static void tiny_hot_set_is_chosen(void)
{
	u64 heat[LEVELS] = { 0, 1000000, 3000, 6, 0, 0, 0, 0, 10 };

	CHECK(kpromoted_auto_threshold(heat, MAX) > 3);
	CHECK(kpromoted_auto_threshold(heat, MAX) <= MAX);
}

static void hot_pages_below_the_highest_are_chosen(void)
{
	u64 heat[LEVELS] = { 0, 200000, 20000, 1000, 30, 0, 2000, 20000, 30000 };

	CHECK(kpromoted_auto_threshold(heat, MAX) <= 6);
	CHECK(kpromoted_auto_threshold(heat, MAX) >= 4);
}

/* 2^40 pages of 4 KiB are 4 PiB. */
static void answer_does_not_depend_on_the_scale(void)
{
	const u64 heat[LEVELS] = { 0, 200000, 20000, 1000, 30, 1, 2000, 20000, 30000 };
	unsigned int small = kpromoted_auto_threshold(heat, MAX);
	u64 large[LEVELS];
	unsigned int shift, level;

	for (shift = 1; shift <= 25; shift++) {
		for (level = 0; level < LEVELS; level++)
			large[level] = heat[level] << shift;
		CHECK_EQUAL(kpromoted_auto_threshold(large, MAX), small);
	}
	for (level = 0; level < LEVELS; level++)
		large[level] = 1ULL << 40;
	CHECK_EQUAL(kpromoted_auto_threshold(large, MAX), MAX);
}

/* Whatever the counts: a valid level, and pages at or above it or the highest. */
static void answer_is_always_a_level_with_pages(void)
{
	u64 heat[LEVELS], above;
	unsigned int round, level, threshold;

	srand(1);
	for (round = 0; round < 1000000; round++) {
		for (level = 0; level < LEVELS; level++)
			heat[level] = rand() % 3 ? (u64)rand() << 10 >> rand() % 41 : 0;
		threshold = kpromoted_auto_threshold(heat, MAX);
		CHECK(threshold >= KPROMOTED_LOWEST_AUTO && threshold <= MAX);
		for (above = 0, level = threshold; level < LEVELS; level++)
			above += heat[level];
		CHECK(above || threshold == MAX);
	}
}

static const struct ktap_test tests[] = {
	KTAP_TEST(hot_bump_is_told_from_a_tail),
	KTAP_TEST(clear_bump_is_chosen_whole),
	KTAP_TEST(tail_alone_gives_the_highest),
	KTAP_TEST(nothing_seen_gives_the_highest),
	KTAP_TEST(level_zero_is_not_looked_at),
	KTAP_TEST(all_pages_at_the_highest_are_chosen),
	KTAP_TEST(tiny_hot_set_is_chosen),
	KTAP_TEST(hot_pages_below_the_highest_are_chosen),
	KTAP_TEST(answer_does_not_depend_on_the_scale),
	KTAP_TEST(answer_is_always_a_level_with_pages),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
