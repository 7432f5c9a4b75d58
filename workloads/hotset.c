// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotset: hot pages interleaved page by page with cold ones.
 *
 * In every block of HOTSET_BLOCK consecutive pages the same number of pages is
 * hot (give or take one where the percentage does not divide), and which ones
 * follows from a hash of the seed and the block number. So exactly
 * round(hot_percent / 100 * pages) pages are hot, no 2 MiB range is hotter than
 * another, and no run of pages can stand for its neighbours.
 */
#include <errno.h>

#include "hotset.h"
#include "prng.h"

#define HOTSET_BLOCK 10

enum { HOTSET_HOT, HOTSET_COLD, HOTSET_STRATA };

/* How many of the first @pages pages are hot: a multiple's rounding, so that
 * the blocks' shares add up to the rounding of the whole.
 */
static uint32_t hot_below(uint64_t pages, double percent)
{
	return (uint32_t)((double)pages * percent / 100 + 0.5);
}

/* Shuffle the first @hot of the @size numbers in @slot to the front. */
static void shuffle(uint8_t *slot, uint32_t size, uint32_t hot, uint64_t *rng)
{
	uint32_t i, j;
	uint8_t tmp;

	for (i = 0; i < size; i++)
		slot[i] = i;
	for (i = 0; i < hot; i++) {
		j = i + prng_scale(prng_next(rng) >> 32, size - i);
		tmp = slot[i];
		slot[i] = slot[j];
		slot[j] = tmp;
	}
}

static void choose(struct pattern_map *map, double percent, uint64_t seed)
{
	uint32_t hot = 0, cold = map->hot_pages, start, i;
	uint8_t slot[HOTSET_BLOCK];

	for (start = 0; start < map->pages; start += HOTSET_BLOCK) {
		uint32_t left = map->pages - start;
		uint32_t size = left < HOTSET_BLOCK ? left : HOTSET_BLOCK;
		uint32_t nr = hot_below((uint64_t)start + size, percent) -
			      hot_below(start, percent);
		uint64_t rng = prng_seed(seed, start / HOTSET_BLOCK);

		shuffle(slot, size, nr, &rng);
		for (i = 0; i < size; i++) {
			uint32_t page = start + slot[i];

			map->stratum[page] = i < nr ? HOTSET_HOT : HOTSET_COLD;
			map->table[i < nr ? hot++ : cold++] = page;
		}
	}
}

/* Bytes of a map of @pages pages. */
size_t hotset_map_bytes(uint32_t pages)
{
	return sizeof(struct pattern_map) + (size_t)pages * (sizeof(uint32_t) + 1);
}

/*
 * As pattern->build(), the hot pages chosen by @seed instead of params->seed.
 * Returns NULL with errno EINVAL when a percentage is out of (0, 100] or no
 * page would be hot.
 */
struct pattern_map *hotset_build_seeded(void *mem, const struct pattern_params *params,
					uint64_t seed)
{
	struct pattern_map *map = mem;

	if (!(params->hot_percent > 0 && params->hot_percent <= 100) ||
	    !(params->hot_access_percent > 0 && params->hot_access_percent <= 100) ||
	    !hot_below(params->pages, params->hot_percent)) {
		errno = EINVAL;
		return NULL;
	}

	*map = (struct pattern_map) {
		.pages = params->pages,
		.hot_pages = hot_below(params->pages, params->hot_percent),
		.strata = HOTSET_STRATA,
		.hot_strata = HOTSET_COLD,
		.table = (uint32_t *)(map + 1),
	};
	map->stratum = (uint8_t *)(map->table + map->pages);
	map->strata_pages[HOTSET_HOT] = map->hot_pages;
	map->strata_pages[HOTSET_COLD] = map->pages - map->hot_pages;
	map->hot_coin = (uint32_t)(params->hot_access_percent / 100 *
				   (1U << PATTERN_COIN_BITS) + 0.5);
	if (map->hot_pages == map->pages)
		map->hot_coin = 1U << PATTERN_COIN_BITS;
	choose(map, params->hot_percent, seed);
	return map;
}

/* pattern->fill(): one random number decides class, page and line. */
void hotset_fill(const struct pattern_map *map, struct pattern_cursor *cursor,
		 struct pattern_access *out, uint32_t n)
{
	const uint32_t cold_pages = map->pages - map->hot_pages;
	uint32_t i, at;

	for (i = 0; i < n; i++) {
		uint64_t r = prng_next(&cursor->rng);
		uint32_t coin = (r >> PATTERN_LINE_BITS) &
				((1U << PATTERN_COIN_BITS) - 1);
		bool hot = coin < map->hot_coin;

		if (hot)
			at = prng_scale(r >> 32, map->hot_pages);
		else
			at = map->hot_pages + prng_scale(r >> 32, cold_pages);
		out[i].page = map->table[at];
		out[i].line = r & ((1U << PATTERN_LINE_BITS) - 1);
		out[i].stratum = hot ? HOTSET_HOT : HOTSET_COLD;
	}
	cursor->done += n;
}

static struct pattern_map *build(void *mem, const struct pattern_params *params,
				 uint32_t phase)
{
	(void)phase;
	return hotset_build_seeded(mem, params, params->seed);
}

const struct pattern hotset_pattern = {
	.name = "hotset",
	.summary = "a fixed set of hot pages, interleaved page by page with cold ones",
	.options = PATTERN_HOT_PERCENT,
	.hot_access_percent = 98,
	.roles = 1,
	.map_bytes = hotset_map_bytes,
	.build = build,
	.fill = hotset_fill,
};
