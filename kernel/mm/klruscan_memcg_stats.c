// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: the figures of single cgroups
 *
 * For each slow node there is a table of the cgroups of which a pass found memory there.
 * The node's klruscand adds to it and takes from it, at the end of a pass, those that
 * were removed; what these had is added to what belongs to nobody, so that the sum over
 * all is what the node has.
 *
 * The figures of the scan are written by klruscand, those of promotion by kpromoted, those of
 * looks by both, and read without a lock. What kpromoted counts for a cgroup that is not in the
 * table, it counts for nobody. It looks the cgroup up under RCU: the figures of one that was taken
 * from the table are added up after a grace period, when nobody adds to them any more.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/jiffies.h>
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

#include "internal.h"
#include "klruscan_memcg.h"

/* Cgroups that are looked at when a list is asked for. */
#define LIST_LOOKS	1024

/* Removed ones are looked for so often. */
#define REAP_JIFFIES	HZ

/**
 * struct kept - as in struct tempo_yield; written by both daemons
 * @fresh:	pages
 * @again:	those of them that the pass before saw
 * @came:	those of them that became hot by that
 */
struct kept {
	atomic64_t fresh;
	atomic64_t again;
	atomic64_t came;
};

/**
 * struct figures - of a cgroup on a slow node
 * @rcu:	adds them to those of nobody and frees them
 * @table:	the table that they are or were in
 * @found:	the last pass found memory of it; klruscand's
 * @passes:	passes that found memory of it; klruscand's
 * @cost:	what they took; klruscand's
 * @pace:	how it is scanned; klruscand's
 * @pages:	base pages that were promoted; kpromoted's
 * @kept:	pages that looks at single folios found accessed before a pass did
 * @outcome:	how candidates ended; kpromoted's
 */
struct figures {
	struct rcu_head rcu;
	struct table *table;
	bool found;
	u64 passes;
	struct klruscan_cost cost;
	struct klruscan_pace pace;
	u64 pages;
	struct kept kept;
	u64 outcome[KLRUSCAN_NR_OUTCOMES];
};

/**
 * struct table - all figures of a slow node
 * @all:	struct figures by id of the cgroup; changed by klruscand
 * @nr:		how many; klruscand's
 * @reaped:	when removed ones were last looked for, in jiffies; klruscand's
 * @nobody:	figures of no cgroup
 * @gone_lock:	of @gone
 * @gone:	figures of cgroups that were removed
 */
struct table {
	struct xarray all;
	unsigned int nr;
	unsigned long reaped;
	struct figures nobody;
	spinlock_t gone_lock;	/* of @gone */
	struct figures gone;
};

/* By node. Under klruscan_mutex, while no daemon runs; for daemons they are fixed. */
static struct table *tables[MAX_NUMNODES];

