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
 * keeps its heat and is a candidate again in the next turn.
 *
 * When there is no room on the fast node (kpromoted_room.c), pages that are accessed
 * far less often are demoted for those that come.
 *
 * Every page that a turn looks at is a candidate and ends in exactly one outcome,
 * at the latest when the turn is over. Those that a turn did not get to are
 * candidates too, with the reason that ended it.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

/*
 * Candidates that may be refused in a turn. Each costs a walk over who maps it and
 * no token; the next turn goes on behind them.
 */
#define MAX_REFUSED		4096

/* Candidates that others go for at a time: enough to tell whether it is chance. */
#define PICKED			64

/* How often the line among them is shortened when it is chance that passes it. */
#define MAX_SHORTENED		2

/* A look or two costs a quarter of that. */
#define CUT_COST		4

/* To ask whose a candidate is, less; to visit a section for nothing, more. */
#define HELD_COST		32
#define FRUITLESS_COST		8

/**
 * struct kpromoted - one promoting thread; all fields are its own
 * @nid:	the fast node
 * @task:	the thread; written by kpromoted_start() and kpromoted_stop()
 * @tokens:	base pages that the rate limit allows now
 * @filled_ns:	when @tokens was last filled
 * @charged:	slow node that CPU time since @charged_ns goes to
 * @charged_ns:	CPU time of the thread when its last turn began
 * @pfns:	candidates that are being looked at
 * @picked:	those that others are to go for
 * @division:	what each cgroup may promote
 * @batch:	those that are on their way
 * @came:	base pages that were promoted since the judge last looked
 * @judge:	tells which are worth it
 * @exchange:	makes room for them
 */
struct kpromoted {
	int nid;
	struct task_struct *task;
	s64 tokens;
	u64 filled_ns;
	struct klruscan_node *charged;
	u64 charged_ns;
	unsigned long pfns[KPROMOTED_BATCH];
	unsigned long picked[KPROMOTED_BATCH];
	struct kpromoted_division division;
	struct kpromoted_batch batch;
	struct kpromoted_judge judge;
	struct kpromoted_exchange exchange;
	unsigned long came;
};

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

/******************************************************************************
 *                          a turn
 ******************************************************************************/

/**
 * struct turn - one slow node's turn
 * @node:	the slow node
 * @verdict:	which pages are candidates
 * @taken:	candidates that were looked at
 * @refused:	those of them that stay where they are
 * @shortened:	how often the line among the hottest was drawn anew
 * @ended_by:	why the turn ended before all were
 * @pos:	where it ended
 */
struct turn {
	struct klruscan_node *node;
	struct kpromoted_verdict verdict;
	u64 taken;
	unsigned int refused;
	unsigned int shortened;
	enum klruscan_outcome ended_by;
	unsigned long pos;
};

/**
 * kpromoted_must_leave - is it time to end a turn where it stands?
 *
 * Return: true when the current thread, which is kpromoted, has to stop or to freeze.
 */
bool kpromoted_must_leave(void)
{
	return kthread_should_stop() || freezing(current);
}

/*
 * The bucket holds what a second allows, so that a late turn can catch up, or
 * what an interval does where turns are further apart.
 */
static void fill_tokens(struct kpromoted *kp)
{
	u64 per_second = (u64)klruscan_get(promote_rate_MBps) <<
			 (20 - PAGE_SHIFT);
	u64 longest = max(klruscan_get(scan_interval_max_ms), MSEC_PER_SEC);
	u64 now = ktime_get_ns();
	u64 ms = min(div_u64(now - kp->filled_ns, NSEC_PER_MSEC), longest);

	kp->tokens += div_u64(per_second * ms, MSEC_PER_SEC);
	kp->tokens = min_t(s64, kp->tokens,
			   div_u64(per_second * longest, MSEC_PER_SEC));
	kp->filled_ns += ms * NSEC_PER_MSEC;
	if (now - kp->filled_ns > NSEC_PER_SEC)
		kp->filled_ns = now;
}

