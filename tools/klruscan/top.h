/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klruscan top: top_model.c makes rates out of one status after another, top_view.c lines
 * out of these, and cmd_top.c has the terminal. The first two know of no terminal.
 */
#ifndef KLRUSCAN_TOP_H
#define KLRUSCAN_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup.h"
#include "failure.h"
#include "status.h"

/* What the charts look back to. */
#define TOP_HISTORY_S	300
#define TOP_SAMPLES_MAX	3000

/*
 * What nodes can be sorted by: X(enumerator, key, name); the first is ascending, the others
 * descending.
 */
#define TOP_SORTS(X)				\
	X(NODE,		'n', "node")		\
	X(RATE,		'm', "MiB/s")		\
	X(SCAN,		'c', "scan CPU")	\
	X(HOT,		'o', "hot")

enum top_sort {
#define X(name, key, text) TOP_SORT_##name,
	TOP_SORTS(X)
#undef X
	NR_TOP_SORTS
};

/**
 * struct top_node - a slow node, as of the last interval
 * @now:	its figures
 * @rate:	bytes promoted a second
 * @scan_cpu, @promote_cpu: shares of a CPU
 * @passes, @candidates: a second
 * @hot:	folios from the threshold on: those that are promoted when their turn comes
 */
struct top_node {
	struct klruscan_node_stats now;
	double rate;
	double scan_cpu;
	double promote_cpu;
	double passes;
	double candidates;
	uint64_t hot;
};

/**
 * struct top_cgroup - a cgroup, as of the last interval
 * @id:		of cgroup v2
 * @path:	below its root
 * @now:	its figures on all slow nodes
 * @rate:	bytes promoted a second
 * @stayed:	candidates a second that were not promoted: what is hot and still there
 * @new_hot:	folios a second that became hot
 * @scan:	share of the time that was spent on scanning it
 */
struct top_cgroup {
	uint64_t id;
	char *path;
	struct klruscan_cgroup_stats now;
	double rate;
	double stayed;
	double new_hot;
	double scan;
};

/* struct top_sample - what the charts show, once an interval */
struct top_sample {
	double rate;
	double scan_cpu;
};

/**
 * struct top - all that is shown; zeroed at the start, but for @delay_ms and @sort
 * @status:	the last one; its nodes are in @nodes
 * @refusal:	why there is none now: @up is false
 * @started:	klruscan was enabled since the one before: its counters began anew
 * @at_ns:	when it was read, 0 before the first time
 * @delay_ms:	from one to the next
 * @nodes:	@nr_nodes of them, in order of @sort
 * @total:	over all nodes
 * @outcomes:	how many candidates a second ended so; one more for unknown ones
 * @samples:	@nr_samples of them, oldest first
 * @cgroups:	@nr_cgroups of them, in order of @sort, by the rate where that is the number
 * @cgroups_at_ns: when they were read, 0 before the first time
 */
struct top {
	struct status status;
	struct failure refusal;
	bool up;
	bool started;
	uint64_t at_ns;
	unsigned int delay_ms;
	bool paused;
	bool help;
	enum top_sort sort;
	struct top_node *nodes;
	unsigned int nr_nodes;
	struct top_node total;
	double outcomes[KLRUSCAN_NR_OUTCOMES + 1];
	struct top_sample samples[TOP_SAMPLES_MAX];
	unsigned int nr_samples;
	struct top_cgroup *cgroups;
	unsigned int nr_cgroups;
	uint64_t cgroups_at_ns;
};

/*
 * Takes in a status that was read at @now_ns, of any monotonic clock; its nodes stay the
 * caller's. Returns 0 or -ENOMEM, with nothing changed.
 */
int top_update(struct top *top, const struct status *status, uint64_t now_ns);

/*
 * Takes in the figures of all cgroups, which were read at @now_ns; @table stays the caller's.
 * Returns 0 or -ENOMEM, with nothing changed.
 */
int top_update_cgroups(struct top *top, const struct cgroup_table *table, uint64_t now_ns);

/* The module does not answer. */
void top_lost(struct top *top, const struct failure *refusal);

void top_sort(struct top *top, enum top_sort sort);
void top_free(struct top *top);

/* How a line looks, where there are such looks. */
enum look { LOOK_PLAIN, LOOK_TITLE, LOOK_HEAD, LOOK_CHART, LOOK_ALERT };

#define TOP_COLUMNS_MAX 512

/* struct top_line - one line, of at most TOP_COLUMNS_MAX characters of up to 3 bytes */
struct top_line {
	enum look look;
	char text[3 * TOP_COLUMNS_MAX + 1];
};

/**
 * struct top_screen - what is to be seen
 * @width, @height: of the terminal
 * @utf8:	it can show bars of eight heights
 * @lines:	at most @height of them
 */
struct top_screen {
	unsigned int width;
	unsigned int height;
	bool utf8;
	struct top_line *lines;
	unsigned int nr_lines;
};

/* Fills the lines, for which @screen has room. */
void top_view(const struct top *top, struct top_screen *screen);

#endif
