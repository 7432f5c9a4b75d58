// SPDX-License-Identifier: GPL-2.0-only
/* What klruscan report is made of: blocks of any grain, cells, axes, names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "heatmap.h"
#include "ktap.h"
#include "ticks.h"
#include "utf8.h"

#define BLOCK KLRUSCAN_HEAT_BLOCK

/* What rounding may do. */
#define TINY 0.000001

static uint64_t sum_of(const struct blocks *blocks)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < blocks->nr; i++)
		sum += blocks->block[i].heat.heat;
	return sum;
}

static bool is_ascending(const struct blocks *blocks)
{
	for (unsigned int i = 1; i < blocks->nr; i++)
		if (blocks->block[i - 1].at >= blocks->block[i].at)
			return false;
	return blocks->nr <= blocks->max;
}

/* ---- blocks ---- */

static void full_list_gets_coarser_and_loses_nothing(void)
{
	struct blocks blocks;
	uint64_t sum = 0;

	CHECK_EQUAL(blocks_init(&blocks, 8), 0);
	for (uint64_t i = 0; i < 1000; i++) {
		blocks_add(&blocks, 3 * i * BLOCK, BLOCK, &(struct heat){ i, 1, 1 });
		sum += i;
		CHECK(is_ascending(&blocks));
	}
	CHECK_EQUAL(sum_of(&blocks), sum);
	CHECK_EQUAL(blocks.block_pages, 512 * BLOCK);
	blocks_free(&blocks);
}

/* From one end of what there can be to the other. */
static void blocks_far_apart_find_room(void)
{
	struct blocks blocks;
	uint64_t last = (1ULL << PFN_BITS) - BLOCK;

	CHECK_EQUAL(blocks_init(&blocks, 2), 0);
	blocks_add(&blocks, 0, BLOCK, &(struct heat){ 1, 0, 0 });
	blocks_add(&blocks, last / 2, BLOCK, &(struct heat){ 2, 0, 0 });
	blocks_add(&blocks, last, BLOCK, &(struct heat){ 4, 0, 0 });
	CHECK_EQUAL(sum_of(&blocks), 7);
	CHECK(is_ascending(&blocks));
	blocks_free(&blocks);
}

static void merging_keeps_every_count(void)
{
	struct blocks all, spare, more;

	CHECK_EQUAL(blocks_init(&all, 64) + blocks_init(&spare, 64) + blocks_init(&more, 64), 0);
	for (unsigned int round = 0; round < 50; round++) {
		blocks_clear(&more);
		for (uint64_t i = 0; i < 40; i++)
			blocks_add(&more, (i * 7 + round) * BLOCK * (1 + round % 3), BLOCK,
				   &(struct heat){ 1, 0, 0 });
		blocks_merge(&all, &spare, &more);
		CHECK(is_ascending(&all));
		CHECK_EQUAL(sum_of(&all), 40 * (round + 1));
	}
	blocks_free(&all);
	blocks_free(&spare);
	blocks_free(&more);
}

/* What begins in the middle of a coarse one is in it. */
static void grains_may_differ(void)
{
	struct blocks fine, coarse, spare;

	CHECK_EQUAL(blocks_init(&fine, 16) + blocks_init(&coarse, 16) + blocks_init(&spare, 16), 0);
	blocks_add(&fine, 3 * BLOCK, BLOCK, &(struct heat){ 1, 0, 0 });
	blocks_add(&fine, 9 * BLOCK, BLOCK, &(struct heat){ 2, 0, 0 });
	blocks_add(&coarse, 0, 8 * BLOCK, &(struct heat){ 4, 0, 0 });
	blocks_merge(&fine, &spare, &coarse);
	CHECK_EQUAL(fine.block_pages, 8 * BLOCK);
	CHECK_EQUAL(fine.nr, 2);
	CHECK_EQUAL(fine.block[0].heat.heat, 5);
	CHECK_EQUAL(fine.block[1].heat.heat, 2);
	blocks_free(&fine);
	blocks_free(&coarse);
	blocks_free(&spare);
}

/* ---- the heat map ---- */

static struct block places[64];
static struct record_heat picture = { .nid = 1, .blocks = { BLOCK, 0, 64, places } };
static struct record_sample sample = { .heat = &picture, .nr_heat = 1 };
static const struct record_head head = { .interval_ms = 1000, .page_size = 4096 };

static void set_picture(uint64_t t_ms, uint64_t at, unsigned int nr, uint64_t heat)
{
	sample.t_ms = t_ms;
	picture.blocks.nr = nr;
	for (unsigned int i = 0; i < nr; i++)
		places[i] = (struct block){ at + i, { heat, heat / 2, heat } };
}

