// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: migrate a batch of folios, and count what became of each
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/vmstat.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

/*
 * As NUMA balancing does it: the fast node or none, no reclaim for it, and no
 * compaction for a large folio.
 */
static struct folio *alloc_target(struct folio *src, unsigned long nid)
{
	gfp_t gfp = __GFP_THISNODE | __GFP_NOMEMALLOC | __GFP_NORETRY |
		    __GFP_NOWARN;

	if (folio_test_large(src))
		gfp |= GFP_TRANSHUGE_LIGHT;
	else
		gfp |= GFP_HIGHUSER_MOVABLE;
	return __folio_alloc_node(gfp & ~__GFP_RECLAIM, folio_order(src), nid);
}

static void count_promoted(struct kpromoted_batch *batch, unsigned int i)
{
	int nid = batch->node->nid;

	pghot_forget(batch->pfn[i], nid);
	klruscan_memcg_promoted(batch->cgroup[i], nid, batch->size[i]);
	kpromoted_count(batch->node, batch->cgroup[i], KLRUSCAN_OUTCOME_PROMOTED, 1);
}

/* What was not moved costs nothing of the rate. */
static void count_failed(struct kpromoted_batch *batch, unsigned int i,
			 enum klruscan_outcome outcome)
{
	kpromoted_refuse(batch->node, batch->pfn[i], batch->cgroup[i], outcome);
	batch->share[i]->tokens += batch->size[i];
	batch->refund += batch->size[i];
	batch->failed++;
}

/*
 * Records of the folios that are not on the list any more are done with. The others
 * ended as @failed. Return: how many are not.
 */
static unsigned int count_batch(struct kpromoted_batch *batch,
				enum klruscan_outcome failed)
{
	DECLARE_BITMAP(left, KPROMOTED_BATCH) = { };
	struct folio *folio;
	unsigned int i;

	list_for_each_entry(folio, &batch->folios, lru)
		for (i = 0; i < batch->nr; i++)
			if (batch->pfn[i] == folio_pfn(folio))
				__set_bit(i, left);
	for (i = 0; i < batch->nr; i++) {
		if (test_bit(i, left))
			count_failed(batch, i, failed);
		else
			count_promoted(batch, i);
	}
	return batch->nr - bitmap_weight(left, batch->nr);
}

/**
 * kpromoted_flush - migrate a batch to its target
 * @batch: the batch; empty afterwards
 *
 * What cannot be migrated goes back to its LRU list and keeps its heat. The counters of
 * the nodes move as they do for NUMA balancing; those of cgroups, memory.stat, are not
 * moved, as what moves them is not exported.
 *
 * Context: a thread; no lock held; may sleep.
 * Return: number of base pages that were promoted.
 */
unsigned long kpromoted_flush(struct kpromoted_batch *batch)
{
	struct klruscan_node *node = batch->node;
	unsigned int promoted, succeeded = 0;
	int err;

	if (!batch->nr)
		return 0;
	mod_node_page_state(NODE_DATA(batch->target), PGPROMOTE_CANDIDATE,
			    batch->pages);
	err = migrate_pages(&batch->folios, alloc_target, NULL, batch->target,
			    MIGRATE_ASYNC, MR_NUMA_MISPLACED, &succeeded);
	promoted = count_batch(batch, err == -ENOMEM ? KLRUSCAN_OUTCOME_NO_MEMORY :
						       KLRUSCAN_OUTCOME_FAILED);
	if (!list_empty(&batch->folios))
		putback_movable_pages(&batch->folios);
	mod_node_page_state(NODE_DATA(batch->target), PGPROMOTE_SUCCESS,
			    succeeded);
	klruscan_add(node->promote.pages, succeeded);
	trace_klruscan_promote(node->nid, batch->target, batch->nr, promoted,
			       succeeded);
	batch->nr = 0;
	batch->pages = 0;
	return succeeded;
}