/* May the turn go on, if there is room? If not, @turn->ended_by says why. */
static bool may_exchange(struct kpromoted *kp, struct turn *turn)
{
	if (kp->tokens <= 0)
		fill_tokens(kp);
	if (kpromoted_must_leave() || turn->refused >= MAX_REFUSED)
		turn->ended_by = KLRUSCAN_OUTCOME_BUSY;
	else if (kp->tokens <= 0)
		turn->ended_by = KLRUSCAN_OUTCOME_RATE_LIMITED;
	else
		return true;
	return false;
}

/* May the turn go on? */
static bool may_take(struct kpromoted *kp, struct turn *turn)
{
	if (!may_exchange(kp, turn))
		return false;
	if (kpromoted_any_room(&kp->batch))
		return true;
	turn->ended_by = KLRUSCAN_OUTCOME_NO_ROOM;
	return false;
}

static void take_page(struct kpromoted *kp, struct turn *turn,
		      unsigned long pfn, unsigned int level)
{
	struct kpromoted_share *share = kpromoted_part(&kp->division, turn->node, pfn);
	int pages = 0;

	if (share) {
		pages = kpromoted_add(&kp->batch, pfn, turn->verdict.threshold);
		share->tokens -= pages;
	}
	kp->tokens -= pages;
	turn->node->promote.taken[level] += !!pages;
	turn->taken++;
	turn->refused += !pages;
	cond_resched();
}

/* Leave those where they are that are not to go. Return: how many are left over. */
static unsigned int leave_held(struct kpromoted *kp, struct turn *turn,
			       unsigned int nr)
{
	unsigned int kept = kpromoted_leave_held(&kp->division, turn->node,
						 kp->pfns, nr);

	turn->taken += nr - kept;
	turn->refused += (nr - kept) / HELD_COST;
	if (nr && !kept)
		turn->refused += FRUITLESS_COST;
	return kept;
}

/* Those as well that are below the line. Return: how many are left over. */
static unsigned int cut(struct kpromoted *kp, struct turn *turn, unsigned int nr)
{
	DECLARE_BITMAP(warm, KPROMOTED_BATCH);
	unsigned int i, kept = 0;

	nr = leave_held(kp, turn, nr);
	if (!turn->verdict.cut_us)
		return nr;
	kpromoted_judge_cut(&kp->judge, kp->pfns, nr, turn->verdict.cut_us, warm);
	for (i = 0; i < nr; i++) {
		if (test_bit(i, warm))
			kpromoted_count_page(turn->node, kp->pfns[i],
					     KLRUSCAN_OUTCOME_WARM);
		else
			kp->pfns[kept++] = kp->pfns[i];
	}
	turn->taken += nr - kept;
	turn->refused += (nr - kept) / CUT_COST;
	return kept;
}

/*
 * Pages of one heat. When a pass ends meanwhile, those that are left have
 * another one; the next turn, which is due then, finds them.
 *
 * Return: false when the turn had to end.
 */
static bool take_level(struct kpromoted *kp, struct turn *turn,
		       unsigned int level)
{
	unsigned long pos = turn->node->promote.resume;

	while (pos != ULONG_MAX) {
		unsigned int i, nr;

		nr = pghot_collect(turn->node->nid, level, &pos, kp->pfns,
				   ARRAY_SIZE(kp->pfns));
		if (nr && !may_take(kp, turn)) {
			turn->pos = kp->pfns[0];
			return false;
		}
		nr = cut(kp, turn, nr);
		for (i = 0; i < nr && may_take(kp, turn); i++)
			take_page(kp, turn, kp->pfns[i], level);
		kpromoted_flush(&kp->batch);
		if (i < nr) {
			turn->pos = kp->pfns[i];
			return false;
		}
		cond_resched();
	}
	return true;
}

/* Base pages of candidates that were picked. */
static unsigned long count_pages(struct kpromoted *kp, unsigned int nr)
{
	unsigned long pages = 0;

	while (nr--) {
		struct page *page = pfn_to_online_page(kp->picked[nr]);

		pages += page ? folio_nr_pages(page_folio(page)) : 0;
	}
	return pages;
}

