// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: a turn, in which hot pages of one slow node are promoted
 *
 * In rounds, each from the hottest pages down to the threshold, as many as the rate limit
 * and the room on the fast nodes allow. Where there is no room, colder pages make it
 * (kpromoted_exchange.c).
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/math64.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <trace/events/klruscan.h>

#include "internal.h"
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

/* To pass over candidates of cgroups that have had their part takes one in so many of the time. */
#define HELD_SHARE		8

/* A good part of the room that is wanted is one in so many. */
#define WENT_SHARE		8

/* What is left of the rate is divided once more when it is more than one in so many. */
#define REST_SHARE		8

/**
 * struct turn - one slow node's turn
 * @node:	the slow node
 * @step:	which pages are candidates now
 * @verdict:	what was said of those of its clock
 * @resumed:	it began where the one before had to end
 * @taken:	candidates that were looked at
 * @refused:	those of them that stay where they are
 * @held:	those that were passed over, as the part of their cgroup was used up
 * @held_ns:	how long that took
 * @room_ns:	how long others were looked for that may go
 * @shortened:	how often the line among the hottest was drawn anew
 * @ended_by:	why the turn ended before all were
 * @pos:	where it ended
 */
struct turn {
	struct klruscan_node *node;
	const struct kpromoted_step *step;
	struct kpromoted_verdict *verdict;
	bool resumed;
	u64 taken;
	unsigned int refused;
	u64 held;
	u64 held_ns;
	u64 room_ns;
	unsigned int shortened;
	enum klruscan_outcome ended_by;
	unsigned long pos;
};

/**
 * kpromoted_fill_tokens - add what the rate limit has allowed since the last time
 * @kp: the thread
 *
 * The bucket holds what a second allows, so that a late turn can catch up, or
 * what an interval does where turns are further apart.
 */
void kpromoted_fill_tokens(struct kpromoted *kp)
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

/* To wait for others to show that they are colder is not to take longer in a round. */
static u64 room_limit(struct klruscan_node *node)
{
	return max(kpromoted_interval_ns(node), NSEC_PER_SEC);
}

static u64 held_limit(struct klruscan_node *node)
{
	return kpromoted_interval_ns(node) / HELD_SHARE;
}

/* May the turn go on, if there is room? If not, @turn->ended_by says why. */
static bool may_exchange(struct kpromoted *kp, struct turn *turn)
{
	if (kp->tokens <= 0)
		kpromoted_fill_tokens(kp);
	if (klruscan_must_leave() || turn->refused >= MAX_REFUSED ||
	    turn->held_ns > held_limit(turn->node) ||
	    turn->room_ns > room_limit(turn->node))
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

/* What could not be moved costs none of the rate, and as much as what was refused. */
static void settle(struct kpromoted *kp, struct turn *turn)
{
	kp->tokens += kp->batch.refund;
	turn->refused += kp->batch.failed;
	kp->batch.refund = 0;
	kp->batch.failed = 0;
}

static void take_page(struct kpromoted *kp, struct turn *turn, unsigned long pfn)
{
	struct kpromoted_view *view = &turn->node->promote.views[turn->step->clock];
	struct kpromoted_share *share = kpromoted_part(turn->node, pfn);
	int pages;

	turn->taken++;
	kp->batch.full = false;
	if (!share) {
		turn->held++;
		return;
	}
	pages = kpromoted_add(&kp->batch, pfn, turn->verdict->threshold, share);
	share->tokens -= pages;
	share->refused |= !pages;
	kp->tokens -= pages;
	view->taken[turn->step->level] += !!pages;
	turn->refused += !pages;
	settle(kp, turn);
	cond_resched();
}

static void flush(struct kpromoted *kp, struct turn *turn)
{
	kpromoted_flush(&kp->batch);
	settle(kp, turn);
}

/* Leave those where they are that are not to go. Return: how many are left over. */
static unsigned int leave_held(struct kpromoted *kp, struct turn *turn,
			       unsigned int nr)
{
	u64 start = ktime_get_ns();
	unsigned int kept = kpromoted_leave_held(turn->node, kp->pfns, nr);

	turn->taken += nr - kept;
	turn->held += nr - kept;
	if (kept < nr)
		turn->held_ns += ktime_get_ns() - start;
	return kept;
}

/* Those as well that are below the line. Return: how many are left over. */
static unsigned int cut(struct kpromoted *kp, struct turn *turn, unsigned int nr)
{
	DECLARE_BITMAP(warm, KPROMOTED_BATCH);
	unsigned int i, kept = 0;

	nr = leave_held(kp, turn, nr);
	if (!turn->verdict->cut_us)
		return nr;
	kpromoted_judge_cut(&kp->judge, kp->pfns, nr, turn->verdict->cut_us, warm);
	for (i = 0; i < nr; i++) {
		if (test_bit(i, warm))
			kpromoted_leave_page(turn->node, kp->pfns[i],
					     KLRUSCAN_OUTCOME_WARM);
		else
			kp->pfns[kept++] = kp->pfns[i];
	}
	turn->taken += nr - kept;
	turn->refused += (nr - kept) / CUT_COST;
	return kept;
}

/* It is the thread's own node that it can make room on. */
static bool can_exchange(struct kpromoted *kp)
{
	return klruscan_get(exchange) && kp->batch.home == kp->nid;
}

/* Can colder pages make room for those of a heat? */
static bool may_make_room(struct kpromoted *kp, struct turn *turn)
{
	return turn->verdict->rate[turn->step->level] && can_exchange(kp);
}

/*
 * Take candidates of a heat while that is allowed. Where the last one is larger than the
 * room that there is, and colder pages can make more, that ends it, too. Return: how many
 * were taken.
 */
static unsigned int take_pages(struct kpromoted *kp, struct turn *turn,
			       unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && may_take(kp, turn); i++) {
		take_page(kp, turn, kp->pfns[i]);
		if (kp->batch.full && may_make_room(kp, turn)) {
			turn->ended_by = KLRUSCAN_OUTCOME_NO_ROOM;
			break;
		}
	}
	return i;
}

