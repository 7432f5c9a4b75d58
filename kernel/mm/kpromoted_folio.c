// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: check and isolate folios
 *
 * Between the mark in the store and this file anything can have happened to a
 * page frame: freed and used anew, merged into a huge page or split, moved,
 * isolated by somebody else, pinned, taken offline, charged to another cgroup.
 * Each check below names the outcome that such a page ends with. After a folio
 * is isolated it cannot be isolated by another; what happens to it then is for
 * migrate_pages() to notice, which fails the folio, or drops it when nobody uses
 * it any more (and counts it as moved, as we do).
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/cpuset.h>
#include <linux/memcontrol.h>
#include <linux/mempolicy.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/rmap.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/shmem_fs.h>
#include <linux/vmstat.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"
#include "pghot_heat.h"

/* What kpromoted_add() returns for a folio that joined the batch. */
#define ISOLATED	KLRUSCAN_NR_OUTCOMES

/* Mappings that are asked about a folio. NUMA balancing asks a single one. */
#define MAX_ASKED	16

/**
 * struct owners - what the mappings of a folio say about moving it
 * @asked:	how many were asked
 * @looked_at:	how many entries of the list were looked at
 * @target:	the node it shall go to; NUMA_NO_NODE until a mapping told
 * @verdict:	ISOLATED while nothing speaks against it
 */
struct owners {
	unsigned int asked;
	unsigned int looked_at;
	int target;
	int verdict;
};

/*
 * Does an explicit policy keep the page from going to @target by itself? As for
 * NUMA balancing: unless the policy says that pages may move on a fault, and then
 * still to its own nodes only.
 */
static bool policy_holds(struct mempolicy *pol, int target)
{
	return pol && (!(pol->flags & MPOL_F_MOF) ||
		       !node_isset(target, pol->nodes));
}

static bool vma_holds(struct vm_area_struct *vma, unsigned long addr, int target)
{
	struct mempolicy *pol = vma->vm_policy;
	pgoff_t ilx;
	bool holds;

	if (vma->vm_ops && vma->vm_ops->get_policy)
		pol = vma->vm_ops->get_policy(vma, addr, &ilx);
	holds = policy_holds(pol, target);
	/* a shared policy came with a reference, another did not */
	mpol_cond_put(pol);
	return holds;
}

static bool process_holds(struct task_struct *task, int target)
{
	bool holds;

	task_lock(task);
	holds = policy_holds(task->mempolicy, target);
	task_unlock(task);
	return holds;
}

/*
 * One that has no policy to be asked for: a fork that fails drops it without the lock, while the
 * child is new, and one that has exited has none.
 */
static bool is_new_or_dead(const struct task_struct *task)
{
	return READ_ONCE(task->__state) & (TASK_NEW | TASK_DEAD);
}

/*
 * Has the shared memory that the folio belongs to a policy, of which nobody who maps it tells, as
 * nobody does? Under the folio's lock it belongs to it for so long.
 */
static bool is_under_shared_policy(struct folio *folio)
{
	struct address_space *mapping = folio_mapping(folio);

	return mapping && shmem_mapping(mapping) &&
	       !RB_EMPTY_ROOT(&SHMEM_I(mapping->host)->policy.root);
}

/* Nobody maps it now. Who has the right to say where it is to be? Return: as ask_owners(). */
static int ask_nobody(struct folio *folio)
{
	int verdict = ISOLATED;

	if (!folio_test_swapbacked(folio))
		return ISOLATED;
	/* on its way to swap, or back: whose it is cannot be seen */
	if (folio_test_anon(folio) || !folio_trylock(folio))
		return KLRUSCAN_OUTCOME_BUSY;
	if (is_under_shared_policy(folio))
		verdict = KLRUSCAN_OUTCOME_POLICY;
	folio_unlock(folio);
	return verdict;
}

/*
 * May the page go to the target, says the cpuset of a process? The first one
 * that is asked chooses the target: the fast node of its cpuset that is nearest
 * to where its main thread last ran.
 */
static bool cpuset_lets(struct task_struct *task, struct owners *owners)
{
	nodemask_t allowed = cpuset_mems_allowed(task);

	if (owners->target == NUMA_NO_NODE)
		owners->target = klruscan_target(cpu_to_node(task_cpu(task)),
						 &allowed);
	return owners->target != NUMA_NO_NODE &&
	       node_isset(owners->target, allowed);
}

/* After a fork, an anon_vma also lists those that have copied since. */
static bool maps_folio(struct folio *folio, struct vm_area_struct *vma,
		       unsigned long addr)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, 0);
	bool mapped = false;

	while (page_vma_mapped_walk(&pvmw))
		mapped = true;
	return mapped;
}

