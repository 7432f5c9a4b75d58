// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ground truth of the workloads: who is hot, and which page is accessed
 * next. Fixed seeds: a result is the same on every run.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prng.h"
#include "workloads_test.h"

#define BATCH 1000

const char *why;

const struct pattern_params defaults = {
	.pages = PAGES,
	.hot_percent = 30,
	.hot_access_percent = 98,
	.skew = 0.99,
	.seed = 1,
};

struct pattern_map *build(const struct pattern *pattern,
			  const struct pattern_params *params, uint32_t phase)
{
	void *mem = malloc(pattern->map_bytes(params->pages));
	struct pattern_map *map = mem ? pattern->build(mem, params, phase) : NULL;

	if (!map)
		free(mem);
	return map;
}

bool is_hot(const struct pattern_map *map, uint32_t page)
{
	return map->stratum[page] < map->hot_strata;
}

uint32_t count_hot(const struct pattern_map *map, uint32_t from, uint32_t to)
{
	uint32_t hot = 0, i;

	for (i = from; i < to; i++)
		hot += is_hot(map, i);
	return hot;
}

uint32_t draw(const struct pattern *pattern, const struct pattern_map *map,
	      uint64_t rng, uint32_t *count)
{
	struct pattern_cursor cursor = { .rng = rng };
	struct pattern_access access[BATCH];
	uint32_t hot = 0, i, j;

	for (i = 0; i < DRAWS; i += BATCH) {
		pattern->fill(map, &cursor, access, BATCH);
		for (j = 0; j < BATCH; j++) {
			if (access[j].page >= map->pages || access[j].line >= 64 ||
			    access[j].stratum != map->stratum[access[j].page])
				return DRAWS + 1;
			hot += is_hot(map, access[j].page);
			if (count)
				count[access[j].page]++;
		}
	}
	return hot;
}

static void hotset_has_the_claimed_number_of_hot_pages(void)
{
	static const double percents[] = { 0.5, 1, 12.5, 25, 30, 33.3, 77, 100 };
	static const uint32_t pages[] = { 1000, 1009, 64000, 7 };
	uint32_t p, n;

	for (n = 0; n < 4; n++) {
		for (p = 0; p < 8; p++) {
			struct pattern_params params = defaults;
			uint32_t want = lround(pages[n] * percents[p] / 100);
			struct pattern_map *map;
			uint32_t hot;

			params.pages = pages[n];
			params.hot_percent = percents[p];
			map = build(&hotset_pattern, &params, 0);
			if (!want) {
				CHECK(!map && errno == EINVAL);
				continue;
			}
			CHECK(map);
			hot = count_hot(map, 0, pages[n]);
			CHECK(hot == want && map->hot_pages == want);
			CHECK(map->strata_pages[0] == want);
			free(map);
		}
	}
}

static void hotset_interleaves_hot_and_cold_in_every_block(void)
{
	struct pattern_map *map = build(&hotset_pattern, &defaults, 0);
	uint32_t runs = 0, i;

	CHECK(map);
	for (i = 0; i < PAGES; i += 10)
		CHECK(count_hot(map, i, i + 10) == 3);
	/* neighbours of a hot page are hot as often as chance has it: 3 of 10 */
	for (i = 1; i < PAGES; i++)
		runs += is_hot(map, i - 1) && is_hot(map, i);
	CHECK(runs > 0.2 * map->hot_pages && runs < 0.3 * map->hot_pages);
	free(map);
}

static void hotset_places_hot_pages_evenly_within_a_block(void)
{
	struct pattern_map *map = build(&hotset_pattern, &defaults, 0);
	uint32_t at[10] = { 0 }, i;

	CHECK(map);
	for (i = 0; i < PAGES; i++)
		at[i % 10] += is_hot(map, i);
	for (i = 0; i < 10; i++)	/* 1920 each, deviation 37 */
		CHECK(at[i] > 1750 && at[i] < 2090);
	free(map);
}

static void hotset_sends_98_percent_to_hot_pages(void)
{
	struct pattern_map *map = build(&hotset_pattern, &defaults, 0);
	uint32_t hot;

	CHECK(map);
	hot = draw(&hotset_pattern, map, 7, NULL);
	CHECK(hot > 0.979 * DRAWS && hot < 0.981 * DRAWS);
	free(map);
}

