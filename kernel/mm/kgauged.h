/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much of what is hot is in fast memory, and how much of what was promoted is hot?
 *
 * A page is hot when it is accessed half as often as the mean page of both kinds of memory, or
 * more often. How often that is follows from small random samples of them that are exposed for
 * shorter and shorter times: where few are seen in a time, those make as many accesses in it,
 * and seldom more. Then GAUGE_LOOKS exposures follow, each for the time from access to access of
 * a page at this line, and those count as hot that are seen in seven of them or more.
 *
 * A page at the line is seen in an exposure with a chance of 1 - 1/e, so that 47 % of those are
 * seen so often, of pages that are accessed twice as often 96 %, of those that are accessed half
 * as often 5 %, and a fifth as often one in 2200. So where pages are of all rates, one in seven of
 * those that are hot is not found, and as many others are. Not always are there any others: so
 * what is seen eight times counts for more than one, and what is seen five times for less than
 * none. gauge_halves() has how much.
 *
 * By Zipf's law a sample has none of those few that are accessed most, so that the mean comes out
 * too low, by two to seven times, and more is called hot than would be. Figures are of the line
 * that there is, which is told with them.
 *
 * A base page is accessed as often as its folio is: a huge page that is accessed as often as 512
 * small ones together counts as 512 pages that are.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KGAUGED_H
#define _MM_KGAUGED_H

#include "kpromoted_choice.h"

/* Exposures by which a folio is judged. */
#define GAUGE_LOOKS		10

/* Pages are hot that are accessed one in so many times as often as the mean page, or more. */
#define GAUGE_LESS		2

/*
 * How long they are, in us, and at the least in looks at all of the sample. No page that is
 * accessed once a second is called cold.
 */
#define GAUGE_US_MIN		256U
#define GAUGE_US_LOOKS		8
#define GAUGE_US_MAX		1048576

/* Exposures are put together by their length: from so many us on, each bin four times the last. */
#define GAUGE_BINS		8
#define GAUGE_BIN_US		64

/* So many that were seen are enough: off by a fifth. */
#define GAUGE_SEEN		24

/* Weight of the past from round to round: 3/4. */
#define GAUGE_MEMORY_SHIFT	2

/* A line that is off by no more than so many times stays, so that what was counted holds. */
#define GAUGE_LINE_KEPT		2

/* A figure is told when its standard error is at most so many permille, of so many folios. */
#define GAUGE_ERROR		50
#define GAUGE_FOLIOS		32

/* What is not known. */
#define GAUGE_UNKNOWN		(-1)

enum gauge_side { GAUGE_SLOW, GAUGE_FAST, GAUGE_SIDES };

/* What folios were drawn from: each side, and those that were promoted. */
#define GAUGE_PROMOTED		GAUGE_SIDES
#define GAUGE_PARTS		(GAUGE_SIDES + 1)

/**
 * struct gauge_bin - exposures of about the same length; counts are in 1/1024
 * @drawn:	folios that were exposed
 * @seen:	those of them that were seen
 * @us:		for how long, the sum over all
 */
struct gauge_bin {
	u64 drawn;
	u64 seen;
	u64 us;
};

/**
 * struct gauge_part - folios that were judged; counts are in 1/1024
 * @drawn:	how many
 * @hot:	those of them that are hot; may be less than none
 */
struct gauge_part {
	u64 drawn;
	s64 hot;
};

/**
 * struct gauge - what is known; memory of zeros knows nothing
 * @bin:	exposures
 * @pages:	base pages that samples stand for; written by who draws them
 * @part:	what was judged
 * @notes:	folios that were promoted and can be found, of which the last sample was drawn
 * @us:		the line: from access to access of a page that is just hot, in us; 0 while it is
 *		not known
 */
struct gauge {
	struct gauge_bin bin[GAUGE_SIDES][GAUGE_BINS];
	u64 pages[GAUGE_SIDES];
	struct gauge_part part[GAUGE_PARTS];
	unsigned int notes;
	unsigned int us;
};

static inline void gauge_fade(u64 *count)
{
	*count -= *count >> GAUGE_MEMORY_SHIFT;
}

/**
 * gauge_begin - a round begins: what is older counts less
 * @gauge: the gauge
 */
