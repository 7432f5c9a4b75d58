// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot: the hotness store
 *
 * Overview
 * ========
 * For every page of a slow node the store keeps sixteen bits: which of the last
 * eight passes saw an access to it (see pghot_heat.h). Sources put accesses in
 * with pghot_record_access(); kpromoted takes the hottest pages out.
 *
 * Records live in one table per memory section (64 KiB for 128 MiB of memory).
 * A section gets its table when it first has something to record and loses it
 * when all its records have aged away, so memory that is never hot costs one
 * pointer a section. Recording takes no lock and allocates nothing: a table for
 * a new section comes from a small reserve, which pghot_refill() fills up from
 * a context that may sleep.
 *
 * Time is counted in passes. klruscand is the clock of its node: between
 * pghot_pass_begin() and pghot_pass_end() accesses belong to the pass in
 * progress, and what is read back is the picture as of the last completed pass.
 * The end of a pass sweeps the tables once: it counts pages by heat, clears
 * what has aged away (before the pass number in a record could come round again)
 * and frees tables that became empty.
 *
 * A record belongs to a page frame, not to what is in it. When a frame is freed
 * and used for something else, the new page inherits the heat until it has aged
 * away or kpromoted moved it; pages that kpromoted moves are forgotten at once.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pghot.h>
#include <linux/rcupdate.h>

#include "internal.h"
#include "pghot.h"

static_assert(KLRUSCAN_HEAT_MAX == PGHOT_HEAT_PASSES);

/* When a pass sees so many times, and so many, more pages than the one before. */
#define AWOKE_TIMES		8
#define AWOKE_PAGES		64

/* kpromoted waits here for the end of a pass. */
DECLARE_WAIT_QUEUE_HEAD(pghot_pass_wait);

/******************************************************************************
 *                          recording
 ******************************************************************************/

/* How many passes ago was @now? PGHOT_HEAT_PASSES when before all of them. */
static unsigned int passes_ago(struct pghot_node *node, unsigned long now,
			       unsigned long pass)
{
	unsigned int back;

	for (back = 0; back < PGHOT_HEAT_PASSES && back < pass; back++) {
		unsigned long i = (pass - back) % PGHOT_HEAT_PASSES;

		if (time_after_eq(now, READ_ONCE(node->started[i])))
			return back;
	}
	return PGHOT_HEAT_PASSES;
}

static int mark(struct pghot_node *node, unsigned long pfn, unsigned long now)
{
	/* pairs with pghot_pass_begin(): its start is known */
	unsigned long pass = smp_load_acquire(&node->pass);
	unsigned int back = passes_ago(node, now, pass);
	struct pghot_table *table;
	u16 old, new, *rec;

	if (back == PGHOT_HEAT_PASSES)
		return 0;
	table = pghot_get_table(node, pfn);
	if (!table) {
		atomic_long_inc(&node->lost);
		return -ENOMEM;
	}
	rec = pghot_record(table, pfn);
	old = READ_ONCE(*rec);
	do {
		new = pghot_heat_mark(old, pass, back);
		if (new == old)
			return 0;
	} while (!try_cmpxchg(rec, &old, new));
	atomic_long_inc(&node->records);
	return 0;
}

/* Under RCU. The frame's node is looked up: it may be offline or not tracked. */
static int record(unsigned long pfn, unsigned long now)
{
	struct page *page = pfn_to_online_page(pfn);
	struct pghot_node *node;

	if (!page)
		return -EINVAL;
	node = rcu_dereference(pghot_nodes[page_to_nid(page)]);
	return node ? mark(node, pfn, now) : -ENODEV;
}

static bool valid_source(int nid, int src)
{
	return src >= 0 && src < PGHOT_NR_SRCS &&
	       (nid == NUMA_NO_NODE || (nid >= 0 && nid < MAX_NUMNODES));
}

