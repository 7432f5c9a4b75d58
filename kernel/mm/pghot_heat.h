/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The heat of one page in 16 bits.
 *
 * A record is the history of the last passes (one bit a pass, the newest lowest,
 * set when the page was accessed in it), above it the clock whose passes these are,
 * and the low bits of the number of the pass that the history was last brought up
 * to. Bringing it up to a later pass is a shift, so a record ages without anybody
 * touching it. One without history is empty, and zero.
 *
 * Cgroups that are scanned at different intervals go by different clocks. A bit says
 * that a page was accessed within an interval of its clock, and nothing else is said
 * by a record: so heat is compared among the records of a clock, and between clocks
 * by the rates that follow from it.
 *
 * Heat counts eight passes. The history has nine bits: a page that was already
 * seen in the pass in progress still has eight complete ones.
 *
 * The pass number is compared modulo 16, so a record must not be left alone for more
 * than PGHOT_AGE_MAX passes of its clock: pghot sweeps at the end of each, and clears
 * what is older than the history. Who marks may be late by three.
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
#define PGHOT_CLOCKS		8U
#define PGHOT_CLOCK_BITS	3
#define PGHOT_STAMP_SHIFT	(PGHOT_HISTORY_BITS + PGHOT_CLOCK_BITS)
#define PGHOT_PASS_MODULUS	(1U << (16 - PGHOT_STAMP_SHIFT))
#define PGHOT_AGE_MAX		12

/* The clock whose passes a record's history is of; of an empty one, any. */
static inline unsigned int pghot_heat_clock(u16 rec)
{
	return rec >> PGHOT_HISTORY_BITS & (PGHOT_CLOCKS - 1);
}

/**
 * pghot_heat_record - a record with a given history
 * @clock: the clock
 * @pass: the pass of the history's lowest bit
 * @history: one bit a pass
 *
 * Return: the record.
 */
static inline u16 pghot_heat_record(unsigned int clock, unsigned long pass,
				    unsigned int history)
{
	return (u16)(pass << PGHOT_STAMP_SHIFT | clock << PGHOT_HISTORY_BITS |
		     (history & PGHOT_HISTORY_MASK));
}

/* How many passes before @pass was a record brought up? Negative: after it. */
static inline int pghot_heat_age(u16 rec, unsigned long pass)
{
	unsigned int stamp = rec >> PGHOT_STAMP_SHIFT;
	int age = (pass - stamp) & (PGHOT_PASS_MODULUS - 1);

	return age <= PGHOT_AGE_MAX ? age : age - (int)PGHOT_PASS_MODULUS;
}

/**
 * pghot_heat_history - a record's history as of a pass
 * @rec: the record
 * @pass: the pass of its clock whose bit shall be the lowest one
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

	if (age >= PGHOT_HISTORY_BITS)
		return 0;
	return (age < 0 ? history >> -age : history << age) & PGHOT_HEAT_MASK;
}

/**
 * pghot_heat_mark - a record after an access
 * @rec: the record; its clock stays
 * @pass: the pass of its clock that the caller takes for the one in progress
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

	if (history && age < 0)
		return rec | (1U << (back - age) & PGHOT_HISTORY_MASK);
	if (age < 0 || age >= PGHOT_HISTORY_BITS) {
		history = 0;
		age = 0;
	}
	history = (history << age | 1U << back) & PGHOT_HISTORY_MASK;
	return pghot_heat_record(pghot_heat_clock(rec), pass, history);
}

/**
 * pghot_heat_move - a record that is to go by another clock
 * @history: as pghot_heat_history() returned it for the old one
 * @clock: the new one
 * @pass: its pass that is in progress
 * @slower: its interval is not shorter than the old one's
 *
 * What was accessed within a shorter interval was accessed within a longer one, so that
 * history stays, and says at most too little. The other way round it would say too much.
 *
 * Return: the record, which no pass of the new clock has marked yet.
 */
static inline u16 pghot_heat_move(u8 history, unsigned int clock,
				  unsigned long pass, bool slower)
{
	return pghot_heat_record(clock, pass - 1, slower ? history : 0);
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
 * pghot_heat_came - did a page become hot with the last pass?
 * @history: of all PGHOT_HEAT_PASSES passes
 *
 * Of pages that any pass sees with the same chance, however large, at most 6 % of those
 * that a pass sees look like that: p(1-p)^6, at 1/7.
 *
 * Return: true if the last two passes saw it and none before did.
 */
static inline bool pghot_heat_came(u8 history)
{
	return history == 3;
}

/**
 * pghot_heat_again - did the last two passes see a page?
 * @history: as pghot_heat_history() returned it
 *
 * Return: true if both did.
 */
static inline bool pghot_heat_again(u8 history)
{
	return (history & 3) == 3;
}

/* Far more: so many times, and so many. */
#define PGHOT_AWOKE_TIMES	8
#define PGHOT_AWOKE_PAGES	64

/**
 * pghot_heat_awoke - does a pass see far more pages than the one before?
 * @fresh: pages that it saw
 * @before: pages that the one before saw
 *
 * Return: true if so: the processes did not run before, or not like that.
 */
static inline bool pghot_heat_awoke(u64 fresh, u64 before)
{
	return fresh > PGHOT_AWOKE_TIMES * before + PGHOT_AWOKE_PAGES;
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
