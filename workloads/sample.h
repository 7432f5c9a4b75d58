/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a sample of pages to the share of the accesses that fast memory serves.
 * Pure, like the patterns: nodes.c asks the kernel, this file only counts.
 */
#ifndef WORKLOADS_SAMPLE_H
#define WORKLOADS_SAMPLE_H

#include "pattern.h"

#define SAMPLE_MIN 64	/* pages of a stratum, before it is thinned out */

/* The pages of one process that are asked about. */
struct sample {
	uint32_t *pages;	/* ascending; NULL: every page */
	uint32_t nr;
};

/* What was found of one stratum of one process. */
struct tally {
	uint32_t pages;		/* asked about */
	uint32_t fast;		/* of those, in fast memory */
	double weight;		/* as pages, weighted by access rate */
	double fast_weight;
};

/* The accesses so far, of all processes and strata. */
struct account {
	uint64_t accesses;
	double fast;		/* of those, served by fast memory (estimate) */
};

int sample_build(struct sample *sample, const struct pattern_map *map,
		 uint32_t one_in, uint64_t seed);
void sample_free(struct sample *sample);

void tally_add(struct tally *tally, const struct pattern_map *map,
	       uint32_t page, bool fast);
double tally_served(const struct tally *tally);

void account_add(struct account *account, uint64_t accesses, double before,
		 double after);

#endif