/* Did the turn before end at this step? */
static bool is_resumed(const struct klruscan_node *node,
		       const struct kpromoted_step *step)
{
	return step->level == node->promote.resume_level &&
	       step->clock == node->promote.resume_clock;
}

/* The next candidates of the step, from *@pos on. */
static unsigned int collect(struct turn *turn, unsigned long *pos,
			    unsigned long *pfns, unsigned int max)
{
	return pghot_collect(turn->node->nid, turn->step->clock, turn->step->level, pos,
			     pfns, max);
}

/*
 * Pages of one step. When a pass ends meanwhile, those that are left have
 * another one; the next turn, which is due then, finds them.
 *
 * Return: false when the turn had to end.
 */
static bool take_step(struct kpromoted *kp, struct turn *turn)
{
	unsigned long pos = is_resumed(turn->node, turn->step) ?
			    turn->node->promote.resume : 0;

	while (pos != ULONG_MAX) {
		unsigned int i, nr;

		nr = collect(turn, &pos, kp->pfns, ARRAY_SIZE(kp->pfns));
		if (nr && !may_take(kp, turn)) {
			turn->pos = kp->pfns[0];
			return false;
		}
		nr = cut(kp, turn, nr);
		i = take_pages(kp, turn, nr);
		flush(kp, turn);
		if (i < nr) {
			turn->pos = kp->pfns[i];
			return false;
		}
		cond_resched();
	}
	return true;
}

/* Base pages of candidates that were picked, for which there is no room yet. */
static unsigned long room_wanted(struct kpromoted *kp, unsigned int nr)
{
	unsigned long room = kpromoted_room(kp->batch.home);
	unsigned long pages = 0;

	while (nr--)
		pages += kpromoted_size_of(kp->picked[nr]);
	return pages - min(pages, room);
}

/*
 * Candidates of a step that are worth that others go, from @turn->pos on: some at
 * least, where there are. Return: how many; when it is 0, the step or the turn is over.
 */
