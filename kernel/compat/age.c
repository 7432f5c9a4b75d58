// SPDX-License-Identifier: GPL-2.0-only
/*
 * MGLRU's aging, at the wish of somebody who does not reclaim
 *
 * The aging is the kernel's: try_to_inc_max_seq() walks the page tables of a cgroup's
 * processes, moves what was accessed to the youngest generation, and opens a new one.
 * It takes the state of its walk from the reclaim state of the task.
 */
#define pr_fmt(fmt) "klruscan: " fmt
#define COMPAT_IMPLEMENTATION

#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "internal.h"
#include "../mm/lru_gen_scan.h"

/**
 * lru_gen_age - find out which pages of a cgroup on a node were accessed
 * @memcg: the cgroup; the caller holds a reference
 * @nid: the node
 *
 * Does nothing when somebody else is about to do it, or has just done it.
 *
 * Context: a kernel thread that does not reclaim; may sleep. No lock held.
 */
void lru_gen_age(struct mem_cgroup *memcg, int nid)
{
	struct lruvec *lruvec = &memcg->nodeinfo[nid]->lruvec;
	struct reclaim_state state = { };

	if (WARN_ON_ONCE(current->reclaim_state))
		return;
	current->reclaim_state = &state;
	compat_age(lruvec, READ_ONCE(lruvec->lrugen.max_seq));
	current->reclaim_state = NULL;
	kfree(state.mm_walk);
}
