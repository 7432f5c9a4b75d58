// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot: the hotness store
 *
 * Overview
 * ========
 * For every page of a slow node the store keeps sixteen bits: which of the last
 * eight passes saw an access to it (see pghot_heat.h). Sources put accesses in
 * with pghot_record_access(), klruscand with pghot_mark(); kpromoted takes the hottest
 * pages out.
 *
 * Records live in one table per memory section (64 KiB for 128 MiB of memory).
 * A section gets its table when it first has something to record and loses it
 * when all its records have aged away, so memory that is never hot costs one
 * pointer a section. Recording takes no lock and allocates nothing: a table for
 * a new section comes from a small reserve, which pghot_refill() fills up from
 * a context that may sleep.
 *
 * Time is counted in passes. Cgroups that are scanned at the same interval go by one
 * clock, and there are PGHOT_CLOCKS a node, which klruscand keeps going: between
 * pghot_pass_begin() and pghot_pass_end() accesses belong to the pass in
 * progress, and what is read back is, for each clock, the picture as of its last
 * completed pass. The end of a pass, or of several at once, sweeps once the tables that
 * have records of their clocks: it counts pages by clock and heat, clears what has aged
 * away (before the pass number in a record could come round again) and frees tables that
 * became empty.
 *
 * A record goes by the clock of the pass that marked it last. Other sources know of no
 * clock: they mark by the one that the record has.
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

/* How many passes ago was @now? PGHOT_HEAT_PASSES when before all of them. */
static unsigned int passes_ago(struct pghot_clock *clock, unsigned long now,
			       unsigned long pass)
{
	unsigned int back;

	for (back = 0; back < PGHOT_HEAT_PASSES && back < pass; back++) {
		unsigned long i = (pass - back) % PGHOT_HEAT_PASSES;

		if (time_after_eq(now, READ_ONCE(clock->started[i])))
			return back;
	}
	return PGHOT_HEAT_PASSES;
}

/* A record as one of @to's, whose pass is the one in progress. */
static u16 on_clock(struct pghot_node *node, u16 rec, unsigned int to,
		    unsigned long pass)
{
	struct pghot_clock *from = &node->clock[pghot_heat_clock(rec)];
	struct pghot_clock *clock = &node->clock[to];

	if (!rec)
		return pghot_heat_record(to, pass, 0);
	if (from == clock)
		return rec;
	return pghot_heat_move(pghot_heat_history(rec, READ_ONCE(from->done)), to, pass,
			       READ_ONCE(clock->interval_ms) >=
			       READ_ONCE(from->interval_ms));
}

/* By the clock that a record has, or the usual one. */
static unsigned int clock_of(struct pghot_node *node, u16 rec)
{
	return rec ? pghot_heat_clock(rec) : READ_ONCE(node->usual);
}

/* What a record was is returned, and what it is; the same when it is marked already. */
static int mark(struct pghot_node *node, unsigned long pfn, const unsigned int *by,
		unsigned long now, u16 *was, u16 *is)
{
	struct pghot_table *table = pghot_get_table(node, pfn);
	u16 old, new, *rec;

	if (!table) {
		atomic_long_inc(&node->lost);
		return -ENOMEM;
	}
	rec = pghot_record(table, pfn);
	old = READ_ONCE(*rec);
	do {
		unsigned int to = by ? *by : clock_of(node, old);
		struct pghot_clock *clock = &node->clock[to];
		/* pairs with pghot_pass_begin(): its start is known */
		unsigned long pass = smp_load_acquire(&clock->pass);
		unsigned int back = by ? 0 : passes_ago(clock, now, pass);

		new = old;
		if (back < PGHOT_HEAT_PASSES)
			new = pghot_heat_mark(on_clock(node, old, to, pass), pass, back);
	} while (new != old && !try_cmpxchg(rec, &old, new));
	*was = old;
	*is = new;
	if (new != old) {
		pghot_note(table, pghot_heat_clock(new));
		/* others mark as of passes that are over: between two, it is the last one */
		if (!by)
			pghot_note(table, PGHOT_RECOUNT);
		atomic_long_inc(&node->records);
	}
	return 0;
}

/* Under RCU. The frame's node is looked up: it may be offline or not tracked. */
static int record(unsigned long pfn, unsigned long now)
{
	struct page *page = pfn_to_online_page(pfn);
	struct pghot_node *node;
	u16 was, is;

	if (!page)
		return -EINVAL;
	node = rcu_dereference(pghot_nodes[page_to_nid(page)]);
	return node ? mark(node, pfn, NULL, now, &was, &is) : -ENODEV;
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

/* What is to be told of a record that a pass has marked. */
static int told(u16 was, u16 is)
{
	if (was == is)
		return 0;
	is &= PGHOT_HEAT_MASK;
	return PGHOT_FRESH | (pghot_heat_again(is) ? PGHOT_AGAIN : 0) |
	       (pghot_heat_came(is) ? PGHOT_CAME : 0);
}

/**
 * pghot_mark - a pass saw that a page was accessed
 * @pfn: the page frame, which is online
 * @nid: its node
 * @by: the clock whose pass it is, which has begun
 *
 * Context: as pghot_record_access(); by the node's klruscand only.
 * Return: a negative error, or PGHOT_FRESH when the pass had not seen it yet, with
 * PGHOT_AGAIN when the one before had, and PGHOT_CAME when it became hot by that.
 */
int pghot_mark(unsigned long pfn, int nid, unsigned int by)
{
	struct pghot_node *node;
	int err = -ENODEV;
	u16 was, is;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node)
		err = mark(node, pfn, &by, 0, &was, &is);
	rcu_read_unlock();
	return err ?: told(was, is);
}

/* The pass that finds what is accessed now: the next one, if none is in progress. */
static unsigned long pass_to_come(const struct pghot_clock *clock)
{
	unsigned long pass = READ_ONCE(clock->pass);

	return pass + (pass == READ_ONCE(clock->done));
}

/* A record as that pass will have it; one that is empty stays so. */
static u16 marked_ahead(struct pghot_node *node, u16 rec)
{
	if (!rec)
		return 0;
	return pghot_heat_mark(rec, pass_to_come(&node->clock[pghot_heat_clock(rec)]), 0);
}

/**
 * pghot_keep - keep for the next pass that a page was accessed
 * @pfn: the page frame; for a large folio that of its head
 * @nid: its node
 *
 * For who has cleared the accessed bits that the pass would have found. Of a page that has
 * no record, nothing is kept. Nor is there of one that the pass in progress has been by already:
 * a record says nothing of the pass after the next picture.
 *
 * Context: as pghot_record_access().
 * Return: as pghot_mark(), for the pass will not see the page for the first time any more; 0
 * for a node that is not tracked.
 */
int pghot_keep(unsigned long pfn, int nid)
{
	struct pghot_node *node;
	u16 *rec, old = 0, new = 0;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	rec = pghot_find_record(node, pfn);
	if (rec) {
		old = READ_ONCE(*rec);
		do {
			new = marked_ahead(node, old);
		} while (new != old && !try_cmpxchg(rec, &old, new));
	}
	if (new != old)
		atomic_long_inc(&node->records);
	rcu_read_unlock();
	return told(old, new);
}

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
	if (table && xchg(pghot_record(table, pfn), 0))
		pghot_note(table, PGHOT_RECOUNT);
	rcu_read_unlock();
}
