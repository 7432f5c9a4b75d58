// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: when which cgroup is scanned
 *
 * Each cgroup has a pace on each slow node (struct klruscan_pace): how often it wants to
 * be scanned follows from what its passes find (klruscand_tempo.h). Those that want the
 * same interval go by the same clock (klruscand_clock.h), and have their pass in the same
 * turn. So it is the restless ones whose interval is short, and nobody else's.
 *
 * The store counts the passes of each clock (pghot_clock.c), and the heat of a page is that of
 * its cgroup's passes. Who leaves a clock for a slower one takes its history along; for a
 * quicker one, history begins anew.
 *
 * Where nothing has memory on the node, one clock goes on, ever slower, and looks out for
 * what comes.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/jiffies.h>
#include <linux/memcontrol.h>
#include <trace/events/klruscan.h>

#include "internal.h"
#include "klruscand.h"

/* A pass may come earlier by so much of its interval, to be made with another one. */
#define EARLY_SHARE	8

static unsigned long interval_of(const struct clock *clock)
{
	return msecs_to_jiffies(clock->interval_ms);
}

static bool is_due(const struct klruscand *k, unsigned int by)
{
	const struct clock *clock = &k->clock[by];
	unsigned long interval = interval_of(clock);

	return clock->active && time_after_eq(k->began, clock->rests) &&
	       time_after_eq(k->began, clock->last + interval - interval / EARLY_SHARE);
}

/*
 * A pass that comes so many times later than is wanted is to expose what it looks at. To clear
 * costs more than to look, and takes time: while something is new, one that is a bit late does
 * without.
 */
#define EXPOSE_LATE		2
#define EXPOSE_LATE_IN_A_HURRY	8

/* How long does a pass have to expose what it looks at? 0: it was, since the last one. */
static unsigned long exposure(struct klruscand *k, unsigned int by)
{
	unsigned long interval = interval_of(&k->clock[by]);
	unsigned int late = k->hurry ? EXPOSE_LATE_IN_A_HURRY : EXPOSE_LATE;

	/* tables first: what their pages' bits say is of no use yet anyway */
	if (k->anew || k->began - k->clock[by].looked < late * interval)
		return 0;
	return interval;
}

static void begin_if_due(struct klruscand *k, unsigned int by)
{
	struct clock *clock = &k->clock[by];

	/* after an alarm the pace is changed first: passes of the old one would be of no use */
	if (k->alarm || k->due & BIT(by) || !is_due(k, by))
		return;
	clock->exposure = exposure(k, by);
	clock->exposed = clock->exposure ?: k->began - clock->looked;
	pghot_pass_begin(k->node->nid, by, clock->exposed);
	clock->looks = k->began;
	clock->took_ns = 0;
	clock->begun = k->began;
	k->due |= BIT(by);
	k->to_look |= BIT(by);
	k->patience = min(k->patience, interval_of(clock) / 2);
}

/* By how much a pass that begins at @when is later than is wanted, in ms. */
static unsigned int late_ms(const struct clock *clock, unsigned long when)
{
	unsigned long wanted = clock->begun + interval_of(clock);

	return time_after(when, wanted) ? jiffies_to_msecs(when - wanted) : 0;
}

/**
 * klruscand_clocks_late - the budget makes the next pass late
 * @k: the thread
 * @when: it does not begin before, in jiffies
 *
 * Context: the thread.
 */
void klruscand_clocks_late(struct klruscand *k, unsigned long when)
{
	u64 *starved_ms = &k->node->scan.starved_ms;

	/* as late as the last one was, until it is later */
	WRITE_ONCE(*starved_ms, max_t(u64, *starved_ms, late_ms(&k->clock[k->usual], when)));
}

/* Of those that are scanned most often, and whose pass begins. */
static void tell_late(struct klruscand *k)
{
	const struct clock *clock = &k->clock[k->usual];

	if (k->alarm || !is_due(k, k->usual))
		return;
	WRITE_ONCE(k->node->scan.starved_ms, k->rested ? late_ms(clock, k->began) : 0);
	k->rested = false;
}

/**
 * klruscand_clocks_begin - a turn begins, and with it the passes that are due
 * @k: the thread; @k->due says which
 *
 * Context: the thread.
 */
void klruscand_clocks_begin(struct klruscand *k)
{
	unsigned int by;

	k->began = jiffies;
	k->patience = HZ;
	k->due = 0;
	k->to_look = 0;
	tell_late(k);
	for (by = 0; by < PGHOT_CLOCKS; by++)
		begin_if_due(k, by);
}

