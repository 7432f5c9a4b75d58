// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: look at single folios, for as short a time as is asked for
 *
 * klruscand's passes see what is accessed in an interval. Here the accessed bits of
 * a few folios are cleared, and looked at again after microseconds. A translation
 * that stays in a TLB does not set the bit again, so between the two the TLBs of the
 * processes that map them are flushed: once for a group of folios.
 *
 * The accessed bits that are cleared are lost to reclaim's aging, as far as the folio is not
 * used again: these are few folios, in use all the time or drawn at random. For the next pass
 * they are kept: else those that are looked at most would seem to be used least. Not so where no
 * pass would have looked: heat would keep itself alive. The second look leaves the bits as they
 * are: nothing is flushed behind it, so that a folio whose translation stays in a TLB, as those
 * of huge pages do, would not be seen by anybody. What other MMUs saw can only be asked for by
 * clearing it.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mmu_notifier.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>

#include <asm/tlbflush.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "klruscan_look.h"

/*
 * A wait below this, in microseconds, is spent, because a sleep takes as long; one above
 * the other ends when the thread has to stop.
 */
#define SPIN_US			64
#define EXACT_US		20000

/* Exposures that take twice as long as asked for are made so often. */
#define DISTURBED_TRIES		3

/* Weight of the past in the mean time of a look: 7/8. */
#define LOOK_NS_SHIFT		3

/**
 * struct look - a look at a folio
 * @looks:	remembers who maps it
 * @memcg:	the cgroup whose memory it is; only to be compared
 * @leave:	the accessed bits stay as they are
 * @looked_at:	mappings that may hold it
 * @young:	an accessed bit was set
 * @cleared:	one was cleared that a pass would have found
 */
struct look {
	struct klruscan_looks *looks;
	struct mem_cgroup *memcg;
	bool leave;
	unsigned int looked_at;
	bool young;
	bool cleared;
};

/* Let go of the processes; with @flush, so that they set accessed bits again. */
static void drop_mms(struct klruscan_looks *looks, bool flush)
{
	while (looks->nr_mms) {
		struct mm_struct *mm = looks->mm[--looks->nr_mms];

		/* one that has exited is on no CPU any more */
		if (flush)
			flush_tlb_mm(mm);
		mmdrop(mm);
	}
}

/* Called with the rmap locked, so that the process has not exited. */
static void remember_mm(struct klruscan_looks *looks, struct mm_struct *mm)
{
	unsigned int i;

	for (i = 0; i < looks->nr_mms; i++)
		if (looks->mm[i] == mm)
			return;
	if (looks->nr_mms == KLRUSCAN_LOOK_MMS)
		drop_mms(looks, true);
	mmgrab(mm);
	looks->mm[looks->nr_mms++] = mm;
}

#ifdef CONFIG_MMU_NOTIFIER
/* What another MMU saw, for which nobody flushes: it is asked as whoever clears asks it. */
static bool seen_by_others(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	return mmu_notifier_clear_young(vma->vm_mm, addr, addr + size);
}
#else
static bool seen_by_others(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	return false;
}
#endif

/* Do passes look at what is mapped there, and for this folio? As the walk of MGLRU has it. */
static bool has_passes(const struct look *look, struct vm_area_struct *vma)
{
	return !(vma->vm_flags & VM_LOCKED) && vma_has_recency(vma) &&
	       READ_ONCE(vma->vm_mm->lru_gen.memcg) == look->memcg;
}

/* What was read of an entry whose accessed bit is clear now. Return: was it set? */
static bool cleared(struct look *look, struct vm_area_struct *vma, bool used)
{
	look->cleared |= used && has_passes(look, vma);
	return used;
}

static bool pte_was_used(struct look *look, struct vm_area_struct *vma,
			 unsigned long addr, pte_t *pte)
{
	if (!look->leave)
		return cleared(look, vma, ptep_clear_young_notify(vma, addr, pte));
	return pte_young(ptep_get(pte)) ||
	       cleared(look, vma, seen_by_others(vma, addr, PAGE_SIZE));
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
static bool pmd_was_used(struct look *look, struct vm_area_struct *vma,
			 unsigned long addr, pmd_t *pmd)
{
	if (!look->leave)
		return cleared(look, vma, pmdp_clear_young_notify(vma, addr, pmd));
	return pmd_young(pmdp_get(pmd)) ||
	       cleared(look, vma, seen_by_others(vma, addr, PMD_SIZE));
}
#else
static bool pmd_was_used(struct look *look, struct vm_area_struct *vma,
			 unsigned long addr, pmd_t *pmd)
{
	return false;
}
#endif

static bool look_at_mapping(struct folio *folio, struct vm_area_struct *vma,
			    unsigned long addr, void *arg)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, addr, 0);
	struct look *look = arg;
	bool maps = false;

	if (look->looked_at++ == KLRUSCAN_MAPPINGS)
		return false;
	while (page_vma_mapped_walk(&pvmw)) {
		/* what a device has for itself is no entry with an accessed bit */
		if (pvmw.pte && !pte_present(ptep_get(pvmw.pte)))
			continue;
		maps = true;
		look->young |= pvmw.pte ? pte_was_used(look, vma, pvmw.address, pvmw.pte) :
					  pmd_was_used(look, vma, pvmw.address, pvmw.pmd);
	}
	if (maps)
		remember_mm(look->looks, vma->vm_mm);
	return true;
}

