// SPDX-License-Identifier: GPL-2.0-only
/*
 * polluter: as hotset, and beside it a stream that reads all pages of the process one
 * after another, again and again, as a backup or a table scan does. Every
 * POLLUTER_EVERY-th access is the stream's; the others are those of hotset.
 */
#include "hotset.h"

#define POLLUTER_EVERY 50

static struct pattern_map *build(void *mem, const struct pattern_params *params,
				 uint32_t phase)
{
	(void)phase;
	return hotset_build_seeded(mem, params, params->seed);
}

static void fill(const struct pattern_map *map, struct pattern_cursor *cursor,
		 struct pattern_access *out, uint32_t n)
{
	const uint64_t start = cursor->done;
	uint32_t i;

	hotset_fill(map, cursor, out, n);
	for (i = (POLLUTER_EVERY - start % POLLUTER_EVERY) % POLLUTER_EVERY; i < n;
	     i += POLLUTER_EVERY) {
		uint32_t page = (start + i) / POLLUTER_EVERY % map->pages;

		out[i].page = page;
		out[i].stratum = map->stratum[page];
	}
}

const struct pattern polluter_pattern = {
	.name = "polluter",
	.summary = "a fixed set of hot pages, and a stream that reads all pages in turn",
	.options = PATTERN_HOT_PERCENT,
	.hot_access_percent = 98,
	.roles = 1,
	.map_bytes = hotset_map_bytes,
	.build = build,
	.fill = fill,
};
