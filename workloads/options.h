/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_OPTIONS_H
#define WORKLOADS_OPTIONS_H

#include <stddef.h>

#include "pattern.h"

#define OPTIONS_PROCESSES_MAX 1024
#define OPTIONS_HUGE_BYTES (2UL << 20)	/* x86: what a PMD entry maps */
#define OPTIONS_PIPELINE_MAX 256
#define OPTIONS_NODES 64	/* node numbers are 0..63 */

struct options {
	uint64_t mib;			/* of all processes together */
	uint32_t processes;
	bool pin;
	int start_node;			/* -1: no policy */
	uint64_t fast_nodes;		/* bit n: node n */
	double seconds;
	uint32_t interval_ms;
	double phase_seconds;
	uint32_t one_in;
	bool verify;
	size_t page_bytes;		/* of a page of the pattern; a huge page's with --huge */
	bool huge;
	const char *file;		/* the memory is mapped from it; NULL: anonymous */
	uint64_t idle_gib;		/* mapped besides, and never accessed */
	bool idle_sparse;		/* one page in each page table of that */
	bool asleep;			/* nobody makes any access */
	bool strata;			/* reports have the figures of each stratum */
	bool oracle;			/* place the pages as who knows best */
	bool cgroups;			/* each tenant, or process, in one of its own */
	const char *start_file;		/* NULL: start at once */
	const char *verify_file;	/* NULL: verify at once */
	uint32_t keys;			/* PATTERN_KEYS: of the server */
	uint32_t pipeline;		/* requests that are sent at once */
	const char *server;		/* the program */
	struct pattern_params pattern;	/* .pages is per process */
};

void options_parse(struct options *opt, const struct pattern *pattern,
		   int argc, char **argv);

#endif
