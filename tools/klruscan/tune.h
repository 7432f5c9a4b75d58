/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_TUNE_H
#define KLRUSCAN_TUNE_H

#include <stdbool.h>
#include <stdio.h>

#include "emit.h"
#include "failure.h"
#include "knobs.h"

/**
 * struct knob_now - a knob of the loaded module
 * @knob:	what is known of it, or &unknown_knob
 * @name:	the file in sysfs
 * @value:	as the kernel shows it, or would
 */
struct knob_now {
	const struct knob *knob;
	char name[KNOB_NAME_LEN];
	char value[KNOB_VALUE_LEN];
};

/**
 * struct knob_table - all of them
 * @all:	in the order in which they are shown
 * @nr:		how many
 * @assumed:	no module is loaded: these are the defaults of one of this version
 */
struct knob_table {
	struct knob_now *all;
	unsigned int nr;
	bool assumed;
};

/**
 * struct request - NAME=VALUE, as somebody asks for it
 * @text:	these words
 * @line:	of the file in which it stands; 0: the command line
 */
struct request {
	const char *text;
	unsigned int line;
};

/**
 * struct requests - all that one call asks for
 * @file:	where they stand; NULL: on the command line
 * @data:	what the file has, into which @all points
 * @all:	in the order given
 * @nr:		how many
 */
struct requests {
	const char *file;
	char *data;
	struct request *all;
	unsigned int nr;
};

/**
 * struct change - what is to become of one knob, or has
 * @now:	the knob as it was
 * @line:	of the file that asks for it; 0: the command line
 * @after:	the value asked for; once it is applied, what the kernel shows
 */
struct change {
	const struct knob_now *now;
	unsigned int line;
	char after[KNOB_VALUE_LEN];
};

/**
 * struct tuning - all changes of one call
 * @file:	that asks for them; NULL: the command line
 * @dry_run:	nothing is changed
 * @unloaded:	there is no module yet, and nothing before
 * @changes:	in the order in which they are made
 * @nr:		how many
 */
struct tuning {
	const char *file;
	bool dry_run;
	bool unloaded;
	struct change *changes;
	unsigned int nr;
};

/* tune.c: rendering. Both return 0 or a negative errno. */
int knobs_render(const struct knob_table *table, enum format format, FILE *out);
int tuning_render(const struct tuning *tuning, enum format format, FILE *out);

/*
 * tune_request.c: what is asked for by the @nr @words of a command line, or by a file
 * with one NAME=VALUE on a line. Returns 0, or a negative errno with @failure filled;
 * to be released with requests_free() in either case.
 */
int requests_from_words(struct requests *requests, int nr, char **words,
			struct failure *failure);
int requests_from_file(struct requests *requests, const char *file, struct failure *failure);
void requests_free(struct requests *requests);

/*
 * tune_plan.c, tune_apply.c: each returns 0, or a negative errno with @failure
 * filled. What knobs_collect(), knobs_assume() and tuning_plan() made is freed by the caller.
 */
int knobs_collect(struct knob_table *table, struct failure *failure);
int knobs_assume(struct knob_table *table, struct failure *failure);
int tuning_plan(struct tuning *tuning, const struct knob_table *table,
		const struct requests *requests, struct failure *failure);

/* All or nothing: when one is refused, those before it are set back. */
int tuning_apply(struct tuning *tuning, struct failure *failure);

#endif
