// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "source.h"

static void read_word(const char *path, struct word_fact *fact)
{
	ssize_t length = source_read(path, fact->word, sizeof(fact->word));

	fact->err = length < 0 ? (int)length : 0;
}

static void read_number(const char *path, struct number_fact *fact)
{
	struct word_fact word;
	char *end;

	read_word(path, &word);
	fact->err = word.err;
	if (fact->err)
		return;
	fact->number = strtol(word.word, &end, 0);
	if (end == word.word)
		fact->err = -ENODATA;
}

static void read_nodes(const char *path, struct nodes_fact *fact)
{
	fact->err = source_read_nodes(path, &fact->nodes);
}

/******************************************************************************
 *                          tiers
 ******************************************************************************/

static int add_tier(const struct source_entry *entry, void *arg)
{
	struct machine *machine = arg;
	struct tier *tier = &machine->tiers[machine->nr_tiers];
	struct nodes_fact nodes;
	char path[512];

	if (machine->nr_tiers == NR_TIERS_MAX ||
	    sscanf(entry->name, "memory_tier%u", &tier->number) != 1)
		return 0;
	snprintf(path, sizeof(path), "/sys/devices/virtual/memory_tiering/%s/nodelist",
		 entry->name);
	read_nodes(path, &nodes);
	tier->nodes = nodes.nodes;
	machine->nr_tiers++;
	return nodes.err;
}

static int compare_tiers(const void *one, const void *other)
{
	const struct tier *a = one, *b = other;

	return a->number < b->number ? -1 : a->number > b->number;
}

static void collect_tiers(struct machine *machine)
{
	machine->tiers_err = source_list("/sys/devices/virtual/memory_tiering", add_tier, machine);
	qsort(machine->tiers, machine->nr_tiers, sizeof(machine->tiers[0]), compare_tiers);
}

/******************************************************************************
 *                          free memory
 ******************************************************************************/

static void collect_zones(struct machine *machine)
{
	char *text, *save = NULL;
	unsigned int nid = NR_NODES_MAX;
	uint64_t free_pages = 0, number;
	size_t length;

	machine->zones_err = source_read_all("/proc/zoneinfo", &text, &length);
	if (machine->zones_err)
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct zone_sums *zone = &machine->zones[nid % NR_NODES_MAX];

		if (sscanf(line, "Node %u, zone", &nid) == 1) {
			if (nid >= NR_NODES_MAX)
				break;
		} else if (sscanf(line, " pages free %" SCNu64, &number) == 1) {
			free_pages = number;
			zone->free += number;
		} else if (sscanf(line, " high %" SCNu64, &number) == 1) {
			zone->room += free_pages > number ? free_pages - number : 0;
		}
	}
	free(text);
}

/******************************************************************************
 *                          who else moves pages
 ******************************************************************************/

/* struct damon - where in DAMON's tree of directories we are */
struct damon {
	struct machine *machine;
	char path[512];
};

static void add_action(struct machine *machine, const char *action)
{
	char *actions = machine->damon_actions;
	size_t used = strlen(actions);

	if (!strstr(actions, action))
		snprintf(actions + used, sizeof(machine->damon_actions) - used, "%s%s",
			 used ? ", " : "", action);
}

/* Goes down to "action": contexts/N/schemes/N/action. */
static int look_for_actions(const struct source_entry *entry, void *arg)
{
	struct damon *damon = arg;
	size_t length = strlen(damon->path);
	struct word_fact action;

	snprintf(damon->path + length, sizeof(damon->path) - length, "/%s", entry->name);
	if (!strcmp(entry->name, "action")) {
		read_word(damon->path, &action);
		if (!action.err)
			add_action(damon->machine, action.word);
	} else if (entry->directory && (!strcmp(entry->name, "contexts") ||
					!strcmp(entry->name, "schemes") ||
					(entry->name[0] >= '0' && entry->name[0] <= '9'))) {
		source_list(damon->path, look_for_actions, damon);
	}
	damon->path[length] = '\0';
	return 0;
}

static int look_at_kdamond(const struct source_entry *entry, void *arg)
{
	struct machine *machine = arg;
	struct damon damon = { .machine = machine };
	struct word_fact state;
	char path[512];

	if (!entry->directory)
		return 0;
	snprintf(damon.path, sizeof(damon.path), "/sys/kernel/mm/damon/admin/kdamonds/%.64s",
		 entry->name);
	snprintf(path, sizeof(path), "%.256s/state", damon.path);
	read_word(path, &state);
	if (state.err || strcmp(state.word, "on"))
		return state.err;
	machine->damon_on.number++;
	snprintf(machine->damon_name, sizeof(machine->damon_name), "%.15s", entry->name);
	source_list(damon.path, look_for_actions, &damon);
	return 0;
}

