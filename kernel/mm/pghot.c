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
 * completed pass. The end of a pass, or of several at once, sweeps the tables once: it
 * counts pages by clock and heat, clears what has aged away (before the pass number in
 * a record could come round again) and frees tables that became empty.
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

/* kpromoted waits here for the end of a pass. */
DECLARE_WAIT_QUEUE_HEAD(pghot_pass_wait);

/******************************************************************************
 *                          recording
 ******************************************************************************/

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
	if (new != old)
		atomic_long_inc(&node->records);
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
	u16 *rec;

	rcu_read_lock();
	rec = pghot_find_record(rcu_dereference(pghot_nodes[nid]), pfn);
	if (rec)
		WRITE_ONCE(*rec, 0);
	rcu_read_unlock();
}

/******************************************************************************
 *                          the clocks
 ******************************************************************************/

/* The store of a node whose klruscand asks: it ends before the store does. */
static struct pghot_node *own_node(int nid)
{
	return rcu_access_pointer(pghot_nodes[nid]);
}

/**
 * pghot_pass_begin - accesses recorded from now on belong to a new pass
 * @nid: a slow node
 * @by: the clock whose pass it is
 *
 * Called by the node's klruscand only. A pass that was begun and not ended goes
 * on under its number.
 */
void pghot_pass_begin(int nid, unsigned int by)
{
	struct pghot_clock *clock = &own_node(nid)->clock[by];
	unsigned long pass = clock->pass + 1;

	if (clock->pass != clock->done)
		return;
	WRITE_ONCE(clock->started[pass % PGHOT_HEAT_PASSES], jiffies);
	/* a reader that sees the new number sees its start */
	smp_store_release(&clock->pass, pass);
}

/**
 * struct picture - what is being counted for a clock
 * @pass:	the pass that it is as of
 * @passes:	how many count as heat
 * @heat:	pages by heat
 * @used:	pages with any history
 * @fresh:	pages that the pass saw
 */
struct picture {
	unsigned long pass;
	unsigned int passes;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	u64 used;
	u64 fresh;
};

/**
 * struct sweep - what is being counted
 * @clear:	nothing: all records are to be empty
 * @picture:	by clock
 */
struct sweep {
	bool clear;
	struct picture picture[PGHOT_CLOCKS];
};

static void sweep_history(struct picture *picture, u16 *count, u8 history)
{
	count[pghot_heat_level(pghot_heat_recall(history, picture->passes))]++;
	picture->fresh += history & 1;
	picture->used++;
}

/* Count a table's pages by heat and clear what has aged away. */
static bool sweep_table(struct pghot_table *table, struct sweep *sweep)
{
	u16 count[PGHOT_CLOCKS][KLRUSCAN_HEAT_LEVELS] = { };
	unsigned int clock, level;
	bool used = false;
	unsigned long i;

	for (i = 0; i < PAGES_PER_SECTION; i++) {
		u16 rec = READ_ONCE(table->rec[i]);
		unsigned int by = pghot_heat_clock(rec);
		u8 history;

		if (!rec)
			continue;
		history = sweep->clear ? 0 :
			  pghot_heat_history(rec, sweep->picture[by].pass);
		/* a mark that comes in between wins */
		if (!history && cmpxchg(&table->rec[i], rec, 0) == rec)
			continue;
		used = true;
		if (history)
			sweep_history(&sweep->picture[by], count[by], history);
	}
	for (clock = 0; clock < PGHOT_CLOCKS; clock++)
		for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
			WRITE_ONCE(table->count[clock][level], count[clock][level]);
	return used;
}

/* The pages of one section; an empty table goes. */
static void sweep_section(struct pghot_node *node, unsigned long section,
			  struct sweep *sweep)
{
	struct pghot_table **slot, *table;
	unsigned int by, level;

	rcu_read_lock();
	slot = pghot_slot(rcu_dereference(node->map), section);
	/* read once: hotplug may take it away */
	table = slot ? READ_ONCE(*slot) : NULL;
	if (table) {
		if (!sweep_table(table, sweep))
			pghot_drop_table(node, slot);
		for (by = 0; by < PGHOT_CLOCKS; by++)
			for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
				sweep->picture[by].heat[level] +=
					table->count[by][level];
	}
	rcu_read_unlock();
}

static void sweep_node(struct pghot_node *node, struct sweep *sweep)
{
	unsigned long section, start, nr;

	rcu_read_lock();
	start = rcu_dereference(node->map)->start;
	nr = rcu_dereference(node->map)->nr;
	rcu_read_unlock();
	for (section = start; section < start + nr; section++) {
		sweep_section(node, section, sweep);
		cond_resched();
	}
}

/*
 * Far more pages than in the last pass, though nobody joined and the interval is no longer: the
 * processes did not run before, or not like that. What was not seen then says nothing, and heat
 * begins anew with this pass.
 */
static void note_fresh(struct pghot_clock *clock, u64 fresh)
{
	/* a clock that took over the history of an older one began before its own pass 0 */
	long passes = clock->pass - clock->epoch;

	if (!clock->joined && pghot_heat_awoke(fresh, clock->fresh) && passes > 1)
		WRITE_ONCE(clock->epoch, clock->pass - 1);
	clock->joined = false;
	clock->fresh = fresh;
}

