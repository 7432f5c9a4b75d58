/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_METRICS_H
#define KLRUSCAN_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "failure.h"
#include "status.h"

/*
 * The kernel's own counters of pages that change tiers, by whoever: names in a node's
 * vmstat, and what they count.
 */
#define TIER_COUNTERS(X)							\
	X(pgpromote_success,	"Pages promoted to this node, by whoever.")	\
	X(pgpromote_candidate,	"Pages considered for promotion to this node.")	\
	X(pgdemote_kswapd,	"Pages demoted from this node by kswapd or klruscan.") \
	X(pgdemote_direct,	"Pages demoted from this node by direct reclaim.") \
	X(pgdemote_khugepaged,	"Pages demoted from this node by khugepaged.")	\
	X(pgdemote_proactive,	"Pages demoted from this node by proactive reclaim.")

enum tier_counter {
#define X(name, help) TIER_##name,
	TIER_COUNTERS(X)
#undef X
	NR_TIER_COUNTERS
};

extern const char *const tier_counter_names[NR_TIER_COUNTERS];

/**
 * struct node_counters - the kernel's own counters of a node
 * @nid:	the node; of no meaning where they are the machine's
 * @has:	whether this kernel has them
 */
struct node_counters {
	unsigned int nid;
	bool has[NR_TIER_COUNTERS];
	uint64_t count[NR_TIER_COUNTERS];
};

/**
 * struct metrics - all that is exported
 * @up:		the module answered; else @status is empty
 * @status:	what it said
 * @nodes:	the kernel's own counters, ascending
 * @nr_nodes:	how many
 * @machine:	those that this kernel counts for all nodes together, as 6.1 counts demotions
 */
struct metrics {
	bool up;
	struct status status;
	struct node_counters *nodes;
	unsigned int nr_nodes;
	struct node_counters machine;
};

/* OpenMetrics 1.0, or the text format 0.0.4 that came before it. */
enum exposition { EXPOSITION_OPENMETRICS, EXPOSITION_PROMETHEUS };

/* What HTTP calls them. */
const char *exposition_type(enum exposition exposition);

/* Returns 0 or a negative errno; a write error may show only when @out is flushed. */
int metrics_render(const struct metrics *metrics, enum exposition exposition, FILE *out);

/*
 * Fills @metrics, to be released with metrics_free(). Returns 0; or a negative errno
 * with @failure filled when the module does not answer, and then the rest is there.
 */
int metrics_collect(struct metrics *metrics, struct failure *failure);

/* No more than the kernel's own counters, and nothing where they cannot be read. */
void metrics_collect_nodes(struct metrics *metrics);
void metrics_free(struct metrics *metrics);

#endif
