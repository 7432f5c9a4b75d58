// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: finds the pages of a slow node that were accessed
 *
 * Overview
 * ========
 * One thread per slow node. Each turn is a pass and a wait. A pass goes over
 * the cgroups that have memory on the node and over the processes of each, and
 * has the MGLRU page table walk visit their address spaces in steps of a GiB.
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

/* The bounds of the interval. One knob may be set between the reading of the two. */
static void read_bounds(unsigned int *shortest, unsigned int *longest)
{
	*shortest = klruscan_get(scan_interval_min_ms);
	*longest = max_t(unsigned int, *shortest,
			 klruscan_get(scan_interval_max_ms));
}

static void publish_interval(struct klruscand *k)
{
	struct klruscan_node *node = k->node;
	unsigned int old = node->scan.interval_ms;

	if (old == k->tempo.interval_ms)
		return;
	WRITE_ONCE(node->scan.interval_ms, k->tempo.interval_ms);
	if (old)
		trace_klruscan_interval(node->nid, old, k->tempo.interval_ms);
}

/* Take up what the last pass has taught; keep_bounds() says so. */
static void adapt_tempo(struct klruscand *k)
{
	struct klruscan_node *node = k->node;
	u64 promoted = READ_ONCE(node->promote.pages);
	unsigned int shortest, longest;
	struct pghot_stats stats;

	read_bounds(&shortest, &longest);
	pghot_read_stats(node->nid, &stats);
	k->tempo.fixed = klruscan_get(hot_threshold);
	tempo_adapt(&k->tempo, &stats, promoted - k->promoted, shortest, longest);
	k->promoted = promoted;
	pghot_set_window(node->nid, tempo_window(&k->tempo));
}

/*
 * Before each wait, whether a pass was made, and ended, or not: must_wake() does not
 * let a thread sleep whose interval is out of bounds.
 */
static void keep_bounds(struct klruscand *k)
{
	unsigned int shortest, longest;

	read_bounds(&shortest, &longest);
	tempo_keep_bounds(&k->tempo, shortest, longest);
	publish_interval(k);
}

/* All that the accessed bits say now is of an unknown time. */
static void begin_anew(struct klruscand *k)
{
	tempo_start(&k->tempo, klruscan_get(scan_interval_min_ms));
	k->tempo.fixed = klruscan_get(hot_threshold);
	k->anew = true;
	pghot_restart(k->node->nid, TEMPO_SKIP);
	pghot_set_window(k->node->nid, tempo_window(&k->tempo));
	publish_interval(k);
}

/*
 * There will be no pass for an unknown time. Let go of the processes, and of heat
 * that would still look fresh after it.
 */
static void stand_still(struct klruscand *k)
{
	klruscand_drop_mms(&k->late);
	pghot_age_out(k->node->nid);
	begin_anew(k);
}

/* Is there something that a sleeping thread should look at? */
static bool must_wake(struct klruscan_node *node)
{
	unsigned int interval_ms = node->scan.interval_ms;

	return kthread_should_stop() ||
	       interval_ms < klruscan_get(scan_interval_min_ms) ||
	       interval_ms > klruscan_get(scan_interval_max_ms) ||
	       node->scan.cpu_permille != klruscan_get(scan_cpu_permille);
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

/* Sleep until @interval after @start, and longer where the budget wants it. */
static void wait_for_next(struct klruscand *k, unsigned long start,
			  unsigned long interval)
{
	unsigned int permille = klruscan_get(scan_cpu_permille);
	struct klruscan_node *node = k->node;
	unsigned long took = jiffies - start;
	u64 cpu_ns = not_charged(k);
	unsigned long rest, left;

	node->scan.cpu_permille = permille;
	spin_lock(&budget_lock);
	rest = nsecs_to_jiffies(budget_take(&budget, ktime_get_ns(), permille,
					    cpu_ns));
	spin_unlock(&budget_lock);
	left = interval - min(took, interval);
	WRITE_ONCE(node->scan.starved_ms,
		   rest > left ? jiffies_to_msecs(rest - left) : 0);
	left = max(left, rest);
	wait_event_freezable_timeout(node->wait, must_wake(node),
				     max(left, 1UL));
}

/* A pass, where one is possible. Return: when the next one is due after this one began. */
static unsigned long turn(struct klruscand *k)
{
	struct klruscan_node *node = k->node;

	if (!lru_gen_scan_possible()) {
		if (node->scan.state != KLRUSCAN_STATE_NO_MGLRU)
			stand_still(k);
		WRITE_ONCE(node->scan.state, KLRUSCAN_STATE_NO_MGLRU);
		keep_bounds(k);
		return NO_MGLRU_JIFFIES;
	}
	WRITE_ONCE(node->scan.state, node->target == NUMA_NO_NODE ?
		   KLRUSCAN_STATE_NO_TARGET : KLRUSCAN_STATE_RUNNING);
	if (!klruscand_pass(k))
		adapt_tempo(k);
	keep_bounds(k);
	return msecs_to_jiffies(k->tempo.interval_ms);
}

static int klruscand(void *data)
{
	struct klruscand *k = data;

	set_freezable();
	begin_anew(k);
	/* freezes here: with a knob that changes all the time, the wait does not sleep */
	while (!kthread_freezable_should_stop(NULL)) {
		unsigned long start = jiffies;

		wait_for_next(k, start, turn(k));
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
