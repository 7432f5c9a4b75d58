/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the hotness store: what its files share. */
#ifndef _MM_PGHOT_H
#define _MM_PGHOT_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include "klruscan.h"
#include "pghot_heat.h"

/*
 * Tables in reserve per node: klruscand refills after each GiB of address
 * space, which is eight sections when memory is not fragmented; twice that.
 */
#define PGHOT_SPARES		16

/* The counts of a table are sixteen bits wide. */
static_assert(PAGES_PER_SECTION <= U16_MAX);

/* Behind the clocks: a record was forgotten, or may be another one as of a pass that is over. */
#define PGHOT_RECOUNT		PGHOT_CLOCKS

/**
 * struct pghot_table - the records of one memory section
 * @rcu:	frees the table after its last reader
 * @rec:	PAGES_PER_SECTION records, changed by cmpxchg
 * @clocks:	bitmap of those that a record goes by, or went by when it was swept last; and
 *		PGHOT_RECOUNT
 * @count:	pages by clock and heat, written by the sweep
 */
struct pghot_table {
	struct rcu_head rcu;
	u16 *rec;
	unsigned long clocks;
	u16 count[PGHOT_CLOCKS][KLRUSCAN_HEAT_LEVELS];
};

/**
 * struct pghot_map - where a node's tables are
 * @start:	number of the first section
 * @nr:		number of sections
 * @table:	one a section, NULL where nothing was recorded
 */
struct pghot_map {
	unsigned long start;
	unsigned long nr;
	struct pghot_table *table[] __counted_by(nr);
};

/**
 * struct pghot_clock - what the records of some cgroups go by
 * @interval_ms: time from the start of a pass to that of the next, as it is wanted; only to be
 *		compared
 * @pass:	number of the pass in progress or of the last one
 * @done:	number of the last completed pass
 * @epoch:	passes up to this one do not count as heat
 * @window:	how many of the last passes count, at most
 * @counted:	how many counted at the end of pass @done
 * @started:	start of the last eight passes in jiffies, by number modulo 8
 * @exposed:	for how long what they looked at had been exposed, in jiffies, likewise
 * @heat:	pages by heat at the end of pass @done, without those that moved since
 * @used:	there are records that go by it
 * @fresh:	pages that pass @done saw
 * @joined:	others have come to go by it since that pass
 *
 * All is written by the node's klruscand.
 */
struct pghot_clock {
	unsigned int interval_ms;
	unsigned long pass;
	unsigned long done;
	unsigned long epoch;
	unsigned int window;
	unsigned int counted;
	unsigned long started[PGHOT_HEAT_PASSES];
	unsigned long exposed[PGHOT_HEAT_PASSES];
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	u64 fresh;
	bool used;
	bool joined;
};

/**
 * struct pghot_node - the store of one slow node
 * @nid:	the node
 * @map:	its tables; replaced when the node grows
 * @spare:	tables in reserve; taken by xchg, filled up by pghot_refill()
 * @passes:	passes of any clock that were completed; those that end together are one
 * @clock:	the clocks
 * @usual:	clock of a record that is empty, for those who know of none; klruscand's
 * @records:	accesses recorded
 * @lost:	accesses that found no table
 * @tables:	number of tables in @map
 */
struct pghot_node {
	int nid;
	struct pghot_map __rcu *map;
	struct pghot_table *spare[PGHOT_SPARES];
	unsigned long passes;
	struct pghot_clock clock[PGHOT_CLOCKS];
	unsigned int usual;
	atomic_long_t records;
	atomic_long_t lost;
	atomic_long_t tables;
};

/* By node, NULL where none is kept. Written under pghot's resize mutex. */
extern struct pghot_node __rcu *pghot_nodes[MAX_NUMNODES];

struct pghot_table **pghot_slot(struct pghot_map *map, unsigned long section);
struct pghot_table *pghot_find_table(struct pghot_node *node,
				     unsigned long pfn);
struct pghot_table *pghot_get_table(struct pghot_node *node, unsigned long pfn);
void pghot_drop_table(struct pghot_node *node, struct pghot_table **slot);

/* A page frame's record in its section's table. */
static inline u16 *pghot_record(struct pghot_table *table, unsigned long pfn)
{
	return &table->rec[pfn & ~PAGE_SECTION_MASK];
}

/* The same, of a node that may be NULL; NULL where it has no table. Under RCU. */
static inline u16 *pghot_find_record(struct pghot_node *node, unsigned long pfn)
{
	struct pghot_table *table = node ? pghot_find_table(node, pfn) : NULL;

	return table ? pghot_record(table, pfn) : NULL;
}

/*
 * A record goes by a clock now: the next sweep for that clock is to see it. Or it has to be counted
 * anew, PGHOT_RECOUNT.
 */
static inline void pghot_note(struct pghot_table *table, unsigned int what)
{
	/* the record was written before, and fully ordered: see sweep_table() */
	if (!test_bit(what, &table->clocks))
		set_bit(what, &table->clocks);
}

/* A record's history as of its clock's last completed pass, and of those that count. */
static inline u8 pghot_clock_history(const struct pghot_clock *clock, u16 rec)
{
	return pghot_heat_recall(pghot_heat_history(rec, READ_ONCE(clock->done)),
				 READ_ONCE(clock->counted));
}

#endif /* _MM_PGHOT_H */
