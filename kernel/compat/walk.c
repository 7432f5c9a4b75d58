// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scanner's use of the MGLRU walk, on a kernel whose walk serves only reclaim
 *
 * The walk itself is the kernel's: walk_page_range() with the two callbacks of
 * mm/vmscan.c and a struct lru_gen_mm_walk of our own. What makes it ours:
 *
 * - The lruvec it is given is a private view. The walk reads a lruvec only for
 *   its cgroup, its node, max_seq and the Bloom filters; the view has the first
 *   three copied and no filters, so every table whose PMD was accessed is
 *   visited (or empty ones, so that none is) and reclaim's filters, sequence
 *   numbers and statistics stay as they are. The real lruvec is put back for the
 *   one thing that concerns it, the sizes of its generations.
 * - The walk may go beyond the end it is given, but it stops after a PUD entry
 *   (1 GiB) when its batch is full. The batch is declared full from the
 *   beginning, so a step is a GiB with something in it.
 * - The walk goes into every PUD entry with memory in it. Which ones are worth it is
 *   found out before, under the same hold of mmap_lock: a step first looks at PUD
 *   entries until the scanner wants to enter one, and has the walk visit that.
 * - It visits the page tables whose accessed bits are set. Where the scanner wants it to
 *   visit others, too, these get the bit before. What is used between the asking and the
 *   clearing, and was not before, is not told to the scans of other nodes.
 * - The accessed callback is an ftrace hook on folio_update_gen(), which the walk
 *   calls for every folio that it found accessed, and which acts only while
 *   the current task is the thread whose walk it is.
 *
 * In what kernels differ is said, and dealt with, in compat/linux-VERSION/.
 */
#define pr_fmt(fmt) "klruscan: " fmt
#define COMPAT_IMPLEMENTATION

#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/jump_label.h>
#include <linux/mm_inline.h>
#include <linux/mmu_notifier.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "internal.h"
#include "../mm/lru_gen_scan.h"

/*
 * Bits of a Bloom filter, as in mm/vmscan.c. A table is visited when it is in the
 * filter; in one without bits there is none.
 */
#define FILTER_BITS	BIT(15)

/*
 * PUD entries, and VMAs that are not walked, that a step looks at: tens of microseconds,
 * and 4 TiB.
 */
#define STEP_LOOKS	4096

/**
 * struct compat_scan - a scan and what the kernel's walk needs for it
 * @scan:	what the scanner sees
 * @task:	the thread inside a step, NULL outside
 * @lruvec:	the real lruvec
 * @walk:	the state of the kernel's walk
 * @view:	the lruvec that the walk is shown, in what lruvec_memcg()
 *		expects around it
 * @nothing:	a Bloom filter without a bit
 * @in_turn:	the step is in its turn beside those of other nodes
 */
struct compat_scan {
	struct lru_gen_scan scan;
	struct task_struct *task;
	struct lruvec *lruvec;
	struct lru_gen_mm_walk walk;
	struct mem_cgroup_per_node view;
	unsigned long nothing[BITS_TO_LONGS(FILTER_BITS)];
	bool in_turn;
};

/* The scan of each node, for the hook. Read under RCU. */
static struct compat_scan __rcu *compat_scans[MAX_NUMNODES];

static void folio_update_gen_entry(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops,
				   struct ftrace_regs *fregs)
{
	struct folio *folio = (void *)ftrace_regs_get_argument(fregs, 0);
	struct compat_scan *cs;

	rcu_read_lock();
	cs = rcu_dereference(compat_scans[folio_nid(folio)]);
	if (cs && READ_ONCE(cs->task) == current) {
		cs->scan.nr_young++;
		cs->scan.ops->accessed(&cs->scan, folio);
	}
	rcu_read_unlock();
}

static struct ftrace_ops accessed_probe;

/* Users of the probe; under klruscan_mutex, like starting and stopping. */
static unsigned int probe_users;

