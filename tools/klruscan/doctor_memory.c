// SPDX-License-Identifier: GPL-2.0-only
/* Is there something to find, somewhere to move it, and nobody else who does? */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "doctor.h"

/* Bits of lru_gen/enabled. */
#define LRU_GEN_CORE		1
#define LRU_GEN_MM_WALK		2
#define LRU_GEN_NONLEAF_YOUNG	4

/* Pages that promotion leaves free above the watermark. */
#define SPARE_PAGES		512

/* tmpfiles.d(5): what systemd writes at each boot. */
#define TMPFILES	"/etc/tmpfiles.d/klruscan.conf"

/* Long enough for what a line can say; more ends in "...". */
struct node_words {
	char text[64];
};

/* "1,3-5" */
static struct node_words list(const struct nodes *nodes)
{
	struct node_words words = { "" };

	nodes_format(nodes->bits, KLRUSCAN_NODE_WORDS, words.text, sizeof(words.text));
	return words;
}

/* "node 1", "nodes 1,3-5" */
static struct node_words name(const struct nodes *nodes)
{
	struct node_words words = { "node " };

	if (nodes_count(nodes) != 1)
		strcpy(words.text, "nodes ");
	nodes_format(nodes->bits, KLRUSCAN_NODE_WORDS, words.text + strlen(words.text),
		     sizeof(words.text) - strlen(words.text));
	return words;
}

void judge_mglru(const struct machine *m, struct finding *f)
{
	long bits = m->lru_gen.number;

	if (m->lru_gen.err == -ENOENT) {
		finding_is(f, VERDICT_PROBLEM, "The kernel is built without it (CONFIG_LRU_GEN).");
		finding_remedy(f, "Boot a kernel that has it, such as Debian's.");
		return;
	}
	if (m->lru_gen.err) {
		finding_unread(f, m->lru_gen.err, "/sys/kernel/mm/lru_gen/enabled cannot be read");
		return;
	}
	if (!(bits & LRU_GEN_CORE) || !(bits & LRU_GEN_MM_WALK)) {
		finding_is(f, VERDICT_PROBLEM, "%s is off (0x%04lx): nothing is scanned.",
			   bits & LRU_GEN_CORE ? "Its page table walk" : "The multi-gen LRU", bits);
		finding_remedy(f, "Switch it on. If the walk stays off, the CPU does not set"
			       " accessed bits itself, and klruscan cannot work.");
	} else if (!(bits & LRU_GEN_NONLEAF_YOUNG)) {
		finding_is(f, VERDICT_WARNING, "On, but accessed bits of page tables are not used"
			   " (0x%04lx): every table is visited, which costs more.", bits);
		finding_remedy(f, "Switch them on. If they stay off, the CPU does not have them.");
	} else {
		finding_is(f, VERDICT_OK, "On, with the page table walk and the accessed bits of"
			   " page tables (0x%04lx).", bits);
		return;
	}
	finding_command(f, "echo y > /sys/kernel/mm/lru_gen/enabled");
	finding_line(f, TMPFILES, "w /sys/kernel/mm/lru_gen/enabled - - - - y");
}

void judge_cgroups(const struct machine *m, struct finding *f)
{
	if (!m->cgroup2.err && strstr(m->cgroup2.word, "memory")) {
		finding_is(f, VERDICT_OK, "On, in cgroup v2.");
	} else if (m->memcg.err == -ENODATA || (!m->memcg.err && !m->memcg.number)) {
		finding_is(f, VERDICT_PROBLEM, "Memory cgroups are off, and the module refuses to load.");
		finding_remedy(f, "Boot without cgroup_disable=memory.");
	} else if (m->memcg.err) {
		finding_unread(f, m->memcg.err, "/proc/cgroups cannot be read");
	} else {
		finding_is(f, VERDICT_WARNING, "On, but not in a cgroup v2 at /sys/fs/cgroup: single"
			   " cgroups are known to klruscan by their v2 paths.");
		finding_remedy(f, "Boot with systemd.unified_cgroup_hierarchy=1.");
	}
}

/******************************************************************************
 *                          which nodes are slow
 ******************************************************************************/

