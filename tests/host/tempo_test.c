// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often klruscand looks: the rules, one by one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#include "klruscand_tempo.h"
#include "ktap.h"

#define SHORTEST	100U
#define LONGEST		1000U

/* Nothing new: as many became hot as chance may have it. */
static const struct tempo_yield calm = { .fresh = 30000, .came = 1800, .visited = 200000 };

static struct tempo started(void)
{
	struct tempo tempo;

	tempo_start(&tempo, SHORTEST, TEMPO_SKIP);
	return tempo;
}

/* A pass that came when it was due, unless @yield says otherwise. */
static void adapt(struct tempo *tempo, const struct tempo_yield *yield)
{
	struct tempo_yield found = *yield;

	if (!found.exposed_ms)
		found.exposed_ms = tempo->now.interval_ms;
	tempo_adapt(tempo, &found, SHORTEST, LONGEST);
}

/* As adapt(). Return: the interval from then on, in ms. */
static unsigned int interval_after(struct tempo *tempo, const struct tempo_yield *yield)
{
	adapt(tempo, yield);
	return tempo->now.interval_ms;
}

static struct tempo settled_by(const struct tempo_yield *yield)
{
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < 100; i++)
		adapt(&tempo, yield);
	return tempo;
}

static struct tempo settled(void)
{
	return settled_by(&calm);
}

static void begins_short_and_goes_to_the_longest(void)
{
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER; i++) {
		CHECK_EQUAL(tempo_window(&tempo), TEMPO_WINDOW);
		CHECK_EQUAL(interval_after(&tempo, &calm), SHORTEST);
	}
	CHECK_EQUAL(tempo_window(&tempo), TEMPO_EAGER);
	for (i = 0; i < 10; i++) {
		unsigned int before = tempo.now.interval_ms;

		CHECK_EQUAL(interval_after(&tempo, &calm), min(2 * before, LONGEST));
	}
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
}

static void equal_bounds_hold_the_interval(void)
{
	struct tempo tempo;
	unsigned int i;

	tempo_start(&tempo, 500, TEMPO_SKIP);
	for (i = 0; i < 50; i++) {
		tempo_adapt(&tempo, &calm, 500, 500);
		CHECK_EQUAL(tempo.now.interval_ms, 500);
	}
}

static void what_is_new_makes_it_short(void)
{
	struct tempo_yield news = calm;
	struct tempo tempo = settled();

	news.came = 10000;
	CHECK_EQUAL(interval_after(&tempo, &news), SHORTEST);
	CHECK_EQUAL(tempo_window(&tempo), TEMPO_WINDOW);
}

static void what_awakes_makes_it_short_at_once(void)
{
	struct tempo_yield awoke = calm;
	struct tempo tempo = started();
	unsigned int i;

	awoke.fresh = 9 * calm.fresh;
	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER + 2; i++)
		adapt(&tempo, &calm);
	CHECK(tempo.now.interval_ms > SHORTEST);
	CHECK_EQUAL(interval_after(&tempo, &awoke), SHORTEST);
}

/* Passes after which the interval is 400 ms, four times as long as at first. */
static struct tempo becoming_slow(const struct tempo_yield *yield)
{
	struct tempo tempo = started();

	while (tempo.now.interval_ms < 4 * SHORTEST)
		adapt(&tempo, yield);
	return tempo;
}

static void more_than_longer_makes_it_short_at_once(void)
{
	struct tempo tempo = becoming_slow(&calm);
	struct tempo_yield more = calm;

	/* twice as many, as the interval is, and some more */
	more.fresh = 2 * calm.fresh + calm.fresh / 2;
	CHECK_EQUAL(interval_after(&tempo, &more), 8 * SHORTEST);
	tempo = becoming_slow(&calm);
	more.fresh = 3 * calm.fresh + calm.fresh / 2;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
	/* not for one that was late: it saw more for that */
	tempo = becoming_slow(&calm);
	more.exposed_ms = 8 * SHORTEST;
	CHECK_EQUAL(interval_after(&tempo, &more), 8 * SHORTEST);
}

