/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often folios are accessed that every pass sees accessed.
 *
 * What was accessed in an exposure of 100 ms may be accessed ten times a second or a
 * million times. A sample of such folios is exposed for shorter and shorter times,
 * until few of them are seen. With f the share that is seen in a time t, the mean
 * folio is accessed -ln(1-f)/t times a second, which is too little where f is large and
 * the folios are not alike: the shorter, the better. Folios of one rate yield the same
 * number at each exposure.
 *
 * Pure arithmetic, shared with the unit tests on the host. Fractions are in 1/1024.
 */
#ifndef _MM_KPROMOTED_CURVE_H
#define _MM_KPROMOTED_CURVE_H

#include "kpromoted_choice.h"

/* From 131 ms down to 16 us, each half of the one before. */
#define KPROMOTED_CURVE_STEPS	14
#define KPROMOTED_CURVE_MAX_US	131072
#define KPROMOTED_CURVE_MIN_US	16

/**
 * struct kpromoted_curve - how many of a sample are seen in which time
 * @nr:		folios
 * @steps:	how many exposures there were
 * @us:		their lengths, falling
 * @seen:	how many of the folios were seen
 * @both:	how many of them in the exposure before as well
 */
struct kpromoted_curve {
	unsigned int nr;
	unsigned int steps;
	unsigned int us[KPROMOTED_CURVE_STEPS];
	unsigned int seen[KPROMOTED_CURVE_STEPS];
	unsigned int both[KPROMOTED_CURVE_STEPS];
};

/**
 * kpromoted_curve_add - there was one more exposure
 * @curve: the curve; has room
 * @us: how long it was
 * @seen: how many folios were seen
 * @both: how many of them were seen the time before
 */
static inline void kpromoted_curve_add(struct kpromoted_curve *curve,
				       unsigned int us, unsigned int seen,
				       unsigned int both)
{
	curve->us[curve->steps] = us;
	curve->seen[curve->steps] = seen;
	curve->both[curve->steps] = both;
	curve->steps++;
}

/*
 * Accesses in an exposure, in 1/1024, of a folio that is seen in two of two, and in
 * KPROMOTED_CUT_LOOKS of so many, as often as not: -ln(1 - 0.5^(1/2)), and with 1/4.
 */
#define KPROMOTED_SEEN_TWICE	1257ULL
#define KPROMOTED_CUT_LOOKS	4
#define KPROMOTED_SEEN_ALWAYS	1882ULL

/* Of so few folios that are seen, in 1/1024 of all, nothing follows. */
#define KPROMOTED_CURVE_CHANCE	(KPROMOTED_ONE / 32)

/*
 * So many, in 1/1024, are to have been seen: those few that are accessed a million times
 * a second are served by the CPU's caches, and are not to make all others look cold.
 */
#define KPROMOTED_CURVE_MANY	(KPROMOTED_ONE / 4)

/**
 * kpromoted_curve_goes_on - would a shorter exposure tell more?
 * @curve: the curve; at least one exposure
 * @want: share that is asked for later
 *
 * Return: true until next to none, and no more than @want, are seen.
 */
static inline bool kpromoted_curve_goes_on(const struct kpromoted_curve *curve,
					   u64 want)
{
	u64 seen = curve->seen[curve->steps - 1];

	want = min(want, KPROMOTED_CURVE_CHANCE);
	return seen * KPROMOTED_ONE > want * curve->nr &&
	       curve->steps < KPROMOTED_CURVE_STEPS;
}

/*
 * How many were seen in a time, or in a shorter one: not fewer, but for those exposures
 * during which the processes did not run.
 */
static inline u64 kpromoted_curve_seen(const struct kpromoted_curve *curve,
				       unsigned int step)
{
	unsigned int seen = 0;

	for (; step < curve->steps; step++)
		seen = max(seen, curve->seen[step]);
	return seen;
}

