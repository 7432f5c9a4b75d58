/* SPDX-License-Identifier: GPL-2.0-only */
/* Who should be in fast memory, for one who knows. Pure, like the patterns. */
#ifndef WORKLOADS_ORACLE_H
#define WORKLOADS_ORACLE_H

#include "pattern.h"

void oracle_order(const struct pattern_map *map, uint32_t *order);
void oracle_share(struct pattern_map *const *map, const uint32_t *processes,
		  uint32_t roles, uint64_t room, uint32_t *pages);

#endif
