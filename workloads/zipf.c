// SPDX-License-Identifier: GPL-2.0-only
/*
 * zipf: the page of rank r (1, 2, ...) is accessed in proportion to 1 / r^skew.
 *
 * A permutation with a fixed seed scatters the ranks over the pages. Pages are
 * drawn with Vose's alias method ("A linear algorithm for generating random
 * numbers with a given distribution", 1991), whose table is laid out by page:
 * one random number and two table entries an access, at any skew. Rounding the
 * coin to 26 bits moves a page's probability by less than 2^-26 / pages.
 *
 * The hot pages are the fewest top ranks that take hot_access_percent of the
 * accesses (strata.h).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "pattern.h"
#include "prng.h"
#include "strata.h"

static size_t map_bytes(uint32_t pages)
{
	return sizeof(struct pattern_map) +
	       (size_t)pages * (2 * sizeof(uint32_t) + sizeof(float) + 1);
}

/* @page_of[rank] becomes a random permutation (Fisher and Yates). */
static void scatter(uint32_t *page_of, uint32_t pages, uint64_t seed)
{
	uint64_t rng = prng_seed(seed, 0);
	uint32_t i, j;

	for (i = 0; i < pages; i++) {
		j = prng_scale(prng_next(&rng) >> 32, i + 1);
		page_of[i] = page_of[j];
		page_of[j] = i;
	}
}

/* Fill in @mass[page], which adds up to @map->pages, and map->weight. */
static void weigh(struct pattern_map *map, const uint32_t *page_of, double *mass,
		  double skew)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < map->pages; i++) {
		mass[page_of[i]] = pow((double)i + 1, -skew);
		sum += mass[page_of[i]];
	}
	for (i = 0; i < map->pages; i++) {
		mass[i] *= map->pages / sum;
		map->weight[i] = (float)mass[i];
	}
}

/*
 * Vose's table: each column keeps mass[column] of its own and is filled up to 1
 * by one alias. @work holds the columns that lack mass from its start, those
 * with too much from its end.
 */
static void make_alias(struct pattern_map *map, double *mass, uint32_t *work)
{
	const uint32_t one = 1U << PATTERN_COIN_BITS;
	uint32_t small = 0, large = map->pages, i;

	for (i = 0; i < map->pages; i++) {
		map->table[i] = i;
		map->coin[i] = one;
		if (mass[i] < 1)
			work[small++] = i;
		else
			work[--large] = i;
	}
	while (small && large < map->pages) {
		uint32_t less = work[--small], more = work[large];

		map->coin[less] = (uint32_t)(mass[less] * one + 0.5);
		map->table[less] = more;
		mass[more] -= 1 - mass[less];
		if (mass[more] < 1) {
			large++;
			work[small++] = more;
		}
	}
}

static struct pattern_map *build(void *mem, const struct pattern_params *params,
				 uint32_t phase)
{
	struct pattern_map *map = mem;
	uint32_t *work;
	double *mass;

	(void)phase;
	if (!params->pages || !(params->skew >= 0 && params->skew <= 5) ||
	    !(params->hot_access_percent > 0 && params->hot_access_percent <= 100)) {
		errno = EINVAL;
		return NULL;
	}
	work = calloc(params->pages, sizeof(*work));
	mass = calloc(params->pages, sizeof(*mass));
	if (!work || !mass) {
		free(work);
		free(mass);
		errno = ENOMEM;
		return NULL;
	}

	*map = (struct pattern_map) { .pages = params->pages };
	map->table = (uint32_t *)(map + 1);
	map->coin = map->table + map->pages;
	map->weight = (float *)(void *)(map->coin + map->pages);
	map->stratum = (uint8_t *)(map->weight + map->pages);

	scatter(work, map->pages, params->seed);
	weigh(map, work, mass, params->skew);
	strata_divide(map, work, mass, params->hot_access_percent);
	make_alias(map, mass, work);
	free(work);
	free(mass);
	return map;
}

static void fill(const struct pattern_map *map, struct pattern_cursor *cursor,
		 struct pattern_access *out, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t r = prng_next(&cursor->rng);
		uint32_t page = prng_scale(r >> 32, map->pages);
		uint32_t coin = (r >> PATTERN_LINE_BITS) &
				((1U << PATTERN_COIN_BITS) - 1);

		if (coin >= map->coin[page])
			page = map->table[page];
		out[i].page = page;
		out[i].line = r & ((1U << PATTERN_LINE_BITS) - 1);
		out[i].stratum = map->stratum[page];
	}
	cursor->done += n;
}

const struct pattern zipf_pattern = {
	.name = "zipf",
	.summary = "accesses follow Zipf's law, the ranks scattered over the pages",
	.options = PATTERN_SKEW,
	.hot_access_percent = 80,
	.roles = 1,
	.map_bytes = map_bytes,
	.build = build,
	.fill = fill,
};
