/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU time that the scans of all slow nodes may take together.
 *
 * A bucket that fills with time and that passes take from after the fact. What it owes
 * is waited for, by each thread for all of it: so the more a pass took, the later is the
 * next one of each, and none is left out.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_BUDGET_H
#define _MM_KLRUSCAND_BUDGET_H

/* So much of it can be saved, in ms, so that passes follow each other when something happens. */
#define BUDGET_BURST_MS		2000ULL

/* Nanoseconds of CPU time that one permille is in a millisecond. */
#define BUDGET_UNIT_NS		1000ULL

/**
 * struct budget - the bucket
 * @credit_ns:	CPU time that is left; below zero when too much was taken
 * @counted_ns:	when that was last worked out
 */
struct budget {
	s64 credit_ns;
	u64 counted_ns;
};

/**
 * budget_start - begin with a full bucket
 * @budget: out
 * @now: the time in ns
 */
static inline void budget_start(struct budget *budget, u64 now)
{
	u64 full = BUDGET_BURST_MS * 1000000;

	*budget = (struct budget){ .counted_ns = now - min(now, full) };
}

/**
 * budget_take - a pass is over
 * @budget: the bucket
 * @now: the time in ns; of two callers the one that is later may be told the earlier one
 * @permille: what fills it, in 1/1000 of a CPU, at least 1
 * @cpu_ns: CPU time that the pass took
 *
 * Return: ns until nothing is owed, 0 when nothing is.
 */
static inline u64 budget_take(struct budget *budget, u64 now,
			      unsigned int permille, u64 cpu_ns)
{
	s64 most = permille * BUDGET_BURST_MS * BUDGET_UNIT_NS;
	u64 ms = 0;

	if (now > budget->counted_ns)
		ms = div64_u64(now - budget->counted_ns, 1000000);
	/* more would fill it anyway, and the product is to fit */
	ms = min(ms, (u64)1 << 32);
	budget->credit_ns += permille * ms * BUDGET_UNIT_NS;
	budget->credit_ns = min(budget->credit_ns, most);
	budget->credit_ns -= cpu_ns;
	budget->counted_ns += ms * 1000000;
	if (budget->credit_ns >= 0)
		return 0;
	return div64_u64((u64)-budget->credit_ns * 1000, permille);
}

#endif /* _MM_KLRUSCAND_BUDGET_H */
