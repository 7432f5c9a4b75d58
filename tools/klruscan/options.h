/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_OPTIONS_H
#define KLRUSCAN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/**
 * struct option_spec - an option of a command; a table of them ends with {0}
 * @name:	with its dashes
 * @flag:	set when it is given; NULL for an option with a value
 * @value:	set to what follows, as in "--name=VALUE" or "--name VALUE", where VALUE
 *		may begin with a dash only if that is the sign of a number; also as in
 *		"-nVALUE" if @name is one letter
 * @otherwise:	the value when none follows; NULL: one has to
 */
struct option_spec {
	const char *name;
	bool *flag;
	const char **value;
	const char *otherwise;
};

#define ANY_NUMBER -1

/*
 * Options may stand anywhere before "--". The other arguments, at most @max of
 * them, are moved to argv[1] and on. Returns how many there are, or a negative
 * errno with @failure filled.
 */
int parse_options(int argc, char **argv, const struct option_spec *specs, int max,
		  struct failure *failure);

/*
 * Takes a number of seconds that is from @min_ms to @max_ms; @what is what it is of. Returns
 * 0, or a negative errno with @failure filled.
 */
int parse_seconds(const char *text, const char *what, uint64_t min_ms, uint64_t max_ms,
		  uint64_t *ms, struct failure *failure);

#endif