/**
 * pghot_record_access - record that a page was accessed
 * @pfn: the page frame; for a large folio that of its head
 * @nid: node of the accessing CPU, or NUMA_NO_NODE where the source cannot tell
 * @src: who saw it, enum pghot_src
 * @now: when, in jiffies; an access older than eight passes is ignored
 *
 * Any number of calls for one page within a pass count once. Accesses to a page
 * that is not on a slow node are refused, so a source need not know the tiers.
 * The node is not kept: kpromoted asks where the process runs when it promotes.
 *
 * Context: any that may take spinlocks, also with interrupts off; not NMI.
 * Takes no lock, does not allocate, does not sleep.
 * Return: 0, -EINVAL for an unknown source, a bad node or memory that is not
 * online, -ENODEV for a node that is not tracked, -ENOMEM when no table was in
 * reserve.
 */
int pghot_record_access(unsigned long pfn, int nid, int src, unsigned long now)
{
	int err;

	if (!valid_source(nid, src))
		return -EINVAL;
	rcu_read_lock();
	err = record(pfn, now);
	rcu_read_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(pghot_record_access);

/**
 * pghot_record_accesses - record accesses to many pages
 * @pfns: the page frames
 * @nr: how many; the caller bounds it, all are recorded without a reschedule
 * @nid: as in pghot_record_access(), for all
 * @src: as in pghot_record_access(), for all
 * @now: as in pghot_record_access(), for all
 *
 * Context: as pghot_record_access().
 * Return: how many were recorded or need no record; the others are offline,
 * not on a slow node or found no table.
 */
unsigned int pghot_record_accesses(const unsigned long *pfns, unsigned int nr,
				   int nid, int src, unsigned long now)
{
	unsigned int i, done = 0;

	if (!valid_source(nid, src))
		return 0;
	rcu_read_lock();
	for (i = 0; i < nr; i++)
		done += !record(pfns[i], now);
	rcu_read_unlock();
	return done;
}
EXPORT_SYMBOL_GPL(pghot_record_accesses);

/**
 * pghot_forget - empty the record of a page that was moved away
 * @pfn: the page frame it left
 * @nid: its node
 */
void pghot_forget(unsigned long pfn, int nid)
{
	struct pghot_table *table = NULL;
	struct pghot_node *node;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node)
		table = pghot_find_table(node, pfn);
	if (table)
		WRITE_ONCE(*pghot_record(table, pfn), 0);
	rcu_read_unlock();
}

/******************************************************************************
 *                          the clock
 ******************************************************************************/

/**
 * pghot_pass_begin - accesses recorded from now on belong to a new pass
 * @nid: a slow node
 *
 * Called by the node's klruscand only. A pass that was begun and not ended goes
 * on under its number.
 */
void pghot_pass_begin(int nid)
{
	struct pghot_node *node;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node && node->pass == node->done) {
		unsigned long pass = node->pass + 1;

		WRITE_ONCE(node->started[pass % PGHOT_HEAT_PASSES], jiffies);
		/* a reader that sees the new number sees its start */
		smp_store_release(&node->pass, pass);
	}
	rcu_read_unlock();
}

/**
 * struct sweep - what a sweep counts, over all tables
 * @pass:	the pass that has ended
 * @passes:	how many count as heat
 * @whole:	eight passes were made
 * @heat:	pages by heat
 * @fresh:	see struct pghot_node
 * @seen:	likewise
 * @came:	likewise
 */
struct sweep {
	unsigned long pass;
	unsigned int passes;
	bool whole;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	u64 fresh;
	u64 seen;
	s64 came;
};

static void sweep_history(struct sweep *sweep, u16 *count, u8 history)
{
	count[pghot_heat_level(pghot_heat_recall(history, sweep->passes))]++;
	sweep->fresh += history & 1;
	sweep->seen += history != 1;
	if (sweep->whole)
		sweep->came += pghot_heat_came(history);
}

/* Count a table's pages by heat and clear what has aged away. */
static bool sweep_table(struct pghot_table *table, struct sweep *sweep)
{
	u16 count[KLRUSCAN_HEAT_LEVELS] = { };
	bool used = false;
	unsigned long i;

	for (i = 0; i < PAGES_PER_SECTION; i++) {
		u16 rec = READ_ONCE(table->rec[i]);
		u8 history;

		if (!rec)
			continue;
		history = pghot_heat_history(rec, sweep->pass);
		/* a mark that comes in between wins */
		if (!history && cmpxchg(&table->rec[i], rec, 0) == rec)
			continue;
		used = true;
		if (history)
			sweep_history(sweep, count, history);
	}
	for (i = 1; i < KLRUSCAN_HEAT_LEVELS; i++)
		WRITE_ONCE(table->count[i], count[i]);
	return used;
}

