// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what klruscan decides by: the heat of a page, the threshold, and how
 * often to look.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/math64.h>

#include "klruscan.h"
#include "klruscand_tempo.h"
#include "kpromoted_choice.h"
#include "kpromoted_curve.h"
#include "pghot_heat.h"

/* ---- pghot_heat.h ------------------------------------------------------------- */

static void heat_counts_an_access_once_a_pass(struct kunit *test)
{
	u16 rec = pghot_heat_mark(0, 1000, 0);

	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 1000), 1);
	KUNIT_EXPECT_EQ(test, pghot_heat_mark(rec, 1000, 0), rec);
}

static void heat_goes_back_eight_passes(struct kunit *test)
{
	unsigned long pass;
	u16 rec = 0;

	for (pass = 1; pass <= 3 * PGHOT_HEAT_PASSES; pass++)
		rec = pghot_heat_mark(rec, pass, 0);
	for (pass = 0; pass < PGHOT_HEAT_PASSES; pass++) {
		u8 history = pghot_heat_history(rec, 3 * PGHOT_HEAT_PASSES + pass);

		KUNIT_EXPECT_EQ(test, pghot_heat_level(history),
				PGHOT_HEAT_PASSES - pass);
		KUNIT_EXPECT_EQ(test, pghot_heat_recent(history), pass < 2);
	}
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 4 * PGHOT_HEAT_PASSES), 0);
}

/* A record is empty long before the number of its pass comes round again. */
static void heat_does_not_come_back(struct kunit *test)
{
	u16 rec = pghot_heat_mark(0, 7, 0);
	unsigned int later;

	for (later = PGHOT_HEAT_PASSES; later <= PGHOT_AGE_MAX; later++)
		KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 7 + later), 0);
}

static void heat_is_marked_late(struct kunit *test)
{
	u16 rec = pghot_heat_mark(0, 20, 0);

	rec = pghot_heat_mark(rec, 20, 3);
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 20), BIT(0) | BIT(3));
	/* by somebody who does not know that pass 20 has begun */
	rec = pghot_heat_mark(rec, 18, 0);
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 20), BIT(0) | BIT(2) | BIT(3));
}

/* To a slower clock history goes along, to a quicker one it does not. */
static void heat_moves_to_another_clock(struct kunit *test)
{
	u16 rec = pghot_heat_move(BIT(0) | BIT(4), 5, 20, true);

	KUNIT_EXPECT_EQ(test, pghot_heat_clock(rec), 5);
	rec = pghot_heat_mark(rec, 20, 0);
	KUNIT_EXPECT_EQ(test, pghot_heat_clock(rec), 5);
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 20), BIT(0) | BIT(1) | BIT(5));
	rec = pghot_heat_mark(pghot_heat_move(BIT(0) | BIT(4), 5, 20, false), 20, 0);
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, 20), BIT(0));
}

/* A picture of the last completed pass is not disturbed by the one in progress. */
static void heat_of_the_last_pass_stays(struct kunit *test)
{
	unsigned long pass;
	u16 rec = 0;

	for (pass = 1; pass <= PGHOT_HEAT_PASSES + 1; pass++)
		rec = pghot_heat_mark(rec, pass, 0);
	KUNIT_EXPECT_EQ(test, pghot_heat_history(rec, PGHOT_HEAT_PASSES),
			PGHOT_HEAT_MASK);
}

static void heat_adds_up(struct kunit *test)
{
	struct pghot_heat_sum sum = { };

	pghot_heat_add(&sum, BIT(0) | BIT(1) | BIT(7), PGHOT_HEAT_PASSES);
	pghot_heat_add(&sum, BIT(7), PGHOT_HEAT_PASSES);
	/* none of it counts yet, but the last pass did see it */
	pghot_heat_add(&sum, BIT(0) | BIT(7), 0);
	pghot_heat_add(&sum, 0, PGHOT_HEAT_PASSES);
	KUNIT_EXPECT_EQ(test, sum.heat, 4);
	KUNIT_EXPECT_EQ(test, sum.seen, 2);
	KUNIT_EXPECT_EQ(test, sum.warm, 2);
}

/* ---- kpromoted_choice.h, kpromoted_curve.h ------------------------------------ */

/* Pages by heat: many of which each pass sees one in fifty, and a tenth that all see. */
static const u64 two_kinds[KLRUSCAN_HEAT_LEVELS] = {
	0, 13889, 992, 40, 1, 0, 0, 0, 10000
};

static unsigned int threshold_of(const u64 *heat)
{
	struct kpromoted_kind kinds[KLRUSCAN_HEAT_MAX];
	u64 rate[KLRUSCAN_HEAT_LEVELS];
	unsigned int level;

	kpromoted_rates(heat, KLRUSCAN_HEAT_MAX, rate);
	for (level = 1; level <= KLRUSCAN_HEAT_MAX; level++)
		kinds[level - 1] = (struct kpromoted_kind){ heat[level], rate[level] };
	return kpromoted_auto_threshold(heat, KLRUSCAN_HEAT_MAX,
					kpromoted_mean_rate(kinds, KLRUSCAN_HEAT_MAX));
}

