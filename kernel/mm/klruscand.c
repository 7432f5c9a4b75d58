// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: finds the pages of a slow node that were accessed
 *
 * Overview
 * ========
 * One thread per slow node. Each turn is a pass and a wait. A pass goes over
 * the cgroups that have memory on the node and are due (klruscand_clock.c), and over the
 * processes of each, and has the MGLRU page table walk visit their address spaces in
 * steps of a GiB.
 * For every folio of the node whose accessed bit was set, the walk clears the
 * bit, moves the folio to the youngest generation, and calls us; we record the
 * access in pghot, which counts it once a pass however often the folio is
 * mapped.
 *
 * The walk has its own view of each lruvec (struct lru_gen_scan): reclaim's
 * iteration over the processes, its Bloom filters and its per-process bitmaps are
 * neither read nor changed. Of the sequence numbers one is read, which says what
 * the youngest generation is; none is changed.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscand.h"
#include "klruscand_budget.h"

static_assert(TEMPO_EAGER == KLRUSCAN_HEAT_MAX);

/* Look again this often while MGLRU is off. Nobody tells us when it is on. */
#define NO_MGLRU_JIFFIES	HZ

static struct klruscand *klruscands[MAX_NUMNODES];

/* scan_cpu_permille is for all threads together. The lock is held for the sum alone. */
static DEFINE_SPINLOCK(budget_lock);
static struct budget budget;

/**
 * klruscand_read_bounds - the bounds of the interval where a cgroup has none of its own
 * @shortest: out: in ms
 * @longest: out: in ms, not below it: one knob may be set between the reading of the two
 */
void klruscand_read_bounds(unsigned int *shortest, unsigned int *longest)
{
	*shortest = klruscan_get(scan_interval_min_ms);
	*longest = max_t(unsigned int, *shortest,
			 klruscan_get(scan_interval_max_ms));
}

/*
 * There will be no pass for an unknown time. Let go of the processes, and of heat
 * that would still look fresh after it.
 */
static void stand_still(struct klruscand *k)
{
	klruscand_drop_mms(&k->late);
	pghot_age_out(k->node->nid);
	klruscand_clocks_start(k);
}

/* Is there something that a sleeping thread should look at? */
static bool must_wake(struct klruscan_node *node)
{
	return kthread_should_stop() || node->scan.changes != klruscan_changes();
}

/*
 * CPU time that the budget does not know of. What a pass took is not all known before
 * the thread has slept: that of a pass shorter than a tick is charged by the next one.
 */
static u64 not_charged(struct klruscand *k)
{
	u64 now = klruscan_thread_ns();
	u64 cpu_ns = now - k->charged_ns;

	k->charged_ns = now;
	return cpu_ns;
}

/* Sleep until @next, and longer where the budget wants it. */
static void wait_for_next(struct klruscand *k, unsigned long next)
{
	unsigned int permille = klruscan_get(scan_cpu_permille);
	struct klruscan_node *node = k->node;
	unsigned long now = jiffies;
	u64 cpu_ns = not_charged(k);
	unsigned long rest, left;

	spin_lock(&budget_lock);
	rest = nsecs_to_jiffies(budget_take(&budget, ktime_get_ns(), permille,
					    cpu_ns));
	spin_unlock(&budget_lock);
	left = time_after(next, now) ? next - now : 0;
	WRITE_ONCE(node->scan.starved_ms,
		   rest > left ? jiffies_to_msecs(rest - left) : 0);
	left = max(left, rest);
	wait_event_freezable_timeout(node->wait, must_wake(node),
				     max(left, 1UL));
}

/* What is due, where that is possible. Return: when the next turn is, in jiffies. */
static unsigned long turn(struct klruscand *k)
{
	struct klruscan_node *node = k->node;

	/* whatever changes from here on is another turn's */
	node->scan.changes = klruscan_changes();
	if (!lru_gen_scan_possible()) {
		if (node->scan.state != KLRUSCAN_STATE_NO_MGLRU)
			stand_still(k);
		WRITE_ONCE(node->scan.state, KLRUSCAN_STATE_NO_MGLRU);
		klruscand_clocks_rest(k);
		return jiffies + NO_MGLRU_JIFFIES;
	}
	WRITE_ONCE(node->scan.state, node->target == NUMA_NO_NODE ?
		   KLRUSCAN_STATE_NO_TARGET : KLRUSCAN_STATE_RUNNING);
	/* what had to be left goes on when it is let */
	if (klruscand_pass(k))
		return jiffies;
	return klruscand_clocks_next(k);
}

static int klruscand(void *data)
{
	struct klruscand *k = data;

	set_freezable();
	k->turn = 1;
	klruscand_clocks_start(k);
	/* freezes here: with a knob that changes all the time, the wait does not sleep */
	while (!kthread_freezable_should_stop(NULL)) {
		wait_for_next(k, turn(k));
		WRITE_ONCE(k->node->scan.cpu_ns, klruscan_thread_ns());
	}
	return 0;
}

static void free_klruscand(struct klruscand *k)
{
	klruscand_free_mms(&k->now);
	klruscand_free_mms(&k->late);
	klruscand_free_mms(&k->later);
	lru_gen_scan_free(k->scan);
	klruscand_skip_stop(k->node->nid);
	kfree(k);
}

/**
 * klruscand_start - start the scan of a slow node
 * @node: the node; stays valid until klruscand_stop()
 *
 * Context: may sleep; holds klruscan_mutex.
 * Return: 0 or a negative error; nothing is left behind then.
 */
int klruscand_start(struct klruscan_node *node)
{
	struct klruscand *k;
	int err;

	lockdep_assert_held(&klruscan_mutex);
	k = kzalloc(sizeof(*k), GFP_KERNEL);
	if (!k)
		return -ENOMEM;
	k->node = node;
	err = klruscand_skip_start(node->nid);
	if (err)
		goto no_notes;
	spin_lock(&budget_lock);
	budget_start(&budget, ktime_get_ns());
	spin_unlock(&budget_lock);
	k->scan = lru_gen_scan_alloc(&klruscand_scan_ops);
	err = PTR_ERR_OR_ZERO(k->scan);
	if (err)
		goto no_scan;
	k->scan->owner = k;
	k->task = kthread_run(klruscand, k, "klruscand/%d", node->nid);
	err = PTR_ERR_OR_ZERO(k->task);
	if (err)
		goto no_thread;
	klruscands[node->nid] = k;
	return 0;

no_thread:
	lru_gen_scan_free(k->scan);
no_scan:
	klruscand_skip_stop(node->nid);
no_notes:
	kfree(k);
	return err;
}

/**
 * klruscand_stop - stop the scan of a slow node
 * @nid: the node; nothing happens when it is not scanned
 *
 * Returns when the thread has ended: after one step of the walk or one sweep of
 * the store.
 *
 * Context: may sleep; holds klruscan_mutex.
 */
void klruscand_stop(int nid)
{
	struct klruscand *k = klruscands[nid];

	lockdep_assert_held(&klruscan_mutex);
	if (!k)
		return;
	kthread_stop(k->task);
	klruscands[nid] = NULL;
	free_klruscand(k);
}
