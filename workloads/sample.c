// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "prng.h"
#include "sample.h"

/* Pages of a stratum per sampled page: small strata are taken whole. */
static uint32_t group_size(uint32_t pages, uint32_t one_in)
{
	uint32_t group = pages / SAMPLE_MIN;

	if (group > one_in)
		group = one_in;
	return group ? group : 1;
}

/**
 * sample_build - draw the sample of one process
 * @sample: to be filled in; release it with sample_free()
 * @map: tells the strata
 * @one_in: one page in this many, at least 1 (every page)
 * @seed: decides which
 *
 * In each stratum, in page order, one page is drawn out of each run of @one_in;
 * a stratum keeps SAMPLE_MIN pages or all it has. Every page of a stratum is
 * equally likely, so the shares found are unbiased.
 *
 * Returns 0 or -ENOMEM.
 */
int sample_build(struct sample *sample, const struct pattern_map *map,
		 uint32_t one_in, uint64_t seed)
{
	uint32_t seen[PATTERN_STRATA] = { 0 }, group[PATTERN_STRATA];
	uint32_t target[PATTERN_STRATA] = { 0 };
	uint32_t room = 0, i, s;

	sample->nr = 0;
	for (s = 0; s < map->strata; s++) {
		group[s] = group_size(map->strata_pages[s], one_in);
		room += map->strata_pages[s] / group[s] + 1;
	}
	sample->pages = calloc(room, sizeof(*sample->pages));
	if (!sample->pages)
		return -ENOMEM;

	for (i = 0; i < map->pages; i++) {
		s = map->stratum[i];
		if (seen[s] % group[s] == 0)
			target[s] = prng_scale(prng_next(&seed) >> 32, group[s]);
		if (seen[s]++ % group[s] == target[s])
			sample->pages[sample->nr++] = i;
	}
	return 0;
}

/* Release what sample_build() allocated. */
void sample_free(struct sample *sample)
{
	free(sample->pages);
	sample->pages = NULL;
	sample->nr = 0;
}

/* Count @page in @tally, an array with an entry for each stratum. */
void tally_add(struct tally *tally, const struct pattern_map *map,
	       uint32_t page, bool fast)
{
	double weight = map->weight ? (double)map->weight[page] : 1;

	tally += map->stratum[page];
	tally->pages++;
	tally->weight += weight;
	if (fast) {
		tally->fast++;
		tally->fast_weight += weight;
	}
}

/* The share of a stratum's accesses, 0..1, that fast memory serves. */
double tally_served(const struct tally *tally)
{
	return tally->weight > 0 ? tally->fast_weight / tally->weight : 0;
}

/*
 * Account @accesses to one stratum during a time in which fast memory served
 * the share @before at first and @after at last: the mean of the two.
 */
void account_add(struct account *account, uint64_t accesses, double before,
		 double after)
{
	account->accesses += accesses;
	account->fast += (double)accesses * (before + after) / 2;
}
