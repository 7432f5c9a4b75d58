// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strata.h"
#include "values.h"

#define STAMP "value:"
#define STAMP_BYTES (sizeof(STAMP) - 1)
#define STAMP_DIGITS 10

static const char zeros[VALUE_BYTES];

/* Get ready for @keys values. Returns 0 or -ENOMEM. Release with values_free(). */
int values_init(struct values *values, uint32_t keys)
{
	*values = (struct values) { .keys = keys };
	values->at = calloc(keys, sizeof(*values->at));
	values->order = calloc(keys, sizeof(*values->order));
	if (values->at && values->order)
		return 0;
	values_free(values);
	return -ENOMEM;
}

void values_free(struct values *values)
{
	free(values->at);
	free(values->order);
	free(values->page_at);
	free(values->page);
	*values = (struct values) { 0 };
}

/*
 * Which key's value begins at @text, where VALUE_BYTES can be read? -1: none. That the rest
 * is zeros tells a value from what else has such a text in it, such as the buffer in
 * which it was made.
 */
static int64_t key_of(const char *text)
{
	int64_t key = 0;
	size_t at = STAMP_BYTES;

	if (memcmp(text, STAMP, STAMP_BYTES))
		return -1;
	while (text[at] >= '0' && text[at] <= '9') {
		if (at == STAMP_BYTES + STAMP_DIGITS)
			return -1;
		key = key * 10 + (text[at++] - '0');
	}
	if (at == STAMP_BYTES || (text[STAMP_BYTES] == '0' && at > STAMP_BYTES + 1))
		return -1;
	return memcmp(text + at, zeros, VALUE_BYTES - at) ? -1 : key;
}

/**
 * values_scan - look for values in a piece of memory
 * @values: from values_init(); what is found is added
 * @buf: a copy of the memory
 * @len: bytes of that
 * @address: of the memory; pieces come by ascending address
 *
 * A value counts when all of it is in @buf. Returns how many bytes at the end have to come
 * again, at the start of the piece that follows without a gap, as a value may begin in
 * them.
 */
size_t values_scan(struct values *values, const char *buf, size_t len, uint64_t address)
{
	const char *at = buf, *end;
	int64_t key;

	if (len < VALUE_BYTES)
		return len;
	end = buf + len - VALUE_BYTES + 1;
	while ((at = memchr(at, STAMP[0], end - at))) {
		key = key_of(at);
		if (key < 0 || key >= values->keys) {
			at++;
		} else if (values->at[key]) {
			values->twice++;
			at += VALUE_BYTES;
		} else {
			values->at[key] = address + (at - buf);
			values->order[values->found++] = key;
			at += VALUE_BYTES;
		}
		if (at >= end)
			break;
	}
	return VALUE_BYTES - 1;
}

/**
 * values_divide - number the pages that the values are on
 * @values: with every key found
 * @page_bytes: size of a page, at least VALUE_BYTES: a value is on one page or two
 *
 * Returns 0 or -ENOMEM.
 */
int values_divide(struct values *values, size_t page_bytes)
{
	uint32_t i, pages = 0;

	values->page_bytes = page_bytes;
	values->page = calloc(values->keys, sizeof(*values->page));
	values->page_at = calloc(2UL * values->keys, sizeof(*values->page_at));
	if (!values->page || !values->page_at)
		return -ENOMEM;
	for (i = 0; i < values->found; i++) {
		const uint32_t key = values->order[i];
		const uint64_t first = values->at[key] / page_bytes * page_bytes;
		const uint64_t last = (values->at[key] + VALUE_BYTES - 1) / page_bytes * page_bytes;

		if (!pages || values->page_at[pages - 1] != first)
			values->page_at[pages++] = first;
		values->page[key] = pages - 1;
		if (last != first)
			values->page_at[pages++] = last;
	}
	values->pages = pages;
	return 0;
}

/* Share of each page in the accesses, times the number of pages. */
static void weigh(const struct values *values, const struct pattern_map *keys, double *mass)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < values->keys; i++) {
		const uint64_t left = values->page_bytes - values->at[i] % values->page_bytes;
		const uint64_t parts = (left + VALUE_PART_BYTES - 1) / VALUE_PART_BYTES;
		const double first = parts < VALUE_PARTS ? (double)parts / VALUE_PARTS : 1;
		const double weight = (double)keys->weight[i];

		mass[values->page[i]] += weight * first;
		if (first < 1)
			mass[values->page[i] + 1] += weight * (1 - first);
		sum += weight;
	}
	for (i = 0; i < values->pages; i++)
		mass[i] *= values->pages / sum;
}

static int heavier_first(const void *a, const void *b, void *arg)
{
	const uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	const double *mass = arg;

	if (mass[one] != mass[other])
		return mass[one] > mass[other] ? -1 : 1;
	return one < other ? -1 : one > other;
}

/**
 * values_map - the truth about the pages
 * @values: from values_divide()
 * @keys: how much each key is asked for: its @weight
 * @hot_access_percent: the hot pages are the fewest that take so much
 *
 * A page weighs as much as its values are asked for, a value on two pages for each in
 * proportion to its parts there.
 *
 * Returns the map, to be released with free(), or NULL when there is no memory.
 */
struct pattern_map *values_map(const struct values *values, const struct pattern_map *keys,
			       double hot_access_percent)
{
	const uint32_t pages = values->pages;
	struct pattern_map *map = calloc(1, sizeof(*map) + pages * (sizeof(float) + 1));
	uint32_t *order = calloc(pages, sizeof(*order)), i;
	double *mass = calloc(pages, sizeof(*mass));

	if (!map || !order || !mass) {
		free(map);
		map = NULL;
		goto out;
	}
	map->pages = pages;
	map->weight = (float *)(void *)(map + 1);
	map->stratum = (uint8_t *)(map->weight + pages);
	weigh(values, keys, mass);
	for (i = 0; i < pages; i++) {
		map->weight[i] = (float)mass[i];
		order[i] = i;
	}
	qsort_r(order, pages, sizeof(*order), heavier_first, mass);
	strata_divide(map, order, mass, hot_access_percent);
out:
	free(order);
	free(mass);
	return map;
}

/* The first byte of @value that is not as that of @key should be; -1: none. */
int values_wrong_byte(uint32_t key, const char *value)
{
	char stamp[STAMP_BYTES + STAMP_DIGITS + 1];
	int len = snprintf(stamp, sizeof(stamp), STAMP "%u", key), i;

	if (!memcmp(value, stamp, len) && !memcmp(value + len, zeros, VALUE_BYTES - len))
		return -1;
	for (i = 0; value[i] == (i < len ? stamp[i] : 0); i++)
		;
	return i;
}