/**
 * klruscand_clock_looks - a pass looks at what was accessed, and maybe for the first time
 * @k: the thread
 * @by: the clock, which is due
 *
 * Context: the thread, in a turn.
 */
void klruscand_clock_looks(struct klruscand *k, unsigned int by)
{
	if (k->to_look & BIT(by))
		k->clock[by].looks = jiffies;
	k->to_look &= ~BIT(by);
}

/* Take one into use, in the place of @like where that is one. Else it is due at once. */
static void start_clock(struct klruscand *k, unsigned int by,
			unsigned int interval_ms, unsigned int like)
{
	bool slower = like != CLOCK_NONE && interval_ms > k->clock[like].interval_ms;
	unsigned long due = k->began - msecs_to_jiffies(interval_ms);

	k->clock[by] = (struct clock){
		.active = true,
		.interval_ms = interval_ms,
		.passes = PGHOT_HEAT_PASSES,
		.since = slower ? 0 : PGHOT_HEAT_PASSES,
		.last = like == CLOCK_NONE ? due : k->clock[like].last,
		.looked = like == CLOCK_NONE ? due : k->clock[like].looked,
		.begun = k->began,
		.rests = k->began,
	};
	pghot_clock_start(k->node->nid, by, interval_ms, slower ? like : by,
			  k->anew ? TEMPO_SKIP : 0);
	pghot_clock_set(k->node->nid, by, interval_ms, PGHOT_HEAT_PASSES);
}

/* The clock of the interval that is wanted, or of the nearest one. */
static void choose_clock(struct klruscand *k, struct klruscan_pace *pace)
{
	unsigned int wish = pace->tempo.now.interval_ms, old = pace->clock;

	pace->clock = clock_find(k->clock, wish);
	if (pace->clock == CLOCK_NONE) {
		pace->clock = clock_free(k->clock);
		if (pace->clock != CLOCK_NONE)
			start_clock(k, pace->clock, wish, old);
		else
			pace->clock = clock_nearest(k->clock, wish, pace->shortest,
						    pace->longest);
	}
	if (pace->clock != old)
		pghot_clock_join(k->node->nid, pace->clock);
}

/* One that had no memory on the node in the last turn. */
static void start_pace(struct klruscand *k, struct klruscan_pace *pace)
{
	tempo_start(&pace->tempo, pace->shortest, k->anew ? TEMPO_SKIP : 0);
	pace->promoted = pace->pages;
	pace->taken = pace->kept;
	pace->anew = k->anew;
	pace->clock = CLOCK_NONE;
	choose_clock(k, pace);
	begin_if_due(k, pace->clock);
}

/**
 * klruscand_pace - the pace of a cgroup that has memory on the node
 * @k: the thread
 * @memcg: the cgroup; the caller holds a reference
 *
 * Context: the thread, in a turn; may sleep.
 * Return: the pace; @k->due says whether there is a pass of it in this turn.
 */
struct klruscan_pace *klruscand_pace(struct klruscand *k, struct mem_cgroup *memcg)
{
	struct klruscan_pace *pace = klruscan_memcg_pace(memcg, k->node->nid);

	klruscan_memcg_bounds(memcg, &pace->shortest, &pace->longest);
	if (!pace->seen || pace->seen + 1 < k->turn)
		start_pace(k, pace);
	pace->seen = k->turn;
	return pace;
}

/******************************************************************************
 *                          after a turn
 ******************************************************************************/

#define for_each_pace(k, pace, id)					\
	for ((id) = 0;							\
	     ((pace) = klruscan_memcg_next_pace((k)->node->nid, &(id)));	\
	     (id)++)

/* What kpromoted has seen before it, the pass would have seen. */
static void add_kept(struct klruscan_pace *pace)
{
	pace->yield.fresh += pace->kept.fresh - pace->taken.fresh;
	pace->yield.again += pace->kept.again - pace->taken.again;
	pace->yield.came += pace->kept.came - pace->taken.came;
	pace->taken = pace->kept;
}

/*
 * For how long what a pass looked at was exposed, at most: where it did not expose itself, what it
 * came to behind a rest was for longer.
 */
static unsigned int exposed_ms(const struct klruscand *k, const struct clock *clock)
{
	unsigned long rested = clock->exposure ? 0 : nsecs_to_jiffies(k->waited_ns);

	return jiffies_to_msecs(clock->exposed + rested);
}