static void second_that_is_late_sees_what_it_may(void)
{
	struct tempo tempo = started();
	struct tempo_yield more = calm;

	while (tempo.now.interval_ms < LONGEST)
		adapt(&tempo, &calm);
	adapt(&tempo, &calm);
	more.exposed_ms = LONGEST + 1;
	more.fresh = 2 * calm.fresh;
	CHECK_EQUAL(interval_after(&tempo, &more), LONGEST);
}

static void more_than_usual_makes_it_short_at_once(void)
{
	struct tempo_yield more = calm;
	struct tempo tempo = settled();

	more.fresh = calm.fresh * 11 / 10;
	CHECK_EQUAL(interval_after(&tempo, &more), LONGEST);
	more.fresh = calm.fresh * 6 / 5;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
}

/* Passes that see now more, now less. */
static struct tempo settled_in_noise(void)
{
	struct tempo tempo = started();
	struct tempo_yield yield = calm;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		yield.fresh = i % 2 ? calm.fresh * 11 / 10 : calm.fresh * 9 / 10;
		adapt(&tempo, &yield);
	}
	return tempo;
}

static void where_passes_swing_more_is_usual(void)
{
	struct tempo_yield more = calm;
	struct tempo tempo = settled_in_noise();

	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
	more.fresh = calm.fresh * 6 / 5;
	CHECK_EQUAL(interval_after(&tempo, &more), LONGEST);
	more.fresh = calm.fresh * 3 / 2;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
}

/* One pass that is far off, because nothing ran, say, does not make the next ones usual. */
static void one_pass_is_no_swing(void)
{
	struct tempo_yield less = calm, more = calm;
	struct tempo tempo = settled();
	unsigned int i;

	less.fresh = calm.fresh / 4;
	less.came = calm.came / 4;
	adapt(&tempo, &less);
	for (i = 0; i < 3; i++)
		adapt(&tempo, &calm);
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
	more.fresh = calm.fresh * 3 / 2;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
}

/* As many pages are accessed, but it is the same ones: a hot set among busy pages. */
static void the_same_ones_again_make_it_short(void)
{
	struct tempo_yield again = calm;
	struct tempo tempo;

	again.again = calm.fresh / 2;
	tempo = settled_by(&again);
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
	again.again = calm.fresh * 3 / 4;
	CHECK_EQUAL(interval_after(&tempo, &again), SHORTEST);
}

/* Nothing was promoted: what came was chance, and passes are compared as before. */
static void chance_leaves_the_pace_as_it_was(void)
{
	struct tempo_yield more = calm;
	struct tempo tempo = settled();
	unsigned int i;

	more.fresh = calm.fresh * 3 / 2;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
	for (i = 0; i < TEMPO_EAGER; i++)
		adapt(&tempo, &calm);
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
	more.fresh = calm.fresh * 2;
	CHECK_EQUAL(interval_after(&tempo, &more), SHORTEST);
}

#define MODEL_PAGES	20000

/* A pass over pages of one rate: which histories follow, and what does the pass yield? */
static struct tempo_yield model_pass(u8 *history, double rate, unsigned int interval_ms)
{
	struct tempo_yield yield = { .visited = MODEL_PAGES };
	double chance = 1 - exp(-rate * interval_ms / 1000);
	unsigned int i;

	for (i = 0; i < MODEL_PAGES; i++) {
		bool seen = drand48() < chance;

		history[i] = history[i] << 1 | seen;
		yield.fresh += seen;
		yield.again += seen && pghot_heat_again(history[i]);
		yield.came += seen && pghot_heat_came(history[i]);
	}
	return yield;
}

/* Something is accessed more often for one pass, and nothing changes after that. */
static void burst_has_no_sequel(void)
{
	static const double rates[] = { 0.05, 0.1, 0.2, 0.3, 0.5, 0.85, 1.5, 3 };
	static u8 history[MODEL_PAGES];
	unsigned int i, pass;

	srand48(1);
	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		struct tempo tempo = started();
		unsigned int shortest = 0;

		memset(history, 0, sizeof(history));
		for (pass = 0; pass < 200; pass++) {
			double rate = pass == 60 ? 1.5 * rates[i] : rates[i];
			struct tempo_yield yield;

			yield = model_pass(history, rate, tempo.now.interval_ms);
			adapt(&tempo, &yield);
			shortest += pass > 60 + 2 * TEMPO_EAGER &&
				    tempo.now.interval_ms == SHORTEST;
		}
		CHECK_EQUAL(shortest, 0);
	}
}

