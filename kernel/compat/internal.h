/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mm/internal.h as klruscan's files need it, on a kernel that was not built
 * for them. Found instead of the kernel's own by -iquote.
 */
#ifndef _COMPAT_INTERNAL_H
#define _COMPAT_INTERNAL_H

#include <linux/cpuset.h>
#include <linux/gfp.h>
#include <linux/kobject.h>
#include <linux/memcontrol.h>
#include <linux/memory-tiers.h>
#include <linux/mempolicy.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/pagewalk.h>
#include <linux/rmap.h>
#include <linux/static_call.h>

#include <asm/tlbflush.h>

#include "symbols.h"

/*
 * Functions of mm/ that no header outside of it declares; those that are not the same in
 * all kernels are in compat/linux-VERSION/this_kernel.h.
 */
int should_skip_vma(unsigned long start, unsigned long end,
		    struct mm_walk *args);
int walk_pud_range(p4d_t *p4d, unsigned long start, unsigned long end,
		   struct mm_walk *args);
int folio_update_gen(struct folio *folio, int gen);
void folio_putback_lru(struct folio *folio);

/* Which asm/tlbflush.h keeps from modules. */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int stride_shift,
			bool freed_tables);
void flush_tlb_all(void);

#include "this_kernel.h"

/* Where each symbol is; filled by compat_bind_symbols(). */
enum compat_symbol {
#define X(name) COMPAT_##name,
	COMPAT_SYMBOLS(X, X, X)
#undef X
	COMPAT_NR_SYMBOLS
};

extern unsigned long compat_address[COMPAT_NR_SYMBOLS];

/* The address of a symbol, for what wants a pointer and not a call. */
#define compat_pointer(type, name) ((type)compat_address[COMPAT_##name])

#define X(name) DECLARE_STATIC_CALL(compat_##name, name);
#define NOTHING(name)
COMPAT_SYMBOLS(X, X, NOTHING)
#undef NOTHING
#undef X

/* Calls a bound function under its own name. */
#define compat_call(name, ...) static_call(compat_##name)(__VA_ARGS__)

extern const char compat_release[];
int compat_bind_symbols(void);

/*
 * What each kernel does in its own way, in compat/linux-VERSION/this_kernel.c: get a zeroed
 * view of a lruvec ready to be shown to the walk; have a walk go by it, for generation
 * @seq; count in the lruvec what the walk has moved (under lru_lock); and age, when
 * @seq is still the youngest generation.
 */
void compat_init_view(struct lruvec *view);
void compat_aim_walk(struct lru_gen_mm_walk *walk, struct lruvec *view,
		     unsigned long seq);
void compat_settle_batch(struct lru_gen_mm_walk *walk, struct lruvec *lruvec);
bool compat_age(struct lruvec *lruvec, unsigned long seq);

/******************************************************************************
 *                what the files in kernel/mm call by its usual name
 ******************************************************************************/

#ifndef COMPAT_IMPLEMENTATION
#define mem_cgroup_iter(...)	compat_call(mem_cgroup_iter, __VA_ARGS__)
#define mem_cgroup_iter_break(...) \
	compat_call(mem_cgroup_iter_break, __VA_ARGS__)
#define cpuset_mems_allowed(...) compat_call(cpuset_mems_allowed, __VA_ARGS__)
#define node_is_toptier(...)	compat_call(node_is_toptier, __VA_ARGS__)
#define next_demotion_node(...)	compat_call(next_demotion_node, __VA_ARGS__)
#define node_page_state(...)	compat_call(node_page_state, __VA_ARGS__)
#define rmap_walk(...)		compat_call(rmap_walk, __VA_ARGS__)
#define folio_lock_anon_vma_read \
	compat_pointer(typeof(folio_lock_anon_vma_read) *, \
		       folio_lock_anon_vma_read)
#define mpol_cond_put(pol) \
	((void)(mpol_needs_cond_ref(pol) && \
		(compat_call(__mpol_put, pol), true)))
#define page_vma_mapped_walk(...) \
	compat_call(page_vma_mapped_walk, __VA_ARGS__)
#define ptep_test_and_clear_young(...) \
	compat_call(ptep_test_and_clear_young, __VA_ARGS__)
#define pmdp_test_and_clear_young(...) \
	compat_call(pmdp_test_and_clear_young, __VA_ARGS__)
#define mmu_notifier_clear_young(mm, start, end) \
	(mm_has_notifiers(mm) ? \
	 compat_call(__mmu_notifier_clear_young, mm, start, end) : 0)
#define folio_putback_lru(...)	compat_call(folio_putback_lru, __VA_ARGS__)
#define putback_movable_pages(...) \
	compat_call(putback_movable_pages, __VA_ARGS__)
#define drain_local_pages(...) \
	compat_call(drain_local_pages, __VA_ARGS__)
#define flush_tlb_mm(mm) \
	compat_call(flush_tlb_mm_range, mm, 0UL, TLB_FLUSH_ALL, 0U, true)
#define flush_tlb_all()		compat_call(flush_tlb_all)
#define mm_kobj			(*compat_pointer(struct kobject **, mm_kobj))

/* In a tree klruscan starts with the kernel; here, when compat is ready. */
#undef late_initcall
#define late_initcall(fn) int __init compat_product_init(void) { return fn(); }
#undef module_exit
#define module_exit(fn) void compat_product_exit(void) { fn(); }
#endif /* COMPAT_IMPLEMENTATION */

int compat_product_init(void);
void compat_product_exit(void);

#endif /* _COMPAT_INTERNAL_H */
