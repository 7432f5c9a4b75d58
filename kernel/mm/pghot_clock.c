// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot: the clocks that records go by, and the picture at the end of a pass
 *
 * Time in the store is counted in passes, of up to PGHOT_CLOCKS clocks a node. klruscand keeps
 * them going, and calls all of this: it ends before the store does.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/jiffies.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "internal.h"
#include "pghot.h"

/* kpromoted waits here for the end of a pass. */
DECLARE_WAIT_QUEUE_HEAD(pghot_pass_wait);

/* The store of a node whose klruscand asks: it ends before the store does. */
static struct pghot_node *own_node(int nid)
{
	return rcu_access_pointer(pghot_nodes[nid]);
}

/**
 * pghot_pass_begin - accesses recorded from now on belong to a new pass
 * @nid: a slow node
 * @by: the clock whose pass it is
 * @exposed: time since the accessed bits that it looks at were cleared, in jiffies
 *
 * Called by the node's klruscand only. A pass that was begun and not ended goes
 * on under its number.
 */
void pghot_pass_begin(int nid, unsigned int by, unsigned long exposed)
{
	struct pghot_clock *clock = &own_node(nid)->clock[by];
	unsigned long pass = clock->pass + 1;

	if (clock->pass != clock->done)
		return;
	WRITE_ONCE(clock->started[pass % PGHOT_HEAT_PASSES], jiffies);
	WRITE_ONCE(clock->exposed[pass % PGHOT_HEAT_PASSES], exposed);
	/* a reader that sees the new number sees both */
	smp_store_release(&clock->pass, pass);
}

/**
 * struct picture - what is being counted for a clock
 * @pass:	the pass that it is as of
 * @passes:	how many count as heat
 * @heat:	pages by heat
 * @fresh:	pages that the pass saw
 */
struct picture {
	unsigned long pass;
	unsigned int passes;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	u64 fresh;
};

/**
 * struct sweep - what is being counted
 * @clear:	nothing: all records are to be empty
 * @due:	bitmap of the clocks whose passes end
 * @used:	bitmap of those that records go by
 * @tables:	how many were looked through
 * @picture:	by clock
 */
struct sweep {
	bool clear;
	unsigned long due;
	unsigned long used;
	unsigned long tables;
	struct picture picture[PGHOT_CLOCKS];
};

static void sweep_history(struct picture *picture, u16 *count, u8 history)
{
	count[pghot_heat_level(pghot_heat_recall(history, picture->passes))]++;
	picture->fresh += history & 1;
}

/*
 * Count a table's pages by heat and clear what has aged away. A record that is marked meanwhile
 * and was not seen has its clock noted after the bitmap was emptied, as it is written before.
 */
static void sweep_table(struct pghot_table *table, struct sweep *sweep)
{
	u16 count[PGHOT_CLOCKS][KLRUSCAN_HEAT_LEVELS] = { };
	unsigned long used = 0, i;
	unsigned int clock, level;

	xchg(&table->clocks, 0);
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
		used |= BIT(by);
		if (history)
			sweep_history(&sweep->picture[by], count[by], history);
	}
	for_each_set_bit(clock, &used, PGHOT_CLOCKS)
		pghot_note(table, clock);
	for (clock = 0; clock < PGHOT_CLOCKS; clock++)
		for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
			WRITE_ONCE(table->count[clock][level], count[clock][level]);
	sweep->tables++;
}

/*
 * Is a table to be looked through? Not where no pass of a clock ended that its records go by, none
 * was forgotten, and no other source was there: they are what they were, and counted. One that has
 * none may go.
 */
static bool is_swept(const struct pghot_table *table, const struct sweep *sweep)
{
	unsigned long clocks = READ_ONCE(table->clocks);

	return sweep->clear || !clocks || clocks & (sweep->due | BIT(PGHOT_RECOUNT));
}

/* The pages of one section; an empty table goes. */
static void sweep_section(struct pghot_node *node, unsigned long section,
			  struct sweep *sweep)
{
	struct pghot_table **slot, *table;
	unsigned int by, level;
	unsigned long clocks;

	rcu_read_lock();
	slot = pghot_slot(rcu_dereference(node->map), section);
	/* read once: hotplug may take it away */
	table = slot ? READ_ONCE(*slot) : NULL;
	if (table) {
		if (is_swept(table, sweep))
			sweep_table(table, sweep);
		clocks = READ_ONCE(table->clocks);
		sweep->used |= clocks;
		if (!clocks)
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

static void end_picture(struct pghot_clock *clock, const struct picture *picture, bool used)
{
	unsigned int level;

	/* what was counted before history began anew is none */
	for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
		WRITE_ONCE(clock->heat[level], picture->passes ? picture->heat[level] : 0);
	clock->used = used;
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
		end_picture(&node->clock[by], &sweep->picture[by], sweep->used & BIT(by));
	/* a reader that sees the pass done sees what was counted */
	smp_store_release(&node->passes, node->passes + 1);
	wake_up_all(&pghot_pass_wait);
}

/**
 * pghot_pass_end - the passes in progress are complete
 * @nid: a slow node
 *
 * Called by the node's klruscand only. Sweeps the tables with records of their clocks, one RCU
 * section and one chance to reschedule each, and wakes the readers.
 *
 * Return: how many tables it looked through.
 */
unsigned long pghot_pass_end(int nid)
{
	struct pghot_node *node = own_node(nid);
	struct sweep sweep = { };
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++) {
		begin_picture(&node->clock[by], &sweep.picture[by]);
		if (node->clock[by].pass != node->clock[by].done)
			sweep.due |= BIT(by);
	}
	end_passes(node, &sweep);
	return sweep.tables;
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
	for (i = 0; i < PGHOT_HEAT_PASSES; i++) {
		unsigned int to = (clock->done - i) % PGHOT_HEAT_PASSES;
		unsigned int from = (old->done - i) % PGHOT_HEAT_PASSES;

		WRITE_ONCE(clock->started[to], old->started[from]);
		WRITE_ONCE(clock->exposed[to], old->exposed[from]);
	}
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
