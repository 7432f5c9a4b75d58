/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module takes from a kernel that does not export it. One line each:
 *
 *	FUNC(name)	a function whose prototype a kernel header gives
 *	LOCAL(name)	a function that is declared in compat/internal.h, or for one
 *			kernel in this_kernel.h, because no header outside mm/ has it
 *	DATA(name)	an object, used through a pointer
 *
 * That they are what they were when this was written is checked by nothing but
 * the release: the module loads on the one it was built for, whose headers give
 * the prototypes and layouts, but for those of LOCAL, which are given by hand.
 *
 * Functions are bound to static calls: a direct call also works where the CPU
 * enforces indirect branch tracking and the target's ENDBR was sealed.
 */
#define COMPAT_SYMBOLS(FUNC, LOCAL, DATA)				\
	/* the page table walk of MGLRU, in mm/vmscan.c */		\
	FUNC(walk_page_range)						\
	LOCAL(should_skip_vma)						\
	LOCAL(walk_pud_range)						\
	LOCAL(reset_batch_size)						\
	LOCAL(folio_update_gen)						\
	LOCAL(try_to_inc_max_seq)					\
	FUNC(pudp_test_and_clear_young)					\
	DATA(lru_gen_caps)						\
	/* cgroups */							\
	FUNC(mem_cgroup_iter)						\
	FUNC(mem_cgroup_iter_break)					\
	FUNC(cpuset_mems_allowed)					\
	FUNC(__mod_lruvec_state)					\
	/* tiers */							\
	FUNC(node_is_toptier)						\
	FUNC(next_demotion_node)					\
	FUNC(node_page_state)						\
	/* checks before a migration, and the migration */		\
	FUNC(rmap_walk)							\
	FUNC(folio_lock_anon_vma_read)					\
	FUNC(__mpol_put)						\
	FUNC(page_vma_mapped_walk)					\
	FUNC(ptep_test_and_clear_young)					\
	FUNC(pmdp_test_and_clear_young)					\
	FUNC(__mmu_notifier_clear_young)				\
	LOCAL(flush_tlb_mm_range)					\
	LOCAL(flush_tlb_all)						\
	LOCAL(folio_isolate_lru)					\
	LOCAL(folio_putback_lru)					\
	FUNC(migrate_pages)						\
	FUNC(putback_movable_pages)					\
	FUNC(drain_local_pages)						\
	/* where the knobs hang */					\
	DATA(mm_kobj)
