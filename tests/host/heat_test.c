// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heat of a page in 16 bits: all records, all passes where that is possible.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "pghot_heat.h"
#include "ktap.h"

#define RECORDS		65536U
#define HISTORIES	256U

/* The most passes that a record may be left alone. */
#define MAX_AGE		PGHOT_AGE_MAX

/* Passes by which who marks may be late. */
#define MAX_LATE	(PGHOT_PASS_MODULUS - 1 - PGHOT_AGE_MAX)

/* Any pass with the number that a record holds, and one beyond 32 bits. */
static unsigned long pass_of(unsigned int rec)
{
	return (0x123456789UL * PGHOT_PASS_MODULUS) + (rec >> PGHOT_STAMP_SHIFT);
}

static void empty_record_has_no_history(void)
{
	unsigned int pass;

	for (pass = 0; pass < 2 * PGHOT_PASS_MODULUS; pass++)
		CHECK_EQUAL(pghot_heat_history(0, pass), 0);
}

static void history_is_shifted_by_the_passes_since(void)
{
	unsigned int rec, age;

	for (rec = 0; rec < RECORDS; rec++)
		for (age = 0; age < PGHOT_HEAT_PASSES; age++) {
			unsigned int history = rec & PGHOT_HISTORY_MASK;

			CHECK_EQUAL(pghot_heat_history(rec, pass_of(rec) + age),
				    history << age & PGHOT_HEAT_MASK);
		}
}

static void history_is_gone_after_eight_passes(void)
{
	unsigned int rec;
	int age;

	for (rec = 0; rec < RECORDS; rec++)
		for (age = PGHOT_HEAT_PASSES; age <= MAX_AGE; age++)
			CHECK_EQUAL(pghot_heat_history(rec, pass_of(rec) + age), 0);
}

/* Only the difference of the passes matters, also where the number wraps. */
static void pass_numbers_wrap_around(void)
{
	unsigned int rec, pass;

	for (rec = 0; rec < RECORDS; rec++)
		for (pass = 0; pass < PGHOT_PASS_MODULUS; pass++) {
			u16 first = rec & ((1U << PGHOT_STAMP_SHIFT) - 1);
			unsigned long since = pass - (rec >> PGHOT_STAMP_SHIFT);

			CHECK_EQUAL(pghot_heat_history(rec, pass),
				    pghot_heat_history(first, since));
			CHECK_EQUAL(pghot_heat_history(rec, pass),
				    pghot_heat_history(rec, pass + PGHOT_PASS_MODULUS));
		}
}

static void marking_sets_the_bit_of_its_pass(void)
{
	unsigned int rec, back;
	int age;

	for (rec = 0; rec < RECORDS; rec++)
		for (age = 0; age <= MAX_AGE; age++)
			for (back = 0; back < PGHOT_HEAT_PASSES; back++) {
				unsigned long pass = pass_of(rec) + age;
				u16 new = pghot_heat_mark(rec, pass, back);

				CHECK_EQUAL(pghot_heat_history(new, pass),
					    pghot_heat_history(rec, pass) | 1U << back);
			}
}

static void marking_twice_is_marking_once(void)
{
	unsigned int rec, pass, back;

	for (rec = 0; rec < RECORDS; rec++)
		for (pass = 0; pass < PGHOT_PASS_MODULUS; pass++)
			for (back = 0; back < PGHOT_HEAT_PASSES; back++) {
				u16 once = pghot_heat_mark(rec, pass, back);

				CHECK_EQUAL(pghot_heat_mark(once, pass, back), once);
			}
}

static void marked_record_is_never_empty(void)
{
	unsigned int pass, back;

	for (pass = 0; pass < PGHOT_PASS_MODULUS; pass++)
		for (back = 0; back < PGHOT_HEAT_PASSES; back++)
			CHECK(pghot_heat_mark(0, pass, back));
}

/* An access that is reported late counts for the pass in which it was. */
static void late_mark_is_a_mark_of_its_pass(void)
{
	unsigned int rec, back;
	int age;

	for (rec = 0; rec < RECORDS; rec++)
		for (back = 0; back < PGHOT_HEAT_PASSES; back++)
			for (age = back; age <= MAX_AGE; age++) {
				unsigned long now = pass_of(rec) + age;
				u16 late = pghot_heat_mark(rec, now, back);
				u16 intime = pghot_heat_mark(rec, now - back, 0);

				CHECK_EQUAL(pghot_heat_history(late, now),
					    pghot_heat_history(intime, now));
			}
}

