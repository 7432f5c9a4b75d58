/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often klruscand looks at a cgroup.
 *
 * The interval is short while there is something to find out there, and is doubled from
 * pass to pass otherwise. When what looked new was chance, it is what it was before.
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
 * @again:	those of them that the one before saw as well
 * @came:	those of them that became hot by that
 * @visited:	page table entries that it looked at
 * @promoted:	pages that were promoted since the one before
 * @exposed_ms:	for how long what it looked at had been exposed
 */
struct tempo_yield {
	u64 fresh;
	u64 again;
	u64 came;
	u64 visited;
	u64 promoted;
	unsigned int exposed_ms;
};

/**
 * struct tempo_usual - what passes find that are alike
 * @pages:	how many, on average
 * @swing:	how far they are from that, on average
 */
struct tempo_usual {
	u64 pages;
	u64 swing;
};

/**
 * struct tempo_pace - an interval, and what passes find at it
 * @interval_ms:	time from the start of a pass to that of the next
 * @alike:		passes in a row of that interval
 * @fresh:		pages that they saw
 * @again:		those of them that the one before saw as well
 */
struct tempo_pace {
	unsigned int interval_ms;
	unsigned int alike;
	struct tempo_usual fresh;
	struct tempo_usual again;
};

/**
 * struct tempo - how often a cgroup is scanned
 * @now:		the pace
 * @calm:		before there was something new; without an interval when that is over
 * @eager:		passes to come at the shortest interval
 * @fixed:		heat is compared with a fixed number: it always goes back eight
 *			passes
 * @last:		pages that the last pass saw
 * @last_ms:		for how long that had been exposed
 */
