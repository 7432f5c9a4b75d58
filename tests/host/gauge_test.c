// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kgauged says of pages whose rates are known.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "kgauged.h"
#include "ktap.h"

#define PAGES	51200		/* 200 MiB */
#define FRAMES	(2 * PAGES)	/* of each side */
#define DRAWN	80		/* of each part, in a round */
#define TRIES	2048		/* for them */
#define NOTES	512		/* of what was promoted */
#define RATE	1000000.0	/* accesses a second, of all pages */

static double rate[PAGES];
static bool fast[PAGES];
static struct gauge gauge;

/* A share of the pages has a share of the accesses; those pages are the first ones. */
static void hot_set(double pages, double accesses)
{
	unsigned int hot = (unsigned int)(pages * PAGES), i;

	for (i = 0; i < PAGES; i++)
		rate[i] = i < hot ? RATE * accesses / hot : RATE * (1 - accesses) / (PAGES - hot);
}

static void zipf(double skew)
{
	double sum = 0;
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		sum += rate[i] = pow(i + 1, -skew);
	for (i = 0; i < PAGES; i++)
		rate[i] *= RATE / sum;
}

/* Pages from @from to before @to, both shares of all, are in fast memory with this chance. */
static void promote(double from, double to, double chance)
{
	unsigned int i;

	for (i = (unsigned int)(from * PAGES); i < (unsigned int)(to * PAGES); i++)
		fast[i] = drand48() < chance;
}

static void begin(void)
{
	srand48(1);
	memset(fast, 0, sizeof(fast));
	memset(&gauge, 0, sizeof(gauge));
}

/* As the kernel draws: page frames, as many as it tries. Return: how many were found. */
static unsigned int draw(bool side, unsigned int *pages)
{
	unsigned int tries, nr = 0;

	for (tries = 0; nr < DRAWN && tries < TRIES; tries++) {
		unsigned int frame = (unsigned int)(drand48() * FRAMES);

		if (frame < PAGES && fast[frame] == side)
			pages[nr++] = frame;
	}
	return nr;
}

static void count_pages(void)
{
	unsigned int i;

	gauge.notes = NOTES;
	memset(gauge.pages, 0, sizeof(gauge.pages));
	for (i = 0; i < PAGES; i++)
		gauge.pages[fast[i]]++;
}

static bool is_seen(unsigned int page, unsigned int us)
{
	return drand48() < 1 - exp(-rate[page] * us / 1e6);
}

static unsigned int expose(const unsigned int *pages, unsigned int nr, unsigned int us)
{
	unsigned int i, seen = 0;

	for (i = 0; i < nr; i++)
		seen += is_seen(pages[i], us);
	return seen;
}

static int judge(const unsigned int *pages, unsigned int nr)
{
	unsigned int i, look;
	int halves = 0;

	for (i = 0; i < nr; i++) {
		unsigned int seen = 0;

		for (look = 0; look < GAUGE_LOOKS; look++)
			seen += is_seen(pages[i], gauge.us);
		halves += gauge_halves(seen);
	}
	return halves;
}

static void judge_part(unsigned int part)
{
	unsigned int pages[DRAWN], nr = draw(part != GAUGE_SLOW, pages);

	gauge_judged(&gauge, part, judge(pages, nr), nr);
}

static void expose_all(unsigned int us)
{
	unsigned int pages[DRAWN], side;

	for (side = 0; side < GAUGE_SIDES; side++) {
		unsigned int nr = draw(side == GAUGE_FAST, pages);

		gauge_exposed(&gauge, side, us, expose(pages, nr, us), nr);
	}
}

/* As kgauged takes it, but that each exposure is of other pages. */
static void take_round(void)
{
	unsigned int us = gauge.us ? gauge.us / 4 : 65536, part, look;

	gauge_begin(&gauge);
	count_pages();
	for (part = 0; gauge.us && part < GAUGE_PARTS; part++)
		judge_part(part);
	for (look = 0; gauge.us && look < GAUGE_LOOKS; look++)
		expose_all(gauge.us);
	for (; us >= GAUGE_BIN_US; us /= 4)
		expose_all(us);
	gauge_end(&gauge, 0);
}

/* The truth by the line that there is: pages that are hot and in fast memory, of *@of. */
static unsigned int hot_in_fast(bool of_hot, unsigned int *of)
{
	unsigned int i, both = 0;

	for (*of = i = 0; i < PAGES; i++) {
		bool hot = rate[i] * gauge.us >= 1e6;

		both += hot && fast[i];
		*of += of_hot ? hot : fast[i];
	}
	return both;
}