/*
 * As the kernel does it: the top tier is all memory that is not slower than the
 * slowest tier with a CPU.
 */
static void slow_by_tier(const struct machine *m, struct nodes *slow)
{
	unsigned int top = 0;

	for (unsigned int i = 0; i < m->nr_tiers; i++) {
		struct nodes without = nodes_without(&m->tiers[i].nodes, &m->cpus.nodes);

		if (nodes_count(&without) < nodes_count(&m->tiers[i].nodes))
			top = i;
	}
	memset(slow, 0, sizeof(*slow));
	for (unsigned int i = top + 1; i < m->nr_tiers; i++)
		for (unsigned int w = 0; w < KLRUSCAN_NODE_WORDS; w++)
			slow->bits[w] |= m->tiers[i].nodes.bits[w] & m->memory.nodes.bits[w];
}

static bool are_named(const struct machine *m)
{
	return !m->slow_nodes.err && nodes_count(&m->slow_nodes.nodes);
}

bool slow_nodes_of(const struct machine *m, struct nodes *slow)
{
	if (are_named(m))
		*slow = m->slow_nodes.nodes;
	else
		slow_by_tier(m, slow);
	return nodes_count(slow);
}

/* "memory_tier4 (nodes 0), memory_tier35 (nodes 1)" */
static void name_tiers(const struct machine *m, char *buf, size_t size)
{
	size_t used = 0;

	*buf = '\0';
	for (unsigned int i = 0; i < m->nr_tiers && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%smemory_tier%u (%s)",
					 i ? ", " : "", m->tiers[i].number,
					 list(&m->tiers[i].nodes).text);
}

/* Which ones to name: those without a CPU, or let somebody measure. */
static void advise_slow_nodes(const struct machine *m, struct finding *f)
{
	struct nodes without = nodes_without(&m->memory.nodes, &m->cpus.nodes);
	const char *then = m->version.err ? ", once the module is loaded" : "";

	if (nodes_count(&without) && nodes_count(&without) < nodes_count(&m->memory.nodes)) {
		finding_remedy(f, "Say which nodes are slow%s. Those without a CPU are %s:", then,
			       list(&without).text);
		finding_tune(f, "slow_nodes=%s", list(&without).text);
	} else {
		finding_remedy(f, "Every node with memory has CPUs. If some memory is slower all the"
			       " same, say which nodes%s:", then);
		finding_tune(f, "slow_nodes=NODES");
	}
}

void judge_tiers(const struct machine *m, struct finding *f)
{
	char tiers[256];
	struct nodes slow;

	if (m->memory.err || m->cpus.err) {
		finding_unread(f, m->memory.err ? m->memory.err : m->cpus.err,
			       "The nodes with memory and with CPUs cannot be read");
		return;
	}
	name_tiers(m, tiers, sizeof(tiers));
	if (nodes_count(&m->memory.nodes) < 2) {
		finding_is(f, VERDICT_PROBLEM, "Only %s has memory: there is no slow memory to"
			   " promote from.", name(&m->memory.nodes).text);
		finding_remedy(f, "If the machine has some, bring it online as a node of its own:"
			       " see daxctl-reconfigure-device(1), mode system-ram.");
	} else if (are_named(m)) {
		finding_is(f, VERDICT_OK, "Slow is what slow_nodes names: %s.",
			   name(&m->slow_nodes.nodes).text);
	} else if (m->tiers_err) {
		finding_is(f, VERDICT_PROBLEM, "The kernel tells no memory tiers, and slow_nodes is"
			   " empty: no node is slow.");
		advise_slow_nodes(m, f);
	} else if (slow_nodes_of(m, &slow)) {
		finding_is(f, VERDICT_OK, "Slow is what is below the top tier: %s, of %s.",
			   name(&slow).text, tiers);
	} else {
		finding_is(f, VERDICT_PROBLEM, "%s: %s. So klruscan takes none for slow, and nothing is"
			   " promoted.", m->nr_tiers > 1 ? "All memory is in tiers with CPUs" :
			   "All nodes are in one memory tier", tiers);
		advise_slow_nodes(m, f);
	}
}

/******************************************************************************
 *                          is it at work
 ******************************************************************************/

