// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which PUD entries klruscand enters, and which page tables it visits, although their
 * accessed bits are clear.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klruscand_skip.h"
#include "ktap.h"

#define SLOTS	(2UL * SKIP_SLOTS_MIN)
#define SLOT	77UL
#define TABLE	(SKIP_SLOTS_MIN + SLOT)

static struct skip_notes *notes;
static struct skip_rounds rounds;

static void start(void)
{
	free(notes);
	notes = calloc(1, sizeof(*notes) + SLOTS * sizeof(notes->note[0]));
	if (!notes)
		abort();
	memset(&rounds, 0, sizeof(rounds));
	skip_start(notes, SLOTS);
}

/* A turn of the node, and a pass of the cgroup in it. */
static void pass(void)
{
	notes->pass++;
	skip_pass(&rounds, notes);
}

/* How often the slot is entered in @passes passes from now on. */
static unsigned int entered(unsigned long slot, unsigned int passes)
{
	unsigned int n = 0;

	while (passes--) {
		pass();
		n += skip_must_enter(notes, &rounds, slot);
	}
	return n;
}

static void each_is_entered_once_a_round(void)
{
	unsigned int slot;

	start();
	for (slot = 0; slot < 4 * SKIP_ROUND; slot++)
		CHECK_EQUAL(entered(slot, SKIP_ROUND), 1U);
}

static void the_same_number_is_entered_in_every_pass(void)
{
	unsigned int i, gib, n;

	start();
	for (i = 0; i < SKIP_ROUND; i++) {
		pass();
		for (n = gib = 0; gib < 1024; gib++)
			n += skip_must_enter(notes, &rounds, 12345UL + gib);
		CHECK_EQUAL(n, 1024U / SKIP_ROUND);
	}
}

static void memory_without_notes_is_left_alone(void)
{
	unsigned int slot, n = 0;

	start();
	pass();
	for (slot = 0; slot < SLOTS; slot++)
		n += skip_must_enter(notes, &rounds, slot);
	CHECK_EQUAL(n, SLOTS / SKIP_ROUND);
}

/* A pass in which the slot is not entered for its turn, nor in the next ones. */
static void find_quiet_passes(void)
{
	do
		pass();
	while ((SLOT + rounds.passes) % SKIP_ROUND != 1);
}

static void a_note_counts_in_this_pass_and_the_next_ones(void)
{
	start();
	find_quiet_passes();
	CHECK(!skip_must_enter(notes, &rounds, SLOT));
	skip_note(notes, SLOT);
	CHECK(skip_must_enter(notes, &rounds, SLOT));
	CHECK_EQUAL(entered(SLOT, 10), SKIP_NOTE_PASSES - 1U);
}

static void a_note_is_for_one_slot(void)
{
	start();
	find_quiet_passes();
	skip_note(notes, SLOT - 2);
	CHECK(!skip_must_enter(notes, &rounds, SLOT));
}

/* Whatever the pass of the last look is, a note after it counts in the next look. */
static void no_note_is_missed(void)
{
	u32 look;

	for (look = 0; look < 100; look++) {
		start();
		notes->pass += look;
		pass();
		skip_note(notes, SLOT);
		pass();
		CHECK(skip_must_enter(notes, &rounds, SLOT));
	}
}

static void the_number_of_the_pass_may_wrap(void)
{
	start();
	notes->pass = UINT32_MAX - SKIP_ROUND - 8;
	find_quiet_passes();
	while (notes->pass != UINT32_MAX)
		pass();
	skip_note(notes, SLOT);
	pass();
	CHECK_EQUAL(notes->pass, 0U);
	CHECK(skip_must_enter(notes, &rounds, SLOT));
	CHECK_EQUAL(entered(SLOT, SKIP_ROUND), SKIP_NOTE_PASSES - 2U + 1U);
}

/* One that is scanned in one turn of ten has all entered as soon, by its own passes. */
static void rare_passes_enter_each_once_a_round(void)
{
	unsigned int slot, i, n;

	for (slot = 0; slot < SKIP_ROUND; slot++) {
		start();
		for (i = n = 0; i < SKIP_ROUND; i++) {
			notes->pass += 9;
			pass();
			n += skip_must_enter(notes, &rounds, slot);
		}
		CHECK_EQUAL(n, 1U);
	}
}