static void hotset_is_uniform_within_hot_and_cold(void)
{
	struct pattern_params params = defaults;
	double chi[2] = { 0 }, expect[2];
	struct pattern_map *map;
	uint32_t *count, i;

	params.pages = 1000;
	params.hot_access_percent = 50;
	map = build(&hotset_pattern, &params, 0);
	count = calloc(params.pages, sizeof(*count));
	CHECK(map && count);
	CHECK(draw(&hotset_pattern, map, 7, count) <= DRAWS);
	expect[0] = DRAWS * 0.5 / 300;
	expect[1] = DRAWS * 0.5 / 700;
	for (i = 0; i < params.pages; i++) {
		double e = expect[map->stratum[i]];

		chi[map->stratum[i]] += (count[i] - e) * (count[i] - e) / e;
	}
	/* chi square of 300 and 700 cells: mean n, deviation sqrt(2 n); 4 of them */
	CHECK(fabs(chi[0] - 300) < 4 * sqrt(600));
	CHECK(fabs(chi[1] - 700) < 4 * sqrt(1400));
	free(count);
	free(map);
}

static void hotset_with_no_cold_page_never_asks_for_one(void)
{
	struct pattern_params params = defaults;
	struct pattern_map *map;

	params.hot_percent = 100;
	map = build(&hotset_pattern, &params, 0);
	CHECK(map);
	CHECK(draw(&hotset_pattern, map, 7, NULL) == DRAWS);
	free(map);
}

/* Sum of 1 / r^s for the ranks 1..n. */
static double harmonic(uint32_t n, double s)
{
	double sum = 0;
	uint32_t r;

	for (r = 1; r <= n; r++)
		sum += pow(r, -s);
	return sum;
}

static int by_weight(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return (x < y) - (x > y);
}

static void zipf_mass_of_the_top_ranks_is_the_analytic_one(void)
{
	static const uint32_t tops[] = { 1, 10, 100, 1000, 10000 };
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	uint32_t *count = calloc(PAGES, sizeof(*count)), i, k;
	float *sorted = malloc(PAGES * sizeof(*sorted));
	double all = harmonic(PAGES, defaults.skew);

	CHECK(map && count && sorted);
	CHECK(draw(&zipf_pattern, map, 7, count) <= DRAWS);
	memcpy(sorted, map->weight, PAGES * sizeof(*sorted));
	qsort(sorted, PAGES, sizeof(*sorted), by_weight);
	for (k = 0; k < 5; k++) {
		double want = harmonic(tops[k], defaults.skew) / all, mass = 0;

		for (i = 0; i < PAGES; i++)
			if (map->weight[i] >= sorted[tops[k] - 1])
				mass += count[i];
		mass /= DRAWS;
		CHECK(fabs(mass - want) < 4 * sqrt(want * (1 - want) / DRAWS));
	}
	free(sorted);
	free(count);
	free(map);
}

static void zipf_alias_table_adds_up_to_every_weight(void)
{
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	double *mass = calloc(PAGES, sizeof(*mass)), own;
	const double one = 1U << PATTERN_COIN_BITS;
	uint32_t i;

	CHECK(map && mass);
	for (i = 0; i < PAGES; i++) {
		CHECK(map->table[i] < PAGES);
		own = map->coin[i] / one;
		mass[i] += own;
		mass[map->table[i]] += 1 - own;
	}
	/* a column's rounding is at most 2^-27; the top page is many's alias */
	for (i = 0; i < PAGES; i++)
		CHECK(fabs(mass[i] - (double)map->weight[i]) <
		      0.000001 * (1 + (double)map->weight[i]));
	free(mass);
	free(map);
}

static void zipf_hot_pages_are_the_fewest_that_take_their_share(void)
{
	struct pattern_params params = defaults;
	struct pattern_map *map;
	double all = harmonic(PAGES, defaults.skew), top;
	uint32_t hot;

	params.hot_access_percent = 80;
	map = build(&zipf_pattern, &params, 0);
	CHECK(map);
	top = harmonic(map->hot_pages, params.skew);
	CHECK(top >= 0.8 * all);
	CHECK(top - pow(map->hot_pages, -params.skew) < 0.8 * all);
	CHECK(count_hot(map, 0, PAGES) == map->hot_pages);
	hot = draw(&zipf_pattern, map, 7, NULL);
	CHECK(hot > 0.797 * DRAWS && hot < 0.803 * DRAWS);
	free(map);
}

static void zipf_scatters_the_top_ranks(void)
{
	struct pattern_params params = defaults;
	uint32_t part[16] = { 0 }, i;
	struct pattern_map *map;

	params.hot_access_percent = 80;
	map = build(&zipf_pattern, &params, 0);
	CHECK(map);
	for (i = 0; i < PAGES; i++)
		part[i / (PAGES / 16)] += is_hot(map, i);
	for (i = 0; i < 16; i++)
		CHECK(fabs(part[i] - map->hot_pages / 16.) < 0.15 * map->hot_pages / 16);
	free(map);
}

