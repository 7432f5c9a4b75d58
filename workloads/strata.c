// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "strata.h"

#define STRATA 32

/**
 * strata_divide - choose the hot pages and divide all into strata
 * @map: with @pages and the array @stratum; the other fields about strata are filled in,
 *	and are 0 before
 * @order: all pages, the one that is accessed most first
 * @mass: share of each page in the accesses, times @map->pages
 * @hot_access_percent: the hot pages are the fewest that take so much
 *
 * Walks the pages from the top: closes a stratum when it has 1/STRATA of the accesses, and
 * where the hot pages end. So the top pages stand alone; within a stratum map->weight
 * tells pages apart. All but two strata have that share or more, so there are at most
 * STRATA + 2.
 */
void strata_divide(struct pattern_map *map, const uint32_t *order, const double *mass,
		   double hot_access_percent)
{
	const double hot_mass = map->pages * hot_access_percent / 100;
	const double full = (double)map->pages / STRATA;
	double sum = 0, in_stratum = 0;
	uint32_t stratum = 0, i;

	for (i = 0; i < map->pages; i++) {
		bool hot_ends = false;

		sum += mass[order[i]];
		in_stratum += mass[order[i]];
		map->stratum[order[i]] = stratum;
		map->strata_pages[stratum]++;
		if (!map->hot_pages && (sum >= hot_mass || i + 1 == map->pages)) {
			map->hot_pages = i + 1;
			map->hot_strata = stratum + 1;
			map->hot_coin = (uint32_t)(fmin(sum / map->pages, 1) *
						   (1U << PATTERN_COIN_BITS) + 0.5);
			hot_ends = true;
		}
		if (i + 1 < map->pages && (hot_ends || in_stratum >= full)) {
			stratum++;
			in_stratum = 0;
		}
	}
	map->strata = stratum + 1;
}