/* The pages of one section; an empty table goes. */
static void sweep_section(struct pghot_node *node, unsigned long section,
			  struct sweep *sweep)
{
	struct pghot_table **slot;
	unsigned int i;

	rcu_read_lock();
	slot = pghot_slot(rcu_dereference(node->map), section);
	if (slot && READ_ONCE(*slot)) {
		struct pghot_table *table = READ_ONCE(*slot);

		if (!sweep_table(table, sweep))
			pghot_drop_table(node, slot);
		for (i = 1; i < KLRUSCAN_HEAT_LEVELS; i++)
			sweep->heat[i] += table->count[i];
	}
	rcu_read_unlock();
}

/*
 * Far more pages than in the last pass: the processes did not run before, or not like
 * that. What was not seen then says nothing, and heat begins anew with this pass.
 */
static void note_fresh(struct pghot_node *node, u64 fresh)
{
	bool awoke = fresh > AWOKE_TIMES * node->fresh + AWOKE_PAGES;

	if (awoke)
		WRITE_ONCE(node->epoch, max(node->epoch, node->pass - 1));
	WRITE_ONCE(node->awoke, awoke);
	WRITE_ONCE(node->fresh, fresh);
}

/**
 * pghot_pass_end - the pass in progress is complete
 * @nid: a slow node
 *
 * Called by the node's klruscand only, which ends before the node's store does.
 * Sweeps the tables, one RCU section and one chance to reschedule each, and wakes
 * the readers.
 */
void pghot_pass_end(int nid)
{
	struct pghot_node *node = rcu_access_pointer(pghot_nodes[nid]);
	long passes = node->pass - node->epoch;
	struct sweep sweep = {
		.pass = node->pass,
		.passes = clamp(passes, 0L, (long)node->window),
		.whole = passes >= PGHOT_HEAT_PASSES,
	};
	unsigned long section, start, nr;
	unsigned int level;

	rcu_read_lock();
	start = rcu_dereference(node->map)->start;
	nr = rcu_dereference(node->map)->nr;
	rcu_read_unlock();

	for (section = start; section < start + nr; section++) {
		sweep_section(node, section, &sweep);
		cond_resched();
	}
	for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
		WRITE_ONCE(node->heat[level], sweep.heat[level]);
	WRITE_ONCE(node->counted, sweep.passes);
	note_fresh(node, sweep.fresh);
	WRITE_ONCE(node->seen, sweep.seen);
	WRITE_ONCE(node->came, sweep.came);
	/* a reader that sees the pass done sees what was counted */
	smp_store_release(&node->done, node->pass);
	wake_up_all(&pghot_pass_wait);
}

/**
 * pghot_set_window - how far back heat goes
 * @nid: a slow node
 * @passes: how many of the last passes count, 1 to PGHOT_HEAT_PASSES
 *
 * Called by the node's klruscand only, between two passes; the picture of the last
 * one is taken anew by the next.
 */
void pghot_set_window(int nid, unsigned int passes)
{
	struct pghot_node *node = rcu_access_pointer(pghot_nodes[nid]);

	WRITE_ONCE(node->window, passes);
}

/**
 * pghot_restart - heat begins anew
 * @nid: a slow node
 * @skip: passes to come that do not count either
 *
 * What was recorded before does not compare with what comes. Called by the node's
 * klruscand only, between two passes.
 */
void pghot_restart(int nid, unsigned int skip)
{
	struct pghot_node *node = rcu_access_pointer(pghot_nodes[nid]);

	WRITE_ONCE(node->epoch, node->done + skip);
}

/**
 * pghot_age_out - let all records age away
 * @nid: a slow node
 *
 * As so many passes without any access would. Called by the node's klruscand only,
 * between two passes.
 */
void pghot_age_out(int nid)
{
	struct pghot_node *node = rcu_access_pointer(pghot_nodes[nid]);
	unsigned int i;

	for (i = 0; i < PGHOT_HISTORY_BITS; i++) {
		/* closes one that was left open, then opens the next */
		WRITE_ONCE(node->done, node->pass);
		pghot_pass_begin(nid);
	}
	pghot_pass_end(nid);
}
