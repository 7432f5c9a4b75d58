// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: what it does not look into
 *
 * A CPU sets the accessed bit in every entry that it goes through on its way to a
 * page. A pass clears the bit of a PUD entry (a GiB on x86), before it looks at the
 * entries below, and goes into those that had it set. Of a GiB that nobody has used
 * since, one bit is looked at instead of 512 entries.
 *
 * Why nothing is lost
 * -------------------
 * - When the bit is clear, nothing was used since it was cleared, and then all that
 *   is below was looked at: to enter would find nothing.
 * - Except for what CPUs remember. A CPU that has the entry in its caches (a TLB also
 *   caches entries of upper levels) uses it without setting the bit again. So a
 *   process is flushed from the TLBs at the end of each pass that cleared such a bit.
 *   Whatever is used after that sets all bits on its way. What was used between the
 *   clearing and the flush, and not since, keeps the bit in its own entry, and is
 *   seen when something beside it is used.
 * - The bit is one for all nodes. What the scan of one node clears, that of another
 *   does not see, and below may be pages of the other node, whose bits are still set.
 *   So each scan leaves a note for the others. The same holds for the bits of PMD
 *   entries, which the walk goes by: there are notes of page tables, too. None of those
 *   whose bits are cleared without a visit, in the first pass over a cgroup: there, other
 *   nodes' scans see late what was used since their last pass.
 * - Whatever else might keep a bit from being set, each PUD entry is entered in one of
 *   SKIP_ROUND passes of its cgroup: it costs a delay.
 * - A table is born with its bit set: what is new is entered. So is everything where
 *   the bits tell nothing (a process with MMU notifiers, such as that of a virtual
 *   machine; MGLRU does not use the bits of non-leaf entries): nobody asks then.
 *
 * MGLRU does not look at the accessed bits of PUD entries. Aging does not miss them.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "internal.h"
#include "klruscand.h"
#include "klruscand_skip.h"
#include "lru_gen_scan.h"

/* By node; under klruscan_mutex, read under RCU. */
static struct skip_notes __rcu *all_notes[MAX_NUMNODES];

/**
 * klruscand_skip_start - be told what the scans of other nodes clear
 * @nid: the node
 *
 * Context: may sleep; holds klruscan_mutex.
 * Return: 0 or -ENOMEM.
 */
int klruscand_skip_start(int nid)
{
	unsigned long slots = skip_slots(totalram_pages() / PTRS_PER_PTE);
	struct skip_notes *notes;

	lockdep_assert_held(&klruscan_mutex);
	notes = kvzalloc(struct_size(notes, note, slots), GFP_KERNEL);
	if (!notes)
		return -ENOMEM;
	skip_start(notes, slots);
	rcu_assign_pointer(all_notes[nid], notes);
	return 0;
}

/**
 * klruscand_skip_stop - the opposite
 * @nid: the node; its scan is in no step
 *
 * Context: may sleep; holds klruscan_mutex.
 */
void klruscand_skip_stop(int nid)
{
	struct skip_notes *notes;

	notes = rcu_replace_pointer(all_notes[nid], NULL,
				    lockdep_is_held(&klruscan_mutex));
	/* others may be writing a note */
	synchronize_rcu();
	kvfree(notes);
}

/**
 * klruscand_skip_turn - a turn begins, also one that has to be left
 * @nid: the node; its scan is in no step
 *
 * Context: the thread of the scan.
 */
void klruscand_skip_turn(int nid)
{
	struct skip_notes *notes;

	rcu_read_lock();
	notes = rcu_dereference(all_notes[nid]);
	WRITE_ONCE(notes->pass, notes->pass + 1);
	rcu_read_unlock();
}

/**
 * klruscand_skip_pass - a pass of a cgroup begins, also one that has to be left
 * @nid: the node; its scan is in no step
 * @rounds: the cgroup's
 *
 * Context: the thread of the scan.
 */
void klruscand_skip_pass(int nid, struct skip_rounds *rounds)
{
	rcu_read_lock();
	skip_pass(rounds, rcu_dereference(all_notes[nid]));
	rcu_read_unlock();
}

/**
 * klruscand_skip_shared - are other nodes scanned, too?
 * @nid: the node
 *
 * Context: any.
 * Return: true if so.
 */
bool klruscand_skip_shared(int nid)
{
	int other;

	for_each_node(other)
		if (other != nid && rcu_access_pointer(all_notes[other]))
			return true;
	return false;
}

/* Processes with the same layout take turns. */
static unsigned long key_of(const struct mm_struct *mm, unsigned long index)
{
	return hash_ptr(mm, 32) + index;
}

/* Let the scans of other nodes know. */
static void tell_others(int nid, unsigned long key)
{
	struct skip_notes *notes;
	int other;

	for_each_node(other) {
		notes = other == nid ? NULL : rcu_dereference(all_notes[other]);
		if (notes)
			skip_note(notes, key);
	}
}

/**
 * klruscand_enter - should the walk go into a PUD entry?
 * @scan: the scan; its node was started
 * @mm: the process
 * @addr: an address in the PUD entry
 * @used: the entry's accessed bit was set, and has just been cleared
 *
 * Context: see struct lru_gen_scan_ops.
 * Return: true if so.
 */
bool klruscand_enter(struct lru_gen_scan *scan, struct mm_struct *mm,
		     unsigned long addr, bool used)
{
	unsigned long key = key_of(mm, addr >> PUD_SHIFT);
	struct klruscand *k = scan->owner;
	bool enter = used;

	rcu_read_lock();
	if (used)
		tell_others(scan->nid, key);
	else
		enter = skip_must_enter(rcu_dereference(all_notes[scan->nid]),
					&k->pace->rounds, key);
	rcu_read_unlock();
	return enter;
}

/**
 * klruscand_visit - should the walk visit a page table?
 * @scan: the scan; its node was started
 * @mm: the process
 * @addr: an address in the page table
 * @used: its accessed bit is set, and is about to be cleared
 *
 * Context: see struct lru_gen_scan_ops.
 * Return: true if so.
 */
bool klruscand_visit(struct lru_gen_scan *scan, struct mm_struct *mm,
		     unsigned long addr, bool used)
{
	unsigned long key = key_of(mm, addr >> PMD_SHIFT);
	struct klruscand *k = scan->owner;
	bool visit = used;

	rcu_read_lock();
	if (used)
		tell_others(scan->nid, key);
	else
		visit = skip_must_visit(rcu_dereference(all_notes[scan->nid]),
					&k->pace->rounds, key);
	rcu_read_unlock();
	return visit;
}
