/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_CGROUP_H
#define KLRUSCAN_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/klruscan.h>

#include "emit.h"
#include "failure.h"

/**
 * struct cgroup_setting - what can be set for a cgroup; there is one for each of the ABI's
 * @word:	how it is called
 * @lo:		lowest value
 * @hi:		highest one
 */
struct cgroup_setting {
	const char *word;
	uint32_t lo;
	uint32_t hi;
};

extern const struct cgroup_setting cgroup_settings[KLRUSCAN_NR_CGROUP_SETTINGS];

/**
 * struct cgroup_row - one cgroup
 * @path:	below the root of cgroup v2, from "/" on; NULL: what belongs to no cgroup
 * @set:	what is set for it, and its id
 * @on:		its figures on each slow node
 */
struct cgroup_row {
	char *path;
	struct klruscan_cgroup set;
	struct klruscan_cgroup_stats *on;
};

/**
 * struct cgroup_table - what is shown
 * @enabled:	klruscan works
 * @page_size:	bytes of a base page
 * @nid:	the slow nodes
 * @nr_nodes:	how many
 * @row:	the cgroups
 * @nr:		how many
 */
struct cgroup_table {
	bool enabled;
	uint64_t page_size;
	unsigned int *nid;
	unsigned int nr_nodes;
	struct cgroup_row *row;
	unsigned int nr;
};

/* cgroup.c: the figures of all slow nodes, and candidates that stayed where they were. */
struct klruscan_cgroup_stats cgroup_sum(const struct cgroup_table *table,
					const struct cgroup_row *row);
uint64_t cgroup_refused(const struct klruscan_cgroup_stats *stats);

/* Rendering. Returns 0 or a negative errno. */
int cgroup_render(const struct cgroup_table *table, enum format format, FILE *out);

/* cgroup_path.c: the directory of cgroup v2, NULL where there is none. */
const char *cgroup_root(void);

/*
 * Finds the cgroup that @text names, by a path of the file system or one below the root.
 * Returns 0, or a negative errno with @failure filled; @path is to be freed.
 */
int cgroup_find(const char *text, char **path, uint64_t *id, struct failure *failure);

/* Fills in the paths of all rows, as far as they have one. Returns 0 or -ENOMEM. */
int cgroup_find_paths(struct cgroup_table *table);

/*
 * cgroup_collect.c: of the cgroups that @words name or, without any, all that have settings
 * or figures, by path. Both return 0, or a negative errno with @failure filled; @table is to
 * be released in either case.
 */
int cgroup_collect(struct cgroup_table *table, int nr, char **words, struct failure *failure);
void cgroup_release(struct cgroup_table *table);

/* Changes what @cgroup says; @path is how it is called. */
int cgroup_change(struct klruscan_cgroup *cgroup, const char *path, struct failure *failure);

#endif
