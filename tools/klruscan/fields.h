/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one list of what the kernel tells of a slow node: what each figure is called, its
 * unit, and what may be done with it. Who shows, sums or exports figures goes by it.
 * Arrays (heat, outcomes) are for each of these to handle.
 */
#ifndef KLRUSCAN_FIELDS_H
#define KLRUSCAN_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/klruscan.h>

#include "emit.h"

enum field_group { GROUP_SCAN, GROUP_STORE, GROUP_PROMOTION, GROUP_GAUGE };

/* Flags of a node's field. */
#define FIELD_COUNTER	1u	/* only grows, from zero when klruscan is enabled */
#define FIELD_SUM	2u	/* makes sense as a sum over nodes, as all counters do */
#define FIELD_STATE	4u	/* enum klruscan_state */
#define FIELD_NODE	8u	/* a node, -1 for none */
#define FIELD_SHARE	16u	/* CPU time: its share of the time is shown as well */
#define FIELD_PAGES	32u	/* base pages: the bytes are shown as well */
#define FIELD_OPTIONAL	64u	/* 0 while it is not known */

/**
 * struct node_field - a figure of a slow node
 * @group:	where it is shown
 * @offset:	in struct klruscan_node_stats
 * @size:	there: 4 or 8 bytes, without a sign but for FIELD_NODE and KIND_PERMILLE
 * @kind:	of value, with its unit; KIND_PERMILLE is -1 while it is not known
 * @flags:	FIELD_*
 * @key:	in JSON
 * @label:	in text
 * @metric:	as a metric, without "klruscan_", and without "_total" for a counter;
 *		in seconds, bytes, a ratio or a number; NULL: can be had from others
 * @help:	of the metric
 */
struct node_field {
	enum field_group group;
	size_t offset;
	size_t size;
	enum kind kind;
	unsigned int flags;
	const char *key;
	const char *label;
	const char *metric;
	const char *help;
};

extern const struct node_field node_fields[];
extern const unsigned int nr_node_fields;

uint64_t node_field_get(const struct node_field *field, const struct klruscan_node_stats *node);

/* Is there a value? @number is what node_field_get() returned of it. */
bool node_field_known(const struct node_field *field, uint64_t number);

/* Adds what can be added; a sum stays at the largest number rather than overflow. */
void node_fields_add(struct klruscan_node_stats *sum, const struct klruscan_node_stats *node);

/* struct word - how a state or an outcome is called, and what it means */
struct word {
	const char *word;
	const char *text;
};

/* By enum klruscan_outcome: the ABI's. */
extern const struct word outcome_words[];

/* The largest number rather than an overflow. */
uint64_t pages_to_bytes(uint64_t pages, uint64_t page_size);

/* A newer kernel may count outcomes that this program has no word for: their sum. */
uint64_t node_outcomes_unknown(const struct klruscan_node_stats *node);

#endif
