// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which sections a node's map is for when the node grows.
 */
#include "internal.h"
#include "pghot_span.h"
#include "ktap.h"

#define LIMIT	100000UL

static struct pghot_span map;

/* Blocks are added at the end. Return: how often the map was replaced. */
static unsigned int add_above(unsigned long start, unsigned long from, unsigned long to)
{
	unsigned int grown = 0;
	unsigned long end;

	for (end = from; end <= to; end++) {
		struct pghot_span span = { start, end };

		if (pghot_span_grow(&span, &map, LIMIT)) {
			grown++;
			map = span;
		}
		if (map.start > start || map.end < end)
			return 1000;
	}
	return grown;
}

static void what_fits_stays(void)
{
	struct pghot_span span = { 10, 20 };

	map = (struct pghot_span){ 10, 20 };
	CHECK(!pghot_span_grow(&span, &map, LIMIT));
	span = (struct pghot_span){ 12, 18 };
	CHECK(!pghot_span_grow(&span, &map, LIMIT));
	CHECK(span.start == 12 && span.end == 18);
}

static void it_has_room_where_it_has_grown(void)
{
	struct pghot_span span = { 1000, 1301 };

	map = (struct pghot_span){ 1000, 1300 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK(span.start == 1000 && span.end == 1301 + 150);
	span = (struct pghot_span){ 999, 1300 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK(span.start == 999 - 150 && span.end == 1300);
	span = (struct pghot_span){ 999, 1301 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK(span.start == 999 - 151 && span.end == 1301 + 151);
}

static void blocks_in_a_row_replace_it_seldom(void)
{
	map = (struct pghot_span){ 1000, 1008 };
	CHECK_EQUAL(add_above(1000, 1009, 1008 + PGHOT_SLACK), 1U);
	map = (struct pghot_span){ 1000, 1008 };
	/* 8192 blocks, a TiB: by 64 up to 128, and then log(8200 / 128) / log(1.5) times */
	CHECK(add_above(1000, 1009, 1008 + 8192) <= 14);
}

static void a_small_one_grows_by_some_at_least(void)
{
	struct pghot_span span = { 1000, 1002 };

	map = (struct pghot_span){ 1000, 1001 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK_EQUAL(span.end, 1002 + PGHOT_SLACK);
}

static void it_stays_within_what_can_be(void)
{
	struct pghot_span span = { 3, LIMIT - 5 };

	map = (struct pghot_span){ 5, LIMIT - 10 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK_EQUAL(span.start, 0UL);
	CHECK_EQUAL(span.end, LIMIT);
}

static void a_node_without_memory_needs_no_more(void)
{
	struct pghot_span none = { 0, 0 };

	map = (struct pghot_span){ 10, 20 };
	CHECK(!pghot_span_grow(&none, &map, LIMIT));
	map = none;
	CHECK(!pghot_span_grow(&none, &map, LIMIT));
}

static void a_map_of_nothing_grows(void)
{
	struct pghot_span span = { 500, 501 };

	map = (struct pghot_span){ 0, 0 };
	CHECK(pghot_span_grow(&span, &map, LIMIT));
	CHECK_EQUAL(span.start, 500UL);
	CHECK_EQUAL(span.end, 501 + PGHOT_SLACK);
}

static const struct ktap_test tests[] = {
	KTAP_TEST(what_fits_stays),
	KTAP_TEST(it_has_room_where_it_has_grown),
	KTAP_TEST(blocks_in_a_row_replace_it_seldom),
	KTAP_TEST(a_small_one_grows_by_some_at_least),
	KTAP_TEST(it_stays_within_what_can_be),
	KTAP_TEST(a_node_without_memory_needs_no_more),
	KTAP_TEST(a_map_of_nothing_grows),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