/* Accesses a second by one of the exposures. Where all are seen, as if half a folio was not. */
static inline u64 kpromoted_curve_rate_at(const struct kpromoted_curve *curve,
					  unsigned int step)
{
	u64 seen = kpromoted_curve_seen(curve, step);
	u64 odds = div64_u64(2 * seen * KPROMOTED_ONE,
			     2 * (curve->nr - seen) + (seen == curve->nr));

	return div64_u64(kpromoted_rate_of(odds) * 1000000, curve->us[step]);
}

/**
 * kpromoted_curve_rate - how often the mean folio is accessed
 * @curve: the curve; at least one exposure
 * @many: which share counts as many, in 1/1024; KPROMOTED_CURVE_MANY or more
 *
 * The most that any exposure says which saw many: the longer ones say too little of folios
 * that are not alike, and those during which the processes did not run, nothing.
 *
 * Return: accesses a second in 1/1024.
 */
static inline u64 kpromoted_curve_rate(const struct kpromoted_curve *curve, u64 many)
{
	u64 rate = kpromoted_curve_rate_at(curve, 0);
	unsigned int step;

	for (step = 1; step < curve->steps; step++)
		if (curve->seen[step] * KPROMOTED_ONE >= many * curve->nr)
			rate = max(rate, kpromoted_curve_rate_at(curve, step));
	return rate;
}

/**
 * kpromoted_curve_is_mixed - are some accessed far more often than others?
 * @curve: the curve
 *
 * Folios of one rate are seen twice by chance, otherwise it is the same ones that are:
 * with p the chance of a folio to be seen, E(p^2) is larger than E(p)^2.
 *
 * Return: true if half as many again, and KPROMOTED_CURVE_CHANCE of all, were seen twice
 * as chance would have it.
 */
static inline bool kpromoted_curve_is_mixed(const struct kpromoted_curve *curve)
{
	unsigned int step;

	for (step = 1; step < curve->steps; step++) {
		u64 both = curve->both[step];

		if (both * KPROMOTED_ONE >= KPROMOTED_CURVE_CHANCE * curve->nr &&
		    2 * both * curve->nr >=
		    3ULL * curve->seen[step] * curve->seen[step - 1])
			return true;
	}
	return false;
}

/* The time for which twice is about what an exposure and the one before have seen. */
static inline unsigned int kpromoted_curve_pair_us(const struct kpromoted_curve *curve,
						   unsigned int step)
{
	return (curve->us[step - 1] + curve->us[step]) / 2;
}

/**
 * kpromoted_curve_us - in which time is no more than a share of the folios seen twice?
 * @curve: the curve; at least one exposure
 * @want: the share
 *
 * Return: microseconds; those of the shortest exposure if it saw more as well.
 */
static inline unsigned int
kpromoted_curve_us(const struct kpromoted_curve *curve, u64 want)
{
	unsigned int step;

	for (step = 1; step < curve->steps; step++)
		if (curve->both[step] * KPROMOTED_ONE <= want * curve->nr)
			return kpromoted_curve_pair_us(curve, step);
	return curve->us[curve->steps - 1];
}

/**
 * kpromoted_curve_above - of pages that a sample stands for, how many are above a line?
 * @curve: the curve of the sample
 * @pages: how many it stands for
 * @us: the line: those that are seen twice in so many microseconds
 *
 * By the exposures that were nearest to it, as each was half of the one before.
 *
 * Return: pages; none where there is no curve.
 */
static inline u64 kpromoted_curve_above(const struct kpromoted_curve *curve, u64 pages,
					unsigned int us)
{
	unsigned int step = 1;

	if (curve->steps < 2)
		return 0;
	while (step + 1 < curve->steps && 2 * kpromoted_curve_pair_us(curve, step) > 3 * us)
		step++;
	return div64_u64(pages * curve->both[step], curve->nr);
}

/* One in so many of the pages in fast memory is to be colder than what comes for it. */
#define KPROMOTED_CURVE_GO	8

/* How many accesses of what comes a page has to miss to be colder. */
#define KPROMOTED_COLDER	8

/**
 * struct kpromoted_places - whom there is fast memory for
 * @room:	base pages that are free
 * @pages:	base pages that others have
 * @known:	whether it is known of those how often they are accessed
 * @in_fast:	those of them that are accessed all the time, as far as passes tell
 * @fast:	how often those are
 * @in_slow:	base pages in slow memory that are accessed all the time
 * @most:	so many of them can be taken
 */
