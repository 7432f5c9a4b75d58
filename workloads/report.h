/* SPDX-License-Identifier: GPL-2.0-only */
/* The reports: plain structs in, a JSON object a line out. README.md has the
 * meaning of every field.
 */
#ifndef WORKLOADS_REPORT_H
#define WORKLOADS_REPORT_H

#include <stdio.h>

#include "options.h"

struct report_tenant {
	uint64_t accesses;
	double fast_share;
	double fast_share_total;
	double hot_in_fast;
};

/* Pages that are accessed about equally often */
struct report_stratum {
	double pages;
	double ops_per_s;		/* of all of them together */
	double in_fast;
};

/* A share that is NAN is printed as null. */
struct report {
	const char *workload;
	double t;			/* seconds */
	uint64_t accesses;
	double ops_per_s;
	double fast_share;
	double fast_share_total;
	double hot_in_fast;
	double cold_in_fast;
	double query_ms;
	bool phases;			/* print the phase */
	uint32_t phase;
	uint32_t absent_pages;
	uint32_t tenants;		/* 0: print nothing of them */
	struct report_tenant tenant[PATTERN_ROLES];
	uint32_t strata;		/* 0: print nothing of them */
	struct report_stratum stratum[PATTERN_STRATA];
	double quiet_fast_share;	/* the mean of the tenants but the last */
	double quiet_fast_share_total;
};

struct report_ready {
	const struct options *opt;
	const struct pattern *pattern;
	uint64_t hot_pages;		/* of all processes */
	uint64_t oracle_pages;		/* that all may have in fast memory; 0: none */
	double on_start_node;		/* share of the pages; NAN: any node */
};

struct report_end {
	uint64_t pages;
	uint64_t hot_pages;
	bool verified;
	uint64_t corrupt_pages;
	const char *stopped_by;
};

void report_ready(FILE *out, const struct report_ready *ready, const struct report *r);
void report_sample(FILE *out, const struct report *r);
void report_stopped(FILE *out, const struct report *r);
void report_end(FILE *out, const struct report_end *end, const struct report *r);
void report_error(FILE *out, const char *workload, const char *message);

#endif