static void zipf_strata_fit_at_any_skew_and_share(void)
{
	static const double skews[] = { 0, 0.5, 0.99, 1.5, 5 };
	static const double shares[] = { 0.001, 1, 50, 80, 99.99, 100 };
	static const uint32_t pages[] = { 1, 16, 33, 5000 };
	uint32_t i, s, n, sum;

	for (i = 0; i < 5 * 6 * 4; i++) {
		struct pattern_params params = defaults;
		struct pattern_map *map;

		params.skew = skews[i % 5];
		params.hot_access_percent = shares[i / 5 % 6];
		params.pages = pages[i / 30];
		map = build(&zipf_pattern, &params, 0);
		CHECK(map);
		CHECK(map->strata <= PATTERN_STRATA && map->hot_strata <= map->strata);
		for (s = 0, sum = 0, n = 0; s < map->strata; s++) {
			CHECK(map->strata_pages[s]);
			sum += map->strata_pages[s];
			n += s < map->hot_strata ? map->strata_pages[s] : 0;
		}
		CHECK(sum == params.pages && n == map->hot_pages);
		free(map);
	}
}

static void phase_moves_the_hot_set_independently(void)
{
	struct pattern_map *map[3];
	uint32_t same, i, k;

	for (i = 0; i < 3; i++) {
		map[i] = build(&phase_pattern, &defaults, i);
		CHECK(map[i]);
		CHECK(count_hot(map[i], 0, PAGES) == 19200);
	}
	for (k = 0; k < 3; k++) {
		for (i = 0, same = 0; i < PAGES; i++)
			same += is_hot(map[k], i) && is_hot(map[(k + 1) % 3], i);
		/* share squared: 5760, deviation at most 54 */
		CHECK(same > 5540 && same < 5980);
	}
	for (i = 0; i < 3; i++)
		free(map[i]);
}

static void phase_zero_is_hotset(void)
{
	struct pattern_map *a = build(&hotset_pattern, &defaults, 0);
	struct pattern_map *b = build(&phase_pattern, &defaults, 0);

	CHECK(a && b);
	CHECK(!memcmp(a->stratum, b->stratum, PAGES));
	free(a);
	free(b);
}

/* Whatever the sizes of the batches are: every 50th access is the next page. */
static void polluter_streams_all_pages_in_turn(void)
{
	struct pattern_params params = defaults;
	struct pattern_cursor cursor = { .rng = 5 }, hotset = { .rng = 5 };
	struct pattern_access access[BATCH], plain[BATCH];
	struct pattern_map *map;
	uint64_t at = 0;
	uint32_t n, i;

	params.pages = 1009;
	map = build(&polluter_pattern, &params, 0);
	CHECK(map && count_hot(map, 0, params.pages) == 303);
	for (n = 1; at < 3 * 50 * params.pages; n = n * 7 % BATCH + 1) {
		polluter_pattern.fill(map, &cursor, access, n);
		hotset_pattern.fill(map, &hotset, plain, n);
		for (i = 0; i < n; i++, at++) {
			if (at % 50) {
				CHECK(access[i].page == plain[i].page);
				CHECK(access[i].line == plain[i].line);
			} else {
				CHECK(access[i].page == at / 50 % params.pages);
			}
			CHECK(access[i].stratum == map->stratum[access[i].page]);
		}
		CHECK(cursor.done == at);
	}
	free(map);
}

static uint64_t digest(const struct pattern *pattern, const struct pattern_params *params,
		       uint64_t rng)
{
	struct pattern_map *map = build(pattern, params, 0);
	struct pattern_cursor cursor = { .rng = rng };
	struct pattern_access access[BATCH];
	uint64_t sum = 0;
	uint32_t i;

	if (!map)
		return 0;
	for (i = 0; i < PAGES; i++)
		sum = prng_mix(sum ^ map->stratum[i]);
	pattern->fill(map, &cursor, access, BATCH);
	for (i = 0; i < BATCH; i++)
		sum = prng_mix(sum ^ (access[i].page * 64ULL + access[i].line));
	free(map);
	return sum;
}

static void same_seed_same_sequence(void)
{
	static const struct pattern *const all[] = {
		&hotset_pattern, &zipf_pattern, &phase_pattern, &polluter_pattern,
		&tenants_pattern
	};
	struct pattern_params other = defaults;
	uint32_t i;

	other.seed = 2;
	for (i = 0; i < 5; i++) {
		uint64_t first = digest(all[i], &defaults, 7);

		CHECK(first && first == digest(all[i], &defaults, 7));
		CHECK(first != digest(all[i], &defaults, 8));
		CHECK(first != digest(all[i], &other, 7));
	}
}

