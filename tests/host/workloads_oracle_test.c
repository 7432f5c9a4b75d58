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
