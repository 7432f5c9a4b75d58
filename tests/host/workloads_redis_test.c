// SPDX-License-Identifier: GPL-2.0-only
/* The ground truth of redis: what a reply says, where a value is, what a page weighs. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prng.h"
#include "resp.h"
#include "values.h"
#include "workloads_test.h"

#define KEYS 1000
#define STRIDE 1280		/* what jemalloc takes for a value and its header */
#define START 0x7f0000000000ULL
#define PAGE 4096
#define MEMORY ((size_t)STRIDE * KEYS + PAGE)

static const char two_replies[] = "$5\r\na\r\nbc\r\n$-1\r\n";

/* Each reply is there when its last byte is, and not before. */
void resp_waits_for_the_whole_reply(void)
{
	struct resp reply;
	size_t len;

	for (len = 0; len < 11; len++) {
		/* a copy of its own size: a read beyond it is found */
		char *part = malloc(len + 1);

		CHECK(part);
		memcpy(part, two_replies, len);
		part[len] = '$';
		CHECK(resp_parse(part, len, &reply) == 0);
		free(part);
	}
	for (len = 11; len < sizeof(two_replies); len++) {
		CHECK(resp_parse(two_replies, len, &reply) == 11);
		CHECK(reply.type == '$' && !reply.nil && reply.len == 5);
		CHECK(!memcmp(reply.text, "a\r\nbc", 5));
	}
}

void resp_tells_nil_status_and_error_apart(void)
{
	struct resp reply;

	CHECK(resp_parse(two_replies + 11, 5, &reply) == 5);
	CHECK(reply.type == '$' && reply.nil && !reply.len);
	CHECK(resp_parse("$0\r\n\r\n", 6, &reply) == 6 && !reply.nil && !reply.len);
	CHECK(resp_parse("+OK\r\n", 5, &reply) == 5);
	CHECK(reply.type == '+' && reply.len == 2 && !memcmp(reply.text, "OK", 2));
	CHECK(resp_parse("-ERR no\r\n+", 10, &reply) == 9);
	CHECK(reply.type == '-' && reply.len == 6 && !memcmp(reply.text, "ERR no", 6));
	CHECK(resp_parse(":17\r\n", 5, &reply) == 5 && reply.type == ':');
}

void resp_refuses_what_is_no_reply(void)
{
	static const char *const wrong[] = {
		"*1\r\n+OK\r\n", "HTTP/1.1 200\r\n", "$\r\n", "$-2\r\n", "$1x\r\na\r\n",
		"$1\r\nabc\r\n", "$9999999999\r\n",
	};
	char line[5000] = "+";
	struct resp reply;
	uint32_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(resp_parse(wrong[i], strlen(wrong[i]), &reply) == -EPROTO);
	CHECK(resp_parse("\0", 1, &reply) == -EPROTO);
	/* a line without end */
	memset(line + 1, 'x', sizeof(line) - 1);
	CHECK(resp_parse(line, sizeof(line), &reply) == -EPROTO);
}

void resp_asks_for_the_key(void)
{
	char out[RESP_GET_MAX];
	size_t len = resp_get(out, 4294967295U);

	CHECK(len < sizeof(out));
	len = resp_get(out, 123);
	CHECK(len == 26 && !memcmp(out, "*2\r\n$3\r\nGET\r\n$7\r\nkey:123\r\n", len));
}

static void put(char *memory, uint32_t key, size_t at)
{
	memset(memory + at, 0, VALUE_BYTES);
	snprintf(memory + at, VALUE_BYTES, "value:%u", key);
}

/* Memory as of a server: values in an order of their own, other bytes between them. */
static char *make_memory(size_t *at)
{
	char *memory = malloc(MEMORY);
	uint32_t i;

	if (!memory)
		return NULL;
	memset(memory, 'v', MEMORY);
	for (i = 0; i < KEYS; i++) {
		at[i] = 5 + (size_t)STRIDE * (i * 7 % KEYS);
		put(memory, i, at[i]);
	}
	return memory;
}

/* Scan in pieces of @piece bytes, as who reads it does. Returns whether all went well. */
static bool scan(struct values *values, const char *memory, size_t piece)
{
	size_t from = 0, to = 0, again;

	if (values_init(values, KEYS))
		return false;
	while (to < MEMORY) {
		char *copy;

		to = to + piece < MEMORY ? to + piece : MEMORY;
		copy = malloc(to - from);
		if (!copy)
			return false;
		memcpy(copy, memory + from, to - from);
		again = values_scan(values, copy, to - from, START + from);
		free(copy);
		from = to - again;
	}
	return true;
}

void values_are_found_once_however_memory_is_cut(void)
{
	static const size_t pieces[] = { MEMORY, 1 << 16, 4096, 1023, 77 };
	size_t at[KEYS];
	char *memory = make_memory(at);
	struct values values;
	uint32_t i, k;

	CHECK(memory);
	for (i = 0; i < 5; i++) {
		CHECK(scan(&values, memory, pieces[i]));
		CHECK(values.found == KEYS && !values.twice);
		for (k = 0; k < KEYS; k++) {
			CHECK(values.at[k] == START + at[k]);
			CHECK(!k || values.at[values.order[k]] > values.at[values.order[k - 1]]);
		}
		values_free(&values);
	}
	free(memory);
}