/*
 * Made anew each time: ending it leaves pointers to freed hashes in it. Permanent: while
 * it is in use, kernel.ftrace_enabled cannot be set to 0. Without all registers
 * (FTRACE_OPS_FL_SAVE_REGS), which would cost a quarter of a pass: the first argument will do.
 */
static int start_probe(void)
{
	int err;

	accessed_probe = (struct ftrace_ops){
		.func = folio_update_gen_entry,
		.flags = FTRACE_OPS_FL_PERMANENT,
	};
	err = ftrace_set_filter_ip(&accessed_probe,
				   compat_address[COMPAT_folio_update_gen], 0, 0);
	err = err ?: register_ftrace_function(&accessed_probe);
	if (err)
		ftrace_free_filter(&accessed_probe);
	return err;
}

static int get_probe(void)
{
	int err = probe_users ? 0 : start_probe();

	if (err)
		pr_err("cannot probe folio_update_gen (error %d)\n", err);
	else
		probe_users++;
	return err;
}

static void put_probe(void)
{
	if (--probe_users)
		return;
	unregister_ftrace_function(&accessed_probe);
	ftrace_free_filter(&accessed_probe);
}

/**
 * lru_gen_scan_alloc - get ready to scan
 * @ops: what to call; stays valid until lru_gen_scan_free()
 *
 * Context: may sleep. The caller serialises alloc and free.
 * Return: a scan, to be given back with lru_gen_scan_free(), or an ERR_PTR().
 */
struct lru_gen_scan *lru_gen_scan_alloc(const struct lru_gen_scan_ops *ops)
{
	struct compat_scan *cs = kvzalloc(sizeof(*cs), GFP_KERNEL);
	int err;

	if (!cs)
		return ERR_PTR(-ENOMEM);
	err = get_probe();
	if (err) {
		kvfree(cs);
		return ERR_PTR(err);
	}
	cs->scan.ops = ops;
	cs->scan.nid = NUMA_NO_NODE;
	compat_init_view(&cs->view.lruvec);
	return &cs->scan;
}

/**
 * lru_gen_scan_free - end a scan
 * @scan: what lru_gen_scan_alloc() returned; its thread is in no step
 *
 * Context: may sleep.
 */
void lru_gen_scan_free(struct lru_gen_scan *scan)
{
	struct compat_scan *cs = container_of(scan, struct compat_scan, scan);

	if (scan->nid != NUMA_NO_NODE)
		RCU_INIT_POINTER(compat_scans[scan->nid], NULL);
	put_probe();
	/* the probe may be looking at it for another task */
	synchronize_rcu();
	kvfree(cs);
}

/**
 * lru_gen_scan_begin - turn to a cgroup's memory on a node
 * @scan: the scan
 * @memcg: the cgroup; the caller holds a reference
 * @nid: the node; the same for all the life of @scan
 *
 * Context: any.
 */
void lru_gen_scan_begin(struct lru_gen_scan *scan, struct mem_cgroup *memcg,
			int nid)
{
	struct compat_scan *cs = container_of(scan, struct compat_scan, scan);

	cs->lruvec = &memcg->nodeinfo[nid]->lruvec;
	cs->view.memcg = memcg;
	cs->view.lruvec.pgdat = NODE_DATA(nid);
	cs->walk.can_swap = true;
	if (scan->nid == NUMA_NO_NODE) {
		scan->nid = nid;
		rcu_assign_pointer(compat_scans[nid], cs);
	}
	WARN_ON_ONCE(scan->nid != nid);
}

/* Before a step: a current view, and a batch that counts as full. */
static void arm_walk(struct compat_scan *cs)
{
	struct lru_gen_mm_walk *walk = &cs->walk;
	unsigned int i;

	for (i = 0; i < NR_BLOOM_FILTERS; i++)
		cs->view.lruvec.mm_state.filters[i] =
			cs->scan.tables_only ? cs->nothing : NULL;
	compat_aim_walk(walk, &cs->view.lruvec,
			READ_ONCE(cs->lruvec->lrugen.max_seq));
	walk->batched = MAX_LRU_BATCH;
	memset(walk->mm_stats, 0, sizeof(walk->mm_stats));
	cs->scan.nr_young = 0;
	cs->scan.nr_skipped = 0;
	cs->scan.nr_cleared = 0;
}