/* A caller that was held up while others marked later passes. */
static void order_of_marks_does_not_matter(void)
{
	unsigned int rec, later;
	int age;

	for (rec = 0; rec < RECORDS; rec++)
		for (age = 0; age < MAX_AGE; age++)
			for (later = 1; later <= MAX_LATE; later++) {
				unsigned long pass = pass_of(rec) + age;
				unsigned long now = pass + later;
				u16 first = pghot_heat_mark(rec, pass, 0);
				u16 last = pghot_heat_mark(rec, now, 0);

				if (age + (int)later > MAX_AGE)
					break;
				first = pghot_heat_mark(first, now, 0);
				last = pghot_heat_mark(last, pass, 0);
				CHECK_EQUAL(pghot_heat_history(last, now),
					    pghot_heat_history(first, now));
			}
}

/* The pass in progress does not change the picture of the last completed one. */
static void mark_of_a_later_pass_is_not_seen_before(void)
{
	unsigned int rec;
	int age;

	for (rec = 0; rec < RECORDS; rec++)
		for (age = 0; age < MAX_AGE; age++) {
			unsigned long done = pass_of(rec) + age;
			u16 marked = pghot_heat_mark(rec, done + 1, 0);

			CHECK_EQUAL(pghot_heat_history(marked, done),
				    pghot_heat_history(rec, done));
		}
}

static void level_is_the_number_of_passes(void)
{
	unsigned int history, bit, level;

	for (history = 0; history < HISTORIES; history++) {
		for (bit = 0, level = 0; bit < PGHOT_HEAT_PASSES; bit++)
			level += history >> bit & 1;
		CHECK_EQUAL(pghot_heat_level(history), level);
	}
}

static void recent_is_one_of_the_last_two_passes(void)
{
	unsigned int history;

	for (history = 0; history < HISTORIES; history++)
		CHECK_EQUAL(pghot_heat_recent(history),
			    history % 2 == 1 || history / 2 % 2 == 1);
}

/* 100 pages over 2000 passes against a list of what happened. */
static void long_life_agrees_with_a_plain_list(void)
{
	enum { PAGES = 100, LIFE = 2000 };
	static bool seen[PAGES][LIFE];
	u16 rec[PAGES] = { 0 };
	unsigned int page, pass, bit;

	srand(1);
	for (pass = 0; pass < LIFE; pass++)
		for (page = 0; page < PAGES; page++) {
			unsigned int expected = 0;

			/* page 0 never, page 99 nearly always */
			seen[page][pass] = rand() % 100 < (int)page;
			if (seen[page][pass])
				rec[page] = pghot_heat_mark(rec[page], pass, 0);
			for (bit = 0; bit < PGHOT_HEAT_PASSES && bit <= pass; bit++)
				expected |= seen[page][pass - bit] << bit;
			CHECK_EQUAL(pghot_heat_history(rec[page], pass), expected);
			/* the sweep */
			if (!expected)
				rec[page] = 0;
		}
}

static void recall_keeps_the_last_passes(void)
{
	unsigned int history, passes;

	for (history = 0; history < HISTORIES; history++)
		for (passes = 0; passes <= PGHOT_HEAT_PASSES; passes++)
			CHECK_EQUAL(pghot_heat_recall((u8)history, passes),
				    history % (1U << passes));
}

/* Whatever happens to a page, it comes once: in the second of two passes after six without. */
static void a_page_comes_once(void)
{
	unsigned int history, pass, before, came;

	for (history = 0; history < HISTORIES; history++) {
		unsigned int seen = 0;

		for (before = came = pass = 0; pass < PGHOT_HEAT_PASSES; pass++) {
			seen = (seen << 1 | (history >> pass & 1)) & PGHOT_HEAT_MASK;
			came += pghot_heat_came((u8)seen);
			before += (seen & 3) == 3;
		}
		CHECK(came <= 1);
		/* from nothing, who is seen twice in a row first comes, if at once */
		CHECK(came <= before);
	}
	CHECK(pghot_heat_came(0x03));
	CHECK(!pghot_heat_came(0x07));
	CHECK(!pghot_heat_came(0x83));
}

/* Pages that all passes see with the same chance, in thousandths: few look like new ones. */
static void chance_hardly_looks_like_coming(void)
{
	unsigned int chance, bit, history;

	for (chance = 1; chance < 1000; chance++) {
		double came = 0, fresh = 0;

		for (history = 0; history < HISTORIES; history++) {
			double p = 1;

			for (bit = 0; bit < PGHOT_HEAT_PASSES; bit++)
				p *= history >> bit & 1 ? chance / 1000. : 1 - chance / 1000.;
			fresh += history & 1 ? p : 0;
			came += pghot_heat_came((u8)history) ? p : 0;
		}
		CHECK(came <= fresh / 16);
	}
}

