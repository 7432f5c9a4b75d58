// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot: reading the store
 *
 * Nothing here changes a record. All is read under RCU, so a node that is given
 * up meanwhile, and memory that goes offline, are waited for by who frees the
 * tables. What is read is the picture as of the last completed pass.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pghot.h>
#include <linux/rcupdate.h>

#include "internal.h"
#include "pghot.h"

/* Sections without what is looked for that a call passes over. */
#define EMPTY_SECTIONS	8192

/* The sums of a block are sixteen bits wide. */
static_assert(KLRUSCAN_HEAT_BLOCK * PGHOT_HEAT_PASSES <= U16_MAX);
static_assert(PAGES_PER_SECTION % KLRUSCAN_HEAT_BLOCK == 0);

/**
 * pghot_passes - how many passes were completed, of any clock
 * @nid: a node
 *
 * Those that ended together are one.
 *
 * Return: the number; 0 before the first or for a node not tracked.
 */
unsigned long pghot_passes(int nid)
{
	struct pghot_node *node;
	unsigned long done = 0;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node)
		/* pairs with pghot_pass_end(): its counts are there */
		done = smp_load_acquire(&node->passes);
	rcu_read_unlock();
	return done;
}

/*
 * The next table, with pages of a clock at a heat or, for 0, any, under RCU. Whatever
 * *@pos is, only the map is looked at.
 *
 * Return: the table that *@pos is in, which is moved on to it; NULL when *@pos was moved
 * over EMPTY_SECTIONS without finding one, or to ULONG_MAX at the end of the map.
 */
static struct pghot_table *next_table(struct pghot_node *node, unsigned int by,
				      unsigned int level, unsigned long *pos)
{
	struct pghot_map *map = rcu_dereference(node->map);
	unsigned int i;

	*pos = max(*pos, section_nr_to_pfn(map->start));
	for (i = 0; i < EMPTY_SECTIONS; i++) {
		struct pghot_table **slot, *table;

		slot = pghot_slot(map, pfn_to_section_nr(*pos));
		if (!slot) {
			*pos = ULONG_MAX;
			break;
		}
		table = READ_ONCE(*slot);
		if (table && (!level || READ_ONCE(table->count[by][level])))
			return table;
		*pos = SECTION_ALIGN_UP(*pos + 1);
	}
	return NULL;
}

/* As next_table(), of a node, which is NULL where it is not tracked: then *@pos is at the end. */
static struct pghot_table *next_table_of(int nid, struct pghot_node **node, unsigned int by,
					 unsigned int level, unsigned long *pos)
{
	*node = rcu_dereference(pghot_nodes[nid]);
	if (*node)
		return next_table(*node, by, level, pos);
	*pos = ULONG_MAX;
	return NULL;
}

/* Does a page go by a clock, and is it at a heat? */
static bool is_at(struct pghot_node *node, u16 rec, unsigned int by, unsigned int level)
{
	return rec && pghot_heat_clock(rec) == by &&
	       pghot_heat_level(pghot_clock_history(&node->clock[by], rec)) == level;
}

/* Pages of one table at a heat, from *@pos up to the section's end. */
static unsigned int collect_table(struct pghot_node *node,
				  struct pghot_table *table, unsigned int by,
				  unsigned int level, unsigned long *pos,
				  unsigned long *pfns, unsigned int max)
{
	unsigned long end = SECTION_ALIGN_UP(*pos + 1);
	unsigned int found = 0;

	for (; *pos < end && found < max; (*pos)++)
		if (is_at(node, READ_ONCE(*pghot_record(table, *pos)), by, level))
			pfns[found++] = *pos;
	return found;
}

/**
 * pghot_collect - the next pages of a heat
 * @nid: a slow node
 * @by: the clock that they go by
 * @level: heat as of its last completed pass, 1 to KLRUSCAN_HEAT_MAX
 * @pos: in and out: page frame to go on from, 0 at first
 * @pfns: out: the page frames
 * @max: room in @pfns
 *
 * Looks only at sections that had such pages at the end of the last pass and
 * changes nothing. Visits at most one of them, and passes over so many others at
 * most, so the time is bounded. When a pass ends between two calls, the second one
 * goes by the newer picture.
 *
 * Context: any that may take an RCU read lock.
 * Return: number of pages found, which may be 0 though there are more: *@pos is
 * ULONG_MAX when there is nothing beyond.
 */
