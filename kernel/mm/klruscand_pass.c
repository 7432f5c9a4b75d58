// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: a pass over all that may have accessed pages of a slow node
 *
 * Completeness
 * ------------
 * What the walk visits is delivered in the pass that visits it. It visits every
 * page table whose PMD entry was accessed, as long as its lock is free; of one
 * that is locked, the entries keep their accessed bits, but it is visited again
 * only when it is used again. The PMD's bit is shared by all nodes: what reclaim's
 * aging cleared, the scan does not see until the next use; of what another node's scan
 * cleared it is told, if that visited it. Above the PMD, a GiB that was not used is not
 * looked into (klruscand_skip.c). Pages of the node that are charged to another cgroup
 * than their process's are not found.
 *
 * A cgroup's processes are listed once, under the lock of that list, each with
 * a reference that keeps the mm_struct but not its memory: that is held for one
 * step, and while the step waits for its turn beside other nodes'. A process whose
 * mmap_lock is busy keeps its place and is tried again, at the end of the pass for half
 * of the interval, a second at most; in the next pass it is begun where it stopped
 * (LATE_MAX of them are). A process that exits meanwhile has no
 * memory to scan; one that is new, or moved to another cgroup, is seen in the next
 * pass at the latest; one that never sleeps is seen like any other.
 *
 * A pass that cannot be finished (stop, suspend) does not count: its number is
 * used again and kpromoted is not woken.
 *
 * Cgroups are scanned at intervals of their own. In what is called a pass of the node,
 * some of them have one, which are due together.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <trace/events/klruscan.h>

#include <asm/tlbflush.h>

#include "internal.h"
#include "klruscand.h"

/* Wait between two tries of the processes whose lock was busy. */
#define BUSY_RETRY_JIFFIES	max(HZ / 100, 1)

/* Called by the walk with page table and RCU locks held. */
static void folio_accessed(struct lru_gen_scan *scan, struct folio *folio)
{
	struct klruscand *k = scan->owner;
	int was;

	if (k->blind)
		return;
	was = pghot_mark(folio_pfn(folio), scan->nid, k->pace->clock);
	if (was <= 0)
		return;
	k->pace->yield.fresh++;
	k->pace->yield.again += !!(was & PGHOT_AGAIN);
	k->pace->yield.came += !!(was & PGHOT_CAME);
}

/* Called by the walk after each step, with nothing held. */
static void step_done(struct lru_gen_scan *scan)
{
	pghot_refill(scan->nid);
}

/* What a pass does where the walk comes by. */
const struct lru_gen_scan_ops klruscand_scan_ops = {
	.enter = klruscand_enter,
	.visit = klruscand_visit,
	.accessed = folio_accessed,
	.flush = step_done,
};

static void count_step(struct klruscand *k)
{
	struct klruscan_node *node = k->node;
	struct lru_gen_scan *scan = k->scan;

	klruscan_add(node->scan.visited, scan->nr_entries);
	klruscan_add(node->scan.tables, scan->nr_tables);
	klruscan_add(node->scan.skipped, scan->nr_skipped);
	if (!k->blind)
		klruscan_add(node->scan.accessed, scan->nr_young);
	klruscan_add(node->scan.missed, scan->nr_missed);
	k->waited_ns += scan->waited_ns;
}

/* What the node's scan has taken so far, but for waiting. */
static struct klruscan_cost cost_so_far(const struct klruscand *k)
{
	const struct klruscan_node *node = k->node;

	return (struct klruscan_cost){
		.ns = ktime_get_ns() - k->waited_ns,
		.visited = node->scan.visited,
		.tables = node->scan.tables,
		.skipped = node->scan.skipped,
		.accessed = node->scan.accessed,
	};
}