static void add_figures(struct figures *sum, const struct figures *figures)
{
	unsigned int i;

	sum->passes += READ_ONCE(figures->passes);
	sum->cost.ns += READ_ONCE(figures->cost.ns);
	sum->cost.visited += READ_ONCE(figures->cost.visited);
	sum->cost.tables += READ_ONCE(figures->cost.tables);
	sum->cost.skipped += READ_ONCE(figures->cost.skipped);
	sum->cost.accessed += READ_ONCE(figures->cost.accessed);
	sum->pages += READ_ONCE(figures->pages);
	sum->pace.came += READ_ONCE(figures->pace.came);
	for (i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		sum->outcome[i] += READ_ONCE(figures->outcome[i]);
}

/******************************************************************************
 *                          coming and going
 ******************************************************************************/

/**
 * klruscan_memcg_start - begin to count on a slow node
 * @nid: the node
 *
 * Context: may sleep; holds klruscan_mutex. No daemon of the node runs.
 * Return: 0 or -ENOMEM.
 */
int klruscan_memcg_start(int nid)
{
	struct table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	lockdep_assert_held(&klruscan_mutex);
	if (!table)
		return -ENOMEM;
	xa_init(&table->all);
	spin_lock_init(&table->gone_lock);
	table->reaped = jiffies;
	tables[nid] = table;
	return 0;
}

/**
 * klruscan_memcg_stop - forget all figures of a node
 * @nid: the node; nothing happens when nothing is counted there
 *
 * Context: may sleep; holds klruscan_mutex. No daemon of the node runs.
 */
void klruscan_memcg_stop(int nid)
{
	struct table *table = tables[nid];
	struct figures *figures;
	unsigned long id;

	lockdep_assert_held(&klruscan_mutex);
	if (!table)
		return;
	tables[nid] = NULL;
	/* those that were taken from it are added up */
	rcu_barrier();
	xa_for_each(&table->all, id, figures)
		kfree(figures);
	xa_destroy(&table->all);
	kfree(table);
}

static void figures_are_gone(struct rcu_head *rcu)
{
	struct figures *figures = container_of(rcu, struct figures, rcu);
	struct table *table = figures->table;

	spin_lock(&table->gone_lock);
	add_figures(&table->gone, figures);
	spin_unlock(&table->gone_lock);
	kfree(figures);
}

/**
 * klruscan_memcg_pass_end - a pass is over: look after cgroups that were removed
 * @nid: the node
 *
 * Context: the thread of the node's scan.
 */
void klruscan_memcg_pass_end(int nid)
{
	struct table *table = tables[nid];
	struct figures *figures;
	unsigned long id;

	if (time_before(jiffies, table->reaped + REAP_JIFFIES))
		return;
	table->reaped = jiffies;
	klruscan_memcg_reap();
	xa_for_each(&table->all, id, figures) {
		bool found = figures->found;

		/* since the last time: no need to ask for it */
		figures->found = false;
		if (found || klruscan_memcg_is_there(id))
			continue;
		xa_erase(&table->all, id);
		table->nr--;
		call_rcu(&figures->rcu, figures_are_gone);
	}
}

/******************************************************************************
 *                          counting
 ******************************************************************************/

/* Figures that klruscand writes. May sleep. */
static struct figures *get_figures(struct table *table, u64 id)
{
	struct figures *figures = id ? xa_load(&table->all, id) : &table->nobody;

	if (figures)
		return figures;
	if (table->nr >= KLRUSCAN_CGROUPS_MAX)
		return &table->nobody;
	figures = kzalloc(sizeof(*figures), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!figures)
		return &table->nobody;
	figures->table = table;
	if (xa_err(xa_store(&table->all, id, figures,
			    GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN))) {
		kfree(figures);
		return &table->nobody;
	}
	table->nr++;
	return figures;
}

/**
 * klruscan_memcg_scanned - a cgroup has a pass
 * @pace: as klruscan_memcg_pace() returned it
 *
 * Context: the thread of the node's scan.
 */
void klruscan_memcg_scanned(struct klruscan_pace *pace)
{
	struct figures *figures = container_of(pace, struct figures, pace);

	figures->found = true;
	klruscan_add(figures->passes, 1);
}

/**
 * klruscan_memcg_charge - what a part of it took
 * @pace: as klruscan_memcg_pace() returned it
 * @cost: what it took
 *
 * Context: the thread of the node's scan.
 */
void klruscan_memcg_charge(struct klruscan_pace *pace, const struct klruscan_cost *cost)
{
	struct figures *figures = container_of(pace, struct figures, pace);

	klruscan_add(figures->cost.ns, cost->ns);
	klruscan_add(figures->cost.visited, cost->visited);
	klruscan_add(figures->cost.tables, cost->tables);
	klruscan_add(figures->cost.skipped, cost->skipped);
	klruscan_add(figures->cost.accessed, cost->accessed);
}

/**
 * klruscan_memcg_pace - how a cgroup is scanned
 * @memcg: the cgroup; the caller holds a reference
 * @nid: the node
 *
 * Cgroups that have no figures of their own have one pace together.
 *
 * Context: the thread of the node's scan; may sleep.
 * Return: its pace, zeroed at first; stays until klruscan_memcg_pass_end().
 */
struct klruscan_pace *klruscan_memcg_pace(struct mem_cgroup *memcg, int nid)
{
	return &get_figures(tables[nid], klruscan_memcg_id(memcg))->pace;
}

/**
 * klruscan_memcg_next_pace - go over all that have one
 * @nid: the node
 * @id: in and out: the cgroup, 0 for none; the next call goes on from there
 *
 * Context: the thread of the node's scan.
 * Return: the pace, with @pages and @kept up to date; NULL when there is no other.
 */
struct klruscan_pace *klruscan_memcg_next_pace(int nid, unsigned long *id)
{
	struct table *table = tables[nid];
	struct figures *figures = &table->nobody;

	if (*id)
		figures = xa_find(&table->all, id, ULONG_MAX, XA_PRESENT);
	if (!figures)
		return NULL;
	figures->pace.pages = READ_ONCE(figures->pages);
	figures->pace.kept.fresh = atomic64_read(&figures->kept.fresh);
	figures->pace.kept.again = atomic64_read(&figures->kept.again);
	figures->pace.kept.came = atomic64_read(&figures->kept.came);
	return &figures->pace;
}

/* Under RCU, for kpromoted. */
static struct figures *find_figures(u64 id, int nid)
{
	struct table *table = tables[nid];

	return (id ? xa_load(&table->all, id) : NULL) ?: &table->nobody;
}

/**
 * klruscan_memcg_count - candidates ended
 * @id: the cgroup that they belong to, 0 for none
 * @nid: the slow node that they were on
 * @outcome: how
 * @nr: how many
 *
 * Context: the thread that promotes from the node.
 */
void klruscan_memcg_count(u64 id, int nid, enum klruscan_outcome outcome, u64 nr)
{
	struct figures *figures;

	rcu_read_lock();
	figures = find_figures(id, nid);
	klruscan_add(figures->outcome[outcome], nr);
	rcu_read_unlock();
}

/**
 * klruscan_memcg_promoted - pages were promoted
 * @id: the cgroup that they belong to, 0 for none
 * @nid: the slow node that they were on
 * @pages: how many base pages
 *
 * Context: the thread that promotes from the node.
 */
void klruscan_memcg_promoted(u64 id, int nid, unsigned long pages)
{
	struct figures *figures;

	rcu_read_lock();
	figures = find_figures(id, nid);
	klruscan_add(figures->pages, pages);
	rcu_read_unlock();
}

/**
 * klruscan_memcg_kept - a look found a page accessed that no pass will see any more
 * @id: the cgroup that it belongs to, 0 for none
 * @nid: the slow node that it is on
 * @was: what pghot_keep() said
 *
 * Context: the thread that promotes from the node, or the one that scans it.
 */
void klruscan_memcg_kept(u64 id, int nid, int was)
{
	struct figures *figures;

	rcu_read_lock();
	figures = find_figures(id, nid);
	atomic64_inc(&figures->kept.fresh);
	if (was & PGHOT_AGAIN)
		atomic64_inc(&figures->kept.again);
	if (was & PGHOT_CAME)
		atomic64_inc(&figures->kept.came);
	rcu_read_unlock();
}

/******************************************************************************
 *                          telling
 ******************************************************************************/

static void read_figures(struct table *table, u64 id, struct figures *sum)
{
	const struct figures *figures;

	if (!id) {
		add_figures(sum, &table->nobody);
		sum->pace.interval_ms = READ_ONCE(table->nobody.pace.interval_ms);
		spin_lock_bh(&table->gone_lock);
		add_figures(sum, &table->gone);
		spin_unlock_bh(&table->gone_lock);
		return;
	}
	rcu_read_lock();
	figures = xa_load(&table->all, id);
	if (figures) {
		add_figures(sum, figures);
		sum->pace.interval_ms = READ_ONCE(figures->pace.interval_ms);
	}
	rcu_read_unlock();
}

/**
 * klruscan_memcg_read_stats - the figures of a cgroup
 * @stats: @stats->id and @stats->nid (below MAX_NUMNODES) are given, the rest was zeroed
 *
 * Context: holds klruscan_mutex; goes by the cgroup namespace of the current task.
 * Return: 0, -ENODEV or -ENOENT.
 */
int klruscan_memcg_read_stats(struct klruscan_cgroup_stats *stats)
{
	struct table *table = tables[stats->nid];
	struct figures sum = { };
	unsigned int i;

	lockdep_assert_held(&klruscan_mutex);
	if (!table)
		return -ENODEV;
	if (stats->id && !klruscan_memcg_is_there(stats->id))
		return -ENOENT;
	read_figures(table, stats->id, &sum);
	stats->passes = sum.passes;
	stats->scan_ns = sum.cost.ns;
	stats->visited = sum.cost.visited;
	stats->tables = sum.cost.tables;
	stats->skipped = sum.cost.skipped;
	stats->accessed = sum.cost.accessed;
	stats->interval_ms = sum.pace.interval_ms;
	stats->new_hot = sum.pace.came;
	stats->promoted_pages = sum.pages;
	for (i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		stats->outcome[i] = sum.outcome[i];
	return 0;
}

/* The next cgroup that is known, from @id on; ULONG_MAX when there is none. */
static unsigned long next_known(unsigned long id)
{
	unsigned long next = klruscan_memcg_next_set(id);
	int nid;

	for_each_node(nid) {
		unsigned long other = id;

		if (tables[nid] &&
		    xa_find(&tables[nid]->all, &other, ULONG_MAX, XA_PRESENT))
			next = min(next, other);
	}
	return next;
}

/**
 * klruscan_memcg_list - which cgroups have settings or figures?
 * @cgroups: @cgroups->pos and @cgroups->room are given, @cgroups->pos and @cgroups->nr
 *	     filled in
 * @ids: out: their ids
 *
 * Context: holds klruscan_mutex; goes by the cgroup namespace of the current task.
 */
void klruscan_memcg_list(struct klruscan_cgroups *cgroups, u64 *ids)
{
	unsigned int i;

	lockdep_assert_held(&klruscan_mutex);
	cgroups->nr = 0;
	for (i = 0; i < LIST_LOOKS && cgroups->nr < cgroups->room; i++) {
		unsigned long id = next_known(cgroups->pos);

		if (id == ULONG_MAX) {
			cgroups->pos = KLRUSCAN_CGROUPS_END;
			break;
		}
		cgroups->pos = id + 1;
		if (klruscan_memcg_is_there(id))
			ids[cgroups->nr++] = id;
	}
}