/* Is @addr beyond what is to be scanned? */
static bool is_beyond(const struct lru_gen_scan *scan, unsigned long addr)
{
	return scan->end_addr && addr >= scan->end_addr;
}

static bool lru_gen_cap(unsigned int cap)
{
	struct static_key *caps = compat_pointer(struct static_key *,
						 lru_gen_caps);

	return static_key_enabled(&caps[cap]);
}

/*
 * Do the accessed bits of PUD entries tell anything? CPUs that set those of PMD entries
 * set them at all levels. What accesses memory by page tables of its own and a notifier
 * sets none. Where the walk does not go by those of PMD entries, neither do we.
 */
static bool has_pud_young(struct mm_struct *mm)
{
	return arch_has_hw_nonleaf_pmd_young() &&
	       lru_gen_cap(LRU_GEN_NONLEAF_YOUNG) && !mm_has_notifiers(mm);
}

/*
 * The PUD entry of @addr, or NULL where there is no table of them; @next is where the
 * following one begins.
 *
 * There is a VMA at @addr, and mmap_lock is held. That keeps the tables down to the one
 * that the entry refers to: page tables are freed only where no VMA is left.
 */
static pud_t *find_pud(struct mm_struct *mm, unsigned long addr,
		       unsigned long *next)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;

	*next = pgd_addr_end(addr, 0UL);
	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	*next = p4d_addr_end(addr, 0UL);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return NULL;
	*next = pud_addr_end(addr, 0UL);
	return pud_offset(p4d, addr);
}

/* Of an entry that is a huge page, the bit is that of the page. */
static bool should_enter(struct compat_scan *cs, struct vm_area_struct *vma,
			 unsigned long addr, pud_t *pud)
{
	struct lru_gen_scan *scan = &cs->scan;
	pud_t entry = pudp_get(pud);
	bool used;

	if (!pud_present(entry) || pud_leaf(entry))
		return false;
	if (!has_pud_young(vma->vm_mm))
		return true;
	used = pud_young(entry) &&
	       static_call(compat_pudp_test_and_clear_young)(vma, addr, pud);
	scan->nr_cleared += used;
	if (scan->ops->enter(scan, vma->vm_mm, addr, used))
		return true;
	scan->nr_skipped++;
	return false;
}

static bool is_walked(struct compat_scan *cs, struct vm_area_struct *vma)
{
	struct mm_walk args = {
		.mm = vma->vm_mm,
		.vma = vma,
		.private = &cs->walk,
	};

	return !static_call(compat_should_skip_vma)(vma->vm_start, vma->vm_end,
						    &args);
}

/*
 * Steps of several nodes in the same kind of process come one after the other, in turn: a bit that
 * was set for the walk of one must not be cleared by another's before, nor tell that one that the
 * table was used. No mutex: who waits for that spins, and would pay for the steps of others.
 */
static struct semaphore shared_step = __SEMAPHORE_INITIALIZER(shared_step, 1);

/* Return: false after a signal, which nobody sends to a kernel thread. */
static bool begin_shared_step(struct compat_scan *cs, struct mm_struct *mm)
{
	u64 start;

	cs->in_turn = false;
	cs->scan.waited_ns = 0;
	if (!cs->scan.shared || !has_pud_young(mm))
		return true;
	start = ktime_get_ns();
	cs->in_turn = !down_interruptible(&shared_step);
	cs->scan.waited_ns = ktime_get_ns() - start;
	return cs->in_turn;
}

static void end_shared_step(const struct compat_scan *cs)
{
	if (cs->in_turn)
		up(&shared_step);
}