struct kpromoted_places {
	u64 room;
	u64 pages;
	bool known;
	u64 in_fast;
	const struct kpromoted_curve *fast;
	u64 in_slow;
	u64 most;
};

/* Longer than any exposure, in us: as long as that, what is not accessed all the time is idle. */
#define KPROMOTED_CURVE_IDLE_US	(KPROMOTED_CURVE_MAX_US * KPROMOTED_ONE)

/*
 * The longest time, in us, in which one in KPROMOTED_CURVE_GO of those in fast memory is not
 * seen; KPROMOTED_CURVE_IDLE_US, the most, where so many are not accessed all the time, 0
 * where nothing is known.
 */
static inline u64 kpromoted_curve_idle_us(const struct kpromoted_places *places)
{
	const struct kpromoted_curve *fast = places->fast;
	u64 stay = places->pages - places->pages / KPROMOTED_CURVE_GO;
	unsigned int step;

	if (!places->known && places->pages > places->room)
		return 0;
	if (!fast->steps || places->in_fast < stay)
		return KPROMOTED_CURVE_IDLE_US;
	for (step = 0; step < fast->steps; step++)
		if (places->in_fast * kpromoted_curve_seen(fast, step) <= stay * fast->nr)
			return min_t(u64, fast->us[step], KPROMOTED_CURVE_IDLE_US);
	return 0;
}

/**
 * kpromoted_curve_is_hotter - is the mean folio hotter than some in fast memory?
 * @curve: the curve of what is in slow memory; at least one exposure
 * @places: the room
 *
 * Return: true if it is accessed KPROMOTED_COLDER times in the time that one in
 * KPROMOTED_CURVE_GO there is not.
 */
static inline bool kpromoted_curve_is_hotter(const struct kpromoted_curve *curve,
					     const struct kpromoted_places *places)
{
	u64 rate = kpromoted_curve_rate(curve, KPROMOTED_CURVE_MANY);

	/* below 2^29 and 2^28 */
	return rate * kpromoted_curve_idle_us(places) >=
	       KPROMOTED_COLDER * KPROMOTED_ONE * 1000000;
}

/**
 * kpromoted_curve_line - the line above which pages are worth what they need
 * @curve: the curve of what is in slow memory; at least one exposure
 * @places: the room
 *
 * There is to be room for as many as there are above it. Those that are in fast memory
 * already need it as well, as far as they are above it, too; others there can go, if what
 * is above the line is accessed KPROMOTED_COLDER times in the time that these are not. Where
 * what is free is enough, nobody has to.
 *
 * Return: microseconds, as from kpromoted_curve_us(), and no fewer than that says of
 * @least, in 1/1024: for the very hottest there is a use in any case.
 */
static inline unsigned int kpromoted_curve_line(const struct kpromoted_curve *curve,
						const struct kpromoted_places *places,
						u64 least)
{
	unsigned int shortest = kpromoted_curve_us(curve, least);
	u64 longest = kpromoted_curve_idle_us(places) * KPROMOTED_SEEN_TWICE /
		      (KPROMOTED_COLDER * KPROMOTED_ONE);
	unsigned int step;

	for (step = 1; step < curve->steps; step++) {
		unsigned int us = kpromoted_curve_pair_us(curve, step);
		u64 slow = kpromoted_curve_above(curve, places->in_slow, us);
		u64 fast;

		/* more than is free: somebody has to go */
		if (slow > places->room && us > longest)
			continue;
		/* between this exposure and the one before */
		if (slow > places->room && step > 1 &&
		    kpromoted_curve_pair_us(curve, step - 1) > longest) {
			us = longest;
			slow = kpromoted_curve_above(curve, places->in_slow, us);
		}
		fast = kpromoted_curve_above(places->fast, places->in_fast, us);
		if (slow <= places->most && slow + fast <= places->room + places->pages)
			return max(us, shortest);
	}
	return shortest;
}

#endif /* _MM_KPROMOTED_CURVE_H */