static void threshold_is_above_the_cold(struct kunit *test)
{
	unsigned int threshold = threshold_of(two_kinds);

	KUNIT_EXPECT_GE(test, threshold, 6);
	KUNIT_EXPECT_LE(test, threshold, KLRUSCAN_HEAT_MAX);
}

static void threshold_of_nothing_is_out_of_reach(struct kunit *test)
{
	const u64 nothing[KLRUSCAN_HEAT_LEVELS] = { };

	KUNIT_EXPECT_GT(test, threshold_of(nothing), KLRUSCAN_HEAT_MAX);
}

static void rate_grows_with_the_odds(struct kunit *test)
{
	u64 odds, rate, last = 0;

	KUNIT_EXPECT_EQ(test, kpromoted_rate_of(0), 0);
	for (odds = 16; odds <= KPROMOTED_ODDS_MAX; odds *= 2) {
		rate = kpromoted_rate_of(odds);
		KUNIT_EXPECT_GT(test, rate, last);
		last = rate;
	}
}

static void curve_finds_the_rate_of_equals(struct kunit *test)
{
	struct kpromoted_curve curve = { .nr = 128 };

	/* half of them are seen in a millisecond: 693 accesses a second */
	kpromoted_curve_add(&curve, 1000, 64, 0);
	KUNIT_EXPECT_GT(test, kpromoted_curve_rate(&curve, KPROMOTED_CURVE_MANY),
			600 * KPROMOTED_ONE);
	KUNIT_EXPECT_LT(test, kpromoted_curve_rate(&curve, KPROMOTED_CURVE_MANY),
			800 * KPROMOTED_ONE);
	KUNIT_EXPECT_FALSE(test, kpromoted_curve_is_mixed(&curve));
}

static void curve_tells_mixtures(struct kunit *test)
{
	struct kpromoted_curve curve = { .nr = 128 };

	/* the same quarter of them, twice */
	kpromoted_curve_add(&curve, 1000, 32, 0);
	kpromoted_curve_add(&curve, 500, 32, 32);
	KUNIT_EXPECT_TRUE(test, kpromoted_curve_is_mixed(&curve));
}

/* ---- klruscand_tempo.h -------------------------------------------------------- */

#define SHORTEST	100U
#define LONGEST		1000U

/* Nothing new: as many became hot as chance may have it. */
static const struct tempo_yield calm = { .fresh = 30000, .came = 1800, .visited = 200000 };

static void tempo_slows_down(struct kunit *test)
{
	struct tempo tempo;
	unsigned int i;

	tempo_start(&tempo, SHORTEST, TEMPO_SKIP);
	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER; i++) {
		tempo_adapt(&tempo, &calm, SHORTEST, LONGEST);
		KUNIT_EXPECT_EQ(test, tempo.now.interval_ms, SHORTEST);
	}
	for (i = 0; i < 10; i++)
		tempo_adapt(&tempo, &calm, SHORTEST, LONGEST);
	KUNIT_EXPECT_EQ(test, tempo.now.interval_ms, LONGEST);
	KUNIT_EXPECT_EQ(test, tempo_window(&tempo), TEMPO_EAGER);
}

static void tempo_looks_at_what_is_new(struct kunit *test)
{
	struct tempo_yield news = calm;
	struct tempo tempo;
	unsigned int i;

	tempo_start(&tempo, SHORTEST, TEMPO_SKIP);
	for (i = 0; i < 100; i++)
		tempo_adapt(&tempo, &calm, SHORTEST, LONGEST);
	news.fresh = 9 * calm.fresh;
	tempo_adapt(&tempo, &news, SHORTEST, LONGEST);
	KUNIT_EXPECT_EQ(test, tempo.now.interval_ms, SHORTEST);
	KUNIT_EXPECT_EQ(test, tempo_window(&tempo), TEMPO_WINDOW);
}

static struct kunit_case klruscan_cases[] = {
	KUNIT_CASE(heat_counts_an_access_once_a_pass),
	KUNIT_CASE(heat_goes_back_eight_passes),
	KUNIT_CASE(heat_does_not_come_back),
	KUNIT_CASE(heat_is_marked_late),
	KUNIT_CASE(heat_moves_to_another_clock),
	KUNIT_CASE(heat_of_the_last_pass_stays),
	KUNIT_CASE(heat_adds_up),
	KUNIT_CASE(threshold_is_above_the_cold),
	KUNIT_CASE(threshold_of_nothing_is_out_of_reach),
	KUNIT_CASE(rate_grows_with_the_odds),
	KUNIT_CASE(curve_finds_the_rate_of_equals),
	KUNIT_CASE(curve_tells_mixtures),
	KUNIT_CASE(tempo_slows_down),
	KUNIT_CASE(tempo_looks_at_what_is_new),
	{}
};

static struct kunit_suite klruscan_suite = {
	.name = "klruscan",
	.test_cases = klruscan_cases,
};

kunit_test_suite(klruscan_suite);

MODULE_DESCRIPTION("KUnit tests of what klruscan decides by");
MODULE_LICENSE("GPL");
