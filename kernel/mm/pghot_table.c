// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot: where the records are
 *
 * A node's map has a slot for each memory section it spans; a table hangs there
 * while something in the section was recorded. Readers and markers find tables
 * under RCU. A table is put into its slot by cmpxchg from the node's reserve,
 * by whoever marks first, and taken out by xchg, by the sweep or by hotplug; a
 * mark that is made in a table on its way out is lost.
 *
 * The map is replaced when the node grows out of it. For that the reserve is emptied and
 * kept so: without a spare no table can appear in the old map after it was
 * read.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "internal.h"
#include "pghot.h"
#include "pghot_span.h"

struct pghot_node __rcu *pghot_nodes[MAX_NUMNODES];

/* Serialises what adds and removes nodes, maps and spares. May be held asleep. */
static DEFINE_MUTEX(pghot_resize_mutex);

/******************************************************************************
 *                          tables
 ******************************************************************************/

static void free_table(struct pghot_table *table)
{
	if (!table)
		return;
	kvfree(table->rec);
	kfree(table);
}

static void free_table_rcu(struct rcu_head *rcu)
{
	free_table(container_of(rcu, struct pghot_table, rcu));
}

/* May sleep. Does not try hard: a pass without a table is a small loss. */
static struct pghot_table *alloc_table(void)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN;
	struct pghot_table *table;

	table = kzalloc(sizeof(*table), gfp);
	if (!table)
		return NULL;
	table->rec = kvcalloc(PAGES_PER_SECTION, sizeof(*table->rec), gfp);
	if (!table->rec) {
		kfree(table);
		return NULL;
	}
	return table;
}

static struct pghot_table *take_spare(struct pghot_node *node)
{
	struct pghot_table *table;
	unsigned int i;

	for (i = 0; i < PGHOT_SPARES; i++) {
		if (!READ_ONCE(node->spare[i]))
			continue;
		table = xchg(&node->spare[i], NULL);
		if (table)
			return table;
	}
	return NULL;
}

/**
 * pghot_slot - where a section's table hangs
 * @map: a node's map
 * @section: number of a memory section
 *
 * Context: under RCU or the resize mutex.
 * Return: the slot, NULL when the section is not in the map.
 */
struct pghot_table **pghot_slot(struct pghot_map *map, unsigned long section)
{
	if (section < map->start || section - map->start >= map->nr)
		return NULL;
	return &map->table[section - map->start];
}

/**
 * pghot_find_table - the table of a page frame
 * @node: its node
 * @pfn: the page frame
 *
 * Context: under RCU.
 * Return: the table, NULL when nothing in the section was recorded.
 */
struct pghot_table *pghot_find_table(struct pghot_node *node,
				     unsigned long pfn)
{
	struct pghot_table **slot;

	slot = pghot_slot(rcu_dereference(node->map), pfn_to_section_nr(pfn));
	return slot ? READ_ONCE(*slot) : NULL;
}

/**
 * pghot_get_table - the table of a page frame, made if need be
 * @node: its node
 * @pfn: the page frame
 *
 * Context: under RCU; any that may take spinlocks.
 * Return: the table, NULL when it would be a new one and the reserve is empty.
 */
struct pghot_table *pghot_get_table(struct pghot_node *node, unsigned long pfn)
{
	struct pghot_table **slot, *table, *old;

	slot = pghot_slot(rcu_dereference(node->map), pfn_to_section_nr(pfn));
	if (!slot)
		return NULL;
	table = READ_ONCE(*slot);
	if (likely(table))
		return table;
	table = take_spare(node);
	if (!table)
		return NULL;
	old = cmpxchg(slot, NULL, table);
	if (old) {
		/* not back into the reserve, which may have been drained since */
		call_rcu(&table->rcu, free_table_rcu);
		return old;
	}
	atomic_long_inc(&node->tables);
	return table;
}

/**
 * pghot_drop_table - take a section's table away
 * @node: the node
 * @slot: where it hangs
 *
 * Context: under RCU or the resize mutex. Readers may still be using the table.
 */