/* What it has taken since @before was for the cgroup that is being scanned. */
static void charge(struct klruscand *k, const struct klruscan_cost *before)
{
	struct klruscan_cost cost = cost_so_far(k);

	cost.ns -= before->ns;
	cost.visited -= before->visited;
	cost.tables -= before->tables;
	cost.skipped -= before->skipped;
	cost.accessed -= before->accessed;
	k->pace->yield.visited += cost.visited;
	k->clock[k->pace->clock].took_ns += cost.ns;
	klruscan_memcg_charge(k->pace, &cost);
}

/*
 * One step further in a process, whose memory is held for that long: it may exit, or
 * become another program, between two steps.
 *
 * Return: 0 at @end, also when it has exited; -EAGAIN for more; -EBUSY.
 */
static int scan_step(struct klruscand *k, struct mm_place *place,
		     unsigned long end)
{
	struct klruscan_cost before = cost_so_far(k);
	int err;

	if (!mmget_not_zero(place->mm))
		return 0;
	k->scan->next_addr = place->next;
	k->scan->end_addr = end;
	err = lru_gen_scan_step(k->scan, place->mm);
	/* not mmput(): an exit takes long, and is not ours to pay for */
	mmput_async(place->mm);
	count_step(k);
	charge(k, &before);
	place->cleared |= k->scan->nr_young || k->scan->nr_cleared ||
			  k->scan->tables_only;
	place->next = k->scan->next_addr;
	if (err == -EBUSY)
		klruscan_add(k->node->scan.busy, 1);
	cond_resched();
	return err;
}

/* Turn to a process: where does what is to be scanned of it end? */
static unsigned long aim(struct klruscand *k, const struct mm_place *place)
{
	k->pace = place->pace;
	if (!k->blind)
		klruscand_clock_looks(k, k->pace->clock);
	k->scan->tables_only = k->pace->anew;
	k->scan->shared = klruscand_skip_shared(k->node->nid);
	lru_gen_scan_begin(k->scan, place->memcg, k->node->nid);
	return place->wrapped ? place->first : 0;
}

/* The end was reached, of the address space or where it was begun. */
static void end_reached(struct mm_place *place)
{
	if (place->first && !place->wrapped) {
		place->wrapped = true;
		place->next = 0;
	} else {
		place->done = true;
	}
}

/*
 * What its TLBs hold would not set the bits again that the walk has cleared, neither
 * those of pages, and the hotter a page is the longer it stays there, nor those of
 * upper levels. So they are flushed, once for each stretch that cleared some, unless somebody
 * has switched that off. For that the mm_struct is enough.
 */
static void flush_process(struct mm_place *place)
{
	if (place->cleared && klruscan_get(tlb_flush))
		flush_tlb_mm(place->mm);
	place->cleared = false;
}

/* So long at a time, in jiffies: then TLBs are flushed, and the budget is asked. */
#define STRETCH_JIFFIES		(HZ / 10)

/* As far as time and its lock allow. Return: as scan_step(). */
static int scan_stretch(struct klruscand *k, struct mm_place *place,
			unsigned long until)
{
	unsigned long end = aim(k, place);
	int err;

	do {
		err = scan_step(k, place, end);
	} while (err == -EAGAIN && time_before(jiffies, until) &&
		 !klruscan_must_leave());
	return err;
}

/* Scan a process as far as its lock allows: accessed is what was since the last time. */
static void scan_process(struct klruscand *k, struct mm_place *place)
{
	int err;

	do {
		err = scan_stretch(k, place, jiffies + STRETCH_JIFFIES);
		flush_process(place);
		if (!err)
			end_reached(place);
		klruscand_rest(k);
	} while (err != -EBUSY && !place->done && !klruscan_must_leave());
}

/******************************************************************************
 *                          exposing
 ******************************************************************************/

/*
 * Where the last pass was long ago, nearly everything was accessed since, and that would say
 * nothing. So bits are cleared first, and looked at after as long as the interval that is wanted:
 * an exposure. A part of the memory at a time, which takes little of that time to clear.
 */
#define CLEAR_SHARE		2