/* More is accessed from now on, and nothing of it is worth promoting: that is usual, then. */
static void what_stays_is_new_once(void)
{
	struct tempo_yield more = calm;
	unsigned int i, shortest = 0, times;

	for (times = 2; times < 100; times++) {
		struct tempo tempo = settled();

		more.fresh = calm.fresh * times;
		more.again = calm.fresh * times / 2;
		more.came = 0;
		for (i = 0; i < 10 * TEMPO_EAGER; i++) {
			adapt(&tempo, &more);
			shortest += i >= 4 * TEMPO_EAGER && tempo.now.interval_ms == SHORTEST;
		}
		CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
	}
	CHECK_EQUAL(shortest, 0);
}

static void what_was_promoted_is_no_chance(void)
{
	struct tempo_yield more = calm;
	struct tempo tempo = settled();
	unsigned int i;

	more.fresh = calm.fresh * 3 / 2;
	adapt(&tempo, &more);
	more = calm;
	more.promoted = calm.fresh / 4;
	adapt(&tempo, &more);
	for (i = 0; i < TEMPO_EAGER; i++)
		adapt(&tempo, &calm);
	CHECK(tempo.now.interval_ms < LONGEST);
}

/* The lookout knows what passes do not, at once, and is believed as long as they are. */
static void alarm_makes_it_short_at_once(void)
{
	struct tempo tempo = settled();
	unsigned int i;

	tempo_alarm(&tempo, SHORTEST);
	for (i = 0; i < TEMPO_EAGER; i++) {
		CHECK_EQUAL(tempo.now.interval_ms, SHORTEST);
		CHECK_EQUAL(tempo_window(&tempo), TEMPO_WINDOW);
		adapt(&tempo, &calm);
	}
	/* nothing was promoted: it was for nothing */
	adapt(&tempo, &calm);
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
}

/* An interval that grows sees more from pass to pass. */
static void longer_intervals_do_not_see_more_than_usual(void)
{
	struct tempo_yield yield = calm;
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER + 30; i++) {
		yield.fresh = 30ULL * tempo.now.interval_ms;
		yield.came = yield.fresh / 17;
		adapt(&tempo, &yield);
	}
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
}

/* Where each new page costs more to find than it is worth, nobody hurries. */
static void what_does_not_pay_does_not(void)
{
	struct tempo_yield news = calm;
	struct tempo tempo = settled();

	news.came = 10000;
	news.visited = news.came * TEMPO_YIELD + 1;
	CHECK_EQUAL(interval_after(&tempo, &news), LONGEST);
	news.visited--;
	CHECK_EQUAL(interval_after(&tempo, &news), SHORTEST);
	tempo = settled();
	news = calm;
	news.fresh = 20 * calm.fresh;
	news.visited = news.fresh * TEMPO_YIELD;
	CHECK_EQUAL(interval_after(&tempo, &news), LONGEST);
}

/* As long as there is always something that was not hot before. */
static void restless_stays_short(void)
{
	struct tempo_yield restless = { .fresh = 4000, .came = 1000, .visited = 100000 };
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < 1000; i++)
		CHECK_EQUAL(interval_after(&tempo, &restless), SHORTEST);
}

/* A longer interval sees more pages, which is nothing new. */
static void change_of_its_own_is_nothing_new(void)
{
	struct tempo_yield news = calm;
	struct tempo tempo = started();
	unsigned int i;

	news.came = 10000;
	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER; i++)
		adapt(&tempo, &calm);
	CHECK_EQUAL(interval_after(&tempo, &calm), 2 * SHORTEST);
	CHECK_EQUAL(interval_after(&tempo, &news), 4 * SHORTEST);
}

