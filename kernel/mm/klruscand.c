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

/*
 * CPU time that the budget does not know of. What was taken is not all known before
 * the thread has slept: that of less than a tick is charged later.
 */
static u64 not_charged(struct klruscand *k)
{
	u64 now = klruscan_thread_ns();
	u64 cpu_ns = now - k->charged_ns;

	k->charged_ns = now;
	WRITE_ONCE(k->node->scan.cpu_ns, now);
	return cpu_ns;
}

/* Charge the budget. Return: how long it wants the thread to wait, in jiffies. */
static unsigned long charge_budget(u64 cpu_ns, u64 paced_ns)
{
	unsigned int permille = klruscan_get(scan_cpu_permille);
	u64 rest_ns;

	spin_lock(&budget_lock);
	rest_ns = budget_take(&budget, ktime_get_ns(), permille, cpu_ns, paced_ns);
	spin_unlock(&budget_lock);
	return nsecs_to_jiffies(rest_ns);
}

/* After a part of a pass. As long as nothing is new it is paced. */
static unsigned long charge_part(struct klruscand *k)
{
	u64 cpu_ns = not_charged(k);
	u64 paced_ns = k->hurry ? 0 : cpu_ns + k->not_paced_ns;

	k->not_paced_ns = 0;
	return charge_budget(cpu_ns, paced_ns);
}

/*
 * After a wait: until nothing is owed. What it took to wait and to look out is paced with the next
 * part, or there would be no end.
 */
static unsigned long charge_wait(struct klruscand *k)
{
	u64 cpu_ns = not_charged(k);

	k->not_paced_ns += cpu_ns;
	return charge_budget(cpu_ns, 0);
}

static void join_budget(void)
{
	spin_lock(&budget_lock);
	budget_join(&budget, ktime_get_ns());
	spin_unlock(&budget_lock);
}

static void leave_budget(void)
{
	spin_lock(&budget_lock);
	budget_leave(&budget);
	spin_unlock(&budget_lock);
}

/**
 * klruscand_rest_for - the rest after a part of a pass, where nothing is new
 * @cpu_ns: CPU time that it took
 *
 * Return: in jiffies.
 */
unsigned long klruscand_rest_for(u64 cpu_ns)
{
	u64 rest_ns;

	spin_lock(&budget_lock);
	rest_ns = budget_pace(&budget, klruscan_get(scan_cpu_permille), cpu_ns);
	spin_unlock(&budget_lock);
	return nsecs_to_jiffies(rest_ns);
}

/* To look out, all threads are to take no more than one in so many of the budget. */
#define LOOKOUT_SHARE		4

/* Look out. What is known of its CPU time when it is over is that until its wait, half of it. */
static void look_out(struct klruscand *k)
{
	u64 ns = klruscan_thread_ns();

	if (k->node->scan.state == KLRUSCAN_STATE_RUNNING &&
	    klruscand_look_out(k->lookout, k->node->nid)) {
		k->alarm = true;
		k->hurry = true;
	}
	ns = 2 * (klruscan_thread_ns() - ns);
	ns = budget_time(LOOKOUT_SHARE * READ_ONCE(budget.threads) * ns,
			 klruscan_get(scan_cpu_permille));
	k->looks_out = jiffies + max_t(unsigned long, nsecs_to_jiffies(ns), HZ);
}

/* Never below zero: time goes on between two looks at it. */
static unsigned long time_until(unsigned long when)
{
	unsigned long now = jiffies;

	return time_before(now, when) ? when - now : 0;
}

/* Is there something that a waiting thread has to see to? */
static bool must_wake(u32 changes)
{
	return klruscan_must_leave() || klruscan_changes() != changes;
}

/*
 * Let time pass and, as long as nothing is new, look out. Ends early when there is something to
 * see to.
 */
static void wait_and_look_out(struct klruscand *k, unsigned long until, u32 changes)
{
	while (time_before(jiffies, until) && !must_wake(changes)) {
		unsigned long next = until;

		if (k->rested)
			klruscand_clocks_late(k, jiffies);
		if (!k->hurry && time_after_eq(jiffies, k->looks_out)) {
			look_out(k);
			if (k->alarm)
				break;
		}
		if (!k->hurry && time_before(k->looks_out, until))
			next = k->looks_out;
		wait_event_interruptible_timeout(k->node->wait, must_wake(changes),
						 time_until(next));
	}
}

/**
 * klruscand_wait - let time pass in a pass
 * @k: the thread
 * @until: until when, in jiffies; it ends early when the pass has to be left
 *
 * Context: the thread; may sleep.
 */
