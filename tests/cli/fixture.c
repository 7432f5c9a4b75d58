// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "fixture.h"

#define NR_NODES 8

static struct klruscan_node_stats nodes[NR_NODES];

static struct klruscan_node_stats *add_node(struct status *status, unsigned int nid)
{
	struct klruscan_node_stats *node = &nodes[status->nr_nodes++];

	status->info.slow_nodes[nid / 64] |= 1ULL << (nid % 64);
	node->size = sizeof(*node);
	node->nid = nid;
	node->state = KLRUSCAN_STATE_RUNNING;
	node->interval_ms = 500;
	node->precision = -1;
	node->recall = -1;
	return node;
}

static void start(struct status *status)
{
	memset(nodes, 0, sizeof(nodes));
	status->nodes = nodes;
	status->page_size = 4096;
	status->info.size = sizeof(status->info);
	status->info.abi_version = KLRUSCAN_ABI_VERSION;
	status->info.enabled = 1;
	status->info.uptime_ns = 8000ULL * 1000000000;
	status->info.fast_nodes[0] = 1;
	strcpy(status->info.version, "0.1.0");
}

/* Candidates always equal the sum of their outcomes, as the ABI promises. */
static void sum_outcomes(struct klruscan_node_stats *node)
{
	node->candidates = 0;
	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		node->candidates += node->outcome[i];
}

static void fill_busy_node(struct klruscan_node_stats *node)
{
	static const __u64 heat[KLRUSCAN_HEAT_LEVELS] = {
		0, 1843200, 512345, 98304, 24576, 12001, 9216, 131072, 1048576,
	};

	node->passes = 15990;
	node->pass_ns = 4987654;
	node->scan_cpu_ns = 79840123456;
	node->visited = 4123456789;
	node->tables = 8765432;
	node->skipped = 7654321;
	node->accessed = 912345678;
	node->busy = 1234;
	node->unfinished = 17;
	node->starved_ms = 350;
	node->records = 907654321;
	node->records_lost = 12;
	node->sections = 496;
	node->table_bytes = 496 * 32768 * 2;
	memcpy(node->heat, heat, sizeof(heat));
	node->threshold = 7;
	node->outcome[KLRUSCAN_OUTCOME_PROMOTED] = 1310720;
	node->promoted_pages = 1572864;
	node->demoted_pages = 20480;
	node->promote_cpu_ns = 12345678901;
	node->promote_rate = 137363456;
	node->gauge_cpu_ns = 3987654321;
	node->hot_ns = 1234000;
	node->precision = 983;
	node->recall = 912;
}

/* Two slow nodes; the first had every outcome. */
static void fill_running(struct status *status)
{
	struct klruscan_node_stats *node;

	start(status);
	node = add_node(status, 1);
	fill_busy_node(node);
	for (unsigned int i = 1; i < KLRUSCAN_NR_OUTCOMES; i++)
		node->outcome[i] = 7 * i * i * i * i;
	sum_outcomes(node);

	node = add_node(status, 2);
	node->interval_ms = 60000;
	node->passes = 133;
	node->pass_ns = 1234567890;
	node->scan_cpu_ns = 512345678;
	node->visited = 98765;
	node->tables = 432;
	node->skipped = 4;
	node->accessed = 54321;
	node->records = 54321;
	node->sections = 3;
	node->table_bytes = 3 * 32768 * 2;
	node->heat[1] = 50000;
	node->heat[8] = 42;
	node->threshold = 8;
	node->outcome[KLRUSCAN_OUTCOME_PROMOTED] = 40;
	node->outcome[KLRUSCAN_OUTCOME_PINNED] = 2;
	node->promoted_pages = 40;
	node->promote_cpu_ns = 999999;
	/* it is too little to say how much of it is hot */
	node->gauge_cpu_ns = 123456789;
	node->hot_ns = 1048576000;
	node->recall = 1000;
	sum_outcomes(node);
}

/* The commonest machine: one slow node. Nothing that was promoted is hot. */
static void fill_single(struct status *status)
{
	struct klruscan_node_stats *node;

	start(status);
	node = add_node(status, 1);
	fill_busy_node(node);
	node->outcome[KLRUSCAN_OUTCOME_RATE_LIMITED] = 4096;
	node->outcome[KLRUSCAN_OUTCOME_COOLED] = 32768;
	node->outcome[KLRUSCAN_OUTCOME_BUSY] = 9;
	node->precision = 0;
	node->recall = 5;
	sum_outcomes(node);
}

