// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is made of a sample that is exposed for shorter and shorter times.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "kpromoted_curve.h"
#include "ktap.h"

#define NR		256
#define LONGEST_US	32768U

/* A folio that is accessed @rate times a second at random: is it seen in @us? */
static bool is_seen(double rate, unsigned int us)
{
	return drand48() < 1 - exp(-rate * us / 1e6);
}

/* As kpromoted does it, with folios whose rates are known. */
static void measure(struct kpromoted_curve *curve, const double *rates, u64 want)
{
	bool before[NR] = { false };
	unsigned int us = LONGEST_US;

	memset(curve, 0, sizeof(*curve));
	curve->nr = NR;
	do {
		unsigned int i, seen = 0, both = 0;

		for (i = 0; i < NR; i++) {
			bool now = is_seen(rates[i], us);

			seen += now;
			both += now && before[i];
			before[i] = now;
		}
		kpromoted_curve_add(curve, us, seen, both);
		us /= 2;
	} while (us >= KPROMOTED_CURVE_MIN_US && kpromoted_curve_goes_on(curve, want));
}

/* @hot of the folios have one rate, the rest another. */
static void fill(double *rates, unsigned int hot, double hot_rate, double cold_rate)
{
	unsigned int i;

	for (i = 0; i < NR; i++)
		rates[i] = i < hot ? hot_rate : cold_rate;
}

/* The mean of a hundred estimates, in accesses per second */
static double estimate(const double *rates, u64 want)
{
	unsigned int round;
	double sum = 0;

	for (round = 0; round < 100; round++) {
		struct kpromoted_curve curve;

		measure(&curve, rates, want);
		sum += kpromoted_curve_rate(&curve, KPROMOTED_CURVE_MANY) / 1024.0;
	}
	return sum / 100;
}

static void rate_of_equals_is_their_own(void)
{
	double rates[NR], rate;

	srand48(1);
	for (rate = 10; rate < 10000; rate *= 3) {
		double found;

		fill(rates, 0, 0, rate);
		found = estimate(rates, KPROMOTED_ONE);
		/* the largest of several estimates is above the truth, by chance */
		if (found < 0.8 * rate || found > 2 * rate) {
			ktap_fail("rate %g: %g", rate, found);
			return;
		}
	}
}

/* A third has 24 of 25 accesses. */
static void rate_of_unequals_is_their_mean(void)
{
	const double mean = 5000.0 / 3 + 100.0 * 2 / 3;
	double rates[NR], found;

	srand48(1);
	fill(rates, NR / 3, 5000, 100);
	found = estimate(rates, KPROMOTED_ONE / 10);
	CHECK(found > 0.5 * mean);
	CHECK(found < 2 * mean);
}

/* Where a third is not to count more than others, the others' rate is all's. */
static void rate_of_many_is_that_of_the_usual(void)
{
	struct kpromoted_curve curve;
	double rates[NR], sum = 0;
	unsigned int round;

	srand48(1);
	fill(rates, NR / 3, 5000, 50);
	for (round = 0; round < 100; round++) {
		measure(&curve, rates, KPROMOTED_ONE / 10);
		sum += kpromoted_curve_rate(&curve, KPROMOTED_ONE / 2) / 1024.0;
	}
	CHECK(sum / 100 > 50);
	CHECK(sum / 100 < 200);
}

/* What a CPU has in its cache all the time does not make the rest cold. */
static void few_that_are_accessed_all_the_time_do_not_count(void)
{
	double rates[NR];

	srand48(1);
	fill(rates, NR / 20, 1e6, 10);
	CHECK(estimate(rates, KPROMOTED_ONE) < 50);
}

static unsigned int mixed_of(const double *rates, unsigned int rounds)
{
	unsigned int round, mixed = 0;

	for (round = 0; round < rounds; round++) {
		struct kpromoted_curve curve;

		measure(&curve, rates, KPROMOTED_ONE / 10);
		mixed += kpromoted_curve_is_mixed(&curve);
	}
	return mixed;
}

static void equals_are_seldom_taken_for_a_mixture(void)
{
	double rates[NR], rate;

	srand48(1);
	for (rate = 10; rate < 10000; rate *= 3) {
		unsigned int mixed;

		fill(rates, 0, 0, rate);
		mixed = mixed_of(rates, 200);
		if (mixed > 40) {
			ktap_fail("rate %g: mixed %u times of 200", rate, mixed);
			return;
		}
	}
}