/* However many turns were there since, one that was left after its last pass counts. */
static void rare_passes_miss_no_note(void)
{
	start();
	find_quiet_passes();
	skip_note(notes, SLOT);
	notes->pass += 1000;
	pass();
	CHECK(skip_must_enter(notes, &rounds, SLOT));
	pass();
	CHECK(skip_must_enter(notes, &rounds, SLOT));
}

/* Those that have their rounds together have one in a turn. */
static void a_turn_is_one_pass(void)
{
	start();
	pass();
	skip_pass(&rounds, notes);
	CHECK_EQUAL(rounds.passes, 1U);
}

static bool visits(unsigned long slot)
{
	return skip_must_visit(notes, &rounds, slot);
}

static void a_table_without_a_note_is_not_visited(void)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++) {
		pass();
		CHECK(!visits(TABLE));
	}
}

static void a_note_of_a_table_counts_in_this_pass_and_the_next_one(void)
{
	start();
	pass();
	skip_note(notes, TABLE);
	CHECK(visits(TABLE));
	CHECK(!visits(TABLE + 1));
	pass();
	CHECK(visits(TABLE));
	pass();
	CHECK(!visits(TABLE));
}

/* However many turns there were since. */
static void rare_passes_miss_no_note_of_a_table(void)
{
	static const unsigned int turns[] = { 0, 1, 1000, UINT16_MAX, 3 * UINT16_MAX };

	for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		start();
		pass();
		skip_note(notes, TABLE);
		notes->pass += turns[i];
		pass();
		CHECK(visits(TABLE));
	}
}

static void a_note_of_a_table_of_long_ago_stays_so(void)
{
	unsigned int i;

	start();
	pass();
	skip_note(notes, TABLE);
	pass();
	for (i = 0; i < 3 * UINT16_MAX; i++) {
		pass();
		CHECK(!visits(TABLE) && !visits(TABLE + 1));
	}
}

/* Whatever a key is, it has one of the slots, and as many that follow it have the others. */
static void neighbours_have_slots_of_their_own(void)
{
	static const unsigned long keys[] = { 0, 12345, UINT32_MAX, UINT32_MAX + (1UL << 36) };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		unsigned long by;

		start();
		pass();
		skip_note(notes, keys[i]);
		for (by = 1; by < SLOTS; by++)
			CHECK(!visits(keys[i] + by));
		CHECK(visits(keys[i] + SLOTS));
	}
}

static void slots_suffice_for_the_tables(void)
{
	unsigned long tables;

	for (tables = 0; tables < 100000; tables += 777) {
		unsigned long slots = skip_slots(tables);

		CHECK(slots >= SKIP_SLOTS_MIN + tables);
		CHECK(slots < 2 * (SKIP_SLOTS_MIN + tables));
		CHECK_EQUAL(slots & (slots - 1), 0UL);
	}
	/* of 64 TiB */
	CHECK_EQUAL(skip_slots(1UL << 25), 1UL << 26);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		KTAP_TEST(each_is_entered_once_a_round),
		KTAP_TEST(the_same_number_is_entered_in_every_pass),
		KTAP_TEST(memory_without_notes_is_left_alone),
		KTAP_TEST(a_note_counts_in_this_pass_and_the_next_ones),
		KTAP_TEST(a_note_is_for_one_slot),
		KTAP_TEST(no_note_is_missed),
		KTAP_TEST(the_number_of_the_pass_may_wrap),
		KTAP_TEST(rare_passes_enter_each_once_a_round),
		KTAP_TEST(rare_passes_miss_no_note),
		KTAP_TEST(a_turn_is_one_pass),
		KTAP_TEST(a_table_without_a_note_is_not_visited),
		KTAP_TEST(a_note_of_a_table_counts_in_this_pass_and_the_next_one),
		KTAP_TEST(rare_passes_miss_no_note_of_a_table),
		KTAP_TEST(a_note_of_a_table_of_long_ago_stays_so),
		KTAP_TEST(neighbours_have_slots_of_their_own),
		KTAP_TEST(slots_suffice_for_the_tables),
	};

	return ktap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