/* For @seconds, ten blocks that go on by one each second, and a lone one far away. */
static void record(struct heatmap *map, unsigned int seconds, unsigned int rows,
		   unsigned int columns)
{
	for (unsigned int second = 0; second < 2 * seconds; second++) {
		unsigned int t = second % seconds;

		if (second == seconds && heatmap_lay_out(map, rows, columns))
			abort();
		set_picture(1000 * t + t % 7, 1000 + t, 10, 100);
		places[9].at = 100000;
		if (second < seconds)
			heatmap_look(map, &head, &sample);
		else
			heatmap_add(map, &sample);
	}
}

static void cells_add_up_at_any_size(void)
{
	static const unsigned int sizes[] = { 2, 3, 7, 24, 80, 256 };

	for (unsigned int i = 0; i < 36; i++) {
		struct heatmap map;
		uint64_t sum = 0, pictures = 0;

		CHECK_EQUAL(heatmap_init(&map, 1), 0);
		record(&map, 100, sizes[i / 6], sizes[i % 6]);
		CHECK(map.nr_rows <= sizes[i / 6] && map.nr_columns <= sizes[i % 6]);
		for (unsigned int c = 0; c < map.nr_rows * map.nr_columns; c++)
			sum += map.cell[c].heat;
		for (unsigned int c = 0; c < map.nr_columns; c++)
			pictures += map.column_pictures[c];
		CHECK_EQUAL(sum, 100 * 10 * 100);
		CHECK_EQUAL(map.total.heat, sum);
		CHECK_EQUAL(pictures, 100);
		heatmap_free(&map);
	}
}

static void columns_have_the_same_number_of_samples(void)
{
	for (unsigned int columns = 1; columns <= 100; columns++) {
		struct heatmap map;

		CHECK_EQUAL(heatmap_init(&map, 1), 0);
		record(&map, 100, 64, columns);
		CHECK_EQUAL(map.column_ms % 1000, 0);
		for (unsigned int c = 0; c + 1 < map.nr_columns; c++)
			CHECK_EQUAL(map.column_pictures[c], map.column_ms / 1000);
		heatmap_free(&map);
	}
}

static void gaps_are_what_was_never_hot(void)
{
	struct heatmap map;

	CHECK_EQUAL(heatmap_init(&map, 1), 0);
	record(&map, 20, 256, 80);
	CHECK_EQUAL(map.nr_rows, 19 + 9 + 1);
	for (unsigned int row = 1; row + 1 < map.nr_rows; row++)
		CHECK_EQUAL(map.row[row].gap_pages, 0);
	CHECK_EQUAL(map.row[28].pfn, 100000 * BLOCK);
	CHECK_EQUAL(map.row[28].gap_pages, (100000 - 1028) * BLOCK);
	heatmap_free(&map);
}

static void levels_are_equal_parts_up_to_the_hottest(void)
{
	struct heatmap map;

	CHECK_EQUAL(heatmap_init(&map, 1), 0);
	for (unsigned int i = 0; i < 2 * 9; i++) {
		if (i == 9)
			CHECK_EQUAL(heatmap_lay_out(&map, 8, 9), 0);
		set_picture(1000 * (i % 9), 5, 1, 512 * (i % 9));
		if (i < 9)
			heatmap_look(&map, &head, &sample);
		else
			heatmap_add(&map, &sample);
	}
	CHECK(fabs(heatmap_hottest(&map) - 8) < TINY);
	for (unsigned int column = 0; column < 9; column++)
		CHECK_EQUAL(heatmap_level(&map, 0, column, 8, 4),
			    column ? (column / 2 + 1 > 4 ? 4 : column / 2 + 1) : 0);
	heatmap_free(&map);
}

/* ---- axes ---- */

static void steps_are_round_and_few(void)
{
	for (double max = 0.001; max < 1e12; max *= 1.37) {
		struct ticks ticks = ticks_number(max, 5, "");
		double mantissa = ticks.step / pow(10, floor(log10(ticks.step) + TINY));

		CHECK(fabs(mantissa - 1) < TINY || fabs(mantissa - 2) < TINY || fabs(mantissa - 5) < TINY);
		CHECK(ticks.max >= max * (1 - TINY) && ticks.max <= max + ticks.step);
		CHECK(ticks.max / ticks.step <= 5 + TINY);
	}
}

static void nothing_has_an_axis_too(void)
{
	CHECK(ticks_number(0, 5, "").max > 0);
	CHECK(ticks_number(-1, 5, "").max > 0);
	CHECK(ticks_number(NAN, 0, "").step > 0);
	CHECK(ticks_bytes(0, 5).step > 0);
	CHECK(ticks_time(0, 0).step > 0);
}

static bool labelled(struct ticks ticks, double at, const char *wanted)
{
	char label[32];

	ticks_label(&ticks, at, label, sizeof(label));
	if (!strcmp(label, wanted))
		return true;
	printf("# '%s', not '%s'\n", label, wanted);
	return false;
}