/* All records, all clocks: what a clock's pass saw stays with it. */
static void marking_keeps_the_clock(void)
{
	unsigned int rec, back;

	for (rec = 0; rec < RECORDS; rec++)
		for (back = 0; back < PGHOT_HEAT_PASSES; back++)
			CHECK_EQUAL(pghot_heat_clock(pghot_heat_mark(rec, pass_of(rec) + 1,
								     back)),
				    pghot_heat_clock(rec));
}

static void slower_clocks_take_history_along(void)
{
	unsigned int history, clock, pass;

	for (history = 0; history < HISTORIES; history++)
		for (clock = 0; clock < PGHOT_CLOCKS; clock++)
			for (pass = 1; pass <= 2 * PGHOT_PASS_MODULUS; pass++) {
				u16 slower = pghot_heat_move(history, clock, pass, true);
				u16 quicker = pghot_heat_move(history, clock, pass, false);

				CHECK_EQUAL(pghot_heat_clock(slower), clock);
				CHECK_EQUAL(pghot_heat_clock(quicker), clock);
				CHECK_EQUAL(pghot_heat_history(slower, pass - 1), history);
				slower = pghot_heat_mark(slower, pass, 0);
				quicker = pghot_heat_mark(quicker, pass, 0);
				CHECK_EQUAL(pghot_heat_history(slower, pass),
					    (history << 1 | 1) & PGHOT_HEAT_MASK);
				CHECK_EQUAL(pghot_heat_history(quicker, pass), 1);
			}
}

/* Every history beside every number of passes that count. */
static void sums_are_those_of_single_pages(void)
{
	unsigned int history, passes;

	for (passes = 0; passes <= PGHOT_HEAT_PASSES; passes++) {
		unsigned int heat = 0, seen = 0, warm = 0;
		struct pghot_heat_sum sum = { 0 };

		for (history = 0; history < HISTORIES; history++) {
			unsigned int level = pghot_heat_level(pghot_heat_recall(history, passes));

			pghot_heat_add(&sum, history, passes);
			heat += level;
			seen += history & 1;
			warm += level > 0;
		}
		CHECK_EQUAL(sum.heat, heat);
		CHECK_EQUAL(sum.seen, seen);
		CHECK_EQUAL(sum.warm, warm);
		/* of 256 histories, half end in an access, and one in 2^passes has none */
		CHECK_EQUAL(seen, HISTORIES / 2);
		CHECK_EQUAL(warm, HISTORIES - (HISTORIES >> passes));
	}
}

/* The most that a block of 512 pages can have. */
static void full_block_does_not_overflow(void)
{
	struct pghot_heat_sum sum = { 0 };

	for (unsigned int page = 0; page < 512; page++)
		pghot_heat_add(&sum, PGHOT_HEAT_MASK, PGHOT_HEAT_PASSES);
	CHECK_EQUAL(sum.heat, 512 * PGHOT_HEAT_PASSES);
	CHECK_EQUAL(sum.seen, 512);
	CHECK_EQUAL(sum.warm, 512);
}

static const struct ktap_test tests[] = {
	KTAP_TEST(empty_record_has_no_history),
	KTAP_TEST(history_is_shifted_by_the_passes_since),
	KTAP_TEST(history_is_gone_after_eight_passes),
	KTAP_TEST(pass_numbers_wrap_around),
	KTAP_TEST(marking_sets_the_bit_of_its_pass),
	KTAP_TEST(marking_twice_is_marking_once),
	KTAP_TEST(marked_record_is_never_empty),
	KTAP_TEST(late_mark_is_a_mark_of_its_pass),
	KTAP_TEST(order_of_marks_does_not_matter),
	KTAP_TEST(mark_of_a_later_pass_is_not_seen_before),
	KTAP_TEST(level_is_the_number_of_passes),
	KTAP_TEST(recent_is_one_of_the_last_two_passes),
	KTAP_TEST(long_life_agrees_with_a_plain_list),
	KTAP_TEST(recall_keeps_the_last_passes),
	KTAP_TEST(a_page_comes_once),
	KTAP_TEST(chance_hardly_looks_like_coming),
	KTAP_TEST(marking_keeps_the_clock),
	KTAP_TEST(slower_clocks_take_history_along),
	KTAP_TEST(sums_are_those_of_single_pages),
	KTAP_TEST(full_block_does_not_overflow),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