/* The bits that were cleared were for the next pass as well, if its cgroup has any. */
static void keep(struct folio *folio)
{
	struct klruscan_memcg of;
	int nid = folio_nid(folio);
	int was;

	klruscan_memcg_of(folio, &of);
	if (!of.promote)
		return;
	was = pghot_keep(folio_pfn(folio), nid);
	if (was)
		klruscan_memcg_kept(of.id, nid, was);
}

/*
 * Was the folio accessed since the bits of its mappings were last cleared? With @leave they
 * are not, now. Return: 1 if so, 0 if not, -EBUSY when a lock was held, or not all were looked
 * at.
 *
 * A mapping of another cgroup's process counts, whom no pass asks for this folio: it is as good
 * on the fast node for who uses it now. But nothing is kept of that.
 */
static int look_at(struct klruscan_looks *looks, struct folio *folio, bool leave)
{
	struct look look = { .looks = looks, .leave = leave };
	int err;

	/* a page of a file that is read: the kernel marks it */
	if (!folio_mapped(folio))
		return leave ? folio_test_referenced(folio) :
			       folio_test_clear_referenced(folio);
	rcu_read_lock();
	look.memcg = folio_memcg_check(folio);
	rcu_read_unlock();
	err = klruscan_walk_rmap(folio, look_at_mapping, &look);
	if (look.cleared)
		keep(folio);
	if (err)
		return err;
	if (look.looked_at > KLRUSCAN_MAPPINGS && (looks->all || !look.young))
		return -EBUSY;
	return look.young;
}

/* The place of a folio that is there twice, for the second look would not see it. */
static unsigned int first_of(struct folio **folios, unsigned int i)
{
	unsigned int first = 0;

	while (folios[first] != folios[i])
		first++;
	return first;
}

/* What was found out about the first one holds for @i as well. */
static void copy_bit(unsigned long *bits, unsigned int first, unsigned int i)
{
	if (test_bit(first, bits))
		__set_bit(i, bits);
}

/* In one go: a folio's time begins here, and ends with the next call. */
static void look_at_all(struct klruscan_looks *looks, struct folio **folios,
			unsigned int nr, bool leave, unsigned long *seen,
			unsigned long *missed)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int first = first_of(folios, i);
		int young;

		if (first < i) {
			copy_bit(seen, first, i);
			copy_bit(missed, first, i);
			continue;
		}
		young = folios[i] ? look_at(looks, folios[i], leave) : 0;
		if (young > 0)
			__set_bit(i, seen);
		else if (young < 0)
			__set_bit(i, missed);
	}
}

/**
 * klruscan_look - which folios were accessed since the last look?
 * @looks: the thread's looks
 * @folios: the folios, each with a reference, or NULL; one may be there twice
 * @nr: how many, up to KLRUSCAN_LOOK_MAX
 * @seen: bitmap of @nr bits: those that were accessed are set, others are not changed
 *
 * Clears the accessed bits and flushes the TLBs, so that whatever is accessed from
 * now on is seen by the next look. A folio whose lock is held is not seen, and is in
 * @looks->missed.
 *
 * Context: may sleep. Takes the folios' locks, if nobody else has them.
 */
void klruscan_look(struct klruscan_looks *looks, struct folio **folios,
		   unsigned int nr, unsigned long *seen)
{
	bitmap_zero(looks->missed, KLRUSCAN_LOOK_MAX);
	look_at_all(looks, folios, nr, false, seen, looks->missed);
	drop_mms(looks, true);
}

/**
 * klruscan_wait_until - let time pass
 * @ns: until when, by ktime_get_ns()
 *
 * Context: a thread of its own, which may freeze; ends early when it has to stop.
 */