static void parameters_out_of_range_are_refused(void)
{
	struct pattern_params params = defaults;

	params.hot_percent = 0;
	CHECK(!build(&hotset_pattern, &params, 0) && errno == EINVAL);
	params.hot_percent = 101;
	CHECK(!build(&hotset_pattern, &params, 0) && errno == EINVAL);
	params = defaults;
	params.skew = NAN;
	CHECK(!build(&zipf_pattern, &params, 0) && errno == EINVAL);
	params.skew = 1;
	params.hot_access_percent = 0;
	CHECK(!build(&zipf_pattern, &params, 0) && errno == EINVAL);
}

#define TEST(name) { #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(hotset_has_the_claimed_number_of_hot_pages),
	TEST(hotset_interleaves_hot_and_cold_in_every_block),
	TEST(hotset_places_hot_pages_evenly_within_a_block),
	TEST(hotset_sends_98_percent_to_hot_pages),
	TEST(hotset_is_uniform_within_hot_and_cold),
	TEST(hotset_with_no_cold_page_never_asks_for_one),
	TEST(zipf_mass_of_the_top_ranks_is_the_analytic_one),
	TEST(zipf_alias_table_adds_up_to_every_weight),
	TEST(zipf_hot_pages_are_the_fewest_that_take_their_share),
	TEST(zipf_scatters_the_top_ranks),
	TEST(zipf_strata_fit_at_any_skew_and_share),
	TEST(phase_moves_the_hot_set_independently),
	TEST(phase_zero_is_hotset),
	TEST(polluter_streams_all_pages_in_turn),
	TEST(same_seed_same_sequence),
	TEST(parameters_out_of_range_are_refused),
	TEST(sample_of_every_page_is_all_pages_in_order),
	TEST(sample_takes_one_in_k_and_small_strata_whole),
	TEST(sample_is_as_likely_to_take_any_page),
	TEST(sampled_share_of_accesses_is_unbiased),
	TEST(account_takes_the_mean_of_both_ends),
	TEST(oracle_names_each_page_once_and_the_hot_ones_first),
	TEST(oracle_orders_zipf_by_rank),
	TEST(resp_waits_for_the_whole_reply),
	TEST(resp_tells_nil_status_and_error_apart),
	TEST(resp_refuses_what_is_no_reply),
	TEST(resp_asks_for_the_key),
	TEST(values_are_found_once_however_memory_is_cut),
	TEST(values_missing_or_twice_are_noticed),
	TEST(values_do_not_take_other_text_for_a_stamp),
	TEST(values_on_two_pages_belong_to_both),
	TEST(page_weights_add_up_to_those_of_their_values),
	TEST(accesses_go_to_pages_as_their_weights_say),
	TEST(oracle_shares_equally_where_there_is_one_role),
	TEST(oracle_gives_every_tenant_its_hot_pages_if_it_can),
	TEST(oracle_serves_the_hottest_first_where_room_is_short),
	TEST(tenants_are_eight_and_the_last_has_the_processes_that_are_left),
	TEST(tenants_have_the_claimed_number_of_hot_pages),
	TEST(tenants_noisy_is_hot_all_over_where_half_of_the_others_is),
	TEST(tenants_rates_fall_and_the_noisy_one_has_as_much_as_the_others),
	TEST(tenants_hot_page_of_the_last_beats_a_cold_one_of_the_first),
	TEST(tenants_send_98_percent_to_hot_pages),
	TEST(tenants_have_independent_hot_sets),
	TEST(tenants_stay_but_for_the_noisy_one_that_moves),
	TEST(tenants_other_role_is_refused),
	TEST(figures_tell_each_tenant_and_all_together),
	TEST(figures_count_quiet_tenants_alike),
	TEST(figures_tell_strata_of_all_processes_where_asked),
	TEST(figures_leave_out_strata_of_which_nothing_is_known),
};

int main(void)
{
	const unsigned int nr = sizeof(tests) / sizeof(tests[0]);
	unsigned int i, failed = 0;

	printf("KTAP version 1\n1..%u\n", nr);
	for (i = 0; i < nr; i++) {
		why = NULL;
		tests[i].run();
		if (why)
			printf("# failed: %s\n", why);
		printf("%s %u %s\n", why ? "not ok" : "ok", i + 1, tests[i].name);
		failed += !!why;
	}
	fflush(stdout);
	if (failed)	/* a test that stopped halfway is no leak */
		_exit(1);
	return 0;
}
