// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: migrate a batch of folios, and count what became of each
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/vmstat.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

/* Note what a folio of the batch becomes, if it is. They come in the order of the batch. */
static void note_copy(struct kpromoted_batch *batch, struct folio *src, struct folio *dst)
{
	unsigned int tries;

	for (tries = 0; tries < batch->nr; tries++) {
		if (batch->going[batch->at].pfn == folio_pfn(src)) {
			kgauged_describe(&batch->came[batch->at], dst, src);
			return;
		}
		batch->at = (batch->at + 1) % batch->nr;
	}
}

/*
 * As NUMA balancing does it: the fast node or none, no reclaim for it, and no
 * compaction for a large folio.
 */
static struct folio *alloc_target(struct folio *src, unsigned long private)
{
	struct kpromoted_batch *batch = (struct kpromoted_batch *)private;
	struct folio *dst;
	gfp_t gfp = __GFP_THISNODE | __GFP_NOMEMALLOC | __GFP_NORETRY |
		    __GFP_NOWARN;

	if (folio_test_large(src))
		gfp |= GFP_TRANSHUGE_LIGHT;
	else
		gfp |= GFP_HIGHUSER_MOVABLE;
	dst = __folio_alloc_node(gfp & ~__GFP_RECLAIM, folio_order(src), batch->target);
	if (dst)
		note_copy(batch, src, dst);
	return dst;
}

static void count_promoted(struct kpromoted_batch *batch, unsigned int i)
{
	int nid = batch->node->nid;

	kgauged_note(batch->node->promote.trail, &batch->came[i], batch->going[i].pages);
	pghot_forget(batch->going[i].pfn, nid);
	klruscan_memcg_promoted(batch->cgroup[i], nid, batch->going[i].pages);
	kpromoted_count(batch->node, batch->cgroup[i], KLRUSCAN_OUTCOME_PROMOTED, 1);
}

/* What was not moved costs nothing of the rate. */
static void count_failed(struct kpromoted_batch *batch, unsigned int i,
			 enum klruscan_outcome outcome)
{
	kpromoted_refuse(batch->node, batch->going[i].pfn, batch->cgroup[i], outcome);
	batch->share[i]->tokens += batch->going[i].pages;
	batch->refund += batch->going[i].pages;
	batch->failed++;
}

/**
 * kpromoted_goes - note a folio that is about to be migrated
 * @going: out: what is counted when it was, by kpromoted_went()
 * @folio: the folio; isolated, so it stays charged to the cgroup that it is charged to
 *
 * Context: any but interrupts.
 */
void kpromoted_goes(struct kpromoted_going *going, struct folio *folio)
{
	going->pfn = folio_pfn(folio);
	going->pages = folio_nr_pages(folio);
	rcu_read_lock();
	going->memcg = folio_memcg_check(folio);
	if (going->memcg && !css_tryget(&going->memcg->css))
		going->memcg = NULL;
	rcu_read_unlock();
}

/**
 * kpromoted_went - count what was migrated, for the node and for cgroups
 * @going: the folios; their cgroups are let go of
 * @nr: how many, up to KPROMOTED_BATCH
 * @list: those that were not migrated
 * @nid: the node that it is counted for
 * @item: as what
 * @pages: base pages that were migrated
 * @left: out: those that were not, as bits, which were clear
 *
 * What is of nobody's, and parts of a folio that was split on the way, are counted for the
 * node alone.
 *
 * Context: any but interrupts.
 */
void kpromoted_went(struct kpromoted_going *going, unsigned int nr, struct list_head *list,
		    int nid, enum node_stat_item item, unsigned long pages,
		    unsigned long *left)
{
	unsigned long went = 0;
	struct folio *folio;
	unsigned int i;

	list_for_each_entry(folio, list, lru)
		for (i = 0; i < nr; i++)
			if (going[i].pfn == folio_pfn(folio))
				__set_bit(i, left);
	for (i = 0; i < nr; i++) {
		struct mem_cgroup *memcg = going[i].memcg;

		if (!memcg)
			continue;
		if (!test_bit(i, left))
			went += min_t(unsigned long, going[i].pages, pages - went);
		/* those of one cgroup that stand together are counted at once */
		if (i + 1 == nr || going[i + 1].memcg != memcg) {
			mod_lruvec_state(&memcg->nodeinfo[nid]->lruvec, item, went);
			pages -= went;
			went = 0;
		}
		css_put(&memcg->css);
	}
	mod_node_page_state(NODE_DATA(nid), item, pages);
}

/*
 * Records of the folios that were migrated are done with. The others ended as @failed.
 * Return: how many were.
 */
static unsigned int count_batch(struct kpromoted_batch *batch, unsigned long pages,
				enum klruscan_outcome failed)
{
	DECLARE_BITMAP(left, KPROMOTED_BATCH) = { };
	unsigned int i;

	kpromoted_went(batch->going, batch->nr, &batch->folios, batch->target,
		       PGPROMOTE_SUCCESS, pages, left);
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
 * the nodes, and of cgroups in memory.stat, move as they do for NUMA balancing.
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
	memset(batch->came, 0, batch->nr * sizeof(*batch->came));
	batch->at = 0;
	mod_node_page_state(NODE_DATA(batch->target), PGPROMOTE_CANDIDATE,
			    batch->pages);
	err = migrate_pages(&batch->folios, alloc_target, NULL,
			    (unsigned long)batch, MIGRATE_ASYNC, MR_NUMA_MISPLACED, &succeeded);
	promoted = count_batch(batch, succeeded, err == -ENOMEM ?
			       KLRUSCAN_OUTCOME_NO_MEMORY : KLRUSCAN_OUTCOME_FAILED);
	if (!list_empty(&batch->folios))
		putback_movable_pages(&batch->folios);
	klruscan_add(node->promote.pages, succeeded);
	trace_klruscan_promote(node->nid, batch->target, batch->nr, promoted,
			       succeeded);
	batch->nr = 0;
	batch->pages = 0;
	return succeeded;
}
