// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"

void series_init(struct series *series, unsigned int nid)
{
	memset(series, 0, sizeof(*series));
	series->nid = nid;
}

void series_free(struct series *series)
{
	free(series->point);
	free(series->cgroup);
}

static const struct klruscan_node_stats *node_of(const struct record_sample *sample,
						 unsigned int nid)
{
	for (unsigned int i = 0; i < sample->status.nr_nodes; i++)
		if (sample->status.nodes[i].nid == nid)
			return &sample->status.nodes[i];
	return NULL;
}

/* Of a new picture, else that of the one before. */
static uint64_t seen_by(const struct record_sample *sample, unsigned int nid, uint64_t before)
{
	uint64_t seen = 0;

	for (unsigned int i = 0; i < sample->nr_heat; i++) {
		if (sample->heat[i].nid != nid)
			continue;
		for (unsigned int j = 0; j < sample->heat[i].blocks.nr; j++)
			seen += sample->heat[i].blocks.block[j].heat.seen;
		return seen;
	}
	return before;
}

static void add_counters(struct series *series, const struct node_counters *kernel,
			 struct point *point)
{
	static const enum tier_counter demoted[] = {
		TIER_pgdemote_kswapd, TIER_pgdemote_direct, TIER_pgdemote_khugepaged,
		TIER_pgdemote_proactive,
	};

	for (size_t i = 0; i < sizeof(demoted) / sizeof(demoted[0]); i++) {
		if (!kernel->has[demoted[i]])
			continue;
		point->demoted_pages += kernel->count[demoted[i]];
		point->has_demoted = true;
		series->has_demoted = true;
	}
}

/* What is counted for the machine is of any node, which matters where there are three tiers. */
static void add_demoted(struct series *series, const struct record_sample *sample,
			struct point *point)
{
	for (unsigned int i = 0; i < sample->nr_memory; i++)
		if (nodes_have(&series->head.fast, sample->memory[i].kernel.nid))
			add_counters(series, &sample->memory[i].kernel, point);
	add_counters(series, &sample->machine, point);
}

static uint64_t grown(uint64_t before, uint64_t after)
{
	return after < before ? after : after - before;
}

/*
 * What happened since the last sample, all of it where klruscan was enabled since; the first has
 * only what was before.
 */
static void add_to_funnel(struct series *series, const struct klruscan_node_stats *node,
			  bool started)
{
	static const struct klruscan_node_stats nothing;
	const struct klruscan_node_stats *last = started ? &nothing : &series->last;
	struct funnel *funnel = &series->funnel;

	if (series->has_last) {
		funnel->records += grown(last->records, node->records);
		funnel->candidates += grown(last->candidates, node->candidates);
		funnel->promoted_pages += grown(last->promoted_pages, node->promoted_pages);
		for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
			funnel->outcome[i] += grown(last->outcome[i], node->outcome[i]);
	}
	series->last = *node;
	series->has_last = true;
}

static struct cgroup_change *find_cgroup(struct series *series, const char *path)
{
	struct cgroup_change *change;

	for (unsigned int i = 0; i < series->nr_cgroups; i++)
		if (!strcmp(series->cgroup[i].path, path))
			return &series->cgroup[i];
	if (series->nr_cgroups == CGROUP_CHANGES_MAX)
		return NULL;
	change = &series->cgroup[series->nr_cgroups++];
	strcpy(change->path, path);
	change->fast[0] = UINT64_MAX; /* not set */
	return change;
}

static void sum_cgroup(const struct series *series, const struct record_sample *sample,
		       const struct record_cgroup *cgroup, uint64_t *fast, uint64_t *slow)
{
	*fast = 0;
	*slow = 0;
	for (unsigned int i = 0; i < sample->nr_memory; i++) {
		unsigned int nid = sample->memory[i].kernel.nid;

		if (nodes_have(&series->head.fast, nid))
			*fast += cgroup->bytes[i];
		else if (nodes_have(&series->head.slow, nid))
			*slow += cgroup->bytes[i];
	}
}

