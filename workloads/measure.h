/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The figures of the reports: how many accesses went to each stratum (the
 * workers count), times the share of that stratum in fast memory (the kernel is
 * asked about a sample of its pages), for each worker on its own.
 */
#ifndef WORKLOADS_MEASURE_H
#define WORKLOADS_MEASURE_H

#include "nodes.h"
#include "worker.h"

struct measure {
	const struct pattern *pattern;
	const struct options *opt;
	struct shared *shared;
	uint32_t parity;		/* of the phase that is measured */
	uint32_t cells;			/* one per worker and stratum */
	struct sample *sample;		/* one per worker */
	struct tally *tally;		/* [cells], from the last query */
	double *served[2];		/* [cells], what it gave; by parity */
	uint64_t *seen[2];		/* [cells], accesses accounted so far */
	uint64_t *lately;		/* [cells], accesses of the interval, in this phase */
	uint64_t *count[2];		/* [cells], accesses at the last query */
	struct nodes_census census;	/* of the last query */
	double query_ms;		/* time that query took */
	double t;			/* crew_now() when count[] was read */
	struct account interval[PATTERN_ROLES];	/* since the query before the last */
	struct account total[PATTERN_ROLES];
};

/* A stratum of all processes */
struct measure_stratum {
	double pages;
	double fast;		/* of those, in fast memory (estimate) */
	uint64_t accesses;	/* in the interval */
};

/* For a role: all of them together. */
#define MEASURE_ALL UINT32_MAX

int measure_init(struct measure *m, const struct pattern *pattern,
		 const struct options *opt, struct shared *shared);
int measure_begin(struct measure *m, uint32_t phase);
int measure_take(struct measure *m, bool every_page);
struct account measure_account(const struct measure *m, const struct account *by_role);
uint64_t measure_hot_pages(const struct measure *m);
double measure_in_fast(const struct measure *m, uint32_t role, bool hot);
struct measure_stratum measure_stratum(const struct measure *m, uint32_t stratum);

#endif
