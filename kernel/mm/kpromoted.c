// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: chooses which hot pages move to a fast node
 *
 * Overview
 * ========
 * One thread per fast node, which serves the slow nodes that are nearest to it.
 * It sleeps until a slow node's store has a new picture (the end of a pass) and
 * then takes one turn for it: from the hottest pages down to the threshold, as
 * many as the rate limit and the room on the fast node allow. What is left over
 * keeps its heat and is a candidate again in the next turn. Passes may be far apart: as
 * long as its turns promote something, or pick the hottest one by one, it takes others
 * by the same picture (kpromoted_pause()).
 *
 * When there is no room on the fast node (kpromoted_room.c), pages that are accessed
 * far less often are demoted for those that come.
 *
 * Every page that a turn looks at is a candidate and ends in exactly one outcome,
 * at the latest when the turn is over; one that a turn comes back to is one once
 * more. Those that a turn did not get to are candidates too, with the reason that
 * ended it.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

static struct kpromoted *kpromoteds[MAX_NUMNODES];

/**
 * kpromoted_count - candidates ended
 * @node: the slow node they were on
 * @cgroup: whose they are, see struct klruscan_memcg
 * @outcome: how
 * @nr: how many
 */
void kpromoted_count(struct klruscan_node *node, u64 cgroup,
		     enum klruscan_outcome outcome, u64 nr)
{
	klruscan_add(node->promote.outcome[outcome], nr);
	klruscan_memcg_count(cgroup, node->nid, outcome, nr);
}

/**
 * kpromoted_refuse - a candidate stays
 * @node: the slow node it is on
 * @pfn: its page frame
 * @cgroup: whose it is, see struct klruscan_memcg
 * @outcome: why
 *
 * Context: any.
 */
void kpromoted_refuse(struct klruscan_node *node, unsigned long pfn, u64 cgroup,
		      enum klruscan_outcome outcome)
{
	kpromoted_count(node, cgroup, outcome, 1);
	trace_klruscan_refuse(node->nid, pfn, outcome);
}

/* Bytes a second since the rate was last worked out, @ns ago, at least 1 ms. */
static u64 rate_since(struct klruscan_node *node, u64 ns)
{
	/*
	 * In this order: both only grow, and the first is never the larger. Pairs with
	 * update_rate().
	 */
	u64 before = smp_load_acquire(&node->promote.rate_pages);
	u64 pages = READ_ONCE(node->promote.pages) - before;

	return div64_u64((pages << PAGE_SHIFT) * MSEC_PER_SEC,
			 div_u64(ns, NSEC_PER_MSEC));
}

static void update_rate(struct klruscan_node *node)
{
	u64 now = ktime_get_ns();
	u64 ns = now - node->promote.rate_since;

	if (ns < NSEC_PER_SEC)
		return;
	WRITE_ONCE(node->promote.rate, rate_since(node, ns));
	/* who reads it sees as many pages, at least */
	smp_store_release(&node->promote.rate_pages, node->promote.pages);
	WRITE_ONCE(node->promote.rate_since, now);
}

/**
 * kpromoted_rate - how fast a slow node's pages are being promoted
 * @node: the slow node
 *
 * Return: bytes a second over the last second or, where passes are further apart
 * than two, since the last one.
 */
u64 kpromoted_rate(struct klruscan_node *node)
{
	/* first the older time */
	u64 since = READ_ONCE(node->promote.rate_since);
	u64 ns = ktime_get_ns() - since;

	return ns < 2 * NSEC_PER_SEC ? READ_ONCE(node->promote.rate) :
				       rate_since(node, ns);
}

/******************************************************************************
 *                          the thread
 ******************************************************************************/

/* Is there a picture not yet worked on, or more to do on the last one? */
static bool has_news(const struct klruscan_node *node)
{
	return node->promote.pass != pghot_passes(node->nid) ||
	       (node->promote.again && time_after_eq(jiffies, node->promote.again));
}

/*
 * The next slow node that there is something to do for: by turns, for one whose turn
 * takes as long as its pass always has some.
 */
static struct klruscan_node *node_with_news(struct kpromoted *kp)
{
	int i, nid = kp->last;

	for (i = 0; i < nr_node_ids; i++) {
		struct klruscan_node *node;

		nid = (nid + 1) % nr_node_ids;
		node = klruscan_node(nid);
		if (node && node->target == kp->nid && has_news(node))
			return node;
	}
	return NULL;
}

/* Until then nothing is to be gone on with, in jiffies from now on. */
static long time_to_go_on(struct kpromoted *kp)
{
	long left = MAX_SCHEDULE_TIMEOUT;
	int nid;

	for_each_node(nid) {
		struct klruscan_node *node = klruscan_node(nid);

		if (node && node->target == kp->nid && node->promote.again)
			left = min(left, (long)(node->promote.again - jiffies));
	}
	return max(left, 1L);
}