static int add_cgroups(struct series *series, const struct record_sample *sample)
{
	unsigned int left_out = sample->cgroups_left_out;

	if (!sample->has_cgroups)
		return 0;
	series->has_cgroups = true;
	if (!series->cgroup)
		series->cgroup = calloc(CGROUP_CHANGES_MAX, sizeof(*series->cgroup));
	if (!series->cgroup)
		return -ENOMEM;
	for (unsigned int i = 0; i < sample->nr_cgroups; i++) {
		struct cgroup_change *change = find_cgroup(series, sample->cgroup[i].path);
		uint64_t fast, slow;

		if (!change) {
			left_out++;
			continue;
		}
		sum_cgroup(series, sample, &sample->cgroup[i], &fast, &slow);
		if (change->fast[0] == UINT64_MAX) {
			change->fast[0] = fast;
			change->slow[0] = slow;
		}
		change->fast[1] = fast;
		change->slow[1] = slow;
	}
	if (left_out > series->left_out)
		series->left_out = left_out;
	return 0;
}

/* Room doubles, so that adding is cheap. */
static struct point *new_point(struct series *series)
{
	unsigned int nr = series->nr_points;
	struct point *point;

	if (!(nr & (nr - 1))) {
		point = reallocarray(series->point, nr ? 2 * nr : 1, sizeof(*point));
		if (!point)
			return NULL;
		series->point = point;
	}
	point = &series->point[series->nr_points++];
	memset(point, 0, sizeof(*point));
	return point;
}

int series_add(struct series *series, const struct record_head *head,
	       const struct record_sample *sample)
{
	const struct klruscan_node_stats *node = node_of(sample, series->nid);
	uint64_t uptime_ns = sample->status.info.uptime_ns;
	struct point *point = new_point(series), *last;
	bool started;

	if (!point)
		return -ENOMEM;
	last = series->nr_points > 1 ? point - 1 : NULL;
	started = last && status_was_started(series->uptime_ns, uptime_ns,
					     (sample->t_ms - last->t_ms) * 1000000);
	if (uptime_ns)
		series->uptime_ns = uptime_ns;
	series->head = *head;
	point->t_ms = sample->t_ms;
	point->starts = (last ? last->starts : 0) + started;
	point->precision = -1;
	point->recall = -1;
	add_demoted(series, sample, point);
	if (node) {
		point->scanned = true;
		point->interval_ms = node->interval_ms;
		point->threshold = node->threshold;
		point->promoted_pages = node->promoted_pages;
		point->scan_cpu_ns = node->scan_cpu_ns;
		point->promote_cpu_ns = node->promote_cpu_ns;
		point->precision = node->precision;
		point->recall = node->recall;
		point->seen = seen_by(sample, series->nid, last ? last->seen : 0);
		memcpy(point->heat, node->heat, sizeof(point->heat));
		add_to_funnel(series, node, started);
	}
	return add_cgroups(series, sample);
}

static double rate_of(uint64_t before, uint64_t after, const struct point *a,
		      const struct point *b)
{
	if (after < before || b->t_ms <= a->t_ms)
		return -1;
	return (double)(after - before) * 1000 / (double)(b->t_ms - a->t_ms);
}

double series_rate(uint64_t before, uint64_t after, const struct point *a, const struct point *b)
{
	return a->starts == b->starts ? rate_of(before, after, a, b) : -1;
}

double series_demoted(const struct point *a, const struct point *b)
{
	return a->has_demoted && b->has_demoted ?
	       rate_of(a->demoted_pages, b->demoted_pages, a, b) : -1;
}

uint64_t point_at_least(const struct point *point, unsigned int heat)
{
	uint64_t sum = 0;

	for (unsigned int i = heat ? heat : 1; i < KLRUSCAN_HEAT_LEVELS; i++)
		sum += point->heat[i];
	return sum;
}

unsigned int series_next(const struct series *series, unsigned int i, unsigned int most)
{
	unsigned int last = series->nr_points - 1;
	unsigned int step = (last + most - 1) / most;

	if (i == last)
		return series->nr_points;
	return i + step < last ? i + step : last;
}
