/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is hot, and in which stratum, where each page has a weight. Pure. */
#ifndef WORKLOADS_STRATA_H
#define WORKLOADS_STRATA_H

#include "pattern.h"

void strata_divide(struct pattern_map *map, const uint32_t *order, const double *mass,
		   double hot_access_percent);

#endif
