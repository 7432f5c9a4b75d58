// SPDX-License-Identifier: GPL-2.0-only
/*
 * When klruscand's lookout sees something new.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klruscand_lookout.h"
#include "ktap.h"

static struct lookout_record record;

/* A look at as many folios as there are, each accessed with that chance. Return: an alarm? */
static bool look(double chance)
{
	unsigned int i, seen = 0;

	for (i = 0; i < LOOKOUT_SAMPLE; i++)
		seen += drand48() < chance;
	return lookout_tell(&record, seen, LOOKOUT_SAMPLE);
}

static void begin(void)
{
	memset(&record, 0, sizeof(record));
	srand48(1);
}

/* Where nothing changes there is an alarm in a day at most, whatever is usual. */
static void chance_is_no_alarm(void)
{
	static const double chances[] = { 0, 0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.95, 1 };
	unsigned int i, second;

	for (i = 0; i < sizeof(chances) / sizeof(*chances); i++) {
		unsigned int alarms = 0;

		begin();
		for (second = 0; second < 86400; second++)
			alarms += look(chances[i]);
		CHECK(alarms <= 1);
	}
}

/* How often is what is new seen within five looks, of a hundred times? */
static unsigned int noticed(double before, double after)
{
	unsigned int round, i, times = 0;

	begin();
	for (round = 0; round < 100; round++) {
		bool alarm = false;

		memset(&record, 0, sizeof(record));
		for (i = 0; i < 60; i++)
			look(before);
		for (i = 0; i < 5 && !alarm; i++)
			alarm = look(after);
		times += alarm;
	}
	return times;
}

static void a_hot_set_that_moves_is_noticed(void)
{
	CHECK(noticed(0.05, 0.30) >= 98);
	CHECK(noticed(0, 0.15) >= 98);
	CHECK(noticed(0.30, 0.60) >= 90);
}

static void one_look_is_no_alarm(void)
{
	unsigned int i;

	begin();
	for (i = 0; i < 20; i++)
		CHECK(!look(0.05));
	CHECK(!lookout_tell(&record, LOOKOUT_SAMPLE, LOOKOUT_SAMPLE));
	for (i = 0; i < 20; i++)
		CHECK(!look(0.05));
	CHECK(!lookout_tell(&record, LOOKOUT_SAMPLE, LOOKOUT_SAMPLE));
	CHECK(lookout_tell(&record, LOOKOUT_SAMPLE, LOOKOUT_SAMPLE));
}

static void first_looks_say_what_is_usual(void)
{
	unsigned int i;

	begin();
	for (i = 0; i < 100; i++)
		CHECK(!lookout_tell(&record, LOOKOUT_SAMPLE, LOOKOUT_SAMPLE));
}

static void what_stays_is_new_once(void)
{
	unsigned int i, alarms = 0;

	begin();
	for (i = 0; i < 60; i++)
		look(0.05);
	for (i = 0; i < 1000; i++)
		alarms += look(0.5);
	CHECK_EQUAL(alarms, 1);
}

static void less_is_nothing_new(void)
{
	unsigned int i;

	begin();
	for (i = 0; i < 60; i++)
		CHECK(!look(0.8));
	for (i = 0; i < 60; i++)
		CHECK(!look(0.1));
}

static void few_folios_say_nothing(void)
{
	unsigned int i;

	begin();
	for (i = 0; i < 60; i++)
		CHECK(!lookout_tell(&record, 0, LOOKOUT_SAMPLE_MIN - 1));
	CHECK_EQUAL(record.looks, 0);
	for (i = 0; i < 60; i++)
		CHECK(!lookout_tell(&record, i % 2, 0));
}

static const struct ktap_test tests[] = {
	KTAP_TEST(chance_is_no_alarm),
	KTAP_TEST(a_hot_set_that_moves_is_noticed),
	KTAP_TEST(one_look_is_no_alarm),
	KTAP_TEST(first_looks_say_what_is_usual),
	KTAP_TEST(what_stays_is_new_once),
	KTAP_TEST(less_is_nothing_new),
	KTAP_TEST(few_folios_say_nothing),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