void pghot_drop_table(struct pghot_node *node, struct pghot_table **slot)
{
	struct pghot_table *table = xchg(slot, NULL);

	if (!table)
		return;
	atomic_long_dec(&node->tables);
	call_rcu(&table->rcu, free_table_rcu);
}

static void refill(struct pghot_node *node)
{
	struct pghot_table *table;
	unsigned int i;

	lockdep_assert_held(&pghot_resize_mutex);
	for (i = 0; i < PGHOT_SPARES; i++) {
		if (READ_ONCE(node->spare[i]))
			continue;
		table = alloc_table();
		if (!table)
			return;
		if (cmpxchg(&node->spare[i], NULL, table))
			free_table(table);
	}
}

static bool needs_spares(int nid)
{
	struct pghot_node *node;
	bool needs = false;
	unsigned int i;

	rcu_read_lock();
	node = rcu_dereference(pghot_nodes[nid]);
	for (i = 0; node && i < PGHOT_SPARES && !needs; i++)
		needs = !READ_ONCE(node->spare[i]);
	rcu_read_unlock();
	return needs;
}

/**
 * pghot_refill - fill up the reserve of tables
 * @nid: a slow node
 *
 * Called by klruscand after each step of the walk, without a lock held. May
 * sleep and may enter direct reclaim once; gives up without complaint.
 */
void pghot_refill(int nid)
{
	struct pghot_node *node;

	/* held by another node or by hotplug: the next step is soon enough */
	if (!needs_spares(nid) || !mutex_trylock(&pghot_resize_mutex))
		return;
	node = rcu_dereference_protected(pghot_nodes[nid],
					 lockdep_is_held(&pghot_resize_mutex));
	if (node)
		refill(node);
	mutex_unlock(&pghot_resize_mutex);
}

/******************************************************************************
 *                          nodes, and memory that comes and goes
 ******************************************************************************/

/* What a node spans: nothing while it has no memory. */
static struct pghot_span node_span(int nid)
{
	unsigned long pfn = node_start_pfn(nid);
	unsigned long nr = node_spanned_pages(nid);

	if (!nr)
		return (struct pghot_span){ };
	return (struct pghot_span){
		.start = pfn_to_section_nr(pfn),
		.end = pfn_to_section_nr(pfn + nr - 1) + 1,
	};
}

static struct pghot_map *alloc_map(struct pghot_span span)
{
	unsigned long nr = span.end - span.start;
	struct pghot_map *map;

	map = kvzalloc(struct_size(map, table, nr), GFP_KERNEL);
	if (map) {
		map->start = span.start;
		map->nr = nr;
	}
	return map;
}

static void free_map(struct pghot_map *map)
{
	unsigned long i;

	for (i = 0; i < map->nr; i++)
		free_table(map->table[i]);
	kvfree(map);
}

/* With an empty reserve no table can appear until pghot_refill() runs again. */
static void drain_spares(struct pghot_node *node)
{
	struct pghot_table *table;

	lockdep_assert_held(&pghot_resize_mutex);
	while ((table = take_spare(node)))
		free_table(table);
	synchronize_rcu();
}

/**
 * pghot_node_start - begin to keep records for a node
 * @nid: a node; what it has no memory for yet, or any more, has no records
 *
 * Return: 0; -ENOMEM without memory for the store; -EBUSY when the node has one already.
 */
int pghot_node_start(int nid)
{
	struct pghot_node *node;
	struct pghot_map *map;
	int err = 0;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return -ENOMEM;
	node->nid = nid;

	mutex_lock(&pghot_resize_mutex);
	/* under the mutex, or what comes online meanwhile would be missed */
	map = alloc_map(node_span(nid));
	if (!map)
		err = -ENOMEM;
	else if (rcu_access_pointer(pghot_nodes[nid]))
		err = -EBUSY;
	if (!err) {
		RCU_INIT_POINTER(node->map, map);
		rcu_assign_pointer(pghot_nodes[nid], node);
		refill(node);
	}
	mutex_unlock(&pghot_resize_mutex);
	if (err) {
		kfree(node);
		kvfree(map);
	}
	return err;
}

