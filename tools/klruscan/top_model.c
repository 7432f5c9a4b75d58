// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "top.h"

/* struct interval - what a rate is made of */
struct interval {
	const struct klruscan_node_stats *before;
	const struct klruscan_node_stats *after;
	double seconds;
};

/* What is lower began anew, if nothing else tells it: what is there by then is new. */
static double per_second(uint64_t before, uint64_t after, double seconds)
{
	if (seconds <= 0)
		return 0;
	return (double)(after >= before ? after - before : after) / seconds;
}

/* Those that are promoted when their turn comes; none before anything was. */
static uint64_t hot_folios(const struct klruscan_node_stats *node)
{
	uint64_t hot = 0;

	for (unsigned int heat = node->threshold; heat && heat <= KLRUSCAN_HEAT_MAX; heat++)
		hot += node->heat[heat];
	return hot;
}

static void make_rates(struct top_node *node, const struct interval *i, uint64_t page_size)
{
	node->now = *i->after;
	node->rate = per_second(i->before->promoted_pages, i->after->promoted_pages, i->seconds) *
		     (double)page_size;
	node->scan_cpu = per_second(i->before->scan_cpu_ns, i->after->scan_cpu_ns, i->seconds) / 1e9;
	node->promote_cpu = per_second(i->before->promote_cpu_ns, i->after->promote_cpu_ns,
				       i->seconds) / 1e9;
	node->passes = per_second(i->before->passes, i->after->passes, i->seconds);
	node->candidates = per_second(i->before->candidates, i->after->candidates, i->seconds);
	node->hot = hot_folios(i->after);
}

static const struct klruscan_node_stats *find(const struct top *top, unsigned int nid)
{
	for (unsigned int i = 0; i < top->nr_nodes; i++)
		if (top->nodes[i].now.nid == nid)
			return &top->nodes[i].now;
	return NULL;
}

static void add_rates(struct top_node *sum, const struct top_node *node)
{
	node_fields_add(&sum->now, &node->now);
	sum->rate += node->rate;
	sum->scan_cpu += node->scan_cpu;
	sum->promote_cpu += node->promote_cpu;
	sum->passes += node->passes;
	sum->candidates += node->candidates;
	sum->hot += node->hot;
}

static void add_outcomes(double *outcomes, const struct interval *i)
{
	for (unsigned int o = 0; o < KLRUSCAN_NR_OUTCOMES; o++)
		outcomes[o] += per_second(i->before->outcome[o], i->after->outcome[o], i->seconds);
	outcomes[KLRUSCAN_NR_OUTCOMES] += per_second(node_outcomes_unknown(i->before),
						     node_outcomes_unknown(i->after), i->seconds);
}

static void add_sample(struct top *top)
{
	if (top->nr_samples == TOP_SAMPLES_MAX)
		memmove(top->samples, top->samples + 1,
			--top->nr_samples * sizeof(top->samples[0]));
	top->samples[top->nr_samples++] = (struct top_sample){
		.rate = top->total.rate,
		.scan_cpu = top->total.scan_cpu,
	};
}

int top_update(struct top *top, const struct status *status, uint64_t now_ns)
{
	static const struct klruscan_node_stats nothing;
	struct top_node *nodes = calloc(status->nr_nodes + 1, sizeof(*nodes));
	bool first = !top->at_ns || !top->up;
	double seconds = first ? 0 : (double)(now_ns - top->at_ns) / 1e9;

	if (!nodes)
		return -ENOMEM;
	top->started = !first && status_was_started(top->status.info.uptime_ns,
						    status->info.uptime_ns, now_ns - top->at_ns);
	memset(&top->total, 0, sizeof(top->total));
	memset(top->outcomes, 0, sizeof(top->outcomes));
	for (unsigned int n = 0; n < status->nr_nodes; n++) {
		const struct klruscan_node_stats *after = &status->nodes[n];
		const struct klruscan_node_stats *before = find(top, after->nid);
		struct interval interval = { before ? before : after, after, seconds };

		if (before && top->started)
			interval.before = &nothing;
		make_rates(&nodes[n], &interval, status->page_size);
		add_rates(&top->total, &nodes[n]);
		add_outcomes(top->outcomes, &interval);
	}
	free(top->nodes);
	top->nodes = nodes;
	top->nr_nodes = status->nr_nodes;
	top->status = *status;
	top->status.nodes = NULL;
	top->at_ns = now_ns;
	top->up = true;
	if (!first)
		add_sample(top);
	top_sort(top, top->sort);
	return 0;
}

/******************************************************************************
 *                          cgroups
 ******************************************************************************/