void klruscand_wait(struct klruscand *k, unsigned long until)
{
	u64 start = ktime_get_ns();

	wait_event_interruptible_timeout(k->node->wait, klruscan_must_leave(),
					 time_until(until));
	k->waited_ns += ktime_get_ns() - start;
}

/* Wait for what is owed. To look out would add to that. Ends early when the thread has to leave. */
static void wait_for_debts(struct klruscand *k)
{
	unsigned long time;

	while (!klruscan_must_leave() && (time = charge_wait(k))) {
		u32 changes = klruscan_changes();

		k->rested = true;
		klruscand_clocks_late(k, jiffies + time);
		wait_event_interruptible_timeout(k->node->wait, must_wake(changes), time);
	}
}

/* Let time pass, and whatever ends that, wait for what is owed. */
static void rest_until(struct klruscand *k, unsigned long until, u32 changes)
{
	wait_for_debts(k);
	wait_and_look_out(k, until, changes);
	wait_for_debts(k);
}

/* CPU time of a part of a pass: one that takes less is made in one go. */
#define PART_NS			(50 * NSEC_PER_MSEC)

/**
 * klruscand_rest - let time pass in a pass, if the budget wants that after so much of it
 * @k: the thread
 *
 * When something is new meanwhile, or a knob was changed, only what is owed is waited for. Ends
 * early when the pass has to be left. Processes that have exited are let go of.
 *
 * Context: the thread; may sleep.
 */
void klruscand_rest(struct klruscand *k)
{
	u32 changes = klruscan_changes();
	u64 start = ktime_get_ns();
	unsigned long time;

	if (klruscan_thread_ns() - k->charged_ns < PART_NS)
		return;
	time = charge_part(k);
	if (time) {
		k->rested = true;
		rest_until(k, jiffies + time, changes);
		klruscand_drop_exited(&k->now);
	}
	k->waited_ns += ktime_get_ns() - start;
}

/* Has kpromoted taken up what the last pass found, if it is to? */
static bool is_taken_up(const struct klruscan_node *node)
{
	return node->target == NUMA_NO_NODE ||
	       READ_ONCE(node->promote.pass) == pghot_passes(node->nid);
}

/* Passes that follow each other wait so long for kpromoted, in ms. */
#define TAKE_UP_MS		1000

/*
 * Wait until @next, and longer where the budget wants it. Passes that follow each other at once
 * wait for kpromoted as well: what it does not look at costs both of them.
 */
static void wait_for_next(struct klruscand *k, unsigned long next)
{
	struct klruscan_node *node = k->node;
	u32 changes = node->scan.changes;
	unsigned long time = charge_part(k);
	unsigned long until = jiffies + max(time, 1UL);

	if (time_before(until, next))
		until = next;
	else if (time)
		k->rested = true;
	rest_until(k, until, changes);
	if (!k->hurry)
		return;
	klruscand_lookout_reset(k->lookout);
	wait_event_interruptible_timeout(node->wait, is_taken_up(node) || must_wake(changes),
					 msecs_to_jiffies(min(klruscan_get(scan_interval_max_ms),
							      TAKE_UP_MS)));
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
	k->looks_out = jiffies;
	klruscand_clocks_start(k);
	/* freezes here: with a knob that changes all the time, the wait does not sleep */
	while (!kthread_freezable_should_stop(NULL))
		wait_for_next(k, turn(k));
	return 0;
}

static void free_klruscand(struct klruscand *k)
{
	klruscand_free_mms(&k->now);
	klruscand_free_mms(&k->late);
	klruscand_free_mms(&k->later);
	lru_gen_scan_free(k->scan);
	klruscand_skip_stop(k->node->nid);
	kfree(k->lookout);
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
	k->lookout = klruscand_lookout_alloc();
	err = k->lookout ? klruscand_skip_start(node->nid) : -ENOMEM;
	if (err)
		goto no_notes;
	k->scan = lru_gen_scan_alloc(&klruscand_scan_ops);
	err = PTR_ERR_OR_ZERO(k->scan);
	if (err)
		goto no_scan;
	k->scan->owner = k;
	join_budget();
	k->task = kthread_run(klruscand, k, "klruscand/%d", node->nid);
	err = PTR_ERR_OR_ZERO(k->task);
	if (err)
		goto no_thread;
	klruscands[node->nid] = k;
	return 0;

no_thread:
	leave_budget();
	lru_gen_scan_free(k->scan);
no_scan:
	klruscand_skip_stop(node->nid);
no_notes:
	kfree(k->lookout);
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
	leave_budget();
	klruscands[nid] = NULL;
	free_klruscand(k);
}