void klruscan_wait_until(u64 ns)
{
	s64 us = div_s64(ns - ktime_get_ns(), NSEC_PER_USEC);

	if (us > EXACT_US)
		wait_event_freezable_timeout(pghot_pass_wait,
					     kthread_should_stop(),
					     usecs_to_jiffies(us));
	else if (us > SPIN_US)
		usleep_range_state(us, us + us / 8, TASK_IDLE);
	else
		while ((s64)(ns - ktime_get_ns()) > 0)
			cpu_relax();
}

/* So many that the first was not exposed for more than half longer than the last. */
static unsigned int group_size(struct klruscan_looks *looks, unsigned int us)
{
	return clamp_t(u64, div64_u64((u64)us * NSEC_PER_USEC / 2,
				      looks->look_ns ?: 1), 1, KLRUSCAN_LOOK_MAX);
}

/*
 * Clear, wait, look. What could not be cleared was not exposed, whatever the second look
 * finds. Return: how long they were exposed, in ns, to the middle of the looks, and from the
 * first flush of a TLB on: one CPU may take its time for it.
 */
static u64 expose_group(struct klruscan_looks *looks, struct folio **folios,
			unsigned int nr, unsigned int us, unsigned long *seen,
			unsigned long *missed)
{
	DECLARE_BITMAP(before, KLRUSCAN_LOOK_MAX) = { };
	u64 start = ktime_get_ns();
	u64 cleared, waited, took;

	bitmap_zero(missed, KLRUSCAN_LOOK_MAX);
	look_at_all(looks, folios, nr, false, before, missed);
	cleared = ktime_get_ns();
	drop_mms(looks, true);
	took = div_u64(cleared - start, nr);
	looks->look_ns += (took >> LOOK_NS_SHIFT) -
			  (looks->look_ns >> LOOK_NS_SHIFT);
	klruscan_wait_until(ktime_get_ns() + (u64)us * NSEC_PER_USEC);
	waited = ktime_get_ns();
	bitmap_zero(seen, KLRUSCAN_LOOK_MAX);
	look_at_all(looks, folios, nr, true, seen, missed);
	bitmap_andnot(seen, seen, missed, KLRUSCAN_LOOK_MAX);
	took = waited - cleared + (ktime_get_ns() - waited) / 2;
	drop_mms(looks, false);
	return took;
}

/**
 * klruscan_expose - which folios are accessed in a given time?
 * @looks: the thread's looks
 * @folios: as in klruscan_look()
 * @nr: how many, up to KLRUSCAN_LOOK_MAX
 * @us: the time in microseconds
 * @most: in groups of no more than so many
 * @seen: bitmap of @nr bits: those that were accessed are set, others are not changed
 *
 * In groups, so that the time is nearly the same for all of them. Where it got longer
 * than twice that, because this thread or a CPU was kept from going on, it is tried
 * anew. Ends early when the thread has to stop; those it did not get to are not seen.
 * Those, and those whose lock was held, are in @looks->missed.
 *
 * Context: may sleep, for @us times the number of groups. Takes the folios' locks, if
 * nobody else has them.
 * Return: how long the mean folio was exposed, in us, at least 1.
 */
unsigned int klruscan_expose(struct klruscan_looks *looks,
			     struct folio **folios, unsigned int nr,
			     unsigned int us, unsigned int most,
			     unsigned long *seen)
{
	unsigned int i, k, tries;
	u64 exposed = 0;

	bitmap_zero(looks->missed, KLRUSCAN_LOOK_MAX);
	for (i = 0; i < nr && !klruscan_must_leave(); i += k) {
		DECLARE_BITMAP(group, KLRUSCAN_LOOK_MAX);
		DECLARE_BITMAP(missed, KLRUSCAN_LOOK_MAX);
		u64 took;

		k = min3(group_size(looks, us), nr - i, most);
		for (tries = 0; tries < DISTURBED_TRIES; tries++) {
			took = expose_group(looks, folios + i, k, us, group, missed);
			if (took < 2 * (u64)us * NSEC_PER_USEC)
				break;
		}
		exposed += k * took;
		bitmap_shift_left(group, group, i, KLRUSCAN_LOOK_MAX);
		bitmap_or(seen, seen, group, nr);
		bitmap_shift_left(missed, missed, i, KLRUSCAN_LOOK_MAX);
		bitmap_or(looks->missed, looks->missed, missed, nr);
		cond_resched();
	}
	bitmap_set(looks->missed, i, nr - min(i, nr));
	return max(div64_u64(exposed, (u64)max(i, 1U) * NSEC_PER_USEC), 1ULL);
}