static unsigned int pick(struct kpromoted *kp, struct turn *turn)
{
	unsigned int nr, picked = 0;

	while (turn->pos != ULONG_MAX && picked < PICKED) {
		nr = collect(turn, &turn->pos, kp->pfns, KPROMOTED_BATCH - picked);
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

/*
 * Colder pages go for those that were picked. Where others took of what is kept free, what
 * goes first fills that up, and is paid for as if as much had been promoted. Return: did
 * a good part of what was wanted go?
 */
static bool make_room(struct kpromoted *kp, struct turn *turn, unsigned int nr)
{
	unsigned long shortage = kpromoted_shortage(kp->batch.home);
	unsigned long want = shortage + room_wanted(kp, nr);
	u64 start = ktime_get_ns();
	unsigned long went;

	want = min_t(u64, max(kp->tokens, 0), want);
	went = kpromoted_make_room(&kp->exchange, turn->node->nid, kp->picked, nr,
				   turn->verdict->rate[turn->step->level], want,
				   start + room_limit(turn->node));
	turn->room_ns += ktime_get_ns() - start;
	kp->tokens -= min(went, shortage);
	klruscan_add(turn->node->promote.demoted, went);
	return went * WENT_SHARE >= want;
}

/* Return: false when next to none could go for them, or the turn had to end. */
static bool exchange(struct kpromoted *kp, struct turn *turn, unsigned int nr)
{
	bool full = false, goes_on;
	unsigned int i;

	if (!may_exchange(kp, turn)) {
		turn->pos = kp->picked[0];
		return false;
	}
	goes_on = make_room(kp, turn, nr);
	for (i = 0; i < nr && may_take(kp, turn); i++) {
		take_page(kp, turn, kp->picked[i]);
		full |= kp->batch.full;
	}
	flush(kp, turn);
	if (full)
		turn->ended_by = KLRUSCAN_OUTCOME_NO_ROOM;
	if (i < nr && (!goes_on || turn->ended_by != KLRUSCAN_OUTCOME_NO_ROOM)) {
		turn->pos = kp->picked[i];
		return false;
	}
	turn->taken += nr - i;
	while (i < nr)
		kpromoted_leave_page(turn->node, kp->picked[i++], KLRUSCAN_OUTCOME_NO_ROOM);
	return goes_on;
}

/* A line that chance passes is too long. Return: false when it cannot be shorter. */
static bool shorten_cut(struct turn *turn)
{
	if (turn->shortened++ == MAX_SHORTENED)
		return false;
	turn->verdict->cut_us = max(turn->verdict->cut_us / 2, 1U);
	turn->verdict->rate[turn->step->level] *= 2;
	return true;
}

/*
 * The rest of the pages of a step, for which there is no room: colder ones make it.
 *
 * Return: false when the turn had to end.
 */
static bool exchange_step(struct kpromoted *kp, struct turn *turn)
{
	unsigned int nr;

	if (turn->ended_by != KLRUSCAN_OUTCOME_NO_ROOM ||
	    !may_make_room(kp, turn))
		return false;
	while ((nr = pick(kp, turn))) {
		if (turn->verdict->cut_us &&
		    kpromoted_judge_chance(&kp->judge, kp->picked, nr,
					   turn->verdict->cut_us)) {
			if (!shorten_cut(turn))
				return false;
		} else if (!exchange(kp, turn, nr)) {
			return false;
		}
	}
	return turn->pos == ULONG_MAX;
}

/* Those that the turn did not get to. They keep their heat. */
static void count_left(struct turn *turn, u64 hot)
{
	u64 left = hot > turn->taken ? hot - turn->taken : 0;

	klruscan_add(turn->node->promote.candidates, left);
	kpromoted_count(turn->node, 0, turn->ended_by, left);
}

/* The lowest heat of any clock that makes a candidate. */
static unsigned int lowest_threshold(const struct kpromoted *kp)
{
	unsigned int by, lowest = KLRUSCAN_HEAT_LEVELS;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		lowest = min(lowest, kp->verdict[by].threshold);
	return lowest;
}

/* One number that holds for all. */
static void fix_threshold(struct kpromoted *kp, unsigned int threshold)
{
	unsigned int by;

	memset(kp->verdict, 0, sizeof(kp->verdict));
	for (by = 0; by < PGHOT_CLOCKS; by++)
		kp->verdict[by].threshold = threshold;
}

/* What is to be promoted now, and where to. Return: how many candidates there are. */
static u64 judge(struct kpromoted *kp, struct turn *turn)
{
	struct klruscan_node *node = turn->node;
	unsigned int fixed = klruscan_get(hot_threshold);
	struct kpromoted_supply supply;
	u64 hot;

	kp->batch.node = node;
	kp->batch.home = klruscan_target(kp->nid, klruscan_fast_nodes());
	kp->batch.target = kp->batch.home;
	supply.room = kpromoted_room(kp->batch.home);
	supply.rate = max(kp->tokens, 0);
	supply.exchange = can_exchange(kp);
	if (fixed)
		fix_threshold(kp, fixed);
	else
		kpromoted_judge_node(&kp->judge, node, &supply, kp->verdict);
	hot = kpromoted_judge_steps(kp->verdict, node->nid, &kp->steps);
	WRITE_ONCE(node->promote.threshold, lowest_threshold(kp));
	trace_klruscan_admit(node->nid, kp->batch.target, hot, node->promote.threshold,
			     supply.rate, supply.room);
	return hot;
}

/* Where the turn before had to end, or at the hottest. */
static unsigned int first_step(struct kpromoted *kp, struct klruscan_node *node)
{
	unsigned int i;

	for (i = 0; i < kp->steps.nr; i++)
		if (node->promote.resume && is_resumed(node, &kp->steps.step[i]))
			return i;
	node->promote.resume = 0;
	return 0;
}

/* From the hottest down, or from where the turn before had to end. Return: are all done? */
static bool take_steps(struct kpromoted *kp, struct turn *turn)
{
	unsigned int i = first_step(kp, turn->node);

	turn->resumed = turn->node->promote.resume;
	for (; i < kp->steps.nr; i++) {
		turn->step = &kp->steps.step[i];
		turn->verdict = &kp->verdict[turn->step->clock];
		if (!take_step(kp, turn) && !exchange_step(kp, turn))
			return false;
	}
	return true;
}

/* Those that are refused or held in great number are not to hide the others. */
static void keep_place(struct turn *turn, bool done)
{
	struct klruscan_node *node = turn->node;
	/* where they are picked one by one, all of a heat are alike */
	bool busy = turn->ended_by == KLRUSCAN_OUTCOME_BUSY ||
		    (turn->ended_by == KLRUSCAN_OUTCOME_NO_ROOM && turn->verdict->cut_us);

	/* all of the step may have been picked: then there is no place in it to go on from */
	node->promote.resume = !done && busy && turn->pos != ULONG_MAX ? turn->pos : 0;
	node->promote.resume_level = turn->step->level;
	node->promote.resume_clock = turn->step->clock;
	node->promote.division->unreached = !done || turn->resumed;
}

/*
 * Is a good part of the rate left, though all had their turn, and were candidates held?
 * Then it is for them.
 */
static bool rest_is_divided(struct kpromoted *kp, struct turn *turn, s64 before)
{
	return turn->held && !turn->resumed && before > 0 &&
	       kp->tokens > before / REST_SHARE &&
	       kpromoted_divide_rest(turn->node->promote.division, kp->tokens);
}

/**
 * kpromoted_pause - when is a turn worth it that begins with the picture of the last one?
 * @kp: the thread
 *
 * Soon where the rate limit ended the last one. Where those that are worth it are picked one by
 * one by how often they are accessed now, another time finds others.
 *
 * Return: after so long, in jiffies; 0: not before the next pass.
 */
unsigned long kpromoted_pause(const struct kpromoted *kp)
{
	if (kp->came && kp->limited)
		return max(msecs_to_jiffies(klruscan_get(scan_interval_min_ms)), 1UL);
	return kp->came || kp->picks ? HZ : 0;
}

/* One round, hottest first. Return: is another one worth it? */
static bool promote_round(struct kpromoted *kp, struct klruscan_node *node,
			  bool first)
{
	u64 before = node->promote.pages;
	struct turn turn = { .node = node };
	s64 tokens = kp->tokens;
	u64 hot = judge(kp, &turn);
	bool done;

	if (!hot)
		return false;
	if (first)
		kpromoted_divide(node, &kp->steps, hot, max(tokens, 0));
	done = take_steps(kp, &turn);
	if (done && rest_is_divided(kp, &turn, tokens))
		done = take_steps(kp, &turn);
	if (!done)
		count_left(&turn, hot);
	kp->limited = !done && turn.ended_by == KLRUSCAN_OUTCOME_RATE_LIMITED;
	kp->picks = turn.verdict->cut_us;
	keep_place(&turn, done);
	return turn.verdict->cut_us && turn.ended_by != KLRUSCAN_OUTCOME_BUSY &&
	       node->promote.pages > before;
}

/**
 * kpromoted_turn - promote what is hot on a slow node
 * @kp: the thread
 * @node: the slow node
 *
 * Where candidates are picked one by one, those with the most accesses, the next pass
 * knows no more: so the next ones are picked at once, while there are some and the rate
 * allows it.
 *
 * Context: may sleep.
 */
void kpromoted_turn(struct kpromoted *kp, struct klruscan_node *node)
{
	bool first = true;

	kp->limited = false;
	kp->picks = false;
	while (promote_round(kp, node, first) && kp->tokens > 0 &&
	       !klruscan_must_leave()) {
		first = false;
		cond_resched();
	}
}
