// SPDX-License-Identifier: GPL-2.0-only
/* Who knows the truth puts the pages first that are accessed most. */
#include <math.h>
#include <stdlib.h>

#include "oracle.h"
#include "workloads_test.h"

void oracle_names_each_page_once_and_the_hot_ones_first(void)
{
	struct pattern_map *map = build(&hotset_pattern, &defaults, 0);
	uint32_t *order = malloc(PAGES * sizeof(*order));
	uint8_t *seen = calloc(PAGES, 1);
	uint32_t i;

	CHECK(map && order && seen);
	oracle_order(map, order);
	for (i = 0; i < PAGES; i++) {
		CHECK(order[i] < PAGES && !seen[order[i]]++);
		CHECK((map->stratum[order[i]] < map->hot_strata) == (i < map->hot_pages));
	}
	free(seen);
	free(order);
	free(map);
}

/* The mass of the first n pages is that of the top n ranks, for every n. */
void oracle_orders_zipf_by_rank(void)
{
	struct pattern_map *map = build(&zipf_pattern, &defaults, 0);
	uint32_t *order = malloc(PAGES * sizeof(*order));
	double sum = 0, mass = 0, expected = 0;
	uint32_t i;

	CHECK(map && order);
	oracle_order(map, order);
	for (i = 0; i < PAGES; i++)
		sum += pow(i + 1, -defaults.skew);
	for (i = 0; i < PAGES; i++) {
		mass += map->weight[order[i]] / PAGES;
		expected += pow(i + 1, -defaults.skew) / sum;
		CHECK(fabs(mass - expected) < 0.0001);
	}
	free(order);
	free(map);
}

static void free_maps(struct pattern_map **map, uint32_t nr)
{
	while (nr--)
		free(map[nr]);
}

/* Whatever the pattern is: where all are alike, all get the same. */
void oracle_shares_equally_where_there_is_one_role(void)
{
	static const struct pattern *const all[] = { &hotset_pattern, &zipf_pattern };
	const uint32_t processes = 4;
	struct pattern_map *map;
	uint32_t i, pages;

	for (i = 0; i < 2; i++) {
		map = build(all[i], &defaults, 0);
		CHECK(map);
		oracle_share(&map, &processes, 1, 0, &pages);
		CHECK(pages == 0);
		oracle_share(&map, &processes, 1, 4 * 1000 + 3, &pages);
		CHECK(pages == 1000);
		oracle_share(&map, &processes, 1, 4 * 40000, &pages);
		CHECK(pages == 40000);
		oracle_share(&map, &processes, 1, 1ULL << 40, &pages);
		CHECK(pages == PAGES);
		free(map);
	}
}

static bool build_tenants(struct pattern_map **map)
{
	struct pattern_params params = defaults;

	params.hot_access_percent = tenants_pattern.hot_access_percent;
	for (params.role = 0; params.role < 8; params.role++) {
		map[params.role] = build(&tenants_pattern, &params, 0);
		if (!map[params.role])
			return false;
	}
	return true;
}

/* Room for all hot pages and 3000 more: these are cold ones of the busiest tenant. */
void oracle_gives_every_tenant_its_hot_pages_if_it_can(void)
{
	static const uint32_t processes[] = { 1, 1, 1, 1, 1, 1, 1, 7 };
	struct pattern_map *map[8];
	uint32_t pages[8], role;
	uint64_t hot = 0;

	CHECK(build_tenants(map));
	for (role = 0; role < 8; role++)
		hot += (uint64_t)map[role]->hot_pages * processes[role];
	oracle_share(map, processes, 8, hot + 3000, pages);
	for (role = 0; role < 8; role++)
		CHECK(pages[role] == map[role]->hot_pages + (role ? 0 : 3000));
	free_maps(map, 8);
}

/*
 * By how often a page is accessed the order is that of the tenants, the noisy one (with the
 * rate of tenant 3, for twice the pages) between 4 and 6; 5 is like it.
 */
void oracle_serves_the_hottest_first_where_room_is_short(void)
{
	static const uint32_t processes[] = { 1, 1, 1, 1, 1, 1, 1, 7 };
	struct pattern_map *map[8];
	uint32_t pages[8];

	CHECK(build_tenants(map));
	oracle_share(map, processes, 8, 50000, pages);
	CHECK(pages[0] == 19200 && pages[1] == 19200 && pages[2] == 11600);
	CHECK(!pages[3] && !pages[6] && !pages[7]);
	oracle_share(map, processes, 8, 6 * 19200 + 7 * 38400 + 5, pages);
	CHECK(pages[4] == 19200 && pages[5] == 19200 && pages[7] == 38400);
	CHECK(pages[6] == 5);
	free_maps(map, 8);
}