/**
 * pghot_node_stop - forget a node
 * @nid: a node; nothing happens when it has no store
 *
 * The node's klruscand has stopped. Other sources may still be recording: they
 * are waited for.
 */
void pghot_node_stop(int nid)
{
	struct pghot_node *node;

	mutex_lock(&pghot_resize_mutex);
	node = rcu_replace_pointer(pghot_nodes[nid], NULL,
				   lockdep_is_held(&pghot_resize_mutex));
	if (node) {
		synchronize_rcu();
		drain_spares(node);
		free_map(rcu_dereference_protected(node->map, 1));
		kfree(node);
	}
	mutex_unlock(&pghot_resize_mutex);
}

/* The node's span may have grown: a larger map takes over the tables. */
static int grow_map(struct pghot_node *node)
{
	struct pghot_span is, span = node_span(node->nid);
	struct pghot_map *old, *new;
	unsigned long i;

	lockdep_assert_held(&pghot_resize_mutex);
	old = rcu_dereference_protected(node->map, 1);
	is = (struct pghot_span){ old->start, old->start + old->nr };
	if (!pghot_span_grow(&span, &is, NR_MEM_SECTIONS))
		return 0;
	new = alloc_map(span);
	if (!new)
		return -ENOMEM;
	drain_spares(node);
	for (i = 0; i < old->nr; i++) {
		struct pghot_table **slot = pghot_slot(new, old->start + i);

		/* the sweep may drop a table at the same time: xchg, not a copy */
		if (slot)
			*slot = xchg(&old->table[i], NULL);
		else
			pghot_drop_table(node, &old->table[i]);
	}
	rcu_assign_pointer(node->map, new);
	synchronize_rcu();
	kvfree(old);
	return 0;
}

static void drop_range(struct pghot_node *node, unsigned long pfn,
		       unsigned long nr)
{
	struct pghot_map *map = rcu_dereference_protected(node->map, 1);
	unsigned long end = pfn + nr;

	lockdep_assert_held(&pghot_resize_mutex);
	for (; pfn < end; pfn = SECTION_ALIGN_UP(pfn + 1)) {
		struct pghot_table **slot;

		slot = pghot_slot(map, pfn_to_section_nr(pfn));
		if (slot)
			pghot_drop_table(node, slot);
	}
}

/*
 * Memory went offline: no page of it can be found any more, what is left of its
 * records goes. Memory came online: the node may have grown; without memory for
 * a larger map the new sections stay untracked.
 */
static int pghot_memory_notify(struct notifier_block *nb, unsigned long action,
			       void *arg)
{
	struct memory_notify *mem = arg;
	struct pghot_node *node;
	int nid;

	if (action != MEM_ONLINE && action != MEM_OFFLINE)
		return NOTIFY_OK;
	mutex_lock(&pghot_resize_mutex);
	for_each_node(nid) {
		node = rcu_dereference_protected(pghot_nodes[nid], 1);
		if (!node)
			continue;
		if (action == MEM_OFFLINE)
			drop_range(node, mem->start_pfn, mem->nr_pages);
		else if (grow_map(node))
			pr_warn("no memory to track what node %d grew by\n", nid);
	}
	mutex_unlock(&pghot_resize_mutex);
	return NOTIFY_OK;
}

static struct notifier_block pghot_memory_nb = {
	.notifier_call = pghot_memory_notify,
};

/**
 * pghot_init - get ready to track nodes
 *
 * Return: 0 or what the memory notifier answered.
 */
int pghot_init(void)
{
	return register_memory_notifier(&pghot_memory_nb);
}

/**
 * pghot_exit - undo pghot_init(); every node was stopped
 */
void pghot_exit(void)
{
	unregister_memory_notifier(&pghot_memory_nb);
	/* tables on their way out call into this file */
	rcu_barrier();
}
