/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a server keeps the values that it was filled with, and which pages they are on.
 * Pure: who reads its memory is server.c.
 *
 * The values are those of Redis' DEBUG POPULATE: VALUE_BYTES bytes, the text
 * "value:NUMBER" and then zeros. Each tells its key, so they can be found in memory
 * without knowing anything of the server's structures or its allocator.
 */
#ifndef WORKLOADS_VALUES_H
#define WORKLOADS_VALUES_H

#include "pattern.h"

#define VALUE_BYTES 1024
#define VALUE_PARTS (1 << PATTERN_LINE_BITS)	/* a pattern's access chooses one */
#define VALUE_PART_BYTES (VALUE_BYTES / VALUE_PARTS)

struct values {
	uint32_t keys;
	uint64_t *at;		/* [keys] address of the value; 0: not found */
	uint32_t found;
	uint32_t *order;	/* [found] keys, by ascending address */
	uint32_t twice;		/* values found whose key had been found before */
	/* from values_divide() on */
	size_t page_bytes;
	uint32_t pages;		/* that have a byte of a value */
	uint64_t *page_at;	/* [pages], ascending */
	uint32_t *page;		/* [keys] that has the first byte */
};

int values_init(struct values *values, uint32_t keys);
void values_free(struct values *values);
size_t values_scan(struct values *values, const char *buf, size_t len, uint64_t address);
int values_divide(struct values *values, size_t page_bytes);
struct pattern_map *values_map(const struct values *values, const struct pattern_map *keys,
			       double hot_access_percent);
int values_wrong_byte(uint32_t key, const char *value);

/* The page of part @part of the value of @key, which is that of its first byte. */
static inline uint32_t values_page(const struct values *values, uint32_t key, uint32_t part)
{
	const uint64_t in_page = values->at[key] % values->page_bytes;

	return values->page[key] + (in_page + part * VALUE_PART_BYTES >= values->page_bytes);
}

#endif