/*
 * One mapping that may hold the folio. Called with the anon_vma or the mapping
 * locked, so mmap_lock is only tried.
 */
static bool ask_owner(struct folio *folio, struct vm_area_struct *vma,
		      unsigned long addr, void *arg)
{
	struct owners *owners = arg;
	struct mm_struct *mm = vma->vm_mm;
	struct task_struct *task;

	if (owners->looked_at++ == KLRUSCAN_MAPPINGS) {
		/* who maps it is further down: better not */
		if (!owners->asked)
			owners->verdict = KLRUSCAN_OUTCOME_BUSY;
		return false;
	}
	if (!maps_folio(folio, vma, addr))
		return true;
	if (owners->asked++ == MAX_ASKED)
		return false;
	if (folio_is_file_lru(folio) && vma->vm_flags & VM_EXEC &&
	    folio_likely_mapped_shared(folio)) {
		owners->verdict = KLRUSCAN_OUTCOME_SHARED_EXEC;
		return false;
	}
	rcu_read_lock();
	task = rcu_dereference(mm->owner);
	/* none: the process is exiting, and the page with it */
	if (task && is_new_or_dead(task))
		owners->verdict = KLRUSCAN_OUTCOME_BUSY;
	else if (task && (!cpuset_lets(task, owners) ||
			  process_holds(task, owners->target)))
		owners->verdict = KLRUSCAN_OUTCOME_POLICY;
	rcu_read_unlock();
	if (owners->verdict != ISOLATED || owners->target == NUMA_NO_NODE)
		return owners->verdict == ISOLATED;

	if (!mmap_read_trylock(mm))
		owners->verdict = KLRUSCAN_OUTCOME_BUSY;
	else if (vma_holds(vma, addr, owners->target))
		owners->verdict = KLRUSCAN_OUTCOME_POLICY;
	if (owners->verdict != KLRUSCAN_OUTCOME_BUSY)
		mmap_read_unlock(mm);
	return owners->verdict == ISOLATED;
}

/*
 * Ask all that map the folio whether it may go to @target or, if that is NUMA_NO_NODE,
 * where to. Return: ISOLATED, or why it stays.
 */
static int ask_owners(struct folio *folio, int *target)
{
	struct owners owners = { .target = *target, .verdict = ISOLATED };

	if (klruscan_walk_rmap(folio, ask_owner, &owners))
		return KLRUSCAN_OUTCOME_BUSY;
	*target = owners.target;
	if (owners.verdict == ISOLATED && !owners.asked)
		return ask_nobody(folio);
	return owners.verdict;
}

static bool memcg_dying(struct folio *folio)
{
	struct mem_cgroup *memcg;
	bool dying;

	rcu_read_lock();
	memcg = folio_memcg_check(folio);
	dying = memcg && !mem_cgroup_online(memcg);
	rcu_read_unlock();
	return dying;
}

/* What can be seen from the folio itself. The caller holds a reference. */
static int check_folio(struct folio *folio)
{
	if (folio_test_unevictable(folio) || folio_test_mlocked(folio))
		return KLRUSCAN_OUTCOME_UNEVICTABLE;
	if (!folio_test_lru(folio) || folio_test_hugetlb(folio))
		return KLRUSCAN_OUTCOME_NOT_LRU;
	if (folio_maybe_dma_pinned(folio))
		return KLRUSCAN_OUTCOME_PINNED;
	if (memcg_dying(folio))
		return KLRUSCAN_OUTCOME_DYING;
	/* not every filesystem moves dirty folios in MIGRATE_ASYNC mode */
	if (folio_test_writeback(folio) ||
	    (folio_is_file_lru(folio) && folio_test_dirty(folio)))
		return KLRUSCAN_OUTCOME_DIRTY_FILE;
	return ISOLATED;
}

/* Is it still there, and hot? */
static int check_heat(struct folio *folio, int nid, unsigned int threshold)
{
	u8 history = pghot_history(folio_pfn(folio), nid);

	if (folio_nid(folio) != nid)
		return KLRUSCAN_OUTCOME_MOVED;
	if (pghot_heat_level(history) < threshold || !pghot_heat_recent(history))
		return KLRUSCAN_OUTCOME_COOLED;
	return ISOLATED;
}

/**
 * kpromoted_may_go - may a folio be demoted?
 * @folio: the folio; the caller holds a reference
 * @target: the node that it would go to
 *
 * Context: may sleep; takes the folio's lock, if nobody else has it.
 * Return: true unless it is locked in memory, pinned, under writeback, or a policy or
 * cpuset of a process that maps it keeps it from there, or that of shared memory.
 */