/*
 * Candidates of a heat that are worth that others go, from @turn->pos on: some at
 * least, where there are. Return: how many; when it is 0, the heat or the turn is over.
 */
static unsigned int pick(struct kpromoted *kp, struct turn *turn,
			 unsigned int level)
{
	unsigned int nr, picked = 0;

	while (turn->pos != ULONG_MAX && picked < PICKED) {
		nr = pghot_collect(turn->node->nid, level, &turn->pos, kp->pfns,
				   KPROMOTED_BATCH - picked);
		if (nr && !may_exchange(kp, turn)) {
			turn->pos = kp->pfns[0];
			break;
		}
		nr = cut(kp, turn, nr);
		memcpy(kp->picked + picked, kp->pfns, nr * sizeof(*kp->pfns));
		picked += nr;
		cond_resched();
	}
	return picked;
}

/* Return: false when there was not room for all of them, or the turn had to end. */
static bool exchange(struct kpromoted *kp, struct turn *turn, unsigned int nr,
		     unsigned int level)
{
	unsigned long want = min_t(u64, max(kp->tokens, 0), count_pages(kp, nr));
	unsigned int i;

	/* where others took of the headroom, what is freed now fills it up again first */
	kp->batch.credit = kpromoted_make_room(&kp->exchange, turn->node->nid,
					       kp->picked, nr,
					       turn->verdict.rate[level], want);
	for (i = 0; i < nr && may_take(kp, turn); i++)
		take_page(kp, turn, kp->picked[i], level);
	kpromoted_flush(&kp->batch);
	kp->batch.credit = 0;
	return i == nr;
}

/* A line that chance passes is too long. Return: false when it cannot be shorter. */
static bool shorten_cut(struct turn *turn, unsigned int level)
{
	if (turn->shortened++ == MAX_SHORTENED)
		return false;
	turn->verdict.cut_us = max(turn->verdict.cut_us / 2, 1U);
	turn->verdict.rate[level] *= 2;
	return true;
}

/*
 * The rest of the pages of a heat, for which there is no room: colder ones make it.
 *
 * Return: false when the turn had to end.
 */
static bool exchange_level(struct kpromoted *kp, struct turn *turn,
			   unsigned int level)
{
	unsigned int nr;

	if (turn->ended_by != KLRUSCAN_OUTCOME_NO_ROOM ||
	    !turn->verdict.rate[level] || !klruscan_get(exchange) ||
	    kp->batch.home != kp->nid)
		return false;
	while ((nr = pick(kp, turn, level))) {
		if (turn->verdict.cut_us &&
		    kpromoted_judge_chance(&kp->judge, kp->picked, nr,
					   turn->verdict.cut_us)) {
			if (!shorten_cut(turn, level))
				return false;
		} else if (!exchange(kp, turn, nr, level)) {
			return false;
		}
	}
	return turn->pos == ULONG_MAX;
}

/* Pages at or above a heat as of the last completed pass. */
static u64 count_hot(const struct pghot_stats *stats, unsigned int level)
{
	u64 hot = 0;

	for (; level <= KLRUSCAN_HEAT_MAX; level++)
		hot += stats->heat[level];
	return hot;
}

/* Those that the turn did not get to. They keep their heat. */
static void count_left(struct turn *turn, u64 hot)
{
	u64 left = hot > turn->taken ? hot - turn->taken : 0;

	klruscan_add(turn->node->promote.candidates, left);
	kpromoted_count(turn->node, 0, turn->ended_by, left);
}

