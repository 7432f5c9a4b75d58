/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory sections the map of a node is for.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_PGHOT_SPAN_H
#define _MM_PGHOT_SPAN_H

/* A map that had to grow has room for so many sections more, at least: 8 GiB on x86. */
#define PGHOT_SLACK	64UL

/**
 * struct pghot_span - a range of memory sections
 * @start:	number of the first
 * @end:	number of the one behind the last; @start where there are none
 */
struct pghot_span {
	unsigned long start;
	unsigned long end;
};

/**
 * pghot_span_grow - must a map grow, and how far?
 * @span: what its node spans now; becomes what the map is to span
 * @map: what it spans
 * @limit: number of sections that there can be, at least @span->end
 *
 * A map gets room for half as much again where it has to grow: memory is added block by
 * block, and to replace a map takes two grace periods.
 *
 * Return: true if so; false when all that the node spans is in the map.
 */
static inline bool pghot_span_grow(struct pghot_span *span,
				   const struct pghot_span *map,
				   unsigned long limit)
{
	unsigned long slack = max((span->end - span->start) / 2, PGHOT_SLACK);
	bool below = span->start < map->start;
	bool above = span->end > map->end;

	if (span->start == span->end || (!below && !above))
		return false;
	if (below)
		span->start -= min(span->start, slack);
	if (above)
		span->end += min(limit - span->end, slack);
	return true;
}

#endif /* _MM_PGHOT_SPAN_H */