static void judge_running(const struct machine *m, struct finding *f)
{
	uint64_t passes = 0, pages = 0;
	struct nodes slow;

	memcpy(slow.bits, m->status.info.slow_nodes, sizeof(slow.bits));
	for (unsigned int i = 0; i < m->status.nr_nodes; i++) {
		passes += m->status.nodes[i].passes;
		pages += m->status.nodes[i].promoted_pages;
	}
	finding_is(f, VERDICT_OK, "Scanning %s: %" PRIu64 " passes, %" PRIu64
		   " pages promoted.", name(&slow).text, passes, pages);
	if (m->promote_rate.err || m->promote_rate.number)
		return;
	finding_is(f, VERDICT_WARNING, "Scanning %s, but promote_rate_MBps is 0: nothing is"
		   " promoted.", name(&slow).text);
	finding_remedy(f, "Allow some:");
	finding_tune(f, "promote_rate_MBps=200");
}

void judge_daemons(const struct machine *m, struct finding *f)
{
	static const char *const states[] = {
#define X(name, word, text) text,
		KLRUSCAN_STATES(X)
#undef X
	};

	if (m->device) {
		finding_is(f, VERDICT_UNCHECKED, "The device does not answer.");
		return;
	}
	if (!m->status.info.enabled) {
		finding_is(f, VERDICT_PROBLEM, "The module is loaded, but not enabled.");
		finding_remedy(f, "Start it:");
		finding_tune(f, "enabled=1");
		return;
	}
	if (!m->status.nr_nodes) {
		finding_is(f, VERDICT_PROBLEM, "No node is scanned, because none is slow.");
		finding_remedy(f, "See memory tiers, above.");
		return;
	}
	for (unsigned int i = 0; i < m->status.nr_nodes; i++) {
		uint32_t state = m->status.nodes[i].state;

		if (state == KLRUSCAN_STATE_RUNNING || state >= KLRUSCAN_NR_STATES)
			continue;
		finding_is(f, VERDICT_PROBLEM, "Node %u %s.", m->status.nodes[i].nid, states[state]);
		finding_remedy(f, state == KLRUSCAN_STATE_NO_MGLRU ? "See MGLRU, above." :
			       "See memory tiers, above: name fewer slow nodes.");
		return;
	}
	judge_running(m, f);
}

void judge_fast_memory(const struct machine *m, struct finding *f)
{
	uint64_t room = 0, all = 0;
	struct nodes slow, fast;

	if (m->zones_err || m->memory.err) {
		finding_unread(f, m->zones_err ? m->zones_err : m->memory.err,
			       "Free memory cannot be read");
		return;
	}
	if (!slow_nodes_of(m, &slow)) {
		finding_is(f, VERDICT_UNCHECKED, "No node is slow, so none is fast.");
		return;
	}
	fast = nodes_without(&m->memory.nodes, &slow);
	for (unsigned int nid = 0; nid < NR_NODES_MAX; nid++) {
		if (!nodes_have(&fast, nid))
			continue;
		room += m->zones[nid].room > SPARE_PAGES ? m->zones[nid].room - SPARE_PAGES : 0;
		all += m->zones[nid].free;
	}
	finding_is(f, VERDICT_OK, "%" PRIu64 " MiB are free on %s, of which %" PRIu64
		   " MiB can be promoted into.", all * m->page_size >> 20, name(&fast).text,
		   room * m->page_size >> 20);
	if (room || m->exchange.err)
		return;
	if (m->exchange.number) {
		finding_is(f, VERDICT_OK, "No room on %s. Pages there that are much colder are"
			   " demoted for those to come.", name(&fast).text);
		return;
	}
	finding_is(f, VERDICT_WARNING, "No room on %s, and exchange is 0: nothing is promoted"
		   " until memory becomes free.", name(&fast).text);
	finding_remedy(f, "Let colder pages make room:");
	finding_tune(f, "exchange=1");
}

/******************************************************************************
 *                          who else moves pages
 ******************************************************************************/

