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
 *
 * Completeness
 * ------------
 * What the walk visits is delivered in the pass that visits it. It visits every
 * page table whose PMD entry was accessed, as long as its lock is free; of one
 * that is locked, the entries keep their accessed bits, but it is visited again
 * only when it is used again. The PMD's bit is shared by all nodes: what one
 * node's scan or reclaim's aging cleared, another node's scan does not see until
 * the next use. Above the PMD, a GiB that was not used is not looked into
 * (klruscand_skip.c). Pages of the node that are charged to another cgroup than their
 * process's are not found.
 *
 * A cgroup's processes are listed once, under the lock of that list, each with
 * a reference that keeps the mm_struct but not its memory: that is held for one
 * step. A process whose mmap_lock is busy keeps its place and is tried again until
 * half of the interval, a second at most, is over; what is left then goes first in
 * the next pass, beginning where it stopped. A process that exits meanwhile has no
 * memory to scan; one that is new, or moved to another cgroup, is seen in the next
 * pass at the latest; one that never sleeps is seen like any other.
 *
 * A pass that cannot be finished (stop, suspend) does not count: its number is
 * used again and kpromoted is not woken.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pghot.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <trace/events/klruscan.h>

#include <asm/tlbflush.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "klruscand.h"
#include "klruscand_budget.h"
#include "klruscand_tempo.h"
#include "lru_gen_scan.h"

static_assert(TEMPO_EAGER == KLRUSCAN_HEAT_MAX);

/* Wait between two tries of the processes whose lock was busy. */
#define BUSY_RETRY_JIFFIES	max(HZ / 100, 1)

/* Look again this often while MGLRU is off. Nobody tells us when it is on. */
#define NO_MGLRU_JIFFIES	HZ

/**
 * struct klruscand - one scanning thread; all fields are its own
 * @node:	the slow node and its counters
 * @task:	the thread; written by klruscand_start() and klruscand_stop()
 * @scan:	the walk's private state
 * @now:	processes of the cgroup being scanned
 * @late:	processes that the last pass could not finish
 * @later:	those that this pass cannot finish
 * @deadline:	when this pass gives up on busy processes, in jiffies
 * @tempo:	how often
 * @anew:	what the accessed bits say is of no use yet: clear the tables' first
 * @promoted:	pages that had been promoted when the last pass ended
 * @charged_ns:	CPU time of the thread that the budget knows of
 */
struct klruscand {
	struct klruscan_node *node;
	struct task_struct *task;
	struct lru_gen_scan *scan;
	struct mm_places now;
	struct mm_places late;
	struct mm_places later;
	unsigned long deadline;
	struct tempo tempo;
	bool anew;
	u64 promoted;
	u64 charged_ns;
};

static struct klruscand *klruscands[MAX_NUMNODES];

/* scan_cpu_permille is for all threads together. The lock is held for the sum alone. */
static DEFINE_SPINLOCK(budget_lock);
static struct budget budget;

/* Stop and suspend end a pass where it stands. */
static bool must_leave(void)
{
	return kthread_should_stop() || freezing(current);
}

/******************************************************************************
 *                          the pass
 ******************************************************************************/

/* Called by the walk with page table and RCU locks held. */
static void folio_accessed(struct lru_gen_scan *scan, struct folio *folio)
{
	pghot_record_access(folio_pfn(folio), NUMA_NO_NODE, PGHOT_SRC_PGTABLE,
			    jiffies);
}

/* Called by the walk after each step, with nothing held. */
static void step_done(struct lru_gen_scan *scan)
{
	pghot_refill(scan->nid);
}

static const struct lru_gen_scan_ops scan_ops = {
	.enter = klruscand_enter,
	.accessed = folio_accessed,
	.flush = step_done,
};

static void count_step(struct klruscan_node *node, struct lru_gen_scan *scan)
{
	klruscan_add(node->scan.visited, scan->nr_entries);
	klruscan_add(node->scan.tables, scan->nr_tables);
	klruscan_add(node->scan.skipped, scan->nr_skipped);
	klruscan_add(node->scan.accessed, scan->nr_young);
	klruscan_add(node->scan.missed, scan->nr_missed);
}

/*
 * One step further in a process, whose memory is held for that long: it may exit, or
 * become another program, between two steps.
 *
 * Return: 0, also when it has exited; -EAGAIN for more; -EBUSY. @cleared grows by the
 * accessed bits that were cleared.
 */
static int scan_step(struct klruscand *k, struct mm_place *place,
		     unsigned long *cleared)
{
	int err;

	if (!mmget_not_zero(place->mm))
		return 0;
	k->scan->next_addr = place->next;
	k->scan->end_addr = place->wrapped ? place->first : 0;
	err = lru_gen_scan_step(k->scan, place->mm);
	/* not mmput(): an exit takes long, and is not ours to pay for */
	mmput_async(place->mm);
	count_step(k->node, k->scan);
	*cleared += k->scan->nr_young + k->scan->nr_cleared;
	place->next = k->scan->next_addr;

	if (!err && place->first && !place->wrapped) {
		place->wrapped = true;
		place->next = 0;
		return -EAGAIN;
	}
	return err;
}

/*
 * Scan a process as far as its lock allows.
 *
 * What its TLBs hold would not set the bits again that the walk has cleared, neither
 * those of pages, and the hotter a page is the longer it stays there, nor those of
 * upper levels. So they are flushed, once a pass. For that the mm_struct is enough.
 */