/* One round, hottest first. Return: base pages promoted, if another one is worth it. */
static u64 promote_round(struct kpromoted *kp, struct klruscan_node *node, bool first)
{
	u64 before = node->promote.pages;
	struct turn turn = { .node = node };
	unsigned int level = KLRUSCAN_HEAT_MAX;
	struct pghot_stats stats;
	unsigned long room;
	u64 hot;

	kp->batch.node = node;
	kp->batch.home = klruscan_target(kp->nid, klruscan_fast_nodes());
	kp->batch.target = kp->batch.home;
	pghot_read_stats(node->nid, &stats);
	room = kpromoted_room(kp->batch.home, 0);
	if (klruscan_get(hot_threshold))
		turn.verdict.threshold = klruscan_get(hot_threshold);
	else
		kpromoted_judge_node(&kp->judge, node, &stats,
				     min_t(u64, room, max(kp->tokens, 0)),
				     &turn.verdict);
	WRITE_ONCE(node->promote.threshold, turn.verdict.threshold);
	hot = count_hot(&stats, turn.verdict.threshold);
	trace_klruscan_admit(node->nid, kp->batch.target, hot, turn.verdict.threshold,
			     max(kp->tokens, 0), room);
	if (!hot)
		return 0;
	if (first)
		kpromoted_divide(&kp->division, node->nid, turn.verdict.threshold,
				 hot, max(kp->tokens, 0));

	while (level >= turn.verdict.threshold &&
	       (take_level(kp, &turn, level) || exchange_level(kp, &turn, level)))
		level--;
	if (level >= turn.verdict.threshold)
		count_left(&turn, hot);
	/* those that were refused in great number are not to hide the others */
	node->promote.resume = turn.refused >= MAX_REFUSED ? turn.pos : 0;
	return turn.verdict.cut_us && turn.ended_by != KLRUSCAN_OUTCOME_BUSY ?
	       node->promote.pages - before : 0;
}

/*
 * A turn. Where candidates are picked one by one, those with the most accesses, the
 * next pass knows no more: so the next ones are picked at once, while there are some
 * and the rate allows it.
 */
static void promote_from(struct kpromoted *kp, struct klruscan_node *node)
{
	bool first = true;

	while (promote_round(kp, node, first) && kp->tokens > 0 &&
	       !kpromoted_must_leave()) {
		first = false;
		cond_resched();
	}
}

/* Bytes a second since the rate was last worked out, @ns ago, at least 1 ms. */
static u64 rate_since(struct klruscan_node *node, u64 ns)
{
	/* in this order: both only grow, and the first is never the larger */
	u64 before = READ_ONCE(node->promote.rate_pages);
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
	WRITE_ONCE(node->promote.rate_pages, node->promote.pages);
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
	u64 ns = ktime_get_ns() - READ_ONCE(node->promote.rate_since);

	return ns < 2 * NSEC_PER_SEC ? READ_ONCE(node->promote.rate) :
				       rate_since(node, ns);
}

/******************************************************************************
 *                          the thread
 ******************************************************************************/

/* The next slow node of this fast one that has a picture not yet worked on. */
static struct klruscan_node *node_with_news(struct kpromoted *kp)
{
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		struct klruscan_node *node = klruscan_node(nid);

		if (node && node->target == kp->nid &&
		    node->promote.pass != pghot_passes(nid))
			return node;
	}
	return NULL;
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

static int kpromoted(void *data)
{
	struct kpromoted *kp = data;

	set_freezable();
	/* freezes here: with news to work on, the wait below does not sleep */
	while (!kthread_freezable_should_stop(NULL)) {
		struct klruscan_node *node;
		u64 before;

		wait_event_freezable(pghot_pass_wait,
				     kthread_should_stop() || node_with_news(kp));
		fill_tokens(kp);
		while (!kpromoted_must_leave() && (node = node_with_news(kp))) {
			charge_cpu(kp, node);
			node->promote.pass = pghot_passes(node->nid);
			kpromoted_judge_look(&kp->judge, node, kp->came);
			before = node->promote.pages;
			promote_from(kp, node);
			kp->came = node->promote.pages - before;
			update_rate(node);
			cond_resched();
		}
	}
	return 0;
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
	kp->judge.nid = nid;
	kp->judge.begin_us = U64_MAX;
	kp->exchange.nid = nid;
	kp->exchange.looks = &kp->judge.looks;
	kp->division.nid = NUMA_NO_NODE;
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