void judge_demotion(const struct machine *m, struct finding *f)
{
	if (m->demotion.err) {
		finding_unread(f, m->demotion.err,
			       "/sys/kernel/mm/numa/demotion_enabled cannot be read");
	} else if (!strcmp(m->demotion.word, "true")) {
		finding_is(f, VERDICT_OK, "On: reclaim moves cold pages to slow memory.");
	} else {
		finding_is(f, VERDICT_WARNING, "Off: when fast memory is short, reclaim drops or swaps"
			   " its pages rather than moving them to slow memory.");
		finding_remedy(f, "Switch it on, unless that is what you want:");
		finding_command(f, "echo 1 > /sys/kernel/mm/numa/demotion_enabled");
		finding_line(f, TMPFILES, "w /sys/kernel/mm/numa/demotion_enabled - - - - 1");
	}
}

void judge_numa_balancing(const struct machine *m, struct finding *f)
{
	if (m->numa_balancing.err == -ENOENT) {
		finding_is(f, VERDICT_OK, "The kernel does not have it.");
	} else if (m->numa_balancing.err) {
		finding_unread(f, m->numa_balancing.err,
			       "/proc/sys/kernel/numa_balancing cannot be read");
	} else if (!m->numa_balancing.number) {
		finding_is(f, VERDICT_OK, "Off.");
	} else {
		finding_is(f, VERDICT_WARNING, m->numa_balancing.number & 2 ?
			   "On, for memory tiers (%ld): it promotes too, by page faults and its own"
			   " rules." :
			   "On (%ld): it moves any page that is accessed to the node of the CPU, hot"
			   " or not.", m->numa_balancing.number);
		finding_remedy(f, "Use one of both:");
		finding_command(f, "sysctl kernel.numa_balancing=0");
		finding_line(f, "/etc/sysctl.d/klruscan.conf", "kernel.numa_balancing=0");
	}
}

static bool is_on(const struct word_fact *fact)
{
	return !fact->err && fact->word[0] == 'Y';
}

/* Why what is built into the kernel cannot be looked at, 0 if it can or is not there. */
static int unread(const struct word_fact *fact)
{
	return fact->err == -ENOENT ? 0 : fact->err;
}

static void judge_kdamonds(const struct machine *m, struct finding *f)
{
	finding_is(f, VERDICT_WARNING, "%ld kdamond%s at work (%s): DAMON clears the accessed"
		   " bits that klruscan looks for%s.", m->damon_on.number,
		   m->damon_on.number == 1 ? " is" : "s are",
		   *m->damon_actions ? m->damon_actions : "only watching",
		   strstr(m->damon_actions, "migrate") ? ", and moves pages too" : "");
	finding_remedy(f, "Use one of both. To stop DAMON:");
	finding_command(f, "echo off > /sys/kernel/mm/damon/admin/kdamonds/%s/state",
			m->damon_name);
}

void judge_damon(const struct machine *m, struct finding *f)
{
	if (is_on(&m->damon_reclaim) || is_on(&m->damon_lru_sort)) {
		bool reclaim = is_on(&m->damon_reclaim);

		finding_is(f, VERDICT_WARNING, "%s is on: it clears the accessed bits that klruscan"
			   " looks for.", reclaim ? "DAMON_RECLAIM" : "DAMON_LRU_SORT");
		finding_remedy(f, "Use one of both:");
		finding_command(f, "echo N > /sys/module/damon_%s/parameters/enabled",
				reclaim ? "reclaim" : "lru_sort");
	} else if (!m->damon_on.err && m->damon_on.number) {
		judge_kdamonds(m, f);
	} else if (m->damon_on.err && m->damon_on.err != -ENOENT) {
		finding_unread(f, m->damon_on.err, "The state of DAMON cannot be read");
	} else if (unread(&m->damon_reclaim)) {
		finding_unread(f, unread(&m->damon_reclaim),
			       "Whether DAMON_RECLAIM is on cannot be read");
	} else if (unread(&m->damon_lru_sort)) {
		finding_unread(f, unread(&m->damon_lru_sort),
			       "Whether DAMON_LRU_SORT is on cannot be read");
	} else if (m->damon_on.err) {
		finding_is(f, VERDICT_OK, "The kernel does not have it, or not its sysfs interface.");
	} else {
		finding_is(f, VERDICT_OK, "Not at work.");
	}
}