static const struct klruscan_cgroup_stats *find_cgroup(const struct top *top, uint64_t id)
{
	for (unsigned int i = 0; i < top->nr_cgroups; i++)
		if (top->cgroups[i].id == id)
			return &top->cgroups[i].now;
	return NULL;
}

/* The first time, and of one that is new, there are no rates. */
static void make_cgroup(struct top_cgroup *cgroup, const struct klruscan_cgroup_stats *before,
			double seconds, uint64_t page_size)
{
	const struct klruscan_cgroup_stats *after = &cgroup->now;

	if (!before)
		return;
	cgroup->rate = per_second(before->promoted_pages, after->promoted_pages, seconds) *
		       (double)page_size;
	cgroup->stayed = per_second(cgroup_refused(before), cgroup_refused(after), seconds);
	cgroup->new_hot = per_second(before->new_hot, after->new_hot, seconds);
	cgroup->scan = per_second(before->scan_ns, after->scan_ns, seconds) / 1e9;
}

static void free_cgroups(struct top_cgroup *cgroups, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		free(cgroups[i].path);
	free(cgroups);
}

int top_update_cgroups(struct top *top, const struct cgroup_table *table, uint64_t now_ns)
{
	static const struct klruscan_cgroup_stats nothing;
	struct top_cgroup *cgroups = calloc(table->nr + 1, sizeof(*cgroups));
	double seconds = top->cgroups_at_ns ? (double)(now_ns - top->cgroups_at_ns) / 1e9 : 0;

	if (!cgroups)
		return -ENOMEM;
	for (unsigned int i = 0; i < table->nr; i++) {
		const struct cgroup_row *row = &table->row[i];
		const struct klruscan_cgroup_stats *before;

		cgroups[i].id = row->set.id;
		cgroups[i].now = cgroup_sum(table, row);
		cgroups[i].path = strdup(row->path ? row->path : "(no cgroup)");
		if (!cgroups[i].path) {
			free_cgroups(cgroups, i);
			return -ENOMEM;
		}
		before = find_cgroup(top, cgroups[i].id);
		make_cgroup(&cgroups[i], before && top->started ? &nothing : before, seconds,
			    table->page_size);
	}
	free_cgroups(top->cgroups, top->nr_cgroups);
	top->cgroups = cgroups;
	top->nr_cgroups = table->nr;
	top->cgroups_at_ns = now_ns;
	top_sort(top, top->sort);
	return 0;
}

static void forget_cgroups(struct top *top)
{
	free_cgroups(top->cgroups, top->nr_cgroups);
	top->cgroups = NULL;
	top->nr_cgroups = 0;
	top->cgroups_at_ns = 0;
}

void top_lost(struct top *top, const struct failure *refusal)
{
	top->up = false;
	top->refusal = *refusal;
	memset(&top->total, 0, sizeof(top->total));
	memset(top->outcomes, 0, sizeof(top->outcomes));
	top->nr_nodes = 0;
	forget_cgroups(top);
	add_sample(top);
}

/* What is larger comes first. */
static int falling(double one, double other) { return (one < other) - (one > other); }

/* By number where what they are sorted by is the same. */
static int compare_nodes(const void *one, const void *other, void *by)
{
	const struct top_node *a = one, *b = other;
	enum top_sort sort = *(enum top_sort *)by;
	int order = 0;

	if (sort == TOP_SORT_RATE)
		order = falling(a->rate, b->rate);
	else if (sort == TOP_SORT_SCAN)
		order = falling(a->scan_cpu, b->scan_cpu);
	else if (sort == TOP_SORT_HOT)
		order = falling((double)a->hot, (double)b->hot);
	return order ? order : (a->now.nid > b->now.nid) - (a->now.nid < b->now.nid);
}

/* By what nodes are sorted by, or their rate; where that is the same, by name. */
static int compare_cgroups(const void *one, const void *other, void *by)
{
	const struct top_cgroup *a = one, *b = other;
	enum top_sort sort = *(enum top_sort *)by;
	int order;

	if (sort == TOP_SORT_SCAN)
		order = falling(a->scan, b->scan);
	else if (sort == TOP_SORT_HOT)
		order = falling(a->stayed, b->stayed);
	else
		order = falling(a->rate, b->rate);
	return order ? order : strcmp(a->path, b->path);
}

void top_sort(struct top *top, enum top_sort sort)
{
	top->sort = sort;
	if (top->nr_cgroups)
		qsort_r(top->cgroups, top->nr_cgroups, sizeof(*top->cgroups), compare_cgroups,
			&sort);
	if (top->nr_nodes)
		qsort_r(top->nodes, top->nr_nodes, sizeof(*top->nodes), compare_nodes, &sort);
}

void top_free(struct top *top)
{
	free(top->nodes);
	top->nodes = NULL;
	top->nr_nodes = 0;
	forget_cgroups(top);
}
