/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU time that the scans of all slow nodes may take together.
 *
 * A bucket that fills with time and that the scan takes from after the fact. What it owes
 * is waited for, by each thread for all of it: so the more was taken, the later is the
 * next pass of each, and none is left out.
 *
 * What is saved is for when something is new: passes follow each other then. As long as nothing
 * is, each part of a pass is paced: in its own time it takes no more than the budget, of which
 * each thread has a part. It takes half of that while much of what can be saved is missing, and
 * the last quarter, which is saved where little has to be scanned, sooner.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_BUDGET_H
#define _MM_KLRUSCAND_BUDGET_H

/*
 * So much can be saved, in ns: with that the hot pages of some GiB are found. At the default of
 * 1 % it is saved in 200 s, and later beside passes.
 */
#define BUDGET_BURST_NS		2000000000LL

/* Nanoseconds of CPU time that one permille is in a millisecond. */
#define BUDGET_UNIT_NS		1000ULL

/**
 * struct budget - the bucket
 * @credit_ns:	CPU time that is left; below zero when too much was taken
 * @counted_ns:	when that was last worked out
 * @threads:	how many take from it
 */
struct budget {
	s64 credit_ns;
	u64 counted_ns;
	unsigned int threads;
};

/**
 * budget_join - another thread is going to take from the bucket; the first one finds it full
 * @budget: the bucket; memory of zeros at first
 * @now: the time in ns
 */
static inline void budget_join(struct budget *budget, u64 now)
{
	if (!budget->threads++) {
		budget->credit_ns = BUDGET_BURST_NS;
		budget->counted_ns = now;
	}
}

/* The opposite. */
static inline void budget_leave(struct budget *budget)
{
	budget->threads--;
}

/* Time in which the budget is so much, both in ns. */
static inline u64 budget_time(u64 cpu_ns, unsigned int permille)
{
	return div64_u64(cpu_ns * 1000, permille);
}

/* So many times what the budget is, while nearly all is there that can be saved. */
#define BUDGET_SOONER		8

/* In the time of how many parts, in 1/BUDGET_SOONER, is one made that is not in a hurry? */
static inline unsigned int budget_factor(const struct budget *budget)
{
	if (budget->credit_ns >= BUDGET_BURST_NS - BUDGET_BURST_NS / 4)
		return budget->threads;
	if (budget->credit_ns >= BUDGET_BURST_NS / 2)
		return BUDGET_SOONER * budget->threads;
	return 2 * BUDGET_SOONER * budget->threads;
}

/**
 * budget_pace - how long is what was taken to be rested for, where nothing is new?
 * @budget: the bucket
 * @permille: what fills it, in 1/1000 of a CPU, at least 1
 * @cpu_ns: CPU time
 *
 * Return: ns. To take it took as long as that, at least, which is not in it.
 */
static inline u64 budget_pace(const struct budget *budget, unsigned int permille, u64 cpu_ns)
{
	u64 time_ns = budget_time(cpu_ns, permille) * budget_factor(budget) / BUDGET_SOONER;

	return time_ns > cpu_ns ? time_ns - cpu_ns : 0;
}

/**
 * budget_take - a part of a pass is over
 * @budget: the bucket
 * @now: the time in ns; of two callers the one that is later may be told the earlier one
 * @permille: what fills it, in 1/1000 of a CPU, at least 1
 * @cpu_ns: CPU time that it took
 * @paced_ns: CPU time that it is to be paced for; 0: none, something is new
 *
 * Return: ns until the next part.
 */
static inline u64 budget_take(struct budget *budget, u64 now, unsigned int permille,
			      u64 cpu_ns, u64 paced_ns)
{
	u64 ms = 0, rest;

	if (now > budget->counted_ns)
		ms = div64_u64(now - budget->counted_ns, 1000000);
	/* more would fill it anyway, and the product is to fit */
	ms = min(ms, (u64)1 << 32);
	budget->credit_ns += permille * ms * BUDGET_UNIT_NS;
	budget->credit_ns = min(budget->credit_ns, BUDGET_BURST_NS);
	budget->credit_ns -= cpu_ns;
	budget->counted_ns += ms * 1000000;
	rest = budget_pace(budget, permille, paced_ns);
	if (budget->credit_ns < 0)
		rest = max(rest, budget_time((u64)-budget->credit_ns, permille));
	return rest;
}

#endif /* _MM_KLRUSCAND_BUDGET_H */