static inline void gauge_begin(struct gauge *gauge)
{
	unsigned int side, i;

	for (side = 0; side < GAUGE_SIDES; side++)
		for (i = 0; i < GAUGE_BINS; i++) {
			gauge_fade(&gauge->bin[side][i].drawn);
			gauge_fade(&gauge->bin[side][i].seen);
			gauge_fade(&gauge->bin[side][i].us);
		}
	for (i = 0; i < GAUGE_PARTS; i++) {
		gauge_fade(&gauge->part[i].drawn);
		gauge->part[i].hot -= gauge->part[i].hot / (1 << GAUGE_MEMORY_SHIFT);
	}
}

/**
 * gauge_exposed - folios were exposed
 * @gauge: the gauge
 * @side: where
 * @us: how long, at least 1
 * @seen: those that were seen
 * @of: of so many
 */
static inline void gauge_exposed(struct gauge *gauge, enum gauge_side side,
				 unsigned int us, unsigned int seen, unsigned int of)
{
	unsigned int i = us < GAUGE_BIN_US ? 0 : (ilog2(us) - ilog2(GAUGE_BIN_US)) / 2;
	struct gauge_bin *bin = &gauge->bin[side][min(i, GAUGE_BINS - 1U)];

	bin->drawn += of * KPROMOTED_ONE;
	bin->seen += seen * KPROMOTED_ONE;
	bin->us += (u64)of * us * KPROMOTED_ONE;
}

/**
 * gauge_halves - what does a folio count that was seen in so many exposures?
 * @seen: how many of GAUGE_LOOKS
 *
 * Where rates are such that of pages accessed once in t or more often there are as many more as t
 * is longer (Zipf's law), the sum over those accessed more often than once in t is off by at most
 * 3.5 % of them, for any t beyond the line's; by 7.5 % at the line itself. By two halves
 * from seven times on, and nothing below, it was 13.5 %. Calculated.
 *
 * Return: in halves of a hot one.
 */
static inline int gauge_halves(unsigned int seen)
{
	static const s8 halves[GAUGE_LOOKS + 1] = { 0, 0, 0, 0, 0, -1, 0, 2, 3, 2, 2 };

	return halves[seen];
}

/**
 * gauge_judged - folios were judged
 * @gauge: the gauge
 * @part: enum gauge_side or GAUGE_PROMOTED
 * @halves: the sum of gauge_halves() of all
 * @of: of so many
 */
static inline void gauge_judged(struct gauge *gauge, unsigned int part, int halves,
				unsigned int of)
{
	gauge->part[part].drawn += of * KPROMOTED_ONE;
	gauge->part[part].hot += halves * (s64)KPROMOTED_ONE / 2;
}

/* Those that are hot, of those that were judged; no more than there are. */
static inline u64 gauge_hot(const struct gauge_part *part)
{
	return clamp_t(s64, part->hot, 0, part->drawn);
}

/* Accesses a second of the mean folio, in 1/1024, by exposures of one length. */
static inline u64 gauge_rate_at(const struct gauge_bin *bin)
{
	u64 unseen = max(bin->drawn - bin->seen, KPROMOTED_ONE / 2);
	u64 odds = div64_u64(bin->seen * KPROMOTED_ONE, unseen);
	u64 us = div64_u64(bin->us, bin->drawn);

	return div64_u64(kpromoted_rate_of(odds) * 1000000, max(us, 1ULL));
}

/*
 * Accesses a second of the mean page of a side, in 1/1024, by the shortest exposures that saw
 * enough: longer ones say too little where pages are not alike. Where none did, by the longest.
 */
static inline u64 gauge_rate(const struct gauge *gauge, enum gauge_side side)
{
	u64 rate = 0;
	unsigned int i;

	for (i = 0; i < GAUGE_BINS; i++) {
		const struct gauge_bin *bin = &gauge->bin[side][i];

		if (bin->drawn < KPROMOTED_ONE)
			continue;
		rate = gauge_rate_at(bin);
		if (bin->seen >= GAUGE_SEEN * KPROMOTED_ONE)
			break;
	}
	return rate;
}

/**
 * gauge_end - a round is over: where is the line?
 * @gauge: the gauge; what was judged by another line is forgotten
 * @shortest: no shorter exposures can be made of the whole sample, in us, below GAUGE_US_MAX
 */
