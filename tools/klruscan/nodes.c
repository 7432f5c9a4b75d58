// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nodes.h"

/* Reads a node's number at *@text, and goes past it. */
static int parse_nid(const char **text, unsigned long *nid)
{
	char *end;

	if (**text < '0' || **text > '9')
		return -EINVAL;
	errno = 0;
	*nid = strtoul(*text, &end, 10);
	if (errno || *nid >= NR_NODES_MAX)
		return -ERANGE;
	*text = end;
	return 0;
}

int nodes_parse(const char *text, struct nodes *nodes)
{
	unsigned long first, last;
	int err;

	memset(nodes, 0, sizeof(*nodes));
	if (!*text)
		return 0;
	for (;; text++) {
		err = parse_nid(&text, &first);
		last = first;
		if (!err && *text == '-') {
			text++;
			err = parse_nid(&text, &last);
		}
		if (err)
			return err;
		if (last < first)
			return -EINVAL;
		for (unsigned long nid = first; nid <= last; nid++)
			nodes_add(nodes, (unsigned int)nid);
		if (*text != ',')
			return *text ? -EINVAL : 0;
	}
}

static bool has_node(const unsigned long long *bits, unsigned int words, unsigned int nid)
{
	return nid < words * 64 && bits[nid / 64] >> (nid % 64) & 1;
}

void nodes_format(const unsigned long long *bits, unsigned int words, char *buf, size_t size)
{
	size_t used = 0;

	*buf = '\0';
	for (unsigned int nid = 0; nid < words * 64; nid++) {
		unsigned int first = nid;

		if (!has_node(bits, words, nid))
			continue;
		while (has_node(bits, words, nid + 1))
			nid++;
		if (used + 16 > size) {
			snprintf(buf + used, size - used, ",...");
			return;
		}
		used += (size_t)snprintf(buf + used, size - used, "%s%u", used ? "," : "", first);
		if (nid > first)
			used += (size_t)snprintf(buf + used, size - used, "-%u", nid);
	}
}

unsigned int nodes_count(const struct nodes *nodes)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < KLRUSCAN_NODE_WORDS; i++)
		count += (unsigned int)__builtin_popcountll(nodes->bits[i]);
	return count;
}

bool nodes_within(const struct nodes *nodes, const struct nodes *of)
{
	struct nodes rest = nodes_without(nodes, of);

	return !nodes_count(&rest);
}

struct nodes nodes_without(const struct nodes *nodes, const struct nodes *others)
{
	struct nodes rest;

	for (unsigned int i = 0; i < KLRUSCAN_NODE_WORDS; i++)
		rest.bits[i] = nodes->bits[i] & ~others->bits[i];
	return rest;
}