static void labels_have_a_unit_that_fits(void)
{
	CHECK(labelled(ticks_bytes(5 << 20, 5), 3 << 20, "3 MiB"));
	CHECK(labelled(ticks_bytes(1.5 * (1 << 30), 5), 1 << 29, "0.5 GiB"));
	CHECK(labelled(ticks_bytes(100, 5), 40, "40 B"));
	CHECK(labelled(ticks_time(3, 10), 0.5, "0.5 s"));
	CHECK(labelled(ticks_time(600, 10), 120, "2 min"));
	CHECK(labelled(ticks_time(86400, 10), 7200, "2 h"));
	CHECK(labelled(ticks_number(3, 3, "%"), 2, "2%"));
	CHECK(labelled(ticks_number(10, 2, ""), 5, "5"));
}

static void time_has_ticks_that_people_count_in(void)
{
	for (double seconds = 0.1; seconds < 1e8; seconds *= 1.3) {
		struct ticks ticks = ticks_time(seconds, 8);

		CHECK(ticks.max / ticks.step <= 8 + TINY);
		CHECK(ticks.step < 60 || fmod(ticks.step, 60) < TINY);
		CHECK(ticks.step < 3600 || fmod(ticks.step, 3600) < TINY);
	}
}

/* ---- names ---- */

#define BAD "\xef\xbf\xbd"

static bool becomes(const char *text, const char *wanted, bool controls)
{
	char clean[64];

	utf8_clean(clean, text, controls);
	return !strcmp(clean, wanted) && utf8_is_clean(clean) == (controls || utf8_is_clean(wanted));
}

static void what_is_utf8_stays(void)
{
	static const char *const good[] = {
		"", "/a.service", "\xc3\xbc", "\xe2\x98\x83 x", "\xf0\x9f\x98\x80",
		"\xef\xbf\xbd", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xc2\xa0",
	};

	for (size_t i = 0; i < KTAP_NR(good); i++)
		CHECK(becomes(good[i], good[i], true) && utf8_is_clean(good[i]));
}

static void each_byte_that_is_no_utf8_is_replaced(void)
{
	CHECK(becomes("x\xff", "x" BAD, false));
	CHECK(becomes("\x80y", BAD "y", false));
	CHECK(becomes("\xc3", BAD, false)); /* cut short */
	CHECK(becomes("\xe2\x98z", BAD BAD "z", false));
	CHECK(becomes("\xf0\x9f\x98", BAD BAD BAD, false));
	CHECK(becomes("\xc0\xaf", BAD BAD, false)); /* longer than need be */
	CHECK(becomes("\xe0\x80\xaf", BAD BAD BAD, false));
	CHECK(becomes("\xed\xa0\x80", BAD BAD BAD, false)); /* a surrogate */
	CHECK(becomes("\xf4\x90\x80\x80", BAD BAD BAD BAD, false)); /* beyond the last */
	CHECK(becomes("\xfe\xc3\xbc", BAD "\xc3\xbc", false));
}

static void control_characters_are_replaced_where_that_is_asked_for(void)
{
	CHECK(becomes("a\x1b[2J\x7f", "a" BAD "[2J" BAD, true));
	CHECK(becomes("\xc2\x9b", BAD, true));
	CHECK(becomes("\xef\xbf\xbe", BAD, true) && becomes("\xef\xbf\xbf", BAD, true));
	CHECK(becomes("\xef\xbf\xbe", "\xef\xbf\xbe", false));
	CHECK(becomes("a\x1b", "a\x1b", false));
	CHECK(!utf8_is_clean("a\x1b") && !utf8_is_clean("\xc2\x9b") && !utf8_is_clean("\xff"));
}

static const struct ktap_test tests[] = {
	KTAP_TEST(full_list_gets_coarser_and_loses_nothing),
	KTAP_TEST(blocks_far_apart_find_room),
	KTAP_TEST(merging_keeps_every_count),
	KTAP_TEST(grains_may_differ),
	KTAP_TEST(cells_add_up_at_any_size),
	KTAP_TEST(columns_have_the_same_number_of_samples),
	KTAP_TEST(gaps_are_what_was_never_hot),
	KTAP_TEST(levels_are_equal_parts_up_to_the_hottest),
	KTAP_TEST(steps_are_round_and_few),
	KTAP_TEST(nothing_has_an_axis_too),
	KTAP_TEST(labels_have_a_unit_that_fits),
	KTAP_TEST(time_has_ticks_that_people_count_in),
	KTAP_TEST(what_is_utf8_stays),
	KTAP_TEST(each_byte_that_is_no_utf8_is_replaced),
	KTAP_TEST(control_characters_are_replaced_where_that_is_asked_for),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
