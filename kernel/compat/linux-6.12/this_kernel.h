/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compat needs of Linux 6.12 where kernels differ. The product is written for this
 * one: kernel/mm finds all names as it uses them.
 */
#ifndef _COMPAT_THIS_KERNEL_H
#define _COMPAT_THIS_KERNEL_H

void reset_batch_size(struct lru_gen_mm_walk *walk);
bool folio_isolate_lru(struct folio *folio);
bool try_to_inc_max_seq(struct lruvec *lruvec, unsigned long seq, bool can_swap,
			bool force_scan);

/* compat/walk.c leaves struct mm_walk_ops::walk_lock zero. */
static_assert(PGWALK_RDLOCK == 0);

#ifndef COMPAT_IMPLEMENTATION
#define folio_isolate_lru(...)	compat_call(folio_isolate_lru, __VA_ARGS__)
#define migrate_pages(...)	compat_call(migrate_pages, __VA_ARGS__)
#define mod_lruvec_state(lruvec, idx, val)				\
	do {								\
		unsigned long _flags;					\
									\
		local_irq_save(_flags);					\
		compat_call(__mod_lruvec_state, lruvec, idx, val);	\
		local_irq_restore(_flags);				\
	} while (0)
#endif

#endif /* _COMPAT_THIS_KERNEL_H */
