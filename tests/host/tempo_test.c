// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often klruscand looks: the rules, one by one.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* What of the store's figures the tempo goes by. */
struct pghot_stats {
	u64 fresh;
	bool awoke;
	u64 seen;
	s64 came;
};

#include "klruscand_tempo.h"
#include "ktap.h"

#define SHORTEST	100U
#define LONGEST		1000U

/* Nothing new: as many came as went. */
static const struct pghot_stats calm = { .fresh = 30000, .seen = 100000 };

static struct tempo started(void)
{
	struct tempo tempo;

	tempo_start(&tempo, SHORTEST);
	return tempo;
}

static void adapt(struct tempo *tempo, const struct pghot_stats *stats)
{
	tempo_adapt(tempo, stats, 0, SHORTEST, LONGEST);
}

static struct tempo settled(void)
{
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < 100; i++)
		adapt(&tempo, &calm);
	return tempo;
}

static void begins_short_and_goes_to_the_longest(void)
{
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER; i++) {
		CHECK_EQUAL(tempo_window(&tempo), TEMPO_WINDOW);
		adapt(&tempo, &calm);
		CHECK_EQUAL(tempo.interval_ms, SHORTEST);
	}
	CHECK_EQUAL(tempo_window(&tempo), TEMPO_EAGER);
	for (i = 0; i < 10; i++) {
		unsigned int before = tempo.interval_ms;

		adapt(&tempo, &calm);
		CHECK_EQUAL(tempo.interval_ms, min(2 * before, LONGEST));
	}
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
}

static void equal_bounds_hold_the_interval(void)
{
	struct tempo tempo;
	unsigned int i;

	tempo_start(&tempo, 500);
	for (i = 0; i < 50; i++) {
		tempo_adapt(&tempo, &calm, 0, 500, 500);
		CHECK_EQUAL(tempo.interval_ms, 500);
	}
}

static void what_is_new_makes_it_short(void)
{
	struct pghot_stats news = calm;
	struct tempo tempo = settled();

	news.came = 10000;
	adapt(&tempo, &news);
	CHECK_EQUAL(tempo.interval_ms, SHORTEST);
	CHECK_EQUAL(tempo_window(&tempo), TEMPO_WINDOW);
}

static void what_awakes_makes_it_short_at_once(void)
{
	struct pghot_stats awoke = calm;
	struct tempo tempo = started();
	unsigned int i;

	awoke.awoke = true;
	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER + 2; i++)
		adapt(&tempo, &calm);
	CHECK(tempo.interval_ms > SHORTEST);
	adapt(&tempo, &awoke);
	CHECK_EQUAL(tempo.interval_ms, SHORTEST);
}

static void more_than_usual_makes_it_short_at_once(void)
{
	struct pghot_stats more = calm;
	struct tempo tempo = settled();

	more.fresh = calm.fresh * 6 / 5;
	adapt(&tempo, &more);
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
	more.fresh = calm.fresh * 3 / 2;
	adapt(&tempo, &more);
	CHECK_EQUAL(tempo.interval_ms, SHORTEST);
}

/* An interval that grows sees more from pass to pass. */
static void longer_intervals_do_not_see_more_than_usual(void)
{
	struct pghot_stats stats = calm;
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER + 30; i++) {
		stats.fresh = 30ULL * tempo.interval_ms;
		adapt(&tempo, &stats);
	}
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
}

static void what_ceases_does_not(void)
{
	struct pghot_stats gone = calm;
	struct tempo tempo = settled();

	gone.came = -10000;
	adapt(&tempo, &gone);
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
}

/* A longer interval sees more pages, which is nothing new. */
static void change_of_its_own_is_nothing_new(void)
{
	struct pghot_stats news = calm;
	struct tempo tempo = started();
	unsigned int i;

	news.came = 10000;
	for (i = 0; i < TEMPO_SKIP + TEMPO_EAGER; i++)
		adapt(&tempo, &calm);
	adapt(&tempo, &calm);
	CHECK_EQUAL(tempo.interval_ms, 2 * SHORTEST);
	adapt(&tempo, &news);
	CHECK_EQUAL(tempo.interval_ms, 4 * SHORTEST);
}

/* It does not begin with that: a trickle of promotion is no news. */
static void promotion_keeps_it_short(void)
{
	struct tempo tempo = started();
	unsigned int i;

	for (i = 0; i < 100; i++)
		tempo_adapt(&tempo, &calm, 50000, SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.interval_ms, SHORTEST);
	tempo = settled();
	tempo_adapt(&tempo, &calm, 50000, SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
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
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
}

static void few_pages_are_nothing_new(void)
{
	const struct pghot_stats few = { .seen = 10, .came = 10 };
	struct tempo tempo = settled();

	adapt(&tempo, &few);
	CHECK_EQUAL(tempo.interval_ms, LONGEST);
}

static void new_bounds_hold_without_a_pass(void)
{
	struct tempo tempo = started(), before = settled();

	tempo_keep_bounds(&tempo, 2 * SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.interval_ms, 2 * SHORTEST);
	tempo = settled();
	tempo_keep_bounds(&tempo, SHORTEST, LONGEST / 2);
	CHECK_EQUAL(tempo.interval_ms, LONGEST / 2);
	/* what passes of another interval saw is not what these will */
	CHECK_EQUAL(tempo.alike, 0);
	tempo = settled();
	tempo_keep_bounds(&tempo, SHORTEST, LONGEST);
	CHECK_EQUAL(tempo.interval_ms, before.interval_ms);
	CHECK_EQUAL(tempo.alike, before.alike);
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
		struct pghot_stats stats = { .seen = (u64)rand() };

		shortest = min(shortest, 3600000U);
		longest = min(longest, 3600000U);
		stats.fresh = stats.seen >> rand() % 5;
		stats.came = (s64)stats.seen / 2 - rand() % 1000;
		tempo_adapt(&tempo, &stats, (u64)rand() >> rand() % 31, shortest, longest);
		CHECK(tempo.interval_ms >= shortest && tempo.interval_ms <= longest);
		CHECK(tempo.eager <= TEMPO_SKIP + TEMPO_EAGER);
	}
}

static const struct ktap_test tests[] = {
	KTAP_TEST(begins_short_and_goes_to_the_longest),
	KTAP_TEST(equal_bounds_hold_the_interval),
	KTAP_TEST(what_is_new_makes_it_short),
	KTAP_TEST(what_awakes_makes_it_short_at_once),
	KTAP_TEST(more_than_usual_makes_it_short_at_once),
	KTAP_TEST(longer_intervals_do_not_see_more_than_usual),
	KTAP_TEST(what_ceases_does_not),
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
