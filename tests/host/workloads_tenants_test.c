// SPDX-License-Identifier: GPL-2.0-only
/* The ground truth of tenants: who is hot, how often, and how much one moves. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "workloads_test.h"

#define TENANTS 8
#define NOISY 7

static struct pattern_map *build_tenant(uint32_t role, uint32_t phase)
{
	struct pattern_params params = defaults;

	params.role = role;
	params.hot_access_percent = tenants_pattern.hot_access_percent;
	return build(&tenants_pattern, &params, phase);
}

/* Pages that are hot in both. */
static uint32_t common(const struct pattern_map *a, const struct pattern_map *b)
{
	uint32_t both = 0, i;

	for (i = 0; i < PAGES; i++)
		both += is_hot(a, i) && is_hot(b, i);
	return both;
}

void tenants_are_eight_and_the_last_has_the_processes_that_are_left(void)
{
	const struct pattern *pattern = &tenants_pattern;
	uint32_t i;

	CHECK(pattern->roles == TENANTS && pattern->processes == 14);
	for (i = 0; i < pattern->processes; i++) {
		CHECK(pattern_role(pattern, i) == (i < NOISY ? i : NOISY));
		CHECK(pattern_tenant(pattern, i) == pattern_role(pattern, i));
		/* others have one role, and each process is a tenant of its own */
		CHECK(pattern_role(&hotset_pattern, i) == 0);
		CHECK(pattern_tenant(&hotset_pattern, i) == i);
	}
}

void tenants_have_the_claimed_number_of_hot_pages(void)
{
	uint32_t role, phase;

	for (role = 0; role < TENANTS; role++)
		for (phase = 0; phase < 3; phase++) {
			struct pattern_map *map = build_tenant(role, phase);
			uint32_t want = role == NOISY ? PAGES * 6 / 10 : PAGES * 3 / 10;

			CHECK(map && map->hot_pages == want);
			CHECK(count_hot(map, 0, PAGES) == want);
			/* interleaved: so in every block */
			CHECK(count_hot(map, 10, 20) == want / (PAGES / 10));
			free(map);
		}
}

void tenants_noisy_is_hot_all_over_where_half_of_the_others_is(void)
{
	struct pattern_params params = defaults;
	struct pattern_map *map;

	params.role = NOISY;
	params.hot_percent = 51;
	map = build(&tenants_pattern, &params, 0);
	CHECK(map && map->hot_pages == PAGES);
	free(map);
}

void tenants_rates_fall_and_the_noisy_one_has_as_much_as_the_others(void)
{
	const uint32_t noisy_processes = tenants_pattern.processes - NOISY;
	struct pattern_map *map[TENANTS];
	uint32_t quiet = 0, role;

	for (role = 0; role < TENANTS; role++) {
		map[role] = build_tenant(role, 0);
		CHECK(map[role]);
	}
	for (role = 0; role < NOISY; role++) {
		CHECK(map[role]->rate == (NOISY - role) * map[NOISY - 1]->rate);
		quiet += map[role]->rate;
	}
	CHECK(noisy_processes * map[NOISY]->rate == quiet);
	for (role = 0; role < TENANTS; role++)
		free(map[role]);
}

/* Of the last quiet tenant a hot page, of the first a cold one, by counting accesses. */
void tenants_hot_page_of_the_last_beats_a_cold_one_of_the_first(void)
{
	struct pattern_map *first = build_tenant(0, 0), *last = build_tenant(NOISY - 1, 0);
	double hot, cold;

	CHECK(first && last);
	hot = (double)draw(&tenants_pattern, last, 7, NULL) / last->hot_pages;
	cold = (double)(DRAWS - draw(&tenants_pattern, first, 8, NULL)) /
	       (PAGES - first->hot_pages);
	hot *= last->rate;
	cold *= first->rate;
	/* 16.3; the cold ones get 8000 accesses, deviation 1.1 % */
	CHECK(hot / cold > 15.5 && hot / cold < 17.1);
	free(first);
	free(last);
}

void tenants_send_98_percent_to_hot_pages(void)
{
	uint32_t role, hot;

	for (role = 0; role < TENANTS; role++) {
		struct pattern_map *map = build_tenant(role, 1);

		CHECK(map);
		hot = draw(&tenants_pattern, map, 7, NULL);
		CHECK(hot > 0.979 * DRAWS && hot < 0.981 * DRAWS);
		free(map);
	}
}

void tenants_have_independent_hot_sets(void)
{
	struct pattern_map *map[TENANTS];
	uint32_t i, k;

	for (i = 0; i < TENANTS; i++) {
		map[i] = build_tenant(i, 0);
		CHECK(map[i]);
	}
	for (i = 0; i < TENANTS; i++)
		for (k = 0; k < i; k++) {
			double want = (double)map[i]->hot_pages * map[k]->hot_pages / PAGES;

			/* deviation at most 57, and less in blocks */
			CHECK(fabs(common(map[i], map[k]) - want) < 4 * 57);
		}
	for (i = 0; i < TENANTS; i++)
		free(map[i]);
}

void tenants_stay_but_for_the_noisy_one_that_moves(void)
{
	struct pattern_map *map[4];
	uint32_t role, i, k;

	for (role = 0; role < TENANTS; role++) {
		for (i = 0; i < 4; i++) {
			map[i] = build_tenant(role, i);
			CHECK(map[i]);
		}
		for (i = 0; i < 4; i++)
			for (k = 0; k < i; k++) {
				uint32_t same = common(map[i], map[k]);

				if (role != NOISY)
					CHECK(same == map[i]->hot_pages);
				else	/* 0.6 * 0.6: 23040, deviation at most 57 */
					CHECK(same > 22800 && same < 23280);
			}
		for (i = 0; i < 4; i++)
			free(map[i]);
	}
}

void tenants_other_role_is_refused(void)
{
	struct pattern_params params = defaults;

	params.role = TENANTS;
	CHECK(!build(&tenants_pattern, &params, 0) && errno == EINVAL);
}
