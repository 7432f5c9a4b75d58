/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The prototypes of the functions in compat/symbols.h, of the kernels that compat is
 * written for, in the words of BTF: the result, then the types of the arguments.
 * A symbol that is new there needs its line here; they are those of the newest of these
 * kernels, and what differs in an older one stands at the end.
 */
#ifndef KLRUSCAN_PROTOTYPES_H
#define KLRUSCAN_PROTOTYPES_H

/* These are the kernels: a directory of compat each, which DKMS builds for (klruscan-dkms.dkms). */
#define KERNEL_SERIES(X)	X("6.1") X("6.12")

#define PROTOTYPE_walk_page_range \
	"int (struct mm_struct *, long unsigned int, long unsigned int, " \
	"const struct mm_walk_ops *, void *)"
#define PROTOTYPE_should_skip_vma \
	"int (long unsigned int, long unsigned int, struct mm_walk *)"
#define PROTOTYPE_walk_pud_range \
	"int (p4d_t *, long unsigned int, long unsigned int, struct mm_walk *)"
#define PROTOTYPE_reset_batch_size \
	"void (struct lru_gen_mm_walk *)"
#define PROTOTYPE_folio_update_gen \
	"int (struct folio *, int)"
#define PROTOTYPE_try_to_inc_max_seq \
	"bool (struct lruvec *, long unsigned int, bool, bool)"
#define PROTOTYPE_pudp_test_and_clear_young \
	"int (struct vm_area_struct *, long unsigned int, pud_t *)"
#define PROTOTYPE_mem_cgroup_iter \
	"struct mem_cgroup * (struct mem_cgroup *, struct mem_cgroup *, " \
	"struct mem_cgroup_reclaim_cookie *)"
#define PROTOTYPE_mem_cgroup_iter_break \
	"void (struct mem_cgroup *, struct mem_cgroup *)"
#define PROTOTYPE_cpuset_mems_allowed \
	"nodemask_t (struct task_struct *)"
#define PROTOTYPE___mod_lruvec_state \
	"void (struct lruvec *, enum node_stat_item, int)"
#define PROTOTYPE_node_is_toptier \
	"bool (int)"
#define PROTOTYPE_next_demotion_node \
	"int (int)"
#define PROTOTYPE_node_page_state \
	"long unsigned int (struct pglist_data *, enum node_stat_item)"
#define PROTOTYPE_rmap_walk \
	"void (struct folio *, struct rmap_walk_control *)"
#define PROTOTYPE_folio_lock_anon_vma_read \
	"struct anon_vma * (struct folio *, struct rmap_walk_control *)"
#define PROTOTYPE___mpol_put \
	"void (struct mempolicy *)"
#define PROTOTYPE_page_vma_mapped_walk \
	"bool (struct page_vma_mapped_walk *)"
#define PROTOTYPE_ptep_test_and_clear_young \
	"int (struct vm_area_struct *, long unsigned int, pte_t *)"
#define PROTOTYPE_pmdp_test_and_clear_young \
	"int (struct vm_area_struct *, long unsigned int, pmd_t *)"
#define PROTOTYPE___mmu_notifier_clear_young \
	"int (struct mm_struct *, long unsigned int, long unsigned int)"
#define PROTOTYPE_flush_tlb_mm_range \
	"void (struct mm_struct *, long unsigned int, long unsigned int, unsigned int, bool)"
#define PROTOTYPE_flush_tlb_all \
	"void (void)"
#define PROTOTYPE_folio_isolate_lru \
	"bool (struct folio *)"
#define PROTOTYPE_folio_putback_lru \
	"void (struct folio *)"
#define PROTOTYPE_migrate_pages \
	"int (struct list_head *, new_folio_t *, free_folio_t *, long unsigned int, " \
	"enum migrate_mode, int, unsigned int *)"
#define PROTOTYPE_putback_movable_pages \
	"void (struct list_head *)"
#define PROTOTYPE_drain_local_pages \
	"void (struct zone *)"

/* Those that are others in Linux 6.1. */
#define PROTOTYPES_6_1(X) \
	X(reset_batch_size, \
	  "void (struct lruvec *, struct lru_gen_mm_walk *)") \
	X(try_to_inc_max_seq, \
	  "bool (struct lruvec *, long unsigned int, struct scan_control *, bool, bool)") \
	X(folio_isolate_lru, \
	  "int (struct folio *)") \
	X(migrate_pages, \
	  "int (struct list_head *, new_page_t *, free_page_t *, long unsigned int, " \
	  "enum migrate_mode, int, unsigned int *)")

#endif
