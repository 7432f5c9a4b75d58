/* SPDX-License-Identifier: GPL-2.0-only */
/* What kpromoted.c (the choice) and kpromoted_folio.c (the move) share. */
#ifndef _MM_KPROMOTED_H
#define _MM_KPROMOTED_H

#include <linux/list.h>
#include "klruscan.h"

/*
 * Folios migrated at once. migrate_pages() unmaps up to 512 base pages before
 * it flushes the TLBs for all of them; half of that keeps the time short for
 * which a folio is isolated, and the flush shared.
 */
#define KPROMOTED_BATCH		256

/**
 * struct kpromoted_batch - isolated folios on their way to one node
 * @node:	the slow node they come from
 * @home:	the fast node that a folio goes to when no process asks for another
 * @target:	the fast node that those in the batch go to
 * @folios:	isolated, linked by folio->lru, counted in NR_ISOLATED_*
 * @pfn:	where each of them is
 * @nr:		number of folios
 * @pages:	number of base pages
 */
struct kpromoted_batch {
	struct klruscan_node *node;
	int home;
	int target;
	struct list_head folios;
	unsigned long pfn[KPROMOTED_BATCH];
	unsigned int nr;
	unsigned long pages;
};

void kpromoted_count(struct klruscan_node *node, enum klruscan_outcome outcome,
		     u64 nr);
unsigned long kpromoted_room(int nid);
int kpromoted_add(struct kpromoted_batch *batch, unsigned long pfn,
		  unsigned int threshold);
unsigned long kpromoted_flush(struct kpromoted_batch *batch);

#endif /* _MM_KPROMOTED_H */