void values_missing_or_twice_are_noticed(void)
{
	size_t at[KEYS];
	char *memory = make_memory(at);
	struct values values;

	CHECK(memory);
	memory[at[5] + VALUE_BYTES - 1] = 1;	/* not all zeros: no value */
	CHECK(scan(&values, memory, 4096));
	CHECK(values.found == KEYS - 1 && !values.twice && !values.at[5]);
	CHECK(values_wrong_byte(5, memory + at[5]) == VALUE_BYTES - 1);
	values_free(&values);

	put(memory, 6, at[5]);
	CHECK(scan(&values, memory, 4096));
	CHECK(values.found == KEYS - 1 && values.twice == 1 && !values.at[5]);
	CHECK(values_wrong_byte(5, memory + at[5]) == 6);
	CHECK(values_wrong_byte(6, memory + at[5]) == -1);
	values_free(&values);
	free(memory);
}

void values_do_not_take_other_text_for_a_stamp(void)
{
	static const char *const other[] = {
		"value:", "value:%lu", "value:007", "value:1000", "value:99999999999", "valve:7",
		"value:-1", "value:7 ",
	};
	struct values values;
	char *memory = malloc(MEMORY);
	uint32_t i;

	CHECK(memory);
	memset(memory, 0, MEMORY);
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		strcpy(memory + (size_t)i * 2000, other[i]);
	strcpy(memory + MEMORY - 9, "value:7");	/* the end is too near */
	CHECK(scan(&values, memory, 4096));
	CHECK(!values.found && !values.twice);
	values_free(&values);
	free(memory);
}

/* What the tests about pages begin with. */
static bool found(struct values *values, struct pattern_map **keys)
{
	struct pattern_params params = defaults;
	size_t at[KEYS];
	char *memory = make_memory(at);
	bool good = memory && scan(values, memory, 1 << 16) && !values_divide(values, PAGE);

	free(memory);
	params.pages = KEYS;
	params.hot_access_percent = 80;
	*keys = build(&zipf_pattern, &params, 0);
	return good && *keys;
}

void values_on_two_pages_belong_to_both(void)
{
	struct pattern_map *keys;
	struct values values;
	uint32_t key, part, straddle = 0;

	CHECK(found(&values, &keys));
	CHECK(values.pages == ((size_t)STRIDE * KEYS + PAGE - 1) / PAGE);
	for (key = 0; key < KEYS; key++) {
		for (part = 0; part < VALUE_PARTS; part++) {
			uint64_t at = values.at[key] + part * VALUE_PART_BYTES;
			uint32_t page = values_page(&values, key, part);

			CHECK(page < values.pages && values.page_at[page] == at / PAGE * PAGE);
		}
		straddle += values_page(&values, key, 0) != values_page(&values, key, VALUE_PARTS - 1);
	}
	/* of 16 values on 5 pages, 4 cross the inner borders, but for a last part */
	CHECK(straddle >= KEYS / 16 * 3 && straddle <= KEYS / 16 * 4 + 4);
	values_free(&values);
	free(keys);
}

void page_weights_add_up_to_those_of_their_values(void)
{
	struct pattern_map *keys, *map;
	double sum = 0, hot = 0, least = INFINITY;
	struct values values;
	uint32_t page, key, part;
	double *want;

	CHECK(found(&values, &keys));
	map = values_map(&values, keys, 80);
	want = calloc(values.pages, sizeof(*want));
	CHECK(map && want && map->pages == values.pages);
	for (key = 0; key < KEYS; key++)
		for (part = 0; part < VALUE_PARTS; part++)
			want[values_page(&values, key, part)] +=
				(double)keys->weight[key] / KEYS / VALUE_PARTS;
	for (page = 0; page < map->pages; page++) {
		double share = (double)map->weight[page] / map->pages;

		CHECK(fabs(share - want[page]) < 0.000001);
		sum += share;
		if (map->stratum[page] >= map->hot_strata)
			continue;
		hot += share;
		least = fmin(least, share);
	}
	CHECK(fabs(sum - 1) < 0.00001);
	/* the fewest that take 80 %: none of them can be spared, no other is heavier */
	CHECK(hot >= 0.8 - 0.00001 && hot - least < 0.8);
	for (page = 0; page < map->pages; page++)
		CHECK(map->stratum[page] < map->hot_strata ||
		      (double)map->weight[page] / map->pages <= least);
	free(want);
	free(map);
	values_free(&values);
	free(keys);
}

/* An access counts for the page of one part of the value, as client.c chooses it. */
void accesses_go_to_pages_as_their_weights_say(void)
{
	const uint32_t draws = 400000, batch = 1000;
	struct pattern_cursor cursor = { .rng = 7 };
	struct pattern_access access[1000];
	struct pattern_map *keys, *map;
	struct values values;
	uint32_t *count, i, j;
	double chi = 0;

	CHECK(found(&values, &keys));
	map = values_map(&values, keys, 80);
	count = calloc(values.pages, sizeof(*count));
	CHECK(map && count);
	for (i = 0; i < draws; i += batch) {
		zipf_pattern.fill(keys, &cursor, access, batch);
		for (j = 0; j < batch; j++)
			count[values_page(&values, access[j].page, access[j].line)]++;
	}
	for (i = 0; i < map->pages; i++) {
		double expect = (double)map->weight[i] * draws / map->pages;

		chi += (count[i] - expect) * (count[i] - expect) / expect;
	}
	/* chi square: mean n, deviation sqrt(2 n); 4 of them */
	CHECK(fabs(chi - map->pages) < 4 * sqrt(2. * map->pages));
	free(count);
	free(map);
	values_free(&values);
	free(keys);
}