/*
 * Is there something in the page table of @addr that is walked? Where there is a VMA under
 * mmap_lock, its page tables stay; beside them, munmap() may be freeing others.
 */
static bool is_table_walked(struct compat_scan *cs, struct mm_struct *mm, unsigned long addr)
{
	unsigned long end = (addr & PMD_MASK) + PMD_SIZE;
	struct vm_area_struct *vma;

	while ((vma = find_vma(mm, addr)) && vma->vm_start < end) {
		if (is_walked(cs, vma))
			return true;
		addr = vma->vm_end;
		if (addr >= end)
			break;
	}
	return false;
}

/*
 * Have the walk visit page tables, if the lock of their PMD table is free. The bit is set by an
 * atomic operation on it alone, as others clear it.
 */
static void set_young(struct mm_struct *mm, pmd_t *pmd, const unsigned long *wanted)
{
	spinlock_t *lock = pmd_lockptr(mm, pmd);
	unsigned int i;

	if (!spin_trylock(lock))
		return;
	for_each_set_bit(i, wanted, PTRS_PER_PMD) {
		pmd_t entry = pmdp_get(pmd + i);

		if (pmd_present(entry) && !pmd_leaf(entry))
			set_bit(_PAGE_BIT_ACCESSED, (unsigned long *)(pmd + i));
	}
	spin_unlock(lock);
}

/* Ask the scanner about the page tables of a PUD entry from @addr on. */
static void ask_for_tables(struct compat_scan *cs, struct mm_struct *mm,
			   unsigned long addr, pud_t *pud)
{
	DECLARE_BITMAP(wanted, PTRS_PER_PMD);
	pmd_t *pmd = pmd_offset(pud, addr & PUD_MASK);
	struct lru_gen_scan *scan = &cs->scan;
	unsigned int i;

	bitmap_zero(wanted, PTRS_PER_PMD);
	for (i = pmd_index(addr); i < PTRS_PER_PMD; i++) {
		pmd_t entry = pmdp_get(pmd + i);
		bool used = pmd_young(entry);

		if (pmd_present(entry) && !pmd_leaf(entry) &&
		    is_table_walked(cs, mm, addr) &&
		    scan->ops->visit(scan, mm, addr, used) && !used)
			__set_bit(i, wanted);
		addr = (addr & PMD_MASK) + PMD_SIZE;
	}
	if (!bitmap_empty(wanted, PTRS_PER_PMD))
		set_young(mm, pmd, wanted);
}

/*
 * Find what to enter next, from scan->next_addr on, which is moved there. That is never
 * within a PUD entry of which a part was visited: the walk ends with the entry.
 *
 * Return: where that ends; 0 when this step finds nothing, and @err says whether another
 * one might (-EAGAIN) or the end was reached (0).
 */
static unsigned long find_next(struct compat_scan *cs, struct mm_struct *mm,
			       int *err)
{
	unsigned long *addr = &cs->scan.next_addr;
	struct vm_area_struct *vma = NULL;
	unsigned int looks = 0;
	unsigned long next;

	do {
		pud_t *pud;

		if (!vma || *addr >= vma->vm_end)
			vma = find_vma(mm, *addr);
		*err = 0;
		if (!vma || is_beyond(&cs->scan, max(*addr, vma->vm_start)))
			return 0;
		*err = -EAGAIN;
		*addr = max(*addr, vma->vm_start);
		next = vma->vm_end;
		if (!is_walked(cs, vma))
			continue;
		pud = find_pud(mm, *addr, &next);
		if (pud && should_enter(cs, vma, *addr, pud)) {
			if (cs->in_turn && !cs->scan.tables_only)
				ask_for_tables(cs, mm, *addr, pud);
			return next;
		}
	} while (*addr = next, ++looks < STEP_LOOKS && !need_resched());
	return 0;
}

