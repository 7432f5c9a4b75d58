/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of nodes, and their form as text: "0,2-3". */
#ifndef KLRUSCAN_NODES_H
#define KLRUSCAN_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/klruscan.h>

#define NR_NODES_MAX (KLRUSCAN_NODE_WORDS * 64)

struct nodes {
	unsigned long long bits[KLRUSCAN_NODE_WORDS];
};

/*
 * Reads "0,2-3", or nothing for no node. Returns 0; -EINVAL for what is no list,
 * -ERANGE for a node that cannot be. @nodes is undefined then.
 */
int nodes_parse(const char *text, struct nodes *nodes);

/* Writes "" for no node; a list that does not fit ends in "...". */
void nodes_format(const unsigned long long *bits, unsigned int words, char *buf, size_t size);

static inline bool nodes_have(const struct nodes *nodes, unsigned int nid)
{
	return nid < NR_NODES_MAX && nodes->bits[nid / 64] >> (nid % 64) & 1;
}

static inline void nodes_add(struct nodes *nodes, unsigned int nid)
{
	nodes->bits[nid / 64] |= 1ULL << (nid % 64);
}

unsigned int nodes_count(const struct nodes *nodes);

/* Is each node of @nodes one of @of? */
bool nodes_within(const struct nodes *nodes, const struct nodes *of);

/* Those of @nodes that are not in @others. */
struct nodes nodes_without(const struct nodes *nodes, const struct nodes *others);

#endif
