/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The heat of one page in 16 bits.
 *
 * A record is the history of the last passes (one bit a pass, the newest lowest,
 * set when the page was accessed in it) and, above it, the low bits of the number
 * of the pass that the history was last brought up to. Bringing it up to a later
 * pass is a shift, so a record ages without anybody touching it. Zero is an empty
 * record.
 *
 * Heat counts eight passes. The history has nine bits: a page that was already
 * seen in the pass in progress still has eight complete ones.
 *
 * The pass number is compared modulo 128, so a record must not be left alone for
 * more than 63 passes: pghot's sweep clears what is older than the history.
 *
 * Pure arithmetic, shared with the unit tests on the host: no kernel types but
 * the sized integers.
 */
#ifndef _MM_PGHOT_HEAT_H
#define _MM_PGHOT_HEAT_H

#define PGHOT_HEAT_PASSES	8
#define PGHOT_HEAT_MASK		((1U << PGHOT_HEAT_PASSES) - 1)
#define PGHOT_HISTORY_BITS	(PGHOT_HEAT_PASSES + 1)
#define PGHOT_HISTORY_MASK	((1U << PGHOT_HISTORY_BITS) - 1)
#define PGHOT_PASS_MODULUS	(1U << (16 - PGHOT_HISTORY_BITS))

/* How many passes before @pass was a record brought up? Negative: after it. */
static inline int pghot_heat_age(u16 rec, unsigned long pass)
{
	unsigned int stamp = rec >> PGHOT_HISTORY_BITS;
	int age = (pass - stamp) & (PGHOT_PASS_MODULUS - 1);

	return age < (int)PGHOT_PASS_MODULUS / 2 ? age :
						   age - (int)PGHOT_PASS_MODULUS;
}

/**
 * pghot_heat_history - a record's history as of a pass
 * @rec: the record
 * @pass: the pass whose bit shall be the lowest one
 *
 * A record that was brought up to the pass after @pass loses nothing that counts,
 * so that a pass in progress does not disturb the picture of the last completed
 * one. Each pass beyond that costs the oldest bit.
 *
 * Return: one bit a pass, 0 when nothing was seen in the last eight.
 */
static inline u8 pghot_heat_history(u16 rec, unsigned long pass)
{
	unsigned int history = rec & PGHOT_HISTORY_MASK;
	int age = pghot_heat_age(rec, pass);

	if (age >= PGHOT_HISTORY_BITS || age <= -PGHOT_HISTORY_BITS)
		return 0;
	return (age < 0 ? history >> -age : history << age) & PGHOT_HEAT_MASK;
}

/**
 * pghot_heat_mark - a record after an access
 * @rec: the record
 * @pass: the pass that the caller takes for the one in progress
 * @back: how many passes before @pass the access was, 0 to
 *	  PGHOT_HEAT_PASSES - 1
 *
 * Marking twice in a pass gives the same record as marking once. A caller that
 * was held up, so that the record has been brought up to a later pass than its
 * @pass, sets the bit where it belongs and loses none.
 *
 * Return: the record, brought up to the later of @pass and its own.
 */
static inline u16 pghot_heat_mark(u16 rec, unsigned long pass, unsigned int back)
{
	unsigned int history = rec & PGHOT_HISTORY_MASK;
	int age = pghot_heat_age(rec, pass);

	if (history && age < 0 && age > -PGHOT_HISTORY_BITS)
		return rec | (1U << (back - age) & PGHOT_HISTORY_MASK);
	if (age < 0 || age >= PGHOT_HISTORY_BITS) {
		history = 0;
		age = 0;
	}
	history = (history << age | 1U << back) & PGHOT_HISTORY_MASK;
	return (u16)(pass << PGHOT_HISTORY_BITS | history);
}

/**
 * pghot_heat_level - how hot a history is
 * @history: as pghot_heat_history() returned it
 *
 * Return: the number of passes that saw an access, 0 to PGHOT_HEAT_PASSES.
 */
static inline unsigned int pghot_heat_level(u8 history)
{
	return hweight8(history);
}

/**
 * pghot_heat_recall - the part of a history that counts
 * @history: as pghot_heat_history() returned it
 * @passes: how many of the last passes count, 0 to PGHOT_HEAT_PASSES
 *
 * Return: the history without what came before.
 */
static inline u8 pghot_heat_recall(u8 history, unsigned int passes)
{
	return history & ((1U << passes) - 1);
}

/**
 * struct pghot_heat_sum - the heat of several pages
 * @heat:	sum of their levels
 * @seen:	how many the last completed pass saw
 * @warm:	how many have a level of 1 or more
 *
 * As wide as 2^16 / PGHOT_HEAT_PASSES pages need.
 */
struct pghot_heat_sum {
	u16 heat;
	u16 seen;
	u16 warm;
};

/**
 * pghot_heat_add - add a page to a sum
 * @sum: the sum
 * @history: as pghot_heat_history() returned it
 * @passes: as for pghot_heat_recall()
 *
 * What the last pass saw counts as seen also where no pass counts as heat.
 */
static inline void pghot_heat_add(struct pghot_heat_sum *sum, u8 history,
				  unsigned int passes)
{
	unsigned int level = pghot_heat_level(pghot_heat_recall(history, passes));

	sum->heat += level;
	sum->seen += history & 1;
	sum->warm += !!level;
}

/**
 * pghot_heat_came - did a page become hot in the last passes?
 * @history: of all PGHOT_HEAT_PASSES passes
 *
 * Where nothing changes, a history is as likely as its reverse. So the pages that
 * came and those that went are equally many, but for chance, unless something does
 * change.
 *
 * Return: 1 when the last two or three passes saw it and none before did, -1 for
 * the reverse, otherwise 0.
 */
static inline int pghot_heat_came(u8 history)
{
	switch (history) {
	case 0x03:
	case 0x07:
		return 1;
	case 0xc0:
	case 0xe0:
		return -1;
	default:
		return 0;
	}
}

/**
 * pghot_heat_recent - was the page seen in one of the last two passes?
 * @history: as pghot_heat_history() returned it
 *
 * Two, not one: a single miss happens to a hot page whose translation stays in
 * the TLB, or whose table was locked when the walk came by.
 *
 * Return: true if so.
 */
static inline bool pghot_heat_recent(u8 history)
{
	return history & 3;
}

#endif /* _MM_PGHOT_HEAT_H */