bool kpromoted_may_go(struct folio *folio, int target)
{
	return check_folio(folio) == ISOLATED &&
	       ask_owners(folio, &target) == ISOLATED;
}

/**
 * kpromoted_cgroup_of - whose is it?
 * @folio: the folio; the caller holds a reference
 *
 * Context: any but interrupts.
 * Return: as of struct klruscan_memcg.
 */
u64 kpromoted_cgroup_of(struct folio *folio)
{
	struct klruscan_memcg of;

	klruscan_memcg_of(folio, &of);
	return of.id;
}

/*
 * Take it off its LRU list; migrate_pages() or putback_movable_pages() undo this. It is in
 * use: where it comes to it goes to the young generations, what is of a file, too.
 */
static int isolate(struct kpromoted_batch *batch, struct folio *folio,
		   struct kpromoted_share *share)
{
	if (!folio_isolate_lru(folio))
		return KLRUSCAN_OUTCOME_BUSY;
	kpromoted_set_young(folio);
	node_stat_mod_folio(folio, NR_ISOLATED_ANON + folio_is_file_lru(folio),
			    folio_nr_pages(folio));
	list_add_tail(&folio->lru, &batch->folios);
	batch->share[batch->nr] = share;
	batch->cgroup[batch->nr] = kpromoted_cgroup_of(folio);
	kpromoted_goes(&batch->going[batch->nr++], folio);
	batch->pages += folio_nr_pages(folio);
	return ISOLATED;
}

/*
 * Where shall the folio go? To the node that its processes ask for or, where there is no
 * room on that one, to the nearest other that has some, if they let it go there.
 * Return: ISOLATED, or why it stays.
 */
static int choose_target(const struct kpromoted_batch *batch,
			 struct folio *folio, int *target)
{
	unsigned long pages = folio_nr_pages(folio);
	int outcome;

	*target = NUMA_NO_NODE;
	outcome = ask_owners(folio, target);
	if (outcome != ISOLATED)
		return outcome;
	if (*target == NUMA_NO_NODE)
		*target = batch->home;
	if (kpromoted_has_room(batch, *target, pages))
		return ISOLATED;
	*target = kpromoted_room_elsewhere(batch, *target, pages);
	if (*target == NUMA_NO_NODE || ask_owners(folio, target) != ISOLATED)
		return KLRUSCAN_OUTCOME_NO_ROOM;
	return ISOLATED;
}

/**
 * kpromoted_add - check a candidate and add it to a batch
 * @batch: the batch; has room
 * @pfn: the candidate
 * @threshold: heat it must still have
 * @share: what it has been charged to if it is migrated; is paid back if that fails
 *
 * A candidate that wants to another node than the batch goes to sends the batch
 * on its way first. A large folio travels alone: where no page of its size can be
 * had, the others are not to suffer, and isolation stays short.
 *
 * Context: a thread; no lock held; may sleep.
 * Return: number of base pages added, 0 when the candidate was refused and its
 * outcome counted.
 */
int kpromoted_add(struct kpromoted_batch *batch, unsigned long pfn,
		  unsigned int threshold, struct kpromoted_share *share)
{
	struct klruscan_node *node = batch->node;
	int outcome, target;
	struct folio *folio;
	u64 cgroup = 0;
	int pages = 0;

	klruscan_add(node->promote.candidates, 1);
	folio = klruscan_get_folio(pfn, &outcome);
	if (folio) {
		outcome = check_heat(folio, node->nid, threshold);
		if (outcome == ISOLATED)
			outcome = check_folio(folio);
		if (outcome == ISOLATED)
			outcome = choose_target(batch, folio, &target);
		if (outcome == ISOLATED &&
		    (target != batch->target || folio_test_large(folio)))
			kpromoted_flush(batch);
		if (outcome == ISOLATED) {
			batch->target = target;
			outcome = isolate(batch, folio, share);
		}
		batch->full = outcome == KLRUSCAN_OUTCOME_NO_ROOM &&
			      !kpromoted_has_room(batch, batch->home,
						  folio_nr_pages(folio));
		if (outcome == ISOLATED)
			pages = folio_nr_pages(folio);
		else
			cgroup = kpromoted_cgroup_of(folio);
		folio_put(folio);
		if (pages > 1)
			kpromoted_flush(batch);
	}
	if (outcome != ISOLATED)
		kpromoted_refuse(node, pfn, cgroup, outcome);
	return pages;
}
