// SPDX-License-Identifier: GPL-2.0-only
/*
 * How klruscand's threads share their CPU budget.
 */
#include "internal.h"
#include "klruscand_budget.h"
#include "ktap.h"

#define MS		1000000ULL
#define SECOND		(1000 * MS)

static struct budget budget;

/* An empty one, as of @now. */
static void begin(u64 now)
{
	budget_start(&budget, now);
	budget_take(&budget, now, 1000, 0);
	budget.credit_ns = 0;
}

static void it_begins_with_two_seconds_of_it(void)
{
	budget_start(&budget, 100 * SECOND);
	CHECK_EQUAL(budget_take(&budget, 100 * SECOND, 100, 200 * MS), 0ULL);
	CHECK_EQUAL(budget_take(&budget, 100 * SECOND, 100, MS), 10 * MS);
}

static void nothing_is_owed_within_the_budget(void)
{
	u64 now;

	begin(0);
	for (now = SECOND; now < 100 * SECOND; now += SECOND)
		CHECK_EQUAL(budget_take(&budget, now, 10, 10 * MS), 0ULL);
}

static void what_is_owed_is_waited_for(void)
{
	begin(SECOND);
	/* 100 ms of CPU time at 1 % */
	CHECK_EQUAL(budget_take(&budget, SECOND, 10, 100 * MS), 10 * SECOND);
	CHECK_EQUAL(budget_take(&budget, 11 * SECOND, 10, 0), 0ULL);
}

static void savings_are_limited(void)
{
	begin(0);
	/* after an hour, what two seconds allow can be taken at once */
	CHECK_EQUAL(budget_take(&budget, 3600 * SECOND, 500, 1000 * MS), 0ULL);
	CHECK_EQUAL(budget_take(&budget, 3600 * SECOND, 500, 1 * MS), 2 * MS);
}

static void a_long_time_does_no_harm(void)
{
	begin(0);
	CHECK_EQUAL(budget_take(&budget, U64_MAX, 1000, 0), 0ULL);
	CHECK_EQUAL(budget.credit_ns, (s64)(2 * SECOND));
}

static void time_that_goes_back_fills_nothing(void)
{
	begin(10 * SECOND);
	CHECK_EQUAL(budget_take(&budget, 9 * SECOND, 1000, MS), MS);
	CHECK_EQUAL(budget_take(&budget, 10 * SECOND + MS, 1000, 0), 0ULL);
}

/* Less than a millisecond is not lost, however often it is counted. */
static void parts_of_a_millisecond_are_kept(void)
{
	u64 now;

	begin(0);
	for (now = 0; now <= SECOND; now += MS / 4)
		budget_take(&budget, now, 100, 0);
	CHECK_EQUAL(budget.credit_ns, (s64)(100 * MS));
}

/*
 * Threads whose passes take @cost ns of CPU time each, back to back but for what is owed, for
 * 1000 s. Returns how much they took in 1/1000 of a CPU; @passes: how many each made.
 */
static unsigned int run_threads(const u64 *cost, unsigned int *passes, unsigned int threads,
				unsigned int permille)
{
	u64 next[4] = { 0 }, end = 1000 * SECOND, used = 0;

	begin(0);
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
		rest = budget_take(&budget, next[first], permille, cost[first]);
		next[first] += max(rest, MS);
	}
	return (unsigned int)(used / (end / 1000));
}

static void several_threads_share_it(void)
{
	static const u64 cost[] = { 100 * MS, 5 * MS, 20 * MS };
	unsigned int passes[3] = { 0 }, used = run_threads(cost, passes, 3, 60);

	CHECK(used <= 61 && used >= 55);
	/* the dear one is not left out for the others, nor they for it */
	CHECK(passes[0] * 4 > passes[1] && passes[0] * 4 > passes[2]);
	CHECK(passes[1] * 4 > passes[0] && passes[2] * 4 > passes[0]);
}

static void one_thread_may_have_all_of_it(void)
{
	static const u64 cost[] = { 100 * MS };
	unsigned int passes[1] = { 0 }, used = run_threads(cost, passes, 1, 60);

	CHECK(used <= 61 && used >= 55);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		KTAP_TEST(it_begins_with_two_seconds_of_it),
		KTAP_TEST(nothing_is_owed_within_the_budget),
		KTAP_TEST(what_is_owed_is_waited_for),
		KTAP_TEST(savings_are_limited),
		KTAP_TEST(a_long_time_does_no_harm),
		KTAP_TEST(time_that_goes_back_fills_nothing),
		KTAP_TEST(parts_of_a_millisecond_are_kept),
		KTAP_TEST(several_threads_share_it),
		KTAP_TEST(one_thread_may_have_all_of_it),
	};

	return ktap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