unsigned int pghot_collect(int nid, unsigned int by, unsigned int level,
			   unsigned long *pos, unsigned long *pfns,
			   unsigned int max)
{
	struct pghot_table *table;
	struct pghot_node *node;
	unsigned int found = 0;

	rcu_read_lock();
	table = next_table_of(nid, &node, by, level, pos);
	if (table)
		found = collect_table(node, table, by, level, pos, pfns, max);
	rcu_read_unlock();
	return found;
}

/* Return: how many of @skip pages there were up to the section's end. */
static u64 skip_table(struct pghot_node *node, struct pghot_table *table,
		      unsigned int by, unsigned int level, unsigned long *pos, u64 skip)
{
	unsigned long end = SECTION_ALIGN_UP(*pos + 1);
	unsigned int all = READ_ONCE(table->count[by][level]);
	u64 skipped = 0;

	if (IS_ALIGNED(*pos, PAGES_PER_SECTION) && all <= skip) {
		*pos = end;
		return all;
	}
	for (; *pos < end && skipped < skip; (*pos)++)
		skipped += is_at(node, READ_ONCE(*pghot_record(table, *pos)), by, level);
	return skipped;
}

/**
 * pghot_skip - pass over pages of a heat
 * @nid: as in pghot_collect()
 * @by: likewise
 * @level: likewise
 * @pos: likewise
 * @skip: how many pages
 *
 * The records of a section are looked at only where there are more such pages in it than
 * are to be passed over. The time is bounded as that of pghot_collect().
 *
 * Context: any that may take an RCU read lock.
 * Return: how many were passed over, which may be fewer: *@pos is ULONG_MAX when there is
 * nothing beyond.
 */
u64 pghot_skip(int nid, unsigned int by, unsigned int level, unsigned long *pos, u64 skip)
{
	struct pghot_table *table;
	struct pghot_node *node;
	u64 skipped = 0;

	rcu_read_lock();
	table = next_table_of(nid, &node, by, level, pos);
	if (table)
		skipped = skip_table(node, table, by, level, pos, skip);
	rcu_read_unlock();
	return skipped;
}

static struct pghot_heat_sum sum_block(struct pghot_node *node,
				       struct pghot_table *table,
				       unsigned long pfn)
{
	unsigned long end = pfn + KLRUSCAN_HEAT_BLOCK;
	struct pghot_heat_sum sum = { };

	for (; pfn < end; pfn++) {
		u16 rec = READ_ONCE(*pghot_record(table, pfn));
		struct pghot_clock *clock = &node->clock[pghot_heat_clock(rec)];

		if (rec)
			pghot_heat_add(&sum,
				       pghot_heat_history(rec, READ_ONCE(clock->done)),
				       READ_ONCE(clock->counted));
	}
	return sum;
}

/* Blocks of one table, from *@pos up to the section's end. */
static int read_table(struct pghot_node *node, struct pghot_table *table,
		      unsigned long *pos, struct klruscan_heat_block *blocks,
		      unsigned int max)
{
	unsigned long end = SECTION_ALIGN_UP(*pos + 1);
	unsigned int found = 0;

	for (; *pos < end && found < max; *pos += KLRUSCAN_HEAT_BLOCK) {
		struct pghot_heat_sum sum = sum_block(node, table, *pos);

		if (!sum.seen && !sum.warm)
			continue;
		blocks[found++] = (struct klruscan_heat_block) {
			.pfn = *pos,
			.heat = sum.heat,
			.seen = sum.seen,
			.warm = sum.warm,
		};
	}
	return found;
}

/* As pghot_read_blocks(), under RCU. */
static int read_map(struct pghot_node *node, unsigned long *pos,
		    struct klruscan_heat_block *blocks, unsigned int max)
{
	struct pghot_table *table = next_table(node, 0, 0, pos);

	return table ? read_table(node, table, pos, blocks, max) : 0;
}

