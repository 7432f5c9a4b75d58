/* SPDX-License-Identifier: GPL-2.0-only */
/* Single folios, for all daemons: klruscan_folio.c finds them, klruscan_look.c looks at them. */
#ifndef _MM_KLRUSCAN_LOOK_H
#define _MM_KLRUSCAN_LOOK_H

#include <linux/types.h>

struct folio;
struct mm_struct;
struct vm_area_struct;

/* Folios that are looked at together, at most. */
#define KLRUSCAN_LOOK_MAX	256

/*
 * Entries of the list of those that may map a folio that are gone over: a library may have
 * thousands, and the lock on the list is held meanwhile.
 */
#define KLRUSCAN_MAPPINGS	256

/* Processes that are remembered until their TLBs are flushed. */
#define KLRUSCAN_LOOK_MMS	8

/**
 * struct klruscan_looks - what a thread's looks at folios share
 * @look_ns:	how long a look takes, on average
 * @mm:		processes whose TLBs are to be flushed, each grabbed
 * @nr_mms:	how many
 * @missed:	of the folios of the last look, those at which could not be looked
 * @all:	those that more than KLRUSCAN_MAPPINGS may map are among these also where an
 *		access was seen: who counts must not count those that were seen alone
 */
struct klruscan_looks {
	u64 look_ns;
	struct mm_struct *mm[KLRUSCAN_LOOK_MMS];
	unsigned int nr_mms;
	DECLARE_BITMAP(missed, KLRUSCAN_LOOK_MAX);
	bool all;
};

/* klruscan_folio.c */
struct folio *klruscan_get_folio(unsigned long pfn, int *outcome);
struct folio *klruscan_get_mapped(unsigned long pfn, int nid);
struct folio *klruscan_draw(int nid, unsigned int *tries);
int klruscan_walk_rmap(struct folio *folio,
		       bool (*one)(struct folio *folio,
				   struct vm_area_struct *vma,
				   unsigned long addr, void *arg), void *arg);

/* klruscan_look.c */
void klruscan_wait_until(u64 ns);
void klruscan_look(struct klruscan_looks *looks, struct folio **folios,
		   unsigned int nr, unsigned long *seen);
unsigned int klruscan_expose(struct klruscan_looks *looks,
			     struct folio **folios, unsigned int nr,
			     unsigned int us, unsigned int most,
			     unsigned long *seen);

#endif /* _MM_KLRUSCAN_LOOK_H */
