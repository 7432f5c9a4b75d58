// SPDX-License-Identifier: GPL-2.0-only
/*
 * tenants: eight of them share the machine, each a role of its own.
 *
 * Seven are quiet. Each has a hot set as that of hotset, which stays, and they
 * make 7, 6, ... 1 parts of the accesses. A hot page of the last is still
 * accessed more often than a cold page of the first: 16 times, by default.
 *
 * The last tenant is the noisy one. Twice the share of its pages is hot, and
 * they are others, chosen independently, in every phase: none is worth much.
 * By default it has half of all processes, and with it half of the memory, and
 * makes as many accesses as all the others together.
 */
#include <errno.h>

#include "hotset.h"
#include "prng.h"

#define TENANTS 8
#define NOISY (TENANTS - 1)
#define NOISY_PROCESSES 7

/*
 * In a turn: a part of the accesses, and those of each process of the noisy tenant. A part
 * is more than one so that a turn is long beside what it costs to wait for one.
 */
#define PART 4
#define NOISY_RATE (4 * PART)

static struct pattern_map *build(void *mem, const struct pattern_params *params,
				 uint32_t phase)
{
	uint64_t seed = prng_seed(params->seed, params->role);
	struct pattern_params mine = *params;
	struct pattern_map *map;

	if (params->role >= TENANTS) {
		errno = EINVAL;
		return NULL;
	}
	if (params->role == NOISY) {
		seed = prng_seed(seed, phase);
		mine.hot_percent = params->hot_percent <= 50 ?
				   2 * params->hot_percent : 100;
	}
	map = hotset_build_seeded(mem, &mine, seed);
	if (map)
		map->rate = params->role == NOISY ? NOISY_RATE :
						    PART * (NOISY - params->role);
	return map;
}

const struct pattern tenants_pattern = {
	.name = "tenants",
	.summary = "seven tenants with a hot set each, and a noisy one whose hot set moves",
	.options = PATTERN_HOT_PERCENT | PATTERN_PHASES,
	.hot_access_percent = 98,
	.phase_seconds = 3,
	.roles = TENANTS,
	.processes = TENANTS - 1 + NOISY_PROCESSES,
	.map_bytes = hotset_map_bytes,
	.build = build,
	.fill = hotset_fill,
};