/* How long to clear, in jiffies: that, and to look, is not to be far more than the budget gives. */
static unsigned long clear_time(unsigned long exposure)
{
	unsigned long paid = exposure * klruscan_get(scan_cpu_permille) / 1000;

	return min(exposure / CLEAR_SHARE, max_t(unsigned long, paid, STRETCH_JIFFIES));
}

/* Clear what a process has from its place on, until it is time to look. */
static int clear_process(struct klruscand *k, struct mm_place *place,
			 unsigned long until)
{
	int err;

	place->from = place->next;
	place->exposed = true;
	k->blind = true;
	err = scan_stretch(k, place, until);
	k->blind = false;
	place->ended = !err;
	return err;
}

static void looked(struct mm_place *place)
{
	place->exposed = false;
	if (place->ended)
		end_reached(place);
}

/* Look at what was cleared, as far as its lock allows. */
static void look_at_process(struct klruscand *k, struct mm_place *place)
{
	unsigned long to = place->next;
	unsigned long end = aim(k, place);
	int err = 0;

	/* a step ends behind a PUD entry, or has visited none */
	if (!place->ended)
		end = round_down(to, PUD_SIZE);
	place->next = place->from;
	while ((place->ended || place->next < end) && !klruscan_must_leave()) {
		err = scan_step(k, place, end);
		if (err != -EAGAIN)
			break;
	}
	place->from = place->next;
	place->next = to;
	if (err != -EBUSY)
		looked(place);
}

/* Return: how many were busy, and are to be looked at again. */
static unsigned int look_at_exposed(struct klruscand *k, struct mm_place *place, unsigned int nr)
{
	unsigned int busy = 0;

	for (; nr && !klruscan_must_leave(); nr--, place++) {
		if (place->exposed)
			look_at_process(k, place);
		busy += place->exposed;
	}
	return busy;
}

/*
 * First all whose lock is free. That of others, which was free before, is waited for until it
 * is too late: a longer exposure would say something else.
 */
static void look_at_all(struct klruscand *k, struct mm_place *place, unsigned int nr,
			unsigned long until)
{
	while (look_at_exposed(k, place, nr) && time_before(jiffies, until) &&
	       !klruscan_must_leave())
		schedule_timeout_idle(BUSY_RETRY_JIFFIES);
	for (; nr && !klruscan_must_leave(); nr--, place++) {
		if (!place->exposed)
			continue;
		klruscan_add(k->node->scan.unfinished, 1);
		looked(place);
	}
}

static void flush_processes(struct mm_place *place, unsigned int nr)
{
	while (nr--)
		flush_process(place++);
}

static unsigned long exposure_of(struct klruscand *k, unsigned int i)
{
	return k->clock[k->now.place[i].pace->clock].exposure;
}

/*
 * Expose what some processes have, from number @first on, as many as there is time for. Return:
 * who is next: the last of them where there is more of it.
 */
static unsigned int expose(struct klruscand *k, unsigned int first)
{
	unsigned long exposure = exposure_of(k, first);
	unsigned long until = jiffies + clear_time(exposure);
	struct mm_place *place = k->now.place;
	unsigned int end = first;
	int err;

	do {
		err = place[end].done ? 0 : clear_process(k, &place[end], until);
		end++;
	} while (end < k->now.nr && exposure_of(k, end) == exposure &&
		 time_before(jiffies, until) && !klruscan_must_leave());
	flush_processes(&place[first], end - first);
	until = jiffies + exposure;
	klruscand_wait(k, until);
	look_at_all(k, &place[first], end - first, until + exposure);
	flush_processes(&place[first], end - first);
	klruscand_rest(k);
	return err == -EAGAIN ? end - 1 : end;
}

/******************************************************************************
 *                          a pass
 ******************************************************************************/

/* One round over the processes that are listed. Return: how many are left. */
static unsigned int scan_round(struct klruscand *k)
{
	unsigned int i = 0;

	while (i < k->now.nr && !klruscan_must_leave()) {
		if (k->now.place[i].done)
			i++;
		else if (exposure_of(k, i))
			i = expose(k, i);
		else
			scan_process(k, &k->now.place[i++]);
	}
	return klruscand_drop_done(&k->now);
}