static void mixture_is_found(void)
{
	static const unsigned int hots[] = { NR / 10, NR / 3 };
	double rates[NR], cold;
	unsigned int i;

	srand48(1);
	for (i = 0; i < 2; i++)
		for (cold = 20; cold <= 200; cold *= 10) {
			unsigned int mixed;

			fill(rates, hots[i], 50 * cold, cold);
			mixed = mixed_of(rates, 200);
			if (mixed < 180) {
				ktap_fail("%u hot, cold %g: mixed %u times of 200",
					  hots[i], cold, mixed);
				return;
			}
		}
}

/* Two looks of the time that is found pass hot folios and few others. */
static void cut_passes_the_hot(void)
{
	unsigned int round, hot = 0, cold = 0;
	double rates[NR];

	srand48(1);
	fill(rates, NR / 4, 10000, 200);
	for (round = 0; round < 100; round++) {
		struct kpromoted_curve curve;
		unsigned int us, i;

		measure(&curve, rates, KPROMOTED_ONE / 4);
		us = kpromoted_curve_us(&curve, KPROMOTED_ONE / 4);
		for (i = 0; i < NR; i++)
			if (is_seen(rates[i], us) && is_seen(rates[i], us))
				*(i < NR / 4 ? &hot : &cold) += 1;
	}
	CHECK(hot > 100 * NR / 4 / 2);
	CHECK(cold < hot / 10);
}

static void longer_times_are_for_larger_shares(void)
{
	double rates[NR];
	unsigned int i, round;
	u64 want;

	srand48(1);
	for (i = 0; i < NR; i++)
		rates[i] = 20000.0 / (i + 1);
	for (round = 0; round < 1000; round++) {
		struct kpromoted_curve curve;
		unsigned int last = 0;

		measure(&curve, rates, 0);
		for (want = 0; want <= KPROMOTED_ONE; want += 16) {
			unsigned int us = kpromoted_curve_us(&curve, want);

			CHECK(us >= last);
			last = us;
		}
	}
}

/* How many of the folios with a rate pass a line, in 1/100, as two exposures say. */
static double percent_above(double rate, unsigned int us)
{
	double seen = 1 - exp(-rate * us / 1e6);

	return 100 * seen * seen;
}

/* The mean line of a hundred between those in slow and those in fast memory. */
static unsigned int mean_line(const double *slow, const double *fast,
			      const struct kpromoted_places *places)
{
	unsigned int round, sum = 0;

	for (round = 0; round < 100; round++) {
		struct kpromoted_curve of_slow, of_fast;
		struct kpromoted_places beside = *places;

		measure(&of_slow, slow, KPROMOTED_ONE / 64);
		measure(&of_fast, fast, KPROMOTED_ONE);
		beside.fast = &of_fast;
		sum += kpromoted_curve_line(&of_slow, &beside, KPROMOTED_ONE / 64);
	}
	return sum / 100;
}

/* A tenth is hot, and as much fits. */
static void line_passes_what_fits(void)
{
	static const double hot = 1000, cold = 20;
	struct kpromoted_places places = {
		.room = 100, .pages = 2900, .known = true, .in_fast = 2900, .in_slow = 30000, .most = 30000,
	};
	double slow[NR], fast[NR];
	unsigned int us;

	srand48(1);
	fill(slow, NR / 10, hot, cold);
	/* those in fast memory are cold: nearly all that are hot pass */
	fill(fast, 0, hot, cold);
	us = mean_line(slow, fast, &places);
	CHECK(percent_above(hot, us) > 75);
	CHECK(percent_above(cold, us) < 2);
	/* they are hot: few of the cold ones do */
	fill(slow, 0, hot, cold);
	fill(fast, NR, hot, cold);
	us = mean_line(slow, fast, &places);
	CHECK(percent_above(cold, us) < 2);
	/* and as many are free: who is there already does not matter */
	fill(slow, NR / 10, hot, cold);
	places.room = 4000;
	us = mean_line(slow, fast, &places);
	CHECK(percent_above(hot, us) > 75);
	/* no more are wanted than can be taken */
	fill(slow, NR / 10, hot, cold);
	fill(fast, 0, hot, cold);
	places.most = 300;
	us = mean_line(slow, fast, &places);
	CHECK(percent_above(hot, us) < 15);
}

