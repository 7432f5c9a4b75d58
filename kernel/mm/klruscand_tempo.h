/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often klruscand looks at a cgroup.
 *
 * The interval is short while there is something to find out there, and is doubled from
 * pass to pass otherwise.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_TEMPO_H
#define _MM_KLRUSCAND_TEMPO_H

#include "pghot_heat.h"

/* Passes that heat goes back at most, and at the shortest interval after something new. */
#define TEMPO_EAGER		8

/* How far it goes back meanwhile: what is new has no longer history. */
#define TEMPO_WINDOW		4

/* The first two passes only clear, and do not count. */
#define TEMPO_SKIP		2

/* So few pages are nothing new. */
#define TEMPO_PAGES_MIN		64

/*
 * Entries that may be visited for each page that is new, or it does not pay: at some 10 ns
 * an entry it is what the move of a page costs (KPROMOTED_PAYS).
 */
#define TEMPO_YIELD		1024

/**
 * struct tempo_yield - what a pass found in a cgroup
 * @fresh:	pages that it saw
 * @came:	those of them that became hot by that
 * @visited:	page table entries that it looked at
 * @promoted:	pages that were promoted since the one before
 */
struct tempo_yield {
	u64 fresh;
	u64 came;
	u64 visited;
	u64 promoted;
};

/**
 * struct tempo - how often a cgroup is scanned
 * @interval_ms:	time from the start of a pass to that of the next
 * @eager:		passes to come at the shortest interval
 * @fixed:		heat is compared with a fixed number: it always goes back eight
 *			passes
 * @alike:		passes in a row of the same interval
 * @last:		pages that the last one saw
 * @usual:		pages that those saw, on average
 */
struct tempo {
	unsigned int interval_ms;
	unsigned int eager;
	bool fixed;
	unsigned int alike;
	u64 last;
	u64 usual;
};

/**
 * tempo_start - begin to scan, or begin anew
 * @tempo: out
 * @shortest: the shortest interval in ms
 * @skip: passes that only clear, and do not count
 */
static inline void tempo_start(struct tempo *tempo, unsigned int shortest,
			       unsigned int skip)
{
	*tempo = (struct tempo){
		.interval_ms = shortest,
		.eager = skip + TEMPO_EAGER,
	};
}

/**
 * tempo_window - how far heat goes back
 * @tempo: the tempo
 *
 * Return: a number of passes.
 */
static inline unsigned int tempo_window(const struct tempo *tempo)
{
	return tempo->eager && !tempo->fixed ? TEMPO_WINDOW : TEMPO_EAGER;
}

/* Passes of the same interval after which what they see can be called usual. */
#define TEMPO_USUAL		3

/* Is it worth what the pass cost, if so many pages are new? */
static inline bool tempo_pays(const struct tempo_yield *yield, u64 pages)
{
	return pages * TEMPO_YIELD >= yield->visited;
}

/*
 * Is there something new? Far more pages are accessed than in the pass before; or more
 * than usual, by a quarter; or more became hot than chance has it where nothing changes,
 * which is half of an eighth (pghot_heat_came()). The last two tell only where the passes
 * were alike.
 */
static inline bool tempo_is_new(const struct tempo *tempo,
				const struct tempo_yield *yield)
{
	u64 fresh = yield->fresh;

	if (pghot_heat_awoke(fresh, tempo->last) &&
	    tempo_pays(yield, fresh - tempo->last))
		return true;
	if (tempo->alike > TEMPO_USUAL &&
	    fresh > tempo->usual + tempo->usual / 4 + TEMPO_PAGES_MIN &&
	    tempo_pays(yield, fresh - tempo->usual))
		return true;
	return tempo->alike >= TEMPO_EAGER &&
	       yield->came > fresh / 8 + TEMPO_PAGES_MIN &&
	       tempo_pays(yield, yield->came);
}

/**
 * tempo_adapt - a pass is over: when is the next one?
 * @tempo: the tempo; updated
 * @yield: what it found
 * @shortest: bound of the interval in ms
 * @longest: likewise, not below @shortest
 *
 * Soon while there is something new, and as long as much of what is seen is worth
 * promoting.
 */
static inline void tempo_adapt(struct tempo *tempo,
			       const struct tempo_yield *yield,
			       unsigned int shortest, unsigned int longest)
{
	unsigned int interval_ms = tempo->interval_ms;

	tempo->alike++;
	if (tempo_is_new(tempo, yield))
		tempo->eager = max_t(unsigned int, tempo->eager, TEMPO_EAGER);
	if (tempo->eager && yield->promoted > yield->fresh / 32 + TEMPO_PAGES_MIN)
		tempo->eager = max_t(unsigned int, tempo->eager, TEMPO_WINDOW + 1);
	if (tempo->eager) {
		tempo->eager--;
		tempo->interval_ms = shortest;
	} else {
		tempo->interval_ms = clamp(tempo->interval_ms * 2, shortest,
					   longest);
	}
	tempo->last = yield->fresh;
	tempo->usual = tempo->alike == 1 ? yield->fresh :
					   (3 * tempo->usual + yield->fresh) / 4;
	if (tempo->interval_ms != interval_ms)
		tempo->alike = 0;
}

/**
 * tempo_keep_bounds - the bounds may have changed, whether a pass was made or not
 * @tempo: the tempo; updated
 * @shortest: bound of the interval in ms
 * @longest: likewise, not below @shortest
 */
static inline void tempo_keep_bounds(struct tempo *tempo, unsigned int shortest,
				     unsigned int longest)
{
	unsigned int interval_ms = clamp(tempo->interval_ms, shortest, longest);

	if (tempo->interval_ms != interval_ms)
		tempo->alike = 0;
	tempo->interval_ms = interval_ms;
}

#endif /* _MM_KLRUSCAND_TEMPO_H */
