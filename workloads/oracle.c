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

/* The hot pages of a role, or its cold ones. */
struct part {
	uint32_t role;
	uint32_t pages;		/* of each process */
	double heat;		/* how often one of them is accessed, relative */
};

static struct part part_of(struct pattern_map *const *map, uint32_t role, bool hot)
{
	const struct pattern_map *m = map[role];
	const double p = (double)m->hot_coin / (1U << PATTERN_COIN_BITS);
	struct part part = {
		.role = role,
		.pages = hot ? m->hot_pages : m->pages - m->hot_pages,
	};

	if (part.pages)
		part.heat = (m->rate ? m->rate : 1) * (hot ? p : 1 - p) / part.pages;
	return part;
}

static int hottest_first(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	return (one->heat < other->heat) - (one->heat > other->heat);
}

/**
 * oracle_share - share out fast memory among the processes
 * @map: of each role
 * @processes: how many there are of each role
 * @roles: how many roles, 1..PATTERN_ROLES
 * @room: pages that fast memory takes
 * @pages: out: for each role, how many of them a process gets
 *
 * The hot pages of a role count as one part and the cold ones as another. The
 * hottest part comes first; where one does not fit any more, its processes get
 * the same each, and the others what is then left.
 */
void oracle_share(struct pattern_map *const *map, const uint32_t *processes,
		  uint32_t roles, uint64_t room, uint32_t *pages)
{
	struct part part[2 * PATTERN_ROLES] = { 0 };
	uint32_t i;

	for (i = 0; i < roles; i++) {
		part[2 * i] = part_of(map, i, true);
		part[2 * i + 1] = part_of(map, i, false);
		pages[i] = 0;
	}
	qsort(part, 2 * (size_t)roles, sizeof(*part), hottest_first);
	for (i = 0; i < 2 * roles; i++) {
		const uint32_t role = part[i].role;
		uint64_t each = processes[role] ? room / processes[role] : 0;

		if (each > part[i].pages)
			each = part[i].pages;
		pages[role] += each;
		room -= each * processes[role];
	}
}