static void scan_process(struct klruscand *k, struct mm_place *place)
{
	unsigned long cleared = 0;
	int err;

	do {
		err = scan_step(k, place, &cleared);
		cond_resched();
	} while (err == -EAGAIN && !must_leave());
	if (cleared || k->scan->tables_only)
		flush_tlb_mm(place->mm);

	if (!err)
		place->done = true;
	else if (err == -EBUSY)
		klruscan_add(k->node->scan.busy, 1);
}

/* One round over the processes that are not done. Return: how many are left. */
static unsigned int scan_round(struct klruscand *k)
{
	unsigned int i, left = 0;

	for (i = 0; i < k->now.nr && !must_leave(); i++) {
		if (!k->now.place[i].done)
			scan_process(k, &k->now.place[i]);
		left += !k->now.place[i].done;
	}
	return left;
}

static void scan_memcg(struct klruscand *k, struct mem_cgroup *memcg)
{
	unsigned int missed;

	lru_gen_scan_begin(k->scan, memcg, k->node->nid);
	missed = klruscand_list_mms(&k->now, memcg, &k->late);
	while (scan_round(k) && !must_leave() &&
	       time_before(jiffies, k->deadline))
		schedule_timeout_idle(BUSY_RETRY_JIFFIES);
	missed += klruscand_keep_unfinished(&k->now, &k->later);
	klruscan_add(k->node->scan.unfinished, missed);
}

/* What the node's scan has taken so far. */
static struct klruscan_cost cost_so_far(const struct klruscan_node *node)
{
	return (struct klruscan_cost){
		.ns = ktime_get_ns(),
		.visited = node->scan.visited,
		.tables = node->scan.tables,
		.skipped = node->scan.skipped,
		.accessed = node->scan.accessed,
	};
}

/* What it has taken since @before was for this cgroup. */
static void charge_memcg(struct klruscand *k, struct mem_cgroup *memcg,
			 const struct klruscan_cost *before)
{
	struct klruscan_cost cost = cost_so_far(k->node);

	cost.ns -= before->ns;
	cost.visited -= before->visited;
	cost.tables -= before->tables;
	cost.skipped -= before->skipped;
	cost.accessed -= before->accessed;
	klruscan_memcg_scanned(memcg, k->node->nid, &cost);
}

/* Under MGLRU only the sizes of the generations say what a lruvec holds. */
static bool memcg_has_memory(struct mem_cgroup *memcg, int nid)
{
	struct lru_gen_folio *lrugen = &memcg->nodeinfo[nid]->lruvec.lrugen;
	int gen, type, zone;

	for (gen = 0; gen < MAX_NR_GENS; gen++)
		for (type = 0; type < ANON_AND_FILE; type++)
			for (zone = 0; zone < MAX_NR_ZONES; zone++)
				if (READ_ONCE(lrugen->nr_pages[gen][type][zone]) > 0)
					return true;
	return false;
}

/* One whose pages may not be promoted has no heat: it is not what others are measured by. */
static bool is_scanned(struct mem_cgroup *memcg, int nid)
{
	return memcg_has_memory(memcg, nid) && klruscan_memcg_promotes(memcg);
}

/*
 * Every cgroup that is scanned; those that are not may be many, too. One that is being
 * removed has no processes left to visit.
 *
 * Return: 0, or -EINTR when the pass has to be left.
 */
static int scan_memcgs(struct klruscand *k)
{
	struct mem_cgroup *memcg = NULL;

	while ((memcg = mem_cgroup_iter(NULL, memcg, NULL))) {
		if (is_scanned(memcg, k->node->nid)) {
			struct klruscan_cost before = cost_so_far(k->node);

			scan_memcg(k, memcg);
			charge_memcg(k, memcg, &before);
		}
		if (must_leave()) {
			mem_cgroup_iter_break(NULL, memcg);
			return -EINTR;
		}
		cond_resched();
	}
	return 0;
}

/* Return: 0, or -EINTR when the pass had to be left and does not count. */
static int pass(struct klruscand *k)
{
	struct klruscan_node *node = k->node;
	u64 accessed = node->scan.accessed;
	u64 visited = node->scan.visited;
	u64 start = ktime_get_ns();
	int err;

	k->deadline = jiffies + min(msecs_to_jiffies(k->tempo.interval_ms) / 2,
				    (unsigned long)HZ);
	pghot_pass_begin(node->nid);
	klruscand_skip_pass(node->nid);
	k->scan->tables_only = k->anew;
	err = scan_memcgs(k);

	/* what this pass could not finish is the next one's first */
	klruscand_drop_mms(&k->late);
	swap(k->late, k->later);
	if (err)
		return err;
	pghot_pass_end(node->nid);
	klruscan_memcg_pass_end(node->nid);
	k->anew = false;

	WRITE_ONCE(node->scan.pass_ns, ktime_get_ns() - start);
	klruscan_add(node->scan.passes, 1);
	trace_klruscan_pass(node->nid, node->scan.passes, node->scan.pass_ns,
			    node->scan.visited - visited,
			    node->scan.accessed - accessed);
	return 0;
}

/******************************************************************************
 *                          the thread
 ******************************************************************************/

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

/* Take up what the last pass has taught. */
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
	publish_interval(k);
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
	if (!pass(k))
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
	k->scan = lru_gen_scan_alloc(&scan_ops);
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