static double recall(void)
{
	unsigned int of, both = hot_in_fast(true, &of);

	return 1000.0 * both / of;
}

static double precision(void)
{
	unsigned int of, both = hot_in_fast(false, &of);

	return 1000.0 * both / of;
}

/* How often a figure was told, and the sum of its squared errors, in permille */
struct figure {
	unsigned int told;
	double square;
};

static void note(struct figure *figure, int told, double truth)
{
	if (told == GAUGE_UNKNOWN)
		return;
	figure->told++;
	figure->square += (told - truth) * (told - truth);
}

static double error_of(const struct figure *figure)
{
	return sqrt(figure->square / (figure->told ?: 1));
}

#define ROUNDS	400
#define WARM_UP	10

static struct figure by_precision, by_recall;

/* How far both are off, from when there are some rounds to go by */
static void gauge_it(void)
{
	unsigned int i;

	memset(&by_precision, 0, sizeof(by_precision));
	memset(&by_recall, 0, sizeof(by_recall));
	for (i = 0; i < WARM_UP + ROUNDS; i++) {
		take_round();
		if (i < WARM_UP)
			continue;
		note(&by_precision, gauge_precision(&gauge), precision());
		note(&by_recall, gauge_recall(&gauge), recall());
	}
}

/* Both are told most of the time, with an error of no more than so many permille. */
static bool is_right(double permille)
{
	return by_precision.told > ROUNDS / 2 && by_recall.told > ROUNDS / 2 &&
	       error_of(&by_precision) <= permille && error_of(&by_recall) <= permille;
}

static const double shares[] = { 0.1, 0.25, 0.42, 0.77, 0.95, 1 };
#define NR_SHARES (sizeof(shares) / sizeof(*shares))

static void a_hot_set_is_gauged(void)
{
	unsigned int i;

	for (i = 0; i < NR_SHARES; i++) {
		begin();
		hot_set(0.3, 0.98);
		promote(0, 0.3, shares[i]);
		promote(0.3, 1, 0.02);
		gauge_it();
		CHECK(is_right(50));
	}
}

/*
 * Where there is no gap between hot and cold, much depends on where the line is: near the coldest
 * that was promoted, those on either side of both are taken for each other.
 */
static void zipf_is_gauged(void)
{
	struct figure all = { 0 };
	unsigned int i, seed;

	for (seed = 1; seed <= 3; seed++)
		for (i = 0; i < NR_SHARES; i++) {
			begin();
			srand48(seed);
			zipf(0.99);
			promote(0, shares[i], 1);
			gauge_it();
			CHECK(is_right(100));
			all.told += by_precision.told + by_recall.told;
			all.square += by_precision.square + by_recall.square;
		}
	CHECK(error_of(&all) <= 50);
}

/* Where all that is used is alike, all of it is hot. */
static void equals_are_hot(void)
{
	unsigned int i;

	for (i = 0; i < NR_SHARES; i++) {
		begin();
		hot_set(0.77, 0.98);
		promote(0, 0.77, shares[i]);
		gauge_it();
		CHECK(is_right(30));
	}
}

static void what_is_idle_says_nothing(void)
{
	unsigned int i;

	begin();
	memset(rate, 0, sizeof(rate));
	promote(0, 0.5, 1);
	for (i = 0; i < 20; i++)
		take_round();
	CHECK_EQUAL(gauge.us, GAUGE_US_MAX);
	CHECK_EQUAL(gauge_precision(&gauge), 0);
	CHECK_EQUAL(gauge_recall(&gauge), GAUGE_UNKNOWN);
}

static void nothing_is_known_at_first(void)
{
	begin();
	CHECK_EQUAL(gauge_precision(&gauge), GAUGE_UNKNOWN);
	CHECK_EQUAL(gauge_recall(&gauge), GAUGE_UNKNOWN);
	gauge_end(&gauge, 0);
	CHECK_EQUAL(gauge.us, 0);
}

/* A hundredth of the pages: the sample has next to none of those. */
static void what_is_rare_is_not_told(void)
{
	begin();
	hot_set(0.01, 0.98);
	promote(0, 0.01, 0.5);
	promote(0.01, 1, 0.5);
	gauge_it();
	CHECK(by_recall.told < ROUNDS / 10);
}

/* Of a slow node on which next to nothing is left, there is no sample, and no need of one. */
static void an_empty_node_needs_no_sample(void)
{
	begin();
	hot_set(0.3, 0.98);
	promote(0, 1, 1);
	gauge_it();
	CHECK_EQUAL(by_recall.told, ROUNDS);
	CHECK_EQUAL(gauge_recall(&gauge), 1000);
	/* and of fast memory, at first */
	begin();
	gauge_it();
	CHECK_EQUAL(by_recall.told, ROUNDS);
	CHECK_EQUAL(gauge_recall(&gauge), 0);
	CHECK_EQUAL(by_precision.told, 0);
}