static void fill_disabled(struct status *status)
{
	start(status);
	status->info.enabled = 0;
	status->info.uptime_ns = 0;
	status->info.fast_nodes[0] = 0;
}

/* Switched off, but the module still answers for its node. */
static void fill_stopped(struct status *status)
{
	start(status);
	status->info.enabled = 0;
	status->info.uptime_ns = 0;
	add_node(status, 1)->state = KLRUSCAN_STATE_OFF;
}

static void fill_zero(struct status *status)
{
	start(status);
	status->info.uptime_ns = 1;
	add_node(status, 1);
	add_node(status, 2);
}

static void fill_no_slow(struct status *status)
{
	start(status);
	status->info.fast_nodes[0] = 3;
}

static void add_waiting(struct status *status, unsigned int nid, unsigned int state)
{
	struct klruscan_node_stats *node = add_node(status, nid);

	node->state = state;
	node->target_nid = -1;
}

/* Whatever a thread waits for, and words that this tool does not know. */
static void fill_waiting(struct status *status)
{
	struct klruscan_node_stats *node;

	start(status);
	status->info.fast_nodes[0] = 0;
	add_waiting(status, 1, KLRUSCAN_STATE_NO_MGLRU);
	add_waiting(status, 2, KLRUSCAN_STATE_NO_TARGET);
	node = add_node(status, 3);
	node->state = KLRUSCAN_NR_STATES;
	node->outcome[KLRUSCAN_NR_OUTCOMES] = 5;
	node->outcome[KLRUSCAN_OUTCOME_SLOTS - 1] = 6;
	sum_outcomes(node);
}

/* All memory was said to be slow, but for what has no room. */
static void fill_no_target(struct status *status)
{
	start(status);
	status->info.fast_nodes[0] = 0;
	add_waiting(status, 1, KLRUSCAN_STATE_NO_TARGET);
}

static void fill_many(struct status *status)
{
	start(status);
	status->info.fast_nodes[0] = 3;
	for (unsigned int i = 0; i < 6; i++)
		fill_busy_node(add_node(status, i < 5 ? i + 2 : 1023));
	for (unsigned int i = 0; i < status->nr_nodes; i++)
		sum_outcomes(&nodes[i]);
	nodes[1].precision = 0;
	nodes[1].recall = -1;
	nodes[2].precision = -1;
	nodes[2].recall = -1;
}

/* Sums overflow; each is then the largest number there is. A share below 0 is none. */
static void fill_huge(struct status *status)
{
	const __u64 huge = (1ULL << 63) - 1;

	start(status);
	status->info.uptime_ns = huge;
	memset(status->info.slow_nodes, 0x55, sizeof(status->info.slow_nodes));
	for (unsigned int i = 0; i < 3; i++) {
		struct klruscan_node_stats *node = add_node(status, i + 1021);
		__u64 *counter = &node->passes;

		while (counter <= &node->table_bytes)
			*counter++ = huge;
		for (unsigned int j = 0; j < KLRUSCAN_HEAT_LEVELS; j++)
			node->heat[j] = huge - j;
		node->interval_ms = 0xffffffff;
		node->threshold = 0xffffffff;
		node->target_nid = 0x7fffffff;
		node->outcome[KLRUSCAN_OUTCOME_PROMOTED] = huge;
		node->promoted_pages = huge;
		node->demoted_pages = huge;
		node->promote_cpu_ns = huge;
		node->promote_rate = huge;
		node->gauge_cpu_ns = huge;
		node->hot_ns = huge;
		node->precision = i ? INT32_MIN : INT32_MAX;
		node->recall = i ? INT32_MAX : INT32_MIN;
		sum_outcomes(node);
	}
}

const struct fixture fixtures[] = {
	{ "running", fill_running },
	{ "single", fill_single },
	{ "disabled", fill_disabled },
	{ "stopped", fill_stopped },
	{ "zero", fill_zero },
	{ "no_slow", fill_no_slow },
	{ "waiting", fill_waiting },
	{ "no_target", fill_no_target },
	{ "many", fill_many },
	{ "huge", fill_huge },
};

const unsigned int nr_fixtures = sizeof(fixtures) / sizeof(fixtures[0]);

const struct fixture *fixture_find(const char *name)
{
	for (unsigned int i = 0; i < nr_fixtures; i++)
		if (!strcmp(fixtures[i].name, name))
			return &fixtures[i];
	return NULL;
}
