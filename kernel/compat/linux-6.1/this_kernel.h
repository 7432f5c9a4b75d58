/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compat needs of Linux 6.1 where kernels differ, and what kernel/mm, which is written
 * for a newer one, finds under other names here, or with other arguments.
 *
 * The walk of 6.1 against that of 6.12 (mm/vmscan.c of both, read side by side):
 *
 * - walk_pud_range() ends the walk of a process when somebody waits on mm_state.wait of
 *   the lruvec: the view has a wait queue of its own, on which nobody does. One that was
 *   left zero would look as if somebody did, and no process would be gone through.
 * - The generation of what was accessed and the Bloom filters both follow from
 *   walk->max_seq; max_seq of the lruvec is not read.
 * - It stops after a PUD entry when the batch is full, continues at walk->next_addr, and
 *   counts MM_LEAF_YOUNG right before it calls folio_update_gen(), as in 6.12.
 * - MMU notifiers are not asked. What a virtual machine accesses through page tables of
 *   its own is found accessed by 6.12's walk, and not by this one.
 * - mmap_lock is what keeps page tables from being freed or made into huge pages under
 *   the walk: collapsing them takes it for writing here, for files too.
 */
#ifndef _COMPAT_THIS_KERNEL_H
#define _COMPAT_THIS_KERNEL_H

#include <linux/vm_event_item.h>
#include <linux/vmstat.h>

struct scan_control;

void reset_batch_size(struct lruvec *lruvec, struct lru_gen_mm_walk *walk);
int folio_isolate_lru(struct folio *folio);
bool try_to_inc_max_seq(struct lruvec *lruvec, unsigned long max_seq,
			struct scan_control *sc, bool can_swap, bool force_scan);

/* migrate_pages() with a @new_folio that speaks of folios */
int compat_migrate_folios(struct list_head *from,
			  struct folio *(*new_folio)(struct folio *src,
						     unsigned long private),
			  free_page_t *put_new_page, unsigned long private,
			  enum migrate_mode mode, int reason,
			  unsigned int *succeeded);

#define pudp_get(pudp)		READ_ONCE(*(pudp))
#define pmdp_get(pmdp)		READ_ONCE(*(pmdp))

/* What ftrace saves of the registers without being asked to has the arguments. */
#define ftrace_regs_get_argument(fregs, n) regs_get_kernel_argument(&(fregs)->regs, n)

#ifndef COMPAT_IMPLEMENTATION
#define lru_gen_folio		lru_gen_struct
#define folio_memcg_check(folio) page_memcg_check(&(folio)->page)
#define folio_likely_mapped_shared(folio) (page_mapcount(&(folio)->page) > 1)
#define folio_isolate_lru(...)	(!compat_call(folio_isolate_lru, __VA_ARGS__))
#define migrate_pages(...)	compat_migrate_folios(__VA_ARGS__)

/* The kernel's calls hugetlb_basepage_index(), which modules cannot; for a head it says this. */
static inline pgoff_t compat_pgoff(struct folio *folio)
{
	return folio_test_hugetlb(folio) ? folio->index << folio_order(folio) :
					   folio->index;
}

#define folio_pgoff(folio)	compat_pgoff(folio)

/* struct vm_operations_struct::get_policy() does not tell an interleave index. */
#define get_policy(vma, addr, ilx) get_policy(((void)(ilx), (vma)), addr)

/*
 * The demoted pages are counted as an event of the whole system and not by node: an
 * item beyond those of a node.
 */
enum {
	COMPAT_PGDEMOTE_KSWAPD = NR_VM_NODE_STAT_ITEMS + PGDEMOTE_KSWAPD
};

#define PGDEMOTE_KSWAPD		COMPAT_PGDEMOTE_KSWAPD

static inline void compat_mod_state(struct pglist_data *pgdat, unsigned int item,
				    long delta)
{
	if (item >= NR_VM_NODE_STAT_ITEMS)
		count_vm_events(item - NR_VM_NODE_STAT_ITEMS, delta);
	else
		mod_node_page_state(pgdat, item, delta);
}

#define mod_node_page_state(...) compat_mod_state(__VA_ARGS__)

/* The walk of 6.1 passes over just these. */
static inline bool vma_has_recency(struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_SEQ_READ | VM_RAND_READ));
}

/* memory.stat of cgroups has neither these nor pages that were promoted */
#define mod_lruvec_state(lruvec, ...) compat_mod_state(lruvec_pgdat(lruvec), __VA_ARGS__)
#endif /* COMPAT_IMPLEMENTATION */

#endif /* _COMPAT_THIS_KERNEL_H */
