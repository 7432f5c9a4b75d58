/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which cgroups of a slow node are scanned together.
 *
 * Those that want the same interval go by one clock. There are not more clocks than a
 * record of the store can tell apart; where more intervals are wanted, the nearest one
 * has to do. A clock that all want to go at another pace does so, and keeps its history when
 * that is a slower one; only where they differ, some leave it for another one.
 *
 * Pure, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_CLOCK_H
#define _MM_KLRUSCAND_CLOCK_H

#include "pghot_heat.h"

#define CLOCK_NONE	PGHOT_CLOCKS

/* How many passes count when a clock has just become slower; one more with each. */
#define CLOCK_WINDOW	4

/**
 * struct clock - what some cgroups are scanned by
 * @active:	it goes: there are such cgroups, or records that have to age
 * @interval_ms: time from pass to pass
 * @members:	how many go by it
 * @shortest:	what they want: the shortest interval
 * @longest:	likewise, the longest
 * @passes:	of how many passes heat is to be, at most; what is new among them has no more
 * @since:	passes since it became slower, up to PGHOT_HEAT_PASSES
 * @begun:	when its last pass began, in jiffies, or its interval became another
 * @last:	when its last pass began, in jiffies, later by the time that it let pass
 * @rests:	there is none before, in jiffies
 * @looked:	when the last pass looked first, in jiffies: what the next one finds was
 *		accessed since then
 * @looks:	likewise, the one that is due; until it does, when its turn began
 * @exposure:	in the pass that is due, from clearing to looking, in jiffies; 0: since the
 *		last one
 * @exposed:	in the pass that was due last, likewise, whoever cleared
 * @took_ns:	time that the pass took
 */
struct clock {
	bool active;
	unsigned int interval_ms;
	unsigned int members;
	unsigned int shortest;
	unsigned int longest;
	unsigned int passes;
	unsigned int since;
	unsigned long begun;
	unsigned long last;
	unsigned long rests;
	unsigned long looked;
	unsigned long looks;
	unsigned long exposure;
	unsigned long exposed;
	u64 took_ns;
};

/* Begin to ask who wants what. */
static inline void clock_ask(struct clock *clock)
{
	clock->members = 0;
	clock->shortest = 0;
	clock->longest = 0;
	clock->passes = PGHOT_HEAT_PASSES;
}

/**
 * clock_want - one that goes by a clock wants an interval
 * @clock: the clock
 * @interval_ms: the interval
 * @passes: of how many passes its heat is
 */
static inline void clock_want(struct clock *clock, unsigned int interval_ms,
			      unsigned int passes)
{
	clock->shortest = clock->members ? min(clock->shortest, interval_ms) :
					   interval_ms;
	clock->longest = max(clock->longest, interval_ms);
	clock->passes = min(clock->passes, passes);
	clock->members++;
}

/* A pass of it is over. */
static inline void clock_passed(struct clock *clock)
{
	clock->since = min_t(unsigned int, clock->since + 1, PGHOT_HEAT_PASSES);
}

/**
 * clock_window - of how many passes is heat?
 * @clock: the clock
 *
 * That a page was not seen in an interval says little of one several times as long: where all
 * that goes on began just now, two long passes would be two of eight for hot pages, and by
 * chance for cold ones.
 *
 * Return: their number.
 */
static inline unsigned int clock_window(const struct clock *clock)
{
	return min(clock->passes, CLOCK_WINDOW + clock->since);
}

/**
 * clock_find - the clock of an interval
 * @clocks: PGHOT_CLOCKS of them
 * @interval_ms: the interval
 *
 * Return: its number, CLOCK_NONE where there is none.
 */
static inline unsigned int clock_find(const struct clock *clocks,
				      unsigned int interval_ms)
{
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		if (clocks[by].active && clocks[by].interval_ms == interval_ms)
			break;
	return by;
}

/* One that does not go, CLOCK_NONE where all do. */
static inline unsigned int clock_free(const struct clock *clocks)
{
	unsigned int by;

	for (by = 0; by < PGHOT_CLOCKS; by++)
		if (!clocks[by].active)
			break;
	return by;
}

/* So many times the one is the other, in 1/16. */
static inline u64 clock_distance(unsigned int one, unsigned int other)
{
	return div64_u64(16ULL * max(one, other), min(one, other));
}

/**
 * clock_nearest - the clock whose interval is nearest to one that none has
 * @clocks: PGHOT_CLOCKS of them, of which one at least goes
 * @interval_ms: the interval
 * @shortest: bound of the interval
 * @longest: likewise
 *
 * Return: its number. One within the bounds, if there is.
 */
static inline unsigned int clock_nearest(const struct clock *clocks,
					 unsigned int interval_ms,
					 unsigned int shortest,
					 unsigned int longest)
{
	u64 distance, least = U64_MAX;
	unsigned int by, best = 0;

	for (by = 0; by < PGHOT_CLOCKS; by++) {
		unsigned int its = clocks[by].interval_ms;

		if (!clocks[by].active)
			continue;
		distance = clock_distance(its, interval_ms);
		if (its < shortest || its > longest)
			distance += (u64)1 << 62;
		if (distance >= least)
			continue;
		least = distance;
		best = by;
	}
	return best;
}

/**
 * clock_agreed - do all that go by a clock want it to go at another pace?
 * @clocks: PGHOT_CLOCKS of them
 * @by: which one
 *
 * Return: true if so, and no other goes at that pace.
 */
static inline bool clock_agreed(const struct clock *clocks, unsigned int by)
{
	const struct clock *clock = &clocks[by];

	return clock->members && clock->shortest == clock->longest &&
	       clock->shortest != clock->interval_ms &&
	       clock_find(clocks, clock->shortest) == CLOCK_NONE;
}

#endif /* _MM_KLRUSCAND_CLOCK_H */
