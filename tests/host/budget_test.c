// SPDX-License-Identifier: GPL-2.0-only
/*
 * How klruscand's threads share their CPU budget.
 */
#include <string.h>

#include "internal.h"
#include "klruscand_budget.h"
#include "ktap.h"

#define MS		1000000ULL
#define SECOND		(1000 * MS)

static struct budget budget;

/* One that @threads take from and that has @credit_ns, as of @now. */
static void begin_for(unsigned int threads, u64 now, s64 credit_ns)
{
	memset(&budget, 0, sizeof(budget));
	while (threads--)
		budget_join(&budget, now);
	budget.credit_ns = credit_ns;
}

static void begin(u64 now, s64 credit_ns)
{
	begin_for(1, now, credit_ns);
}

static u64 hurry(u64 now, unsigned int permille, u64 cpu_ns)
{
	return budget_take(&budget, now, permille, cpu_ns, 0);
}

static u64 pace(u64 now, unsigned int permille, u64 cpu_ns)
{
	return budget_take(&budget, now, permille, cpu_ns, cpu_ns);
}

static void it_begins_with_all_that_can_be_saved(void)
{
	memset(&budget, 0, sizeof(budget));
	budget_join(&budget, 100 * SECOND);
	CHECK_EQUAL(hurry(100 * SECOND, 100, BUDGET_BURST_NS), 0ULL);
	CHECK_EQUAL(hurry(100 * SECOND, 100, MS), 10 * MS);
}

static void nothing_is_owed_within_the_budget(void)
{
	u64 now;

	begin(0, 0);
	for (now = SECOND; now < 100 * SECOND; now += SECOND)
		CHECK_EQUAL(hurry(now, 10, 10 * MS), 0ULL);
}

static void what_is_owed_is_waited_for(void)
{
	begin(SECOND, 0);
	/* 100 ms of CPU time at 1 % */
	CHECK_EQUAL(hurry(SECOND, 10, 100 * MS), 10 * SECOND);
	CHECK_EQUAL(hurry(11 * SECOND, 10, 0), 0ULL);
}

/* Savings are left alone, and half of the budget goes to them until half of them are there. */
static void who_is_not_in_a_hurry_takes_no_savings(void)
{
	begin(SECOND, BUDGET_BURST_NS * 3 / 4);
	CHECK_EQUAL(pace(SECOND, 10, 100 * MS), 10 * SECOND - 100 * MS);
	begin(SECOND, BUDGET_BURST_NS / 4);
	CHECK_EQUAL(pace(SECOND, 10, 100 * MS), 20 * SECOND - 100 * MS);
	/* what is owed is waited for in any case */
	begin(SECOND, -(s64)SECOND);
	CHECK_EQUAL(pace(SECOND, 10, 100 * MS), 110 * SECOND);
	CHECK_EQUAL(pace(111 * SECOND, 10, 0), 0ULL);
}

/* But for the last quarter of them. */
static void where_little_is_to_be_scanned_it_is_scanned_sooner(void)
{
	begin(SECOND, BUDGET_BURST_NS);
	CHECK_EQUAL(pace(SECOND, 10, 100 * MS), 10 * SECOND / BUDGET_SOONER - 100 * MS);
	/* it took longer than that */
	begin(SECOND, BUDGET_BURST_NS);
	CHECK_EQUAL(pace(SECOND, 500, 100 * MS), 0ULL);
}

/* What fits into the budget comes as often as it is wanted, for good. */
static void who_takes_little_is_not_held_up(void)
{
	u64 now;

	begin(0, BUDGET_BURST_NS);
	for (now = SECOND; now < 1000 * SECOND; now += SECOND)
		CHECK(pace(now, 10, 9 * MS) < SECOND);
	CHECK(budget.credit_ns >= BUDGET_BURST_NS * 3 / 4);
}

static void who_comes_later_saves_no_more(void)
{
	begin(SECOND, 0);
	budget_join(&budget, SECOND);
	CHECK_EQUAL(budget.credit_ns, 0LL);
	/* each has half, until savings are there */
	begin_for(2, SECOND, BUDGET_BURST_NS / 2 + MS);
	CHECK_EQUAL(pace(SECOND, 10, MS), 200 * MS - MS);
	budget_leave(&budget);
	CHECK_EQUAL(pace(SECOND, 10, 0), 0ULL);
	begin(SECOND, BUDGET_BURST_NS / 2 + MS);
	CHECK_EQUAL(pace(SECOND, 10, MS), 100 * MS - MS);
	/* all of a CPU is all of it */
	begin(SECOND, BUDGET_BURST_NS);
	CHECK_EQUAL(pace(SECOND, 1000, MS), 0ULL);
}

