/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From which heat on a page is worth promoting, by the distribution of heat.
 *
 * Pages that are not hot form a tail: the higher the heat, the fewer there are,
 * and fewer by a growing factor (counts of independent events are
 * log-concave). Hot pages stand out from it. The threshold is the lowest heat
 * at and above which there are so many more pages than the tail could have put
 * there that the tail's share is small.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KPROMOTED_CHOICE_H
#define _MM_KPROMOTED_CHOICE_H

/* Fewer passes than this say nothing about a page. */
#define KPROMOTED_LOWEST_AUTO	4

/* At most one page in so many promoted ones may be of the tail. */
#define KPROMOTED_PURITY	50

/**
 * kpromoted_tail - how many pages of the tail reach a heat
 * @b1: pages one level below
 * @b2: pages two levels below
 * @b3: pages three levels below
 *
 * Continues b3, b2, b1 as a log-concave sequence would: the next ratio is as
 * much smaller than b1/b2 as that is than b2/b3; the levels above are summed as
 * a geometric series of it, which they stay below. One is added to each count,
 * so that an empty level is weak evidence and not proof. Ratios are in 1/1024.
 *
 * Return: a number of pages, U64_MAX when the sequence does not fall.
 */
static inline u64 kpromoted_tail(u64 b1, u64 b2, u64 b3)
{
	u64 r1 = div64_u64((b1 + 1) << 10, b2 + 1);
	u64 r2 = div64_u64((b2 + 1) << 10, b3 + 1);
	u64 r;

	/* beyond this the square below could overflow, and nothing falls */
	if (r1 >= 1 << 10 || !r2)
		return U64_MAX;
	r = div64_u64(r1 * r1, r2);
	if (r >= 1 << 10)
		return U64_MAX;
	return div64_u64((b1 + 1) * r, (1 << 10) - r) + 1;
}

/**
 * kpromoted_auto_threshold - the heat to promote from
 * @heat: pages by heat, from 0 to @max; index 0 is not looked at
 * @max: the highest heat, at least KPROMOTED_LOWEST_AUTO
 *
 * Return: KPROMOTED_LOWEST_AUTO to @max; @max when nothing stands out, so that
 * only pages seen in every pass are taken.
 */
static inline unsigned int kpromoted_auto_threshold(const u64 *heat,
						    unsigned int max)
{
	unsigned int best = max;
	unsigned int level;
	u64 above = 0;

	for (level = max; level >= KPROMOTED_LOWEST_AUTO; level--) {
		u64 tail = kpromoted_tail(heat[level - 1], heat[level - 2],
					  heat[level - 3]);

		above += heat[level];
		if (tail <= div64_u64(above, KPROMOTED_PURITY))
			best = level;
	}
	return best;
}

#endif /* _MM_KPROMOTED_CHOICE_H */
