// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* What follows the name in "--name=VALUE", "" for "--name" alone, or NULL. */
static const char *match(const struct option_spec *spec, const char *argument)
{
	size_t length = strlen(spec->name);

	if (strncmp(argument, spec->name, length))
		return NULL;
	return argument[length] && argument[length] != '=' ? NULL : argument + length;
}

/* Returns the index of the last argument that belongs to the option, 0: not fine. */
static int take_option(int argc, char **argv, int at, const struct option_spec *specs)
{
	for (const struct option_spec *spec = specs; spec->name; spec++) {
		const char *rest = match(spec, argv[at]);
		bool next = at + 1 < argc && argv[at + 1][0] != '-';

		if (!rest || (spec->flag && *rest))
			continue;
		if (spec->flag)
			*spec->flag = true;
		else if (*rest)
			*spec->value = rest + 1;
		else if (next)
			*spec->value = argv[++at];
		else
			*spec->value = spec->otherwise;
		return spec->flag || *spec->value ? at : 0;
	}
	return 0;
}

int parse_options(int argc, char **argv, const struct option_spec *specs, int max,
		  struct failure *failure)
{
	bool options = true;
	int nr = 0;

	for (int at = 1; at < argc; at++) {
		char *argument = argv[at];

		if (options && !strcmp(argument, "--")) {
			options = false;
			continue;
		}
		if (!options || argument[0] != '-') {
			if (nr == max)
				return fail_usage(failure, argv[0], "%s: unexpected argument '%s'",
						  argv[0], argument);
			argv[++nr] = argument;
			continue;
		}
		at = take_option(argc, argv, at, specs);
		if (!at)
			return fail_usage(failure, argv[0], "%s: wrong option '%s'",
					  argv[0], argument);
	}
	return nr;
}

int parse_seconds(const char *text, const char *what, uint64_t min_ms, uint64_t max_ms,
		  uint64_t *ms, struct failure *failure)
{
	char *end, advice[80];
	double seconds = strtod(text, &end);

	if (end != text && !*end && seconds * 1000 >= (double)min_ms &&
	    seconds * 1000 <= (double)max_ms) {
		*ms = (uint64_t)(seconds * 1000 + 0.5);
		return 0;
	}
	snprintf(advice, sizeof(advice), "it is %.15g to %.15g seconds", (double)min_ms / 1e3,
		 (double)max_ms / 1e3);
	return fail_request(failure, advice, "the %s cannot be '%.32s'", what, text);
}