/* What was judged by another line does not count. */
static void another_line_begins_anew(void)
{
	unsigned int i, us;

	begin();
	hot_set(0.3, 0.98);
	promote(0, 0.3, 1);
	gauge_it();
	CHECK(gauge.part[GAUGE_PROMOTED].drawn);
	for (i = 0; i < PAGES; i++)
		rate[i] *= 10;
	us = gauge.us;
	while (gauge.us == us)
		take_round();
	CHECK_EQUAL(gauge.part[GAUGE_PROMOTED].drawn, 0);
	CHECK_EQUAL(gauge_precision(&gauge), GAUGE_UNKNOWN);
	gauge_it();
	CHECK(is_right(50));
}

static void a_line_that_swings_stays(void)
{
	unsigned int i, us, changes = 0;

	begin();
	hot_set(0.3, 0.98);
	promote(0, 0.3, 1);
	for (i = 0; i < WARM_UP; i++)
		take_round();
	for (i = 0; i < ROUNDS; i++) {
		us = gauge.us;
		take_round();
		changes += us != gauge.us;
	}
	CHECK(changes <= ROUNDS / 20);
}

/* The same few that are asked again and again do not make it more certain. */
static void few_notes_tell_little(void)
{
	begin();
	hot_set(0.3, 0.98);
	promote(0, 0.6, 1);
	gauge_it();
	CHECK(by_precision.told > ROUNDS / 2);
	gauge.notes = 60;
	CHECK_EQUAL(gauge_precision(&gauge), GAUGE_UNKNOWN);
	gauge.notes = GAUGE_FOLIOS - 1;
	gauge.part[GAUGE_PROMOTED].hot = 0;
	CHECK_EQUAL(gauge_precision(&gauge), GAUGE_UNKNOWN);
	gauge.notes = GAUGE_FOLIOS;
	CHECK_EQUAL(gauge_precision(&gauge), 0);
}

/* Half of what is promoted is in huge pages, and half of the notes is of those, however many. */
static void notes_are_of_base_pages(void)
{
	static const u64 promoted[] = { 2 * 512, 20 * 512, 200 * 512, 20000 * 512 };
	unsigned int i, k;

	begin();
	for (i = 0; i < sizeof(promoted) / sizeof(*promoted); i++) {
		double huge = 0, small = 0;

		for (k = 0; k < 20000; k++)
			huge += gauge_notes(512, promoted[i], NOTES, (u64)mrand48());
		for (k = 0; k < 512 * 200; k++)
			small += gauge_notes(1, promoted[i], NOTES, (u64)mrand48());
		/* of each base page */
		huge /= 20000 * 512;
		small /= 512 * 200;
		CHECK(fabs(huge / small - 1) < 0.2 || small * 512 * 200 < 100);
		CHECK(fabs(huge * promoted[i] / NOTES - 1) < 0.1);
	}
	/* the first one fills all */
	CHECK_EQUAL(gauge_notes(1, 1, NOTES, 0), NOTES);
	CHECK_EQUAL(gauge_notes(512, 512, NOTES, U64_MAX), NOTES);
}

static void no_line_is_shorter_than_can_be_looked(void)
{
	unsigned int i;

	begin();
	hot_set(1, 1);
	promote(0, 0.5, 1);
	for (i = 0; i < PAGES; i++)
		rate[i] = 20000;
	for (i = 0; i < 20; i++)
		take_round();
	CHECK_EQUAL(gauge.us, GAUGE_US_MIN);
	gauge_end(&gauge, 2400);
	CHECK_EQUAL(gauge.us, 2400);
}

static const struct ktap_test tests[] = {
	KTAP_TEST(a_hot_set_is_gauged),
	KTAP_TEST(zipf_is_gauged),
	KTAP_TEST(equals_are_hot),
	KTAP_TEST(what_is_idle_says_nothing),
	KTAP_TEST(nothing_is_known_at_first),
	KTAP_TEST(what_is_rare_is_not_told),
	KTAP_TEST(an_empty_node_needs_no_sample),
	KTAP_TEST(another_line_begins_anew),
	KTAP_TEST(a_line_that_swings_stays),
	KTAP_TEST(few_notes_tell_little),
	KTAP_TEST(notes_are_of_base_pages),
	KTAP_TEST(no_line_is_shorter_than_can_be_looked),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