/* As many processes are listed before they are scanned. */
#define LISTED_MAX	256

/* Those that are still listed have to wait for the next pass. */
static void give_up(struct klruscand *k)
{
	klruscan_add(k->node->scan.unfinished,
		     klruscand_keep_unfinished(&k->now, &k->later));
}

/* Scan all that are listed; those whose lock is busy are left. */
static void scan_listed(struct klruscand *k)
{
	if (scan_round(k) > LISTED_MAX / 2)
		give_up(k);
}

static void scan_rest(struct klruscand *k)
{
	unsigned long deadline = jiffies + k->patience;

	while (scan_round(k) && !klruscan_must_leave() &&
	       time_before(jiffies, deadline))
		schedule_timeout_idle(BUSY_RETRY_JIFFIES);
	give_up(k);
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

/* List the processes of a cgroup, if it has a pass now. */
static void list_memcg(struct klruscand *k, struct mem_cgroup *memcg)
{
	struct klruscan_pace *pace = klruscand_pace(k, memcg);

	if (!(k->due & BIT(pace->clock)))
		return;
	/* one of several, where others are being removed and have no figures of their own */
	if (pace->scanned != k->turn) {
		pace->yield = (struct tempo_yield){ };
		klruscan_memcg_scanned(pace);
	}
	pace->scanned = k->turn;
	klruscand_skip_pass(k->node->nid, &pace->rounds);
	klruscan_add(k->node->scan.unfinished,
		     klruscand_list_mms(&k->now, memcg, pace, &k->late));
}

/*
 * Every cgroup that is due; those that are not may be many, too. One that is being
 * removed has no processes left to visit.
 *
 * Return: 0, or -EINTR when the pass has to be left.
 */
static int scan_memcgs(struct klruscand *k)
{
	struct mem_cgroup *memcg = NULL;

	while ((memcg = mem_cgroup_iter(NULL, memcg, NULL))) {
		if (is_scanned(memcg, k->node->nid))
			list_memcg(k, memcg);
		if (k->now.nr >= LISTED_MAX)
			scan_listed(k);
		if (klruscan_must_leave()) {
			mem_cgroup_iter_break(NULL, memcg);
			break;
		}
		cond_resched();
	}
	scan_rest(k);
	return klruscan_must_leave() ? -EINTR : 0;
}

/* What was due has had its pass. */
static void end_pass(struct klruscand *k, u64 start, u64 visited, u64 accessed)
{
	struct klruscan_node *node = k->node;
	unsigned long tables = pghot_pass_end(node->nid);

	WRITE_ONCE(node->scan.pass_ns, ktime_get_ns() - start - k->waited_ns);
	klruscan_add(node->scan.passes, 1);
	trace_klruscan_pass(node->nid, node->scan.passes, node->scan.pass_ns,
			    visited, accessed, tables);
}

/**
 * klruscand_pass - find what was accessed on a node, in cgroups that are due
 * @k: the thread
 *
 * Context: may sleep.
 * Return: 0, or -EINTR when the pass had to be left and does not count.
 */
int klruscand_pass(struct klruscand *k)
{
	struct klruscan_node *node = k->node;
	u64 accessed = node->scan.accessed;
	u64 visited = node->scan.visited;
	u64 start = ktime_get_ns();
	int err;

	k->waited_ns = 0;
	klruscand_clocks_begin(k);
	klruscand_skip_turn(node->nid);
	err = scan_memcgs(k);

	/* what this pass could not finish is the next one's first */
	klruscand_keep_late(&k->late, &k->later);
	swap(k->late, k->later);
	if (err)
		return err;
	if (k->due)
		end_pass(k, start, node->scan.visited - visited,
			 node->scan.accessed - accessed);
	klruscand_clocks_end(k);
	klruscan_memcg_pass_end(node->nid);
	return 0;
}