/* It does not begin with that: a trickle of promotion is no news. */
static void promotion_keeps_it_short(void)
{
	struct tempo_yield promoted = calm;
	struct tempo tempo = started();
	unsigned int i;

	promoted.promoted = 5000;
	for (i = 0; i < 100; i++)
		adapt(&tempo, &promoted);
	CHECK_EQUAL(tempo.now.interval_ms, SHORTEST);
	tempo = settled();
	CHECK_EQUAL(interval_after(&tempo, &promoted), LONGEST);
}

static void fixed_number_takes_passes_as_they_are(void)
{
	struct tempo tempo = started();
	unsigned int i;

	tempo.fixed = true;
	for (i = 0; i < 50; i++) {
		adapt(&tempo, &calm);
		CHECK_EQUAL(tempo_window(&tempo), TEMPO_EAGER);
	}
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST);
}

static void few_pages_are_nothing_new(void)
{
	const struct tempo_yield few = { .fresh = 60, .came = 60 };
	struct tempo tempo = settled();

	CHECK_EQUAL(interval_after(&tempo, &few), LONGEST);
}

static void new_bounds_hold_without_a_pass(void)
{
	struct tempo tempo = started(), before = settled();

	tempo_keep_bounds(&tempo, 2 * SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.now.interval_ms, 2 * SHORTEST);
	tempo = settled();
	tempo_keep_bounds(&tempo, SHORTEST, LONGEST / 2);
	CHECK_EQUAL(tempo.now.interval_ms, LONGEST / 2);
	/* what passes of another interval saw is not what these will */
	CHECK_EQUAL(tempo.now.alike, 0);
	tempo = settled();
	tempo_keep_bounds(&tempo, SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.now.interval_ms, before.now.interval_ms);
	CHECK_EQUAL(tempo.now.alike, before.now.alike);
}

/* Whatever is seen, and whatever the knobs are set to meanwhile. */
static void tempo_stays_within_its_bounds(void)
{
	struct tempo tempo = started();
	unsigned int round;

	srand(1);
	for (round = 0; round < 1000000; round++) {
		unsigned int shortest = 10U << rand() % 18;
		unsigned int longest = shortest << rand() % 4;
		struct tempo_yield yield = { .fresh = (u64)rand(), .visited = (u64)rand() };

		shortest = min(shortest, 3600000U);
		longest = min(longest, 3600000U);
		yield.came = yield.fresh >> rand() % 5;
		yield.promoted = (u64)rand() >> rand() % 31;
		tempo_adapt(&tempo, &yield, shortest, longest);
		CHECK(tempo.now.interval_ms >= shortest && tempo.now.interval_ms <= longest);
		CHECK(tempo.eager <= TEMPO_SKIP + TEMPO_EAGER);
	}
}

static const struct ktap_test tests[] = {
	KTAP_TEST(begins_short_and_goes_to_the_longest),
	KTAP_TEST(equal_bounds_hold_the_interval),
	KTAP_TEST(what_is_new_makes_it_short),
	KTAP_TEST(what_awakes_makes_it_short_at_once),
	KTAP_TEST(more_than_longer_makes_it_short_at_once),
	KTAP_TEST(second_that_is_late_sees_what_it_may),
	KTAP_TEST(more_than_usual_makes_it_short_at_once),
	KTAP_TEST(where_passes_swing_more_is_usual),
	KTAP_TEST(one_pass_is_no_swing),
	KTAP_TEST(the_same_ones_again_make_it_short),
	KTAP_TEST(chance_leaves_the_pace_as_it_was),
	KTAP_TEST(burst_has_no_sequel),
	KTAP_TEST(what_stays_is_new_once),
	KTAP_TEST(what_was_promoted_is_no_chance),
	KTAP_TEST(alarm_makes_it_short_at_once),
	KTAP_TEST(longer_intervals_do_not_see_more_than_usual),
	KTAP_TEST(what_does_not_pay_does_not),
	KTAP_TEST(restless_stays_short),
	KTAP_TEST(change_of_its_own_is_nothing_new),
	KTAP_TEST(promotion_keeps_it_short),
	KTAP_TEST(fixed_number_takes_passes_as_they_are),
	KTAP_TEST(few_pages_are_nothing_new),
	KTAP_TEST(new_bounds_hold_without_a_pass),
	KTAP_TEST(tempo_stays_within_its_bounds),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
