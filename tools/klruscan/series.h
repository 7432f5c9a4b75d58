/* SPDX-License-Identifier: GPL-2.0-only */
/* What a record has of one slow node, one point a sample, and sums over it. Pure. */
#ifndef KLRUSCAN_SERIES_H
#define KLRUSCAN_SERIES_H

#include "record.h"

/**
 * struct point - a slow node at a time
 * @t_ms:	since the beginning
 * @starts:	how often klruscan was enabled while it was recorded, until then; its counters
 *		began anew with each
 * @has_demoted: of no meaning without it is @demoted_pages, the pages that left fast nodes
 * @scanned:	the node was; else all that follows is zero, or not known
 * @seen:	folios that the last pass saw
 * @heat:	folios by heat
 * @precision, @recall: in 1/1000, -1 where they are not known
 */
struct point {
	uint64_t t_ms;
	unsigned int starts;
	bool has_demoted;
	bool scanned;
	uint32_t interval_ms;
	uint32_t threshold;
	uint64_t promoted_pages;
	uint64_t demoted_pages;
	uint64_t scan_cpu_ns;
	uint64_t promote_cpu_ns;
	int32_t precision;
	int32_t recall;
	uint64_t seen;
	uint64_t heat[KLRUSCAN_HEAT_LEVELS];
};

/* struct funnel - what happened while it was recorded */
struct funnel {
	uint64_t records;
	uint64_t candidates;
	uint64_t promoted_pages;
	uint64_t outcome[KLRUSCAN_NR_OUTCOMES];
};

/**
 * struct cgroup_change - memory of a cgroup at the first and the last sample it is in
 * @path:	below the root
 * @fast, @slow: bytes on those nodes, first and last
 */
struct cgroup_change {
	char path[RECORD_PATH_MAX];
	uint64_t fast[2];
	uint64_t slow[2];
};

#define CGROUP_CHANGES_MAX 256

/**
 * struct series - all of it
 * @last:	the node's figures in the last sample, for what is counted from one to the
 *		next; they begin anew when klruscan is enabled anew
 * @uptime_ns:	of klruscan in the last sample, 0 if it was not told
 * @has_demoted: a point has
 * @cgroup:	in the order in which they appeared
 * @left_out:	the most that a sample left out, and what there was no room for
 */
struct series {
	unsigned int nid;
	struct record_head head;
	struct point *point;
	unsigned int nr_points;
	bool has_demoted;
	bool has_last;
	struct klruscan_node_stats last;
	uint64_t uptime_ns;
	struct funnel funnel;
	bool has_cgroups;
	struct cgroup_change *cgroup;
	unsigned int nr_cgroups;
	unsigned int left_out;
};

void series_init(struct series *series, unsigned int nid);
void series_free(struct series *series);

/* Returns 0 or -ENOMEM. */
int series_add(struct series *series, const struct record_head *head,
	       const struct record_sample *sample);

/*
 * The growth of a counter of klruscan a second from @a to @b, -1 where it began anew or no time
 * passed; and the pages that left fast nodes a second, -1 where that is not known.
 */
double series_rate(uint64_t before, uint64_t after, const struct point *a, const struct point *b);
double series_demoted(const struct point *a, const struct point *b);

/* Folios of that heat or more. */
uint64_t point_at_least(const struct point *point, unsigned int heat);

/* The index of the point after @i when at most @most steps shall be made. */
unsigned int series_next(const struct series *series, unsigned int i, unsigned int most);

#endif
