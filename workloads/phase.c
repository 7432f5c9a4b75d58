// SPDX-License-Identifier: GPL-2.0-only
/*
 * phase: as hotset, but each phase has a hot set of its own, chosen
 * independently of those before it: of hot share h, a page that was hot stays
 * hot with probability h. Phase 0 is the hot set of hotset with that seed.
 */
#include "hotset.h"
#include "prng.h"

static struct pattern_map *build(void *mem, const struct pattern_params *params,
				 uint32_t phase)
{
	uint64_t seed = phase ? prng_seed(params->seed, phase) : params->seed;

	return hotset_build_seeded(mem, params, seed);
}

const struct pattern phase_pattern = {
	.name = "phase",
	.summary = "a hot set that moves to other pages at every phase",
	.options = PATTERN_HOT_PERCENT | PATTERN_PHASES,
	.hot_access_percent = 98,
	.phase_seconds = 15,
	.roles = 1,
	.map_bytes = hotset_map_bytes,
	.build = build,
	.fill = hotset_fill,
};