/**
 * pghot_read_blocks - the next blocks of pages that have heat
 * @nid: a node
 * @pos: in and out: page frame to go on from, 0 at first
 * @blocks: out: the blocks, ascending
 * @max: room in @blocks, at least 1
 *
 * Changes nothing. Visits at most one section that has records, so the time is
 * bounded. When a pass ends between two calls, the second one goes by the newer
 * picture.
 *
 * Context: any that may take an RCU read lock.
 * Return: number of blocks, which may be 0; *@pos is KLRUSCAN_HEAT_END when there
 * is nothing beyond. -ENODEV for a node that is not tracked.
 */
int pghot_read_blocks(int nid, u64 *pos, struct klruscan_heat_block *blocks,
		      unsigned int max)
{
	unsigned long pfn = ALIGN_DOWN(*pos, KLRUSCAN_HEAT_BLOCK);
	struct pghot_node *node;
	int found = -ENODEV;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node)
		found = read_map(node, &pfn, blocks, max);
	rcu_read_unlock();
	*pos = pfn == ULONG_MAX ? KLRUSCAN_HEAT_END : pfn;
	return found;
}

/**
 * pghot_history - which of the last passes saw a page accessed
 * @pfn: a page frame
 * @nid: its node
 *
 * Reading a record does not change it.
 *
 * Return: one bit for each pass of its clock that counts as heat, the last completed
 * one lowest; 0 without a record.
 */
u8 pghot_history(unsigned long pfn, int nid)
{
	struct pghot_node *node;
	u8 history = 0;
	u16 *at, rec;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	at = pghot_find_record(node, pfn);
	rec = at ? READ_ONCE(*at) : 0;
	if (rec)
		history = pghot_clock_history(&node->clock[pghot_heat_clock(rec)], rec);
	rcu_read_unlock();
	return history;
}

/*
 * How long a page was exposed before a pass looked at it: the mean of the last @passes passes, but
 * for the oldest of eight, whose place the next one takes. When one was completed meanwhile, anew.
 */
static unsigned int mean_exposure_ms(struct pghot_clock *clock, unsigned int passes)
{
	unsigned int i, nr = min(passes, PGHOT_HEAT_PASSES - 1U);
	unsigned long last, exposed;

	if (passes < 2)
		return 0;
	do {
		last = READ_ONCE(clock->done);
		exposed = 0;
		for (i = 0; i < nr; i++)
			exposed += READ_ONCE(clock->exposed[(last - i) % PGHOT_HEAT_PASSES]);
		/* what was read is older than what is read now: a pass lies between two writes */
		smp_rmb();
	} while (READ_ONCE(clock->done) != last);
	return jiffies_to_msecs(exposed) / nr;
}

static void read_clock(struct pghot_clock *clock, struct pghot_picture *picture)
{
	unsigned int level;

	picture->done = READ_ONCE(clock->done);
	picture->passes = READ_ONCE(clock->counted);
	picture->exposed_ms = mean_exposure_ms(clock, picture->passes);
	for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
		picture->heat[level] = READ_ONCE(clock->heat[level]);
}

/**
 * pghot_read_picture - the pages that go by a clock, by heat
 * @nid: a slow node
 * @by: the clock
 * @picture: out: all zero for a node that is not tracked
 */
void pghot_read_picture(int nid, unsigned int by, struct pghot_picture *picture)
{
	struct pghot_node *node;

	memset(picture, 0, sizeof(*picture));
	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node)
		read_clock(&node->clock[by], picture);
	rcu_read_unlock();
}

/**
 * pghot_read_stats - the figures of a node's store
 * @nid: a node
 * @stats: out: the figures, all zero for a node that is not tracked
 */
void pghot_read_stats(int nid, struct pghot_stats *stats)
{
	struct pghot_node *node;
	unsigned int by, level;

	memset(stats, 0, sizeof(*stats));
	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	if (node) {
		stats->records = atomic_long_read(&node->records);
		stats->lost = atomic_long_read(&node->lost);
		stats->sections = atomic_long_read(&node->tables);
		stats->bytes = stats->sections * (sizeof(struct pghot_table) +
						  PAGES_PER_SECTION * sizeof(u16));
		for (by = 0; by < PGHOT_CLOCKS; by++)
			for (level = 1; level < KLRUSCAN_HEAT_LEVELS; level++)
				stats->heat[level] +=
					READ_ONCE(node->clock[by].heat[level]);
	}
	rcu_read_unlock();
}