static void collect_others(struct machine *machine)
{
	read_number("/proc/sys/kernel/numa_balancing", &machine->numa_balancing);
	machine->damon_on.err = source_list("/sys/kernel/mm/damon/admin/kdamonds",
					    look_at_kdamond, machine);
	read_word("/sys/module/damon_reclaim/parameters/enabled", &machine->damon_reclaim);
	read_word("/sys/module/damon_lru_sort/parameters/enabled", &machine->damon_lru_sort);
}

/******************************************************************************
 *                          cgroups, security
 ******************************************************************************/

/* The fourth number of the line "memory" says whether it is enabled. */
static void collect_memcg(struct machine *machine)
{
	char *text, *line;
	size_t length;
	int enabled;

	read_word("/sys/fs/cgroup/cgroup.controllers", &machine->cgroup2);
	machine->memcg.err = source_read_all("/proc/cgroups", &text, &length);
	if (machine->memcg.err)
		return;
	line = strstr(text, "\nmemory\t");
	machine->memcg.err = -ENODATA;
	if (line && sscanf(line, " memory %*d %*d %d", &enabled) == 1) {
		machine->memcg.err = 0;
		machine->memcg.number = enabled;
	}
	free(text);
}

/* "none [integrity] confidentiality": what is in brackets. */
static void collect_lockdown(struct machine *machine)
{
	struct word_fact *fact = &machine->lockdown;
	char *open, *close;

	read_word("/sys/kernel/security/lockdown", fact);
	if (fact->err)
		return;
	open = strchr(fact->word, '[');
	close = strchr(fact->word, ']');
	if (!open || !close || close < open) {
		fact->err = -ENODATA;
		return;
	}
	*close = '\0';
	memmove(fact->word, open + 1, strlen(open + 1) + 1);
}

/* Four bytes of attributes, and one that is 1 when it is on. */
static void collect_secure_boot(struct machine *machine)
{
	struct number_fact *fact = &machine->secure_boot;
	size_t length;
	char *data;

	fact->err = source_read_all("/sys/firmware/efi/efivars/"
				    "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
				    &data, &length);
	if (fact->err)
		return;
	fact->number = length == 5 && data[4] == 1;
	fact->err = length == 5 ? 0 : -ENODATA;
	free(data);
}

/******************************************************************************
 *                          all
 ******************************************************************************/

/* A module that was loaded has a state; what is built in only has parameters. */
static bool is_built_in(const struct machine *machine)
{
	struct word_fact state;

	read_word("/sys/module/klruscan/initstate", &state);
	return !machine->version.err && state.err == -ENOENT;
}

static void collect_klruscan(struct machine *machine, const char *module)
{
	read_word("/proc/sys/kernel/osrelease", &machine->release);
	read_word(SYSFS_KLRUSCAN "/version", &machine->version);
	machine->built_in = is_built_in(machine);
	machine_collect_module(machine, module);
	machine->device = source_status(&machine->status, &machine->refusal);
	read_nodes(SYSFS_KLRUSCAN "/slow_nodes", &machine->slow_nodes);
	read_number(SYSFS_KLRUSCAN "/promote_rate_MBps", &machine->promote_rate);
	read_number(SYSFS_KLRUSCAN "/exchange", &machine->exchange);
	machine_collect_symbols(machine);
}

void machine_collect(struct machine *machine, const char *module)
{
	memset(machine, 0, sizeof(*machine));
	machine->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	collect_klruscan(machine, module);
	read_number("/sys/kernel/mm/lru_gen/enabled", &machine->lru_gen);
	read_nodes("/sys/devices/system/node/has_memory", &machine->memory);
	read_nodes("/sys/devices/system/node/has_cpu", &machine->cpus);
	read_word("/sys/kernel/mm/numa/demotion_enabled", &machine->demotion);
	collect_tiers(machine);
	collect_zones(machine);
	collect_others(machine);
	collect_memcg(machine);
	collect_lockdown(machine);
	collect_secure_boot(machine);
	read_word("/sys/module/module/parameters/sig_enforce", &machine->sig_enforce);
}

void machine_free(struct machine *machine)
{
	source_status_free(&machine->status);
}
