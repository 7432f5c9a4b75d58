/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often klruscand looks.
 *
 * The interval is short while there is something to find out, and is doubled from
 * pass to pass otherwise.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_TEMPO_H
#define _MM_KLRUSCAND_TEMPO_H

/* Passes that heat goes back at most, and at the shortest interval after something new. */
#define TEMPO_EAGER		8

/* How far it goes back meanwhile: what is new has no longer history. */
#define TEMPO_WINDOW		4

/* The first two passes only clear, and do not count. */
#define TEMPO_SKIP		2

/* So few pages are nothing new. */
#define TEMPO_PAGES_MIN		64

/**
 * struct tempo - how often a node is scanned
 * @interval_ms:	time from the start of a pass to that of the next
 * @eager:		passes to come at the shortest interval
 * @fixed:		heat is compared with a fixed number: it always goes back eight
 *			passes
 * @alike:		passes in a row of the same interval
 * @usual:		pages that those saw, on average
 */
struct tempo {
	unsigned int interval_ms;
	unsigned int eager;
	bool fixed;
	unsigned int alike;
	u64 usual;
};

/**
 * tempo_start - begin to scan, or begin anew
 * @tempo: out
 * @shortest: the shortest interval in ms
 */
static inline void tempo_start(struct tempo *tempo, unsigned int shortest)
{
	*tempo = (struct tempo){
		.interval_ms = shortest,
		.eager = TEMPO_SKIP + TEMPO_EAGER,
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

/*
 * Is there something new? Far more pages are accessed than before; or more than usual, by
 * a quarter; or more became hot than ceased to be, which is slower to tell and finds
 * less. The last two tell only where the passes were alike.
 */
static inline bool tempo_is_new(const struct tempo *tempo,
				const struct pghot_stats *stats, s64 change)
{
	if (stats->awoke)
		return true;
	if (tempo->alike > TEMPO_USUAL &&
	    stats->fresh > tempo->usual + tempo->usual / 4 + change)
		return true;
	return tempo->alike >= TEMPO_EAGER && stats->came > change;
}

/**
 * tempo_adapt - a pass is over: when is the next one?
 * @tempo: the tempo; updated
 * @stats: the store after the pass
 * @promoted: pages that were promoted since the last call
 * @shortest: bound of the interval in ms
 * @longest: likewise, not below @shortest
 *
 * Soon while there is something new, and as long as much of what is seen is worth
 * promoting.
 */
static inline void tempo_adapt(struct tempo *tempo,
			       const struct pghot_stats *stats, u64 promoted,
			       unsigned int shortest, unsigned int longest)
{
	unsigned int interval_ms = tempo->interval_ms;
	s64 change = stats->seen / 32 + TEMPO_PAGES_MIN;

	tempo->alike++;
	if (tempo_is_new(tempo, stats, change))
		tempo->eager = TEMPO_EAGER;
	if (tempo->eager && (s64)promoted > change)
		tempo->eager = max(tempo->eager, TEMPO_WINDOW + 1);
	if (tempo->eager) {
		tempo->eager--;
		tempo->interval_ms = shortest;
	} else {
		tempo->interval_ms = clamp(tempo->interval_ms * 2, shortest,
					   longest);
	}
	tempo->usual = tempo->alike == 1 ? stats->fresh :
					   (3 * tempo->usual + stats->fresh) / 4;
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
