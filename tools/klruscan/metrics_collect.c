// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "nodes.h"
#include "source.h"

/* Takes "name count" from a line of vmstat, if it is one of ours. */
static void take_line(struct node_counters *node, const char *line)
{
	char name[64];
	uint64_t count;

	if (sscanf(line, "%63s %" SCNu64, name, &count) != 2)
		return;
	for (unsigned int i = 0; i < NR_TIER_COUNTERS; i++) {
		if (strcmp(tier_counter_names[i], name))
			continue;
		node->has[i] = true;
		node->count[i] = count;
	}
}

static void take_file(struct node_counters *node, const char *path)
{
	char *text, *save = NULL;
	size_t length;

	if (source_read_all(path, &text, &length))
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		take_line(node, line);
	free(text);
}

/* A node that goes away meanwhile has none. */
static void collect_node(struct node_counters *node)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/vmstat", node->nid);
	take_file(node, path);
}

/* The sums of what nodes have are there, too. */
static void collect_machine(struct metrics *metrics)
{
	take_file(&metrics->machine, "/proc/vmstat");
	for (unsigned int n = 0; n < metrics->nr_nodes; n++)
		for (unsigned int i = 0; i < NR_TIER_COUNTERS; i++)
			if (metrics->nodes[n].has[i])
				metrics->machine.has[i] = false;
}

void metrics_collect_nodes(struct metrics *metrics)
{
	struct nodes memory;

	if (source_read_nodes("/sys/devices/system/node/has_memory", &memory))
		return;
	metrics->nodes = calloc(nodes_count(&memory) + 1, sizeof(*metrics->nodes));
	if (!metrics->nodes)
		return;
	for (unsigned int nid = 0; nid < NR_NODES_MAX; nid++) {
		if (!nodes_have(&memory, nid))
			continue;
		metrics->nodes[metrics->nr_nodes].nid = nid;
		collect_node(&metrics->nodes[metrics->nr_nodes++]);
	}
	collect_machine(metrics);
}

int metrics_collect(struct metrics *metrics, struct failure *failure)
{
	int err;

	memset(metrics, 0, sizeof(*metrics));
	err = source_status(&metrics->status, failure);
	metrics->up = !err;
	metrics_collect_nodes(metrics);
	return err;
}

void metrics_free(struct metrics *metrics)
{
	source_status_free(&metrics->status);
	free(metrics->nodes);
	metrics->nodes = NULL;
	metrics->nr_nodes = 0;
}
