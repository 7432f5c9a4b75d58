/* SPDX-License-Identifier: GPL-2.0-only */
/* What the workloads ask of the kernel about NUMA nodes. */
#ifndef WORKLOADS_NODES_H
#define WORKLOADS_NODES_H

#include <stdint.h>
#include <sys/types.h>

#include "sample.h"

/* The pages of a map, in the address space of a process. */
struct nodes_pages {
	pid_t pid;
	char *base;		/* page n begins at base + n * page_bytes, */
	const uint64_t *at;	/* or at at[n] where this is not NULL */
	size_t page_bytes;
};

/* Counts of one process, from nodes_query(). */
struct nodes_census {
	uint32_t on_node;	/* pages on the node asked for */
	uint32_t absent;	/* nowhere: swapped out, or just on the move */
};

int nodes_allowed(uint64_t *nodes);
int nodes_free_mib(int node, uint64_t *mib);
int nodes_bind(int node);
int nodes_unbind(void);
int nodes_room(uint64_t nodes, uint64_t *pages);
int nodes_move(const struct nodes_pages *pages, const uint32_t *list, uint32_t nr, int node);
int nodes_migrate(pid_t pid, uint64_t from, int node);
int nodes_arrange(const struct nodes_pages *pages, const struct pattern_map *map,
		  uint32_t fits, int fast, int slow);
int nodes_query(const struct nodes_pages *pages, const struct pattern_map *map,
		const struct sample *sample, uint64_t fast_nodes, int node,
		struct tally *tally, struct nodes_census *census);

#endif