/* The picture that will be published: as of the pass that ends, or of the last one. */
static void begin_picture(struct pghot_clock *clock, struct picture *picture)
{
	long passes = clock->pass - clock->epoch;

	picture->pass = clock->pass;
	picture->passes = clock->pass == clock->done ? clock->counted :
			  clamp(passes, 0L, (long)clock->window);
}

static void end_picture(struct pghot_clock *clock, const struct picture *picture)
{
	unsigned int level;

	for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
		WRITE_ONCE(clock->heat[level], picture->heat[level]);
	clock->used = picture->used;
	if (clock->pass == clock->done)
		return;
	WRITE_ONCE(clock->counted, picture->passes);
	note_fresh(clock, picture->fresh);
	WRITE_ONCE(clock->done, clock->pass);
}

static void end_passes(struct pghot_node *node, struct sweep *sweep)
{
	unsigned int by;

	sweep_node(node, sweep);
	for (by = 0; by < PGHOT_CLOCKS; by++)
		end_picture(&node->clock[by], &sweep->picture[by]);
	/* a reader that sees the pass done sees what was counted */
	smp_store_release(&node->passes, node->passes + 1);
	wake_up_all(&pghot_pass_wait);
}

/**
 * pghot_pass_end - the passes in progress are complete
 * @nid: a slow node
 *
 * Called by the node's klruscand only. Sweeps the tables, one RCU section and one chance
 * to reschedule each, and wakes the readers.
 */
void pghot_pass_end(int nid)
{
	struct pghot_node *node = own_node(nid);
	struct sweep sweep = { };
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		begin_picture(&node->clock[by], &sweep.picture[by]);
	end_passes(node, &sweep);
}

/**
 * pghot_clock_start - take a clock into use, or have its history begin anew
 * @nid: a slow node
 * @by: the clock; what its records say does not count
 * @interval_ms: time from pass to pass
 * @like: those who go by it have gone by this one, and take their history along; itself
 *	  where they do not
 * @skip: passes to come that do not count
 *
 * Called by the node's klruscand only, with no pass of either in progress.
 */
void pghot_clock_start(int nid, unsigned int by, unsigned int interval_ms,
		       unsigned int like, unsigned int skip)
{
	struct pghot_clock *clock = &own_node(nid)->clock[by];
	const struct pghot_clock *old = &own_node(nid)->clock[like];
	unsigned int i;

	WRITE_ONCE(clock->interval_ms, interval_ms);
	WRITE_ONCE(clock->counted, 0);
	WRITE_ONCE(clock->epoch, clock->done + skip);
	clock->fresh = 0;
	if (old == clock)
		return;
	for (i = 0; i < PGHOT_HEAT_PASSES; i++)
		WRITE_ONCE(clock->started[(clock->done - i) % PGHOT_HEAT_PASSES],
			   old->started[(old->done - i) % PGHOT_HEAT_PASSES]);
	WRITE_ONCE(clock->epoch, clock->done - (old->done - old->epoch));
	clock->joined = true;
}

/**
 * pghot_clock_set - how a clock goes on
 * @nid: a slow node
 * @by: the clock
 * @interval_ms: time from pass to pass
 * @passes: how many of the last passes count, 1 to PGHOT_HEAT_PASSES
 *
 * Called by the node's klruscand only, between two passes; the picture of the last
 * one is taken anew by the next.
 */
void pghot_clock_set(int nid, unsigned int by, unsigned int interval_ms,
		     unsigned int passes)
{
	struct pghot_clock *clock = &own_node(nid)->clock[by];

	WRITE_ONCE(clock->interval_ms, interval_ms);
	clock->window = passes;
}

/**
 * pghot_clock_join - others are going to go by a clock, or it becomes slower
 * @nid: a slow node
 * @by: the clock
 *
 * That its next pass sees more is not because more is accessed. Called by the node's
 * klruscand only.
 */
void pghot_clock_join(int nid, unsigned int by)
{
	own_node(nid)->clock[by].joined = true;
}

/**
 * pghot_clock_is_used - does any record go by a clock?
 * @nid: a slow node
 * @by: the clock
 *
 * Called by the node's klruscand only.
 * Return: true if one did when a pass ended last.
 */
bool pghot_clock_is_used(int nid, unsigned int by)
{
	return own_node(nid)->clock[by].used;
}

/**
 * pghot_set_usual - which clock do others go by, who know of none?
 * @nid: a slow node
 * @by: the clock
 *
 * Called by the node's klruscand only.
 */
void pghot_set_usual(int nid, unsigned int by)
{
	WRITE_ONCE(own_node(nid)->usual, by);
}

/**
 * pghot_age_out - let all records age away
 * @nid: a slow node
 *
 * As so many passes without any access would. Called by the node's klruscand only,
 * and closes passes that were left open.
 */
void pghot_age_out(int nid)
{
	struct sweep sweep = { .clear = true };

	end_passes(own_node(nid), &sweep);
}