/* Take up what the pass, if there was one, has taught, and changes of the bounds. */
static void adapt_pace(struct klruscand *k, struct klruscan_pace *pace)
{
	pace->tempo.fixed = klruscan_get(hot_threshold);
	if (pace->scanned == k->turn) {
		pace->yield.promoted = pace->pages - pace->promoted;
		pace->promoted = pace->pages;
		pace->anew = false;
		pace->yield.exposed_ms = exposed_ms(k, &k->clock[pace->clock]);
		add_kept(pace);
		klruscan_add(pace->came, pace->yield.came);
		tempo_adapt(&pace->tempo, &pace->yield, pace->shortest,
			    pace->longest);
	}
	tempo_keep_bounds(&pace->tempo, pace->shortest, pace->longest);
}

/* The pass that was due is over. In time that it let pass some pages were not visited yet. */
static void end_clock(struct klruscand *k, unsigned int by)
{
	struct clock *clock = &k->clock[by];

	/* not too soon for those */
	clock->last = k->began + nsecs_to_jiffies(k->waited_ns);
	clock->looked = clock->looks;
	clock_passed(clock);
}

static void want_pace(struct klruscand *k, const struct klruscan_pace *pace)
{
	clock_want(&k->clock[pace->clock], pace->tempo.now.interval_ms,
		   tempo_window(&pace->tempo));
}

static void ask_paces(struct klruscand *k)
{
	struct klruscan_pace *pace;
	unsigned long id;
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++) {
		clock_ask(&k->clock[by]);
		/* before somebody leaves it for another one, which goes on from there */
		if (k->due & BIT(by))
			end_clock(k, by);
	}
	for_each_pace(k, pace, id) {
		if (pace->seen != k->turn)
			continue;
		adapt_pace(k, pace);
		if (k->alarm)
			tempo_alarm(&pace->tempo, pace->shortest);
		want_pace(k, pace);
	}
	k->alarm = false;
}

/* All that go by a clock want it to go at another pace; quicker, history begins anew. */
static void change_pace(struct klruscand *k, unsigned int by)
{
	struct clock *clock = &k->clock[by];

	if (clock->shortest < clock->interval_ms) {
		pghot_clock_start(k->node->nid, by, clock->shortest, by, 0);
	} else {
		pghot_clock_join(k->node->nid, by);
		clock->since = 0;
	}
	clock->interval_ms = clock->shortest;
	clock->begun = k->began;
}

/* Let clocks go as all want that go by them, and those who want something else leave. */
static void part_paces(struct klruscand *k)
{
	struct klruscan_pace *pace;
	unsigned long id;
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		if (clock_agreed(k->clock, by))
			change_pace(k, by);
	for_each_pace(k, pace, id) {
		struct clock *old = &k->clock[pace->clock];

		if (pace->seen != k->turn ||
		    old->interval_ms == pace->tempo.now.interval_ms)
			continue;
		choose_clock(k, pace);
		old->members--;
		want_pace(k, pace);
	}
}

/* Is it worth savings to look at it soon? */
static bool is_in_a_hurry(const struct klruscand *k, const struct klruscan_pace *pace)
{
	return pace->tempo.eager ||
	       (pace->scanned == k->turn && tempo_paid(&pace->yield));
}

/*
 * While something is new no pass is paced, and one of a calm clock, which comes between those that
 * are for that, has taken savings that were not for it. So its next one comes when the budget
 * alone would have paid for it.
 */
static void hurry_clocks(struct klruscand *k)
{
	unsigned long id, hurry = 0;
	struct klruscan_pace *pace;
	unsigned int by;

	for_each_pace(k, pace, id)
		if (pace->seen == k->turn && is_in_a_hurry(k, pace))
			hurry |= BIT(pace->clock);
	for (by = 0; by < PGHOT_CLOCKS; by++) {
		struct clock *clock = &k->clock[by];

		if (hurry & BIT(by))
			clock->rests = k->began;
		else if (k->hurry && k->due & BIT(by))
			clock->rests = jiffies + klruscand_rest_for(clock->took_ns);
	}
	k->hurry = hurry;
}

/* Where nobody is there, the first one that goes looks out for somebody. */
static void go_on_alone(struct klruscand *k)
{
	unsigned int shortest, longest, by = 0;

	while (!k->clock[by].active)
		by++;
	klruscand_read_bounds(&shortest, &longest);
	k->clock[by].members = 1;
	k->clock[by].interval_ms = clamp(k->clock[by].interval_ms *
					 (k->due & BIT(by) ? 2 : 1), shortest, longest);
	k->clock[by].begun = k->began;
}

