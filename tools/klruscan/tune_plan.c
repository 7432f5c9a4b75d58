// SPDX-License-Identifier: GPL-2.0-only
/* From the words of the command line to changes that ought to be accepted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nodes.h"
#include "source.h"
#include "tune.h"

int knobs_assume(struct knob_table *table, struct failure *failure)
{
	*table = (struct knob_table){ .assumed = true };
	table->all = calloc(nr_knobs, sizeof(*table->all));
	if (!table->all)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the knobs");
	for (; table->nr < nr_knobs; table->nr++) {
		const struct knob *knob = &knobs[table->nr];
		struct knob_now *now = &table->all[table->nr];

		now->knob = knob;
		snprintf(now->name, sizeof(now->name), "%s", knob->name);
		snprintf(now->value, sizeof(now->value), "%s", knob->def);
	}
	return 0;
}

static const struct knob_now *find(const struct knob_table *table, const char *name)
{
	for (unsigned int i = 0; i < table->nr; i++)
		if (!strcmp(table->all[i].name, name))
			return &table->all[i];
	return NULL;
}

static struct change *find_change(const struct tuning *tuning, const char *name)
{
	for (unsigned int i = 0; i < tuning->nr; i++)
		if (!strcmp(tuning->changes[i].now->name, name))
			return &tuning->changes[i];
	return NULL;
}

static int fail_name(const struct knob_table *table, const char *name, struct failure *failure)
{
	char advice[sizeof(failure->advice)] = "the knobs are ";
	size_t used = strlen(advice);

	for (unsigned int i = 0; i < table->nr && used < sizeof(advice); i++)
		used += (size_t)snprintf(advice + used, sizeof(advice) - used, "%s%s",
					 i ? ", " : "", table->all[i].name);
	return fail_request(failure, advice, "there is no knob '%.64s'", name);
}

/* Adds what NAME=VALUE asks for. */
static int add_request(struct tuning *tuning, const struct knob_table *table,
		       const struct request *request, struct failure *failure)
{
	struct change *change = &tuning->changes[tuning->nr];
	const char *equals = strchr(request->text, '=');
	char name[KNOB_NAME_LEN];

	if (!equals)
		return fail_request(failure, request->line ? "as in promote_rate_MBps=100" :
				    "as in 'klruscan tune promote_rate_MBps=100'",
				    "'%.64s' is not NAME=VALUE", request->text);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - request->text), request->text);
	change->now = find(table, name);
	if (!change->now)
		return fail_name(table, name, failure);
	if (find_change(tuning, name))
		return fail_request(failure, "give it one value", "%s is given twice", name);
	change->line = request->line;
	tuning->nr++;
	return knob_parse(change->now->knob, name, equals + 1, change->after, failure);
}

/* The value that a knob will have, 0 for one that this module does not have. */
static long planned(const struct tuning *tuning, const struct knob_table *table,
		    const char *name)
{
	const struct change *change = find_change(tuning, name);
	const struct knob_now *now = find(table, name);

	if (change)
		return strtol(change->after, NULL, 10);
	return now ? strtol(now->value, NULL, 10) : 0;
}

static int check_intervals(const struct tuning *tuning, const struct knob_table *table,
			   struct failure *failure)
{
	long shortest = planned(tuning, table, "scan_interval_min_ms");
	long longest = planned(tuning, table, "scan_interval_max_ms");

	if (shortest <= longest)
		return 0;
	return fail_request(failure, "the first must not be above the second: set both",
			    "scan_interval_min_ms would be %ld and scan_interval_max_ms %ld",
			    shortest, longest);
}

/*
 * Those that have no memory yet may get it. Where the machine does not say which nodes there are
 * and which have memory, the kernel decides alone.
 */
static int check_slow_nodes(const struct tuning *tuning, struct failure *failure)
{
	const struct change *change = find_change(tuning, "slow_nodes");
	char text[KNOB_VALUE_LEN], advice[KNOB_VALUE_LEN + 128];
	struct nodes slow, there;

	if (!change || nodes_parse(change->after, &slow) || !nodes_count(&slow))
		return 0;
	if (!source_read_nodes("/sys/devices/system/node/possible", &there) &&
	    !nodes_within(&slow, &there)) {
		nodes_format(there.bits, KLRUSCAN_NODE_WORDS, text, sizeof(text));
		snprintf(advice, sizeof(advice), "the nodes of this machine are %s", text);
		return fail_request(failure, advice, "slow_nodes cannot be '%.64s'", change->after);
	}
	if (source_read_nodes("/sys/devices/system/node/has_memory", &there) ||
	    !nodes_within(&there, &slow))
		return 0;
	nodes_format(there.bits, KLRUSCAN_NODE_WORDS, text, sizeof(text));
	snprintf(advice, sizeof(advice), nodes_count(&there) > 1 ?
		 "the nodes with memory are %s, of which one has to stay fast" :
		 "node %s alone has memory, and has to stay fast", text);
	return fail_request(failure, advice, "slow_nodes cannot be '%.64s'", change->after);
}

/*
 * Which of two comes first: stopping, then by rank, starting last; of the
 * intervals the one that makes room for the other; else the one given first.
 */
static int order(const struct change *change)
{
	if (!strcmp(change->now->name, "enabled") && !strcmp(change->after, "0"))
		return -1;
	return change->now->knob->rank;
}

static void swap(struct change *a, struct change *b)
{
	struct change other = *a;

	*a = *b;
	*b = other;
}

static void sort(struct tuning *tuning)
{
	struct change *shortest, *longest;

	for (unsigned int i = 1; i < tuning->nr; i++)
		for (unsigned int j = i; j; j--) {
			if (order(&tuning->changes[j - 1]) <= order(&tuning->changes[j]))
				break;
			swap(&tuning->changes[j - 1], &tuning->changes[j]);
		}
	shortest = find_change(tuning, "scan_interval_min_ms");
	longest = find_change(tuning, "scan_interval_max_ms");
	if (shortest && longest) {
		bool grows = strtol(shortest->after, NULL, 10) >
			     strtol(longest->now->value, NULL, 10);
		bool shortest_first = shortest < longest;

		if (grows == shortest_first)
			swap(shortest, longest);
	}
}

/* What is wrong with all of them together. */
static int check_together(const struct tuning *tuning, const struct knob_table *table,
			  struct failure *failure)
{
	int err = 0;

	if (find_change(tuning, "scan_interval_min_ms") ||
	    find_change(tuning, "scan_interval_max_ms"))
		err = check_intervals(tuning, table, failure);
	if (!err)
		err = check_slow_nodes(tuning, failure);
	if (err)
		fail_where(failure, tuning->file, 0);
	return err;
}

int tuning_plan(struct tuning *tuning, const struct knob_table *table,
		const struct requests *requests, struct failure *failure)
{
	int err = 0;

	tuning->file = requests->file;
	tuning->unloaded = table->assumed;
	tuning->nr = 0;
	tuning->changes = calloc(requests->nr + 1, sizeof(*tuning->changes));
	if (!tuning->changes)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the changes");
	for (unsigned int i = 0; i < requests->nr; i++) {
		err = add_request(tuning, table, &requests->all[i], failure);
		if (err) {
			fail_where(failure, requests->file, requests->all[i].line);
			return err;
		}
	}
	err = check_together(tuning, table, failure);
	if (!err)
		sort(tuning);
	return err;
}