struct tempo {
	struct tempo_pace now;
	struct tempo_pace calm;
	unsigned int eager;
	bool fixed;
	u64 last;
	unsigned int last_ms;
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
		.now.interval_ms = shortest,
		.eager = skip + TEMPO_EAGER,
		.last_ms = shortest,
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

/**
 * tempo_paid - was a pass worth it?
 * @yield: what it found
 *
 * Return: true if as much of what was known before it was promoted as pays for it. Then the next
 * one is worth savings, too.
 */
static inline bool tempo_paid(const struct tempo_yield *yield)
{
	return yield->promoted > TEMPO_PAGES_MIN && tempo_pays(yield, yield->promoted);
}

/* Of one pass nothing is known but how many: others may have a fifth more, by chance. */
static inline struct tempo_usual tempo_first(u64 pages)
{
	return (struct tempo_usual){ .pages = pages, .swing = pages / 16 };
}

/* What is not usual: off by so many times as much as passes swing. */
#define TEMPO_SWINGS	3

/*
 * The next one; the weight of the past is 3/4, so that as many as made an alarm are not more
 * than usual the next time. Far fewer, as when nothing ran, do not count for all that they
 * are off.
 */
static inline void tempo_learn(struct tempo_usual *usual, u64 pages)
{
	u64 most = TEMPO_SWINGS * usual->swing + usual->pages / 16;
	u64 off;

	if (pages > usual->pages) {
		off = pages - usual->pages;
		usual->pages += off / 4;
	} else {
		off = min(usual->pages - pages, most);
		usual->pages -= off / 4;
	}
	usual->swing = (3 * usual->swing + off) / 4;
}

/* More than usual, by an eighth at least. */
static inline bool tempo_is_more(const struct tempo_usual *usual, u64 pages)
{
	return pages > usual->pages + max(usual->pages / 8, TEMPO_SWINGS * usual->swing) +
		       TEMPO_PAGES_MIN;
}

/* More than usual, and those that are more pay. */
static inline bool tempo_pays_more(const struct tempo_yield *yield,
				   const struct tempo_usual *usual, u64 pages)
{
	return tempo_is_more(usual, pages) && tempo_pays(yield, pages - usual->pages);
}

/*
 * In an exposure that is longer, no more are seen than so many times more, however often
 * pages are accessed. Half as many again is something else.
 */
static inline bool tempo_is_more_than_longer(const struct tempo *tempo,
					     const struct tempo_yield *yield)
{
	u64 most = div64_u64(tempo->last * yield->exposed_ms, tempo->last_ms);

	return yield->exposed_ms > tempo->last_ms &&
	       yield->fresh > most + most / 2 + TEMPO_PAGES_MIN &&
	       tempo_pays(yield, yield->fresh - most);
}

/*
 * Is there something new? Far more pages are accessed than in the pass before; or more
 * than usual, or more of those that the one before saw, too: where much is accessed now and
 * then, a hot set that moves shows there; or more became hot than chance has it where
 * nothing changes, which is half of an eighth (pghot_heat_came()). All but the first tell
 * only where the passes were alike. Of the first one that is further from the one before, how
 * much more it sees does.
 */
static inline bool tempo_is_new(const struct tempo *tempo,
				const struct tempo_yield *yield)
{
	const struct tempo_pace *pace = &tempo->now;

	if (pghot_heat_awoke(yield->fresh, tempo->last) &&
	    tempo_pays(yield, yield->fresh - tempo->last))
		return true;
	if (pace->alike == 1 && tempo_is_more_than_longer(tempo, yield))
		return true;
	if (pace->alike > TEMPO_USUAL &&
	    (tempo_pays_more(yield, &pace->fresh, yield->fresh) ||
	     tempo_pays_more(yield, &pace->again, yield->again)))
		return true;
	return pace->alike >= TEMPO_EAGER &&
	       yield->came > yield->fresh / 8 + TEMPO_PAGES_MIN &&
	       tempo_pays(yield, yield->came);
}

/* What was found belongs to what is usual at this pace. */
static inline void tempo_learn_pass(struct tempo_pace *pace, const struct tempo_yield *yield)
{
	if (pace->alike == 1) {
		pace->fresh = tempo_first(yield->fresh);
		pace->again = tempo_first(yield->again);
	} else {
		tempo_learn(&pace->fresh, yield->fresh);
		tempo_learn(&pace->again, yield->again);
	}
}

/* Passes at the shortest interval, and what to go back to when there is nothing. */
static inline void tempo_news(struct tempo *tempo)
{
	if (!tempo->eager && !tempo->calm.interval_ms)
		tempo->calm = tempo->now;
	tempo->eager = max_t(unsigned int, tempo->eager, TEMPO_EAGER);
}

/* Passes to come at the shortest interval, one less with each. */
static inline void tempo_hurry(struct tempo *tempo, const struct tempo_yield *yield,
			       bool is_new)
{
	if (is_new)
		tempo_news(tempo);
	if (tempo->eager && yield->promoted > yield->fresh / 32 + TEMPO_PAGES_MIN) {
		tempo->eager = max_t(unsigned int, tempo->eager, TEMPO_WINDOW + 1);
		tempo->calm.interval_ms = 0;
	}
}

/*
 * Back to the pace that was left for what was chance. Longer passes see more than the short ones
 * did, and history is of those: for some passes it says nothing about what is new.
 */
static inline void tempo_calm_down(struct tempo *tempo)
{
	tempo->now = tempo->calm;
	tempo->now.alike = min_t(unsigned int, tempo->now.alike, TEMPO_USUAL);
	tempo->last = tempo->now.fresh.pages;
	tempo->last_ms = tempo->now.interval_ms;
	tempo->calm.interval_ms = 0;
}

/* At another interval passes find something else. */
static inline void tempo_change(struct tempo_pace *pace, unsigned int interval_ms)
{
	if (pace->interval_ms != interval_ms)
		pace->alike = 0;
	pace->interval_ms = interval_ms;
}

/**
 * tempo_adapt - a pass is over: when is the next one?
 * @tempo: the tempo; updated
 * @yield: what it found
 * @shortest: bound of the interval in ms
 * @longest: likewise, not below @shortest
 *
 * Soon while there is something new, and as long as much of what is seen is worth
 * promoting. When nothing was, it was chance, and the pace is that of before.
 */
static inline void tempo_adapt(struct tempo *tempo,
			       const struct tempo_yield *yield,
			       unsigned int shortest, unsigned int longest)
{
	struct tempo_pace *pace = &tempo->now;
	bool is_new;

	pace->alike++;
	is_new = tempo_is_new(tempo, yield);
	tempo_learn_pass(pace, yield);
	tempo->last = yield->fresh;
	tempo->last_ms = max(yield->exposed_ms, 1U);
	tempo_hurry(tempo, yield, is_new);
	if (tempo->eager) {
		tempo->eager--;
		tempo_change(pace, shortest);
	} else if (tempo->calm.interval_ms) {
		tempo_calm_down(tempo);
		tempo_change(pace, clamp(pace->interval_ms, shortest, longest));
	} else {
		tempo_change(pace, clamp(pace->interval_ms * 2, shortest, longest));
	}
}

/**
 * tempo_alarm - something is new, though no pass says so
 * @tempo: the tempo; updated
 * @shortest: bound of the interval in ms
 */
static inline void tempo_alarm(struct tempo *tempo, unsigned int shortest)
{
	tempo_news(tempo);
	tempo_change(&tempo->now, shortest);
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
	tempo_change(&tempo->now, clamp(tempo->now.interval_ms, shortest, longest));
}

#endif /* _MM_KLRUSCAND_TEMPO_H */