static void savings_are_limited(void)
{
	begin(0, 0);
	CHECK_EQUAL(hurry(3600 * SECOND, 500, BUDGET_BURST_NS), 0ULL);
	CHECK_EQUAL(hurry(3600 * SECOND, 500, 1 * MS), 2 * MS);
}

static void a_long_time_does_no_harm(void)
{
	begin(0, 0);
	CHECK_EQUAL(hurry(U64_MAX, 1000, 0), 0ULL);
	CHECK_EQUAL(budget.credit_ns, BUDGET_BURST_NS);
}

static void time_that_goes_back_fills_nothing(void)
{
	begin(10 * SECOND, 0);
	CHECK_EQUAL(hurry(9 * SECOND, 1000, MS), MS);
	CHECK_EQUAL(hurry(10 * SECOND + MS, 1000, 0), 0ULL);
}

/* Less than a millisecond is not lost, however often it is counted. */
static void parts_of_a_millisecond_are_kept(void)
{
	u64 now;

	begin(0, 0);
	for (now = 0; now <= SECOND; now += MS / 4)
		hurry(now, 100, 0);
	CHECK_EQUAL(budget.credit_ns, (s64)(100 * MS));
}

/*
 * Threads whose passes take @cost ns of CPU time each, back to back but for what is owed, for
 * 1000 s. Returns how much they took in 1/1000 of a CPU; @passes: how many each made.
 */
static unsigned int run_threads(const u64 *cost, unsigned int *passes, unsigned int threads,
				unsigned int permille, bool in_a_hurry, s64 credit_ns)
{
	u64 next[4] = { 0 }, end = 1000 * SECOND, used = 0;

	begin_for(threads, 0, credit_ns);
	for (;;) {
		unsigned int i, first = 0;
		u64 rest;

		for (i = 1; i < threads; i++)
			if (next[i] < next[first])
				first = i;
		if (next[first] >= end)
			break;
		next[first] += cost[first];
		used += cost[first];
		passes[first]++;
		rest = budget_take(&budget, next[first], permille, cost[first],
				   in_a_hurry ? 0 : cost[first]);
		next[first] += max(rest, MS);
	}
	return (unsigned int)(used / (end / 1000));
}

static void several_threads_share_it(void)
{
	static const u64 cost[] = { 100 * MS, 5 * MS, 20 * MS };
	unsigned int passes[3] = { 0 }, used = run_threads(cost, passes, 3, 60, true, 0);

	CHECK(used <= 61 && used >= 55);
	/* the dear one is not left out for the others, nor they for it */
	CHECK(passes[0] * 4 > passes[1] && passes[0] * 4 > passes[2]);
	CHECK(passes[1] * 4 > passes[0] && passes[2] * 4 > passes[0]);
}

/* Each may take all of the budget in its own time: together they do not. */
static void nor_do_several_take_more_that_are_not_in_a_hurry(void)
{
	static const u64 cost[] = { 100 * MS, 5 * MS, 20 * MS };
	unsigned int passes[3] = { 0 }, used = run_threads(cost, passes, 3, 60, false, BUDGET_BURST_NS);

	CHECK(used <= 61);
	CHECK(passes[0] && passes[1] && passes[2]);
}

static void one_thread_may_have_all_of_it(void)
{
	static const u64 cost[] = { 100 * MS };
	unsigned int passes[1] = { 0 }, used = run_threads(cost, passes, 1, 60, true, 0);

	CHECK(used <= 61 && used >= 55);
}

/* A part is for savings, until they are there. */
static void one_that_is_not_in_a_hurry_has_nearly_all_of_it(void)
{
	static const u64 cost[] = { 100 * MS };
	unsigned int passes[1] = { 0 }, used = run_threads(cost, passes, 1, 60, false, 0);

	CHECK(used <= 60 && used >= 50);
	CHECK(budget.credit_ns >= BUDGET_BURST_NS / 2);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		KTAP_TEST(it_begins_with_all_that_can_be_saved),
		KTAP_TEST(nothing_is_owed_within_the_budget),
		KTAP_TEST(what_is_owed_is_waited_for),
		KTAP_TEST(who_is_not_in_a_hurry_takes_no_savings),
		KTAP_TEST(where_little_is_to_be_scanned_it_is_scanned_sooner),
		KTAP_TEST(who_takes_little_is_not_held_up),
		KTAP_TEST(who_comes_later_saves_no_more),
		KTAP_TEST(savings_are_limited),
		KTAP_TEST(a_long_time_does_no_harm),
		KTAP_TEST(time_that_goes_back_fills_nothing),
		KTAP_TEST(parts_of_a_millisecond_are_kept),
		KTAP_TEST(several_threads_share_it),
		KTAP_TEST(nor_do_several_take_more_that_are_not_in_a_hurry),
		KTAP_TEST(one_thread_may_have_all_of_it),
		KTAP_TEST(one_that_is_not_in_a_hurry_has_nearly_all_of_it),
	};

	return ktap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