/* Of a hundred samples, in how many is the mean folio of slow memory hotter than an eighth of fast? */
static unsigned int times_hotter(const double *slow, const double *fast)
{
	struct kpromoted_places places = {
		.pages = 3000, .known = true, .in_fast = 3000, .in_slow = 3000, .most = 3000,
	};
	unsigned int round, hotter = 0;

	for (round = 0; round < 100; round++) {
		struct kpromoted_curve of_slow, of_fast;

		measure(&of_slow, slow, KPROMOTED_ONE / 64);
		measure(&of_fast, fast, KPROMOTED_ONE);
		places.fast = &of_fast;
		hotter += kpromoted_curve_is_hotter(&of_slow, &places);
	}
	return hotter;
}

static void equals_are_not_hotter(void)
{
	double slow[NR], fast[NR];

	srand48(1);
	fill(slow, NR, 1000, 20);
	fill(fast, NR, 1000, 20);
	CHECK_EQUAL(times_hotter(slow, fast), 0);
	/* a fourth of what is there is far colder */
	fill(fast, NR * 3 / 4, 1000, 20);
	CHECK(times_hotter(slow, fast) > 95);
	/* one in sixteen is: too few to go for them */
	fill(fast, NR * 15 / 16, 1000, 20);
	CHECK(times_hotter(slow, fast) < 5);
}

static void what_is_not_known_takes_no_room(void)
{
	const struct kpromoted_curve nothing = { 0 }, once = {
		.nr = 4, .steps = 1, .us = { 100 }, .seen = { 4 },
	};
	const struct kpromoted_places places = { .room = 1, .in_slow = 4, .most = 4, .fast = &nothing };

	CHECK_EQUAL(kpromoted_curve_above(&nothing, 100, 1), 0);
	CHECK_EQUAL(kpromoted_curve_above(&once, 100, 1), 0);
	CHECK_EQUAL(kpromoted_curve_line(&once, &places, 16), 100);
}

/* The processes do not run for a while: fewer are seen than in a shorter time. */
static void exposure_without_accesses_does_not_lower_the_rate(void)
{
	struct kpromoted_curve curve = { .nr = 100 };

	kpromoted_curve_add(&curve, 8000, 4, 0);
	kpromoted_curve_add(&curve, 4000, 90, 4);
	kpromoted_curve_add(&curve, 2000, 70, 63);
	CHECK(kpromoted_curve_rate(&curve, KPROMOTED_CURVE_MANY) > 500 * KPROMOTED_ONE);
	CHECK_EQUAL(kpromoted_curve_seen(&curve, 0), 90);
}

static void all_or_none_seen_is_no_division_by_zero(void)
{
	struct kpromoted_curve all = { .nr = 1 }, none = { .nr = NR };

	kpromoted_curve_add(&all, KPROMOTED_CURVE_MIN_US, 1, 1);
	CHECK(kpromoted_curve_rate(&all, KPROMOTED_CURVE_MANY) > 0);
	kpromoted_curve_add(&none, KPROMOTED_CURVE_MAX_US, 0, 0);
	CHECK_EQUAL(kpromoted_curve_rate(&none, KPROMOTED_ONE), 0);
	CHECK(!kpromoted_curve_is_mixed(&none));
	CHECK(!kpromoted_curve_goes_on(&none, 0));
}

static const struct ktap_test tests[] = {
	KTAP_TEST(rate_of_equals_is_their_own),
	KTAP_TEST(rate_of_unequals_is_their_mean),
	KTAP_TEST(rate_of_many_is_that_of_the_usual),
	KTAP_TEST(few_that_are_accessed_all_the_time_do_not_count),
	KTAP_TEST(equals_are_seldom_taken_for_a_mixture),
	KTAP_TEST(mixture_is_found),
	KTAP_TEST(cut_passes_the_hot),
	KTAP_TEST(longer_times_are_for_larger_shares),
	KTAP_TEST(line_passes_what_fits),
	KTAP_TEST(equals_are_not_hotter),
	KTAP_TEST(what_is_not_known_takes_no_room),
	KTAP_TEST(exposure_without_accesses_does_not_lower_the_rate),
	KTAP_TEST(all_or_none_seen_is_no_division_by_zero),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
