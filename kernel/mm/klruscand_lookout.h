/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is more of a slow node's memory accessed than usual?
 *
 * A small random sample of pages is asked once a second, which of them are accessed within a
 * short time. That tells nothing about single pages, and costs the same however large the node
 * is: so passes may be far between as long as the share of those that are accessed is usual.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_LOOKOUT_H
#define _MM_KLRUSCAND_LOOKOUT_H

/* Folios that are drawn. A share of them is off by 4 % of all, mostly. */
#define LOOKOUT_SAMPLE		128

/* Fewer say nothing. */
#define LOOKOUT_SAMPLE_MIN	32

/* Shares are in units of one in so many. */
#define LOOKOUT_UNIT		1024

/* Looks after which it can be said what is usual. */
#define LOOKOUT_USUAL		4

/* Looks in a row that see more: one does by chance. */
#define LOOKOUT_ALARM		2

/*
 * What is not usual: off by three times as much as looks swing, an eighth at least; and by a
 * sixteenth of all, which is twice what a sample of this size is off where half of it is
 * accessed.
 */
#define LOOKOUT_SWINGS		3
#define LOOKOUT_MORE		(LOOKOUT_UNIT / 16)

/**
 * struct lookout_record - what looks have seen
 * @looks:	how many there were since it was begun
 * @share:	share that was accessed, on average
 * @swing:	how far looks are from that, on average
 * @more:	looks in a row that saw more
 *
 * Memory of zeros has seen none.
 */
struct lookout_record {
	unsigned int looks;
	unsigned int share;
	unsigned int swing;
	unsigned int more;
};

static inline bool lookout_is_more(const struct lookout_record *record, unsigned int share)
{
	return record->looks >= LOOKOUT_USUAL &&
	       share > record->share + LOOKOUT_MORE +
		       max(record->share / 8, LOOKOUT_SWINGS * record->swing);
}

/* The weight of the past is 3/4. */
static inline void lookout_learn(struct lookout_record *record, unsigned int share)
{
	unsigned int off = max(share, record->share) - min(share, record->share);

	if (!record->looks++) {
		record->share = share;
		return;
	}
	record->share = (3 * record->share + share) / 4;
	record->swing = (3 * record->swing + off) / 4;
}

/**
 * lookout_tell - a look is over
 * @record: what those before have seen; updated. After an alarm it is begun anew
 * @seen: folios that were accessed
 * @of: of so many
 *
 * Return: is far more accessed than usual, now and a moment ago?
 */
static inline bool lookout_tell(struct lookout_record *record, unsigned int seen,
				unsigned int of)
{
	unsigned int share;

	if (of < LOOKOUT_SAMPLE_MIN)
		return false;
	share = seen * LOOKOUT_UNIT / of;
	if (!lookout_is_more(record, share)) {
		record->more = 0;
		lookout_learn(record, share);
		return false;
	}
	if (++record->more < LOOKOUT_ALARM)
		return false;
	*record = (struct lookout_record){ };
	return true;
}

#endif /* _MM_KLRUSCAND_LOOKOUT_H */