/*
 * Charge the time since the last turn began to the node that it was for. It is
 * known exactly after a sleep; between the turns of two nodes, to a tick.
 */
static void charge_cpu(struct kpromoted *kp, struct klruscan_node *next)
{
	u64 now = klruscan_thread_ns();

	if (kp->charged)
		klruscan_add(kp->charged->promote.cpu_ns, now - kp->charged_ns);
	kp->charged = next;
	kp->charged_ns = now;
}

static void take_turn(struct kpromoted *kp, struct klruscan_node *node)
{
	u64 before = node->promote.pages;
	unsigned long pause;

	charge_cpu(kp, node);
	kp->last = node->nid;
	WRITE_ONCE(node->promote.pass, pghot_passes(node->nid));
	wake_up(&node->wait);
	kpromoted_fill_tokens(kp);
	/* with a fixed threshold nobody asks how hot fast memory is */
	if (!klruscan_get(hot_threshold))
		kpromoted_judge_look(&kp->judge, kp->came, kpromoted_interval_ns(node));
	kpromoted_turn(kp, node);
	kp->came = node->promote.pages - before;
	/* passes may be far between; never 0, which is none */
	pause = kpromoted_pause(kp);
	node->promote.again = pause ? (jiffies + pause) | 1 : 0;
	update_rate(node);
}

static int kpromoted(void *data)
{
	struct kpromoted *kp = data;

	set_freezable();
	/* freezes here: with news to work on, the wait below does not sleep */
	while (!kthread_freezable_should_stop(NULL)) {
		struct klruscan_node *node;

		wait_event_freezable_timeout(pghot_pass_wait,
					     kthread_should_stop() || node_with_news(kp),
					     time_to_go_on(kp));
		while (!klruscan_must_leave() && (node = node_with_news(kp))) {
			take_turn(kp, node);
			cond_resched();
		}
	}
	return 0;
}

/**
 * kpromoted_prepare - allocate what promotion from a slow node needs
 * @node: the slow node
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kpromoted_prepare(struct klruscan_node *node)
{
	node->promote.division = kvzalloc(sizeof(*node->promote.division), GFP_KERNEL);
	node->promote.views = kcalloc(PGHOT_CLOCKS, sizeof(*node->promote.views),
				      GFP_KERNEL);
	node->promote.trail = kvzalloc(sizeof(*node->promote.trail), GFP_KERNEL);
	if (node->promote.division && node->promote.views && node->promote.trail)
		return 0;
	kpromoted_release(node);
	return -ENOMEM;
}

/**
 * kpromoted_release - free it
 * @node: the slow node; nothing is promoted from it any more
 */
void kpromoted_release(struct klruscan_node *node)
{
	kvfree(node->promote.trail);
	kfree(node->promote.views);
	kvfree(node->promote.division);
}

/**
 * kpromoted_start - start to promote to a fast node
 * @nid: the node
 *
 * Context: may sleep; holds klruscan_mutex.
 * Return: 0 or a negative error; nothing is left behind then.
 */
int kpromoted_start(int nid)
{
	struct kpromoted *kp;
	int err;

	lockdep_assert_held(&klruscan_mutex);
	kp = kvzalloc(sizeof(*kp), GFP_KERNEL);
	if (!kp)
		return -ENOMEM;
	kp->nid = nid;
	kp->last = nid;
	kp->judge.nid = nid;
	kp->exchange.nid = nid;
	kp->exchange.looks = &kp->judge.looks;
	kp->filled_ns = ktime_get_ns();
	INIT_LIST_HEAD(&kp->batch.folios);
	kp->task = kthread_create_on_node(kpromoted, kp, nid, "kpromoted/%d",
					  nid);
	if (IS_ERR(kp->task)) {
		err = PTR_ERR(kp->task);
		kvfree(kp);
		return err;
	}
	kpromoteds[nid] = kp;
	wake_up_process(kp->task);
	return 0;
}

/**
 * kpromoted_stop - stop to promote to a fast node
 * @nid: the node; nothing happens when nothing is promoted to it
 *
 * Returns when the thread has ended: after one batch at most.
 *
 * Context: may sleep; holds klruscan_mutex.
 */
void kpromoted_stop(int nid)
{
	struct kpromoted *kp = kpromoteds[nid];

	lockdep_assert_held(&klruscan_mutex);
	if (!kp)
		return;
	kthread_stop(kp->task);
	kpromoteds[nid] = NULL;
	kvfree(kp);
}
