/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of hotset.c that other patterns share; see struct pattern. */
#ifndef WORKLOADS_HOTSET_H
#define WORKLOADS_HOTSET_H

#include "pattern.h"

size_t hotset_map_bytes(uint32_t pages);
struct pattern_map *hotset_build_seeded(void *mem, const struct pattern_params *params,
					uint64_t seed);
void hotset_fill(const struct pattern_map *map, struct pattern_cursor *cursor,
		 struct pattern_access *out, uint32_t n);

#endif