/* One GiB of a process whose lock is held. Return: 0 at the end, or -EAGAIN. */
static int visit_next(struct compat_scan *cs, struct mm_struct *mm)
{
	const struct mm_walk_ops walk_ops = {
		.test_walk = compat_pointer(void *, should_skip_vma),
		.p4d_entry = compat_pointer(void *, walk_pud_range),
	};
	struct lru_gen_scan *scan = &cs->scan;
	unsigned long end;
	int err;

	end = find_next(cs, mm, &err);
	if (!end)
		return err;
	WRITE_ONCE(cs->task, current);
	err = static_call(compat_walk_page_range)(mm, scan->next_addr, end,
						  &walk_ops, &cs->walk);
	WRITE_ONCE(cs->task, NULL);
	/* 1 is the end of the address space */
	if (err > 0)
		return 0;
	scan->next_addr = err == -EAGAIN ? cs->walk.next_addr : end;
	return is_beyond(scan, scan->next_addr) ? 0 : -EAGAIN;
}

/* After it: the folios that changed generation are counted in the real one. */
static void settle_walk(struct compat_scan *cs)
{
	struct lru_gen_mm_walk *walk = &cs->walk;

	if (walk->batched > MAX_LRU_BATCH) {
		spin_lock_irq(&cs->lruvec->lru_lock);
		compat_settle_batch(walk, cs->lruvec);
		spin_unlock_irq(&cs->lruvec->lru_lock);
	}
	cs->scan.nr_entries = walk->mm_stats[MM_LEAF_TOTAL];
	cs->scan.nr_tables = walk->mm_stats[MM_NONLEAF_FOUND];
	/* both walkers count right before they call what is probed */
	cs->scan.nr_missed = walk->mm_stats[MM_LEAF_YOUNG] - cs->scan.nr_young;
	if (cs->scan.nr_missed)
		pr_warn_once("the probe of folio_update_gen() misses accesses (ftrace was stopped, or the function is inlined): heat is incomplete\n");
}

/**
 * lru_gen_scan_step - visit the next GiB of a process that the scanner wants to enter
 * @scan: the scan; @scan->next_addr says where to begin and is updated
 * @mm: the process; the caller holds a reference taken by mmget()
 *
 * A step over many GiB that are not entered ends after a while, and has visited none.
 *
 * Waits for steps of other nodes where these are @shared, for one of each at most. Never waits
 * for mmap_lock, and holds it for reading during the step only.
 * An aging that advances max_seq during the step is harmless: folios found
 * accessed join the generation that was youngest when the step began.
 *
 * Context: a thread; no lock held. Calls @accessed and, at the end, @flush.
 * Return: 0 when the end was reached; -EAGAIN when there is more, from
 * @scan->next_addr on; -EBUSY when a lock was held and nothing was visited.
 */
int lru_gen_scan_step(struct lru_gen_scan *scan, struct mm_struct *mm)
{
	struct compat_scan *cs = container_of(scan, struct compat_scan, scan);
	bool go = begin_shared_step(cs, mm);
	int err = -EBUSY;

	arm_walk(cs);
	/* a folio's cgroup must not change while its generation does */
	if (go && mem_cgroup_trylock_pages(cs->view.memcg)) {
		if (mmap_read_trylock(mm)) {
			err = visit_next(cs, mm);
			mmap_read_unlock(mm);
		}
		mem_cgroup_unlock_pages();
	}
	end_shared_step(cs);
	settle_walk(cs);
	scan->ops->flush(scan);
	return err;
}

/**
 * lru_gen_scan_possible - is MGLRU on, with its page table walk?
 *
 * Both are switched at run time by /sys/kernel/mm/lru_gen/enabled.
 *
 * Return: true if so.
 */
bool lru_gen_scan_possible(void)
{
	return arch_has_hw_pte_young() && lru_gen_cap(LRU_GEN_CORE) &&
	       lru_gen_cap(LRU_GEN_MM_WALK);
}