static inline void gauge_end(struct gauge *gauge, unsigned int shortest)
{
	u64 pages = gauge->pages[GAUGE_SLOW] + gauge->pages[GAUGE_FAST];
	u64 rate, us;

	if (!pages)
		return;
	rate = div64_u64(gauge->pages[GAUGE_SLOW] * gauge_rate(gauge, GAUGE_SLOW) +
			 gauge->pages[GAUGE_FAST] * gauge_rate(gauge, GAUGE_FAST), pages);
	us = div64_u64(GAUGE_LESS * 1000000 * KPROMOTED_ONE, max(rate, 1ULL));
	us = clamp(us, (u64)max(shortest, GAUGE_US_MIN), (u64)GAUGE_US_MAX);
	if (us <= gauge->us * GAUGE_LINE_KEPT && gauge->us <= us * GAUGE_LINE_KEPT)
		return;
	gauge->us = us;
	memset(gauge->part, 0, sizeof(gauge->part));
}

/**
 * gauge_notes - how many notes are to be made of a folio?
 * @pages: its base pages
 * @all: base pages that notes are of, these included
 * @nr: how many notes there are
 * @chance: any number, at random
 *
 * Return: so many of @nr as it is of all, by chance the next smaller or larger number.
 */
static inline unsigned int gauge_notes(u64 pages, u64 all, unsigned int nr, u64 chance)
{
	u64 want = pages * nr;

	return div64_u64(want + chance % all, all);
}

/* Permille of @of; both in one unit. */
static inline u64 gauge_permille(u64 part, u64 of)
{
	return div64_u64(part * 1000, of);
}

/**
 * gauge_precision - how much of what was promoted is hot?
 * @gauge: the gauge
 *
 * Return: permille, or GAUGE_UNKNOWN.
 */
static inline int gauge_precision(const struct gauge *gauge)
{
	const struct gauge_part *part = &gauge->part[GAUGE_PROMOTED];
	/* where there are few notes, the same ones are drawn again and again */
	u64 folios = min_t(u64, part->drawn / KPROMOTED_ONE, gauge->notes);
	u64 share;

	if (folios < GAUGE_FOLIOS)
		return GAUGE_UNKNOWN;
	share = gauge_permille(gauge_hot(part), part->drawn);
	if (share * (1000 - share) > GAUGE_ERROR * GAUGE_ERROR * folios)
		return GAUGE_UNKNOWN;
	return share;
}

/*
 * Base pages of a side that are hot, and the standard error of that, as the number of hot folios
 * in a sample is off by its root. Where there were too few to tell: any number of them.
 */
static inline void gauge_hot_pages(const struct gauge *gauge, enum gauge_side side,
				   u64 *hot, u64 *error)
{
	const struct gauge_part *part = &gauge->part[side];
	u64 pages = gauge->pages[side];
	u64 nr_hot = gauge_hot(part);

	if (part->drawn < GAUGE_FOLIOS * KPROMOTED_ONE) {
		*hot = pages / 2;
		*error = *hot;
		return;
	}
	*hot = div64_u64(pages * nr_hot, part->drawn);
	/* where there was none, there might have been one */
	*error = div64_u64(pages * int_sqrt(max(nr_hot, KPROMOTED_ONE) * KPROMOTED_ONE),
			   part->drawn);
}

/**
 * gauge_recall - how much of what is hot is in fast memory?
 * @gauge: the gauge
 *
 * Return: permille, or GAUGE_UNKNOWN.
 */
static inline int gauge_recall(const struct gauge *gauge)
{
	u64 fast, slow, fast_error, slow_error, all, by_fast, by_slow;

	gauge_hot_pages(gauge, GAUGE_FAST, &fast, &fast_error);
	gauge_hot_pages(gauge, GAUGE_SLOW, &slow, &slow_error);
	all = fast + slow;
	if (!all || !gauge->us)
		return GAUGE_UNKNOWN;
	/* the error of a / (a + b), by that of a and by that of b */
	by_fast = gauge_permille(fast_error, all) * gauge_permille(slow, all) / 1000;
	by_slow = gauge_permille(slow_error, all) * gauge_permille(fast, all) / 1000;
	if (by_fast * by_fast + by_slow * by_slow > GAUGE_ERROR * GAUGE_ERROR)
		return GAUGE_UNKNOWN;
	return gauge_permille(fast, all);
}

#endif /* _MM_KGAUGED_H */
