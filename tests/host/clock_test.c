// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cgroups are scanned together.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klruscand_clock.h"
#include "ktap.h"

static struct clock clocks[PGHOT_CLOCKS];

/* Some that go, at these intervals. */
static void start(const unsigned int *intervals, unsigned int nr)
{
	unsigned int by;

	memset(clocks, 0, sizeof(clocks));
	for (by = 0; by < nr; by++) {
		clocks[by].active = true;
		clocks[by].interval_ms = intervals[by];
		clock_ask(&clocks[by]);
	}
}

static void one_is_found_by_its_interval(void)
{
	start((unsigned int[]){ 100, 1000 }, 2);
	CHECK_EQUAL(clock_find(clocks, 100), 0);
	CHECK_EQUAL(clock_find(clocks, 1000), 1);
	CHECK_EQUAL(clock_find(clocks, 200), CLOCK_NONE);
	clocks[1].active = false;
	CHECK_EQUAL(clock_find(clocks, 1000), CLOCK_NONE);
	CHECK_EQUAL(clock_free(clocks), 1);
}

static void all_that_want_the_same_are_agreed(void)
{
	start((unsigned int[]){ 100 }, 1);
	CHECK(!clock_agreed(clocks, 0));
	clock_want(&clocks[0], 100, 8);
	clock_want(&clocks[0], 100, 8);
	CHECK(!clock_agreed(clocks, 0));
	clock_ask(&clocks[0]);
	clock_want(&clocks[0], 200, 8);
	clock_want(&clocks[0], 200, 8);
	CHECK(clock_agreed(clocks, 0));
	CHECK_EQUAL(clocks[0].members, 2);
}

static void one_that_wants_otherwise_leaves_the_others(void)
{
	start((unsigned int[]){ 100 }, 1);
	clock_want(&clocks[0], 200, 8);
	clock_want(&clocks[0], 100, 8);
	CHECK(!clock_agreed(clocks, 0));
	clock_ask(&clocks[0]);
	clock_want(&clocks[0], 100, 8);
	clock_want(&clocks[0], 200, 8);
	CHECK(!clock_agreed(clocks, 0));
}

/* Who goes at a pace that there is joins those who do: there are not two clocks for it. */
static void a_pace_is_that_of_one_clock(void)
{
	start((unsigned int[]){ 800, 1000 }, 2);
	clock_want(&clocks[0], 1000, 8);
	clock_want(&clocks[1], 1000, 8);
	CHECK(!clock_agreed(clocks, 0));
	CHECK_EQUAL(clock_find(clocks, 1000), 1);
}

static void heat_goes_back_as_far_as_for_the_newest(void)
{
	start((unsigned int[]){ 100 }, 1);
	CHECK_EQUAL(clocks[0].passes, PGHOT_HEAT_PASSES);
	clock_want(&clocks[0], 100, 8);
	clock_want(&clocks[0], 100, 4);
	clock_want(&clocks[0], 100, 8);
	CHECK_EQUAL(clocks[0].passes, 4);
}

static void heat_does_not_go_back_to_shorter_intervals(void)
{
	unsigned int passes;

	start((unsigned int[]){ 100 }, 1);
	for (passes = CLOCK_WINDOW; passes < PGHOT_HEAT_PASSES + 3; passes++) {
		CHECK_EQUAL(clock_window(&clocks[0]),
			    min(passes, (unsigned int)PGHOT_HEAT_PASSES));
		clock_passed(&clocks[0]);
	}
	/* nor further than somebody wants */
	clock_want(&clocks[0], 100, CLOCK_WINDOW + 1);
	CHECK_EQUAL(clock_window(&clocks[0]), CLOCK_WINDOW + 1);
}

static void where_all_go_the_nearest_does(void)
{
	static const unsigned int all[] = { 10, 20, 40, 100, 200, 1000, 5000, 60000 };

	start(all, PGHOT_CLOCKS);
	CHECK_EQUAL(clock_free(clocks), CLOCK_NONE);
	CHECK_EQUAL(clock_nearest(clocks, 110, 10, 3600000), 3);
	CHECK_EQUAL(clock_nearest(clocks, 3600000, 10, 3600000), 7);
	CHECK_EQUAL(clock_nearest(clocks, 12, 10, 3600000), 0);
	/* within the bounds, where one is */
	CHECK_EQUAL(clock_nearest(clocks, 110, 110, 400), 4);
	CHECK_EQUAL(clock_nearest(clocks, 2000, 2000, 100000), 6);
	/* where none is, the nearest */
	CHECK_EQUAL(clock_nearest(clocks, 120, 110, 130), 3);
}

/* Whoever wants whatever, there is a clock, and within the bounds if any is. */
static void nearest_keeps_bounds_that_can_be_kept(void)
{
	unsigned int round, by, i;

	srand(1);
	for (round = 0; round < 100000; round++) {
		unsigned int intervals[PGHOT_CLOCKS], nr = 1 + rand() % PGHOT_CLOCKS;
		unsigned int shortest = 10U << rand() % 18, longest = shortest << rand() % 4;
		bool can = false;

		for (i = 0; i < nr; i++) {
			intervals[i] = 10U << rand() % 18;
			can |= intervals[i] >= shortest && intervals[i] <= longest;
		}
		start(intervals, nr);
		by = clock_nearest(clocks, shortest, shortest, longest);
		CHECK(by < nr);
		if (can)
			CHECK(intervals[by] >= shortest && intervals[by] <= longest);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		KTAP_TEST(one_is_found_by_its_interval),
		KTAP_TEST(all_that_want_the_same_are_agreed),
		KTAP_TEST(one_that_wants_otherwise_leaves_the_others),
		KTAP_TEST(a_pace_is_that_of_one_clock),
		KTAP_TEST(heat_goes_back_as_far_as_for_the_newest),
		KTAP_TEST(heat_does_not_go_back_to_shorter_intervals),
		KTAP_TEST(where_all_go_the_nearest_does),
		KTAP_TEST(nearest_keeps_bounds_that_can_be_kept),
	};

	return ktap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
