// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <stdlib.h>

#include "oracle.h"

/* The hotter page first; of equals, the one with the lower number. */
static int hotter_first(const void *a, const void *b, void *arg)
{
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	const struct pattern_map *map = arg;

	if (map->stratum[one] != map->stratum[other])
		return map->stratum[one] < map->stratum[other] ? -1 : 1;
	if (map->weight && map->weight[one] != map->weight[other])
		return map->weight[one] > map->weight[other] ? -1 : 1;
	return one < other ? -1 : one > other;
}

/**
 * oracle_order - all pages, the one that is accessed most first
 * @map: the truth: strata come hottest first, weights order pages within one
 * @order: out: @map->pages page numbers
 *
 * The best static placement of a process with room for n pages is the first n.
 */
void oracle_order(const struct pattern_map *map, uint32_t *order)
{
	uint32_t i;

	for (i = 0; i < map->pages; i++)
		order[i] = i;
	qsort_r(order, map->pages, sizeof(*order), hotter_first, (void *)map);
}
