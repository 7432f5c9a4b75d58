// SPDX-License-Identifier: GPL-2.0-only
/* What a sample of the pages says about all of them. */
#include <math.h>
#include <stdlib.h>

#include "prng.h"
#include "sample.h"
#include "workloads_test.h"

void sample_of_every_page_is_all_pages_in_order(void)
{
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	struct sample sample;
	uint32_t i;

	CHECK(map && !sample_build(&sample, map, 1, 3));
	CHECK(sample.nr == PAGES);
	for (i = 0; i < PAGES; i++)
		CHECK(sample.pages[i] == i);
	sample_free(&sample);
	free(map);
}

void sample_takes_one_in_k_and_small_strata_whole(void)
{
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	uint32_t taken[PATTERN_STRATA] = { 0 }, i, s;
	struct sample sample;

	CHECK(map && !sample_build(&sample, map, 16, 3));
	for (i = 0; i < sample.nr; i++)
		taken[map->stratum[sample.pages[i]]]++;
	for (s = 0; s < map->strata; s++) {
		uint32_t all = map->strata_pages[s];

		if (all < 2 * SAMPLE_MIN)
			CHECK(taken[s] == all);
		else
			CHECK(taken[s] >= SAMPLE_MIN && taken[s] >= all / 16);
		if (all >= 16 * SAMPLE_MIN)
			CHECK(taken[s] <= all / 16 + 1);
	}
	sample_free(&sample);
	free(map);
}

void sample_is_as_likely_to_take_any_page(void)
{
	struct pattern_params params = defaults;
	struct pattern_map *map;
	uint32_t *taken, i, k;

	params.pages = 10000;
	map = build(&hotset_pattern, &params, 0);
	taken = calloc(params.pages, sizeof(*taken));
	CHECK(map && taken);
	for (k = 0; k < 320; k++) {
		struct sample sample;

		CHECK(!sample_build(&sample, map, 16, k));
		for (i = 0; i < sample.nr; i++)
			taken[sample.pages[i]]++;
		sample_free(&sample);
	}
	/* 20 times each, deviation 4.3 */
	for (i = 0; i < params.pages; i++)
		CHECK(taken[i] > 0 && taken[i] < 45);
	free(taken);
	free(map);
}

/* A placement that correlates with the weight also within a stratum: the more a
 * page is accessed, the likelier it is fast.
 */
static bool placed_fast(const struct pattern_map *map, uint32_t page, double scale)
{
	double p = scale * sqrt((double)map->weight[page]);

	return ldexp(prng_seed(99, page) >> 11, -53) < p;
}

/* The share of the accesses served by fast memory, estimated from 1 in @one_in. */
static double estimate(const struct pattern_map *map, uint32_t one_in, uint64_t seed,
		       double scale)
{
	struct tally tally[PATTERN_STRATA] = { 0 };
	double mass[PATTERN_STRATA] = { 0 }, fast = 0;
	struct sample sample;
	uint32_t i;

	if (sample_build(&sample, map, one_in, seed))
		return NAN;
	for (i = 0; i < sample.nr; i++)
		tally_add(tally, map, sample.pages[i],
			  placed_fast(map, sample.pages[i], scale));
	for (i = 0; i < PAGES; i++)
		mass[map->stratum[i]] += (double)map->weight[i] / PAGES;
	for (i = 0; i < map->strata; i++)
		fast += mass[i] * tally_served(&tally[i]);
	sample_free(&sample);
	return fast;
}

void sampled_share_of_accesses_is_unbiased(void)
{
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	double exact = 0, error, mean = 0, worst = 0;
	uint32_t i;

	CHECK(map);
	for (i = 0; i < PAGES; i++)
		if (placed_fast(map, i, 0.5))
			exact += (double)map->weight[i] / PAGES;
	CHECK(fabs(estimate(map, 1, 0, 0.5) - exact) < 0.000000001);
	for (i = 0; i < 50; i++) {
		error = estimate(map, 16, i, 0.5) - exact;
		mean += error / 50;
		worst = fmax(worst, fabs(error));
	}
	CHECK(worst < 0.02);
	CHECK(fabs(mean) < 0.002);
	free(map);
}

void account_takes_the_mean_of_both_ends(void)
{
	struct account account = { 0 };

	account_add(&account, 100, 0.2, 0.6);
	account_add(&account, 50, 1, 1);
	CHECK(account.accesses == 150);
	CHECK(fabs(account.fast - 90) < 0.000000001);
}