static void settle_clocks(struct klruscand *k)
{
	unsigned int by, members = 0, usual = CLOCK_NONE;
	bool fixed = klruscan_get(hot_threshold);

	for (by = 0; by < PGHOT_CLOCKS; by++)
		members += k->clock[by].members;
	if (!members)
		go_on_alone(k);
	for (by = 0; by < PGHOT_CLOCKS; by++) {
		struct clock *clock = &k->clock[by];

		/* until they have aged away, records want passes */
		clock->active = clock->members ||
				pghot_clock_is_used(k->node->nid, by);
		if (!clock->active)
			continue;
		pghot_clock_set(k->node->nid, by, clock->interval_ms,
				fixed ? clock->passes : clock_window(clock));
		if (clock->members && (usual == CLOCK_NONE || clock->interval_ms <
				       k->clock[usual].interval_ms))
			usual = by;
	}
	k->usual = usual;
	pghot_set_usual(k->node->nid, usual);
	WRITE_ONCE(k->node->scan.interval_ms, k->clock[usual].interval_ms);
}

static void publish_pace(struct klruscand *k, u64 id, struct klruscan_pace *pace)
{
	unsigned int old = pace->interval_ms, new = 0;

	if (pace->seen == k->turn)
		new = k->clock[pace->clock].interval_ms;
	if (old == new)
		return;
	WRITE_ONCE(pace->interval_ms, new);
	if (old && new)
		trace_klruscan_interval(k->node->nid, id, old, new,
					pace->yield.came, pace->yield.visited);
}

/**
 * klruscand_clocks_end - a turn is over, and its passes: when are the next ones?
 * @k: the thread
 *
 * Context: the thread.
 */
void klruscand_clocks_end(struct klruscand *k)
{
	struct klruscan_pace *pace;
	unsigned long id;

	ask_paces(k);
	part_paces(k);
	hurry_clocks(k);
	settle_clocks(k);
	for_each_pace(k, pace, id)
		publish_pace(k, id, pace);
	k->anew = false;
	k->turn++;
}

/**
 * klruscand_clocks_start - begin to scan, or begin anew
 * @k: the thread; nothing is recorded in the store
 *
 * All that the accessed bits say now is of an unknown time.
 *
 * Context: the thread.
 */
void klruscand_clocks_start(struct klruscand *k)
{
	unsigned int shortest, longest, by;
	struct klruscan_pace *pace;
	unsigned long id;

	klruscand_read_bounds(&shortest, &longest);
	for_each_pace(k, pace, id) {
		pace->seen = 0;
		publish_pace(k, id, pace);
	}
	for (by = 0; by < PGHOT_CLOCKS; by++)
		k->clock[by].active = false;
	k->anew = true;
	k->alarm = false;
	k->hurry = true;
	k->rested = false;
	k->began = jiffies;
	start_clock(k, 0, shortest, CLOCK_NONE);
	k->usual = 0;
	pghot_set_usual(k->node->nid, 0);
	WRITE_ONCE(k->node->scan.interval_ms, shortest);
}

/**
 * klruscand_clocks_rest - no turn is possible: keep the bounds all the same
 * @k: the thread; klruscand_clocks_start() came before
 *
 * Context: the thread.
 */
void klruscand_clocks_rest(struct klruscand *k)
{
	unsigned int shortest, longest;

	klruscand_read_bounds(&shortest, &longest);
	k->clock[0].interval_ms = shortest;
	k->clock[0].begun = jiffies;
	k->rested = false;
	WRITE_ONCE(k->node->scan.starved_ms, 0);
	WRITE_ONCE(k->node->scan.interval_ms, shortest);
}

/**
 * klruscand_clocks_next - when is the next turn?
 * @k: the thread
 *
 * Not later than a pass of anybody may be, for somebody may be there who was not before.
 *
 * Context: the thread.
 * Return: in jiffies.
 */
unsigned long klruscand_clocks_next(struct klruscand *k)
{
	unsigned long next = k->began +
			     msecs_to_jiffies(klruscan_get(scan_interval_max_ms));
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++) {
		const struct clock *clock = &k->clock[by];
		unsigned long its = clock->last + interval_of(clock);

		if (time_before(its, clock->rests)) {
			its = clock->rests;
			k->rested |= by == k->usual;
		}
		if (clock->active && time_before(its, next))
			next = its;
	}
	return next;
}
