// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* One dash and a letter: a value may follow at once, as in "-oFILE". */
static bool is_short(const struct option_spec *spec)
{
	return spec->name[1] != '-' && spec->value;
}

/* What follows the name in "--name=VALUE" or "-nVALUE", "" for the name alone, or NULL. */
static const char *match(const struct option_spec *spec, const char *argument)
{
	size_t length = strlen(spec->name);

	if (strncmp(argument, spec->name, length))
		return NULL;
	argument += length;
	return *argument && *argument != '=' && !is_short(spec) ? NULL : argument;
}

/* A word that begins with '-' is an option, unless it is a number. */
static bool is_value(const char *argument)
{
	return argument[0] != '-' || (argument[1] >= '0' && argument[1] <= '9');
}

static int fail_option(const char *argument, const char *command, const char *what,
		       struct failure *failure)
{
	return fail_usage(failure, command, "%s: %s '%s'", command, what, argument);
}

/* Returns the index of the last argument that belongs to the option, or -EINVAL. */
static int take_option(int argc, char **argv, int at, const struct option_spec *specs,
		       struct failure *failure)
{
	const char *argument = argv[at];

	for (const struct option_spec *spec = specs; spec->name; spec++) {
		const char *rest = match(spec, argv[at]);
		bool next = at + 1 < argc && is_value(argv[at + 1]);

		if (!rest)
			continue;
		if (spec->flag && *rest)
			return fail_option(argument, argv[0], "no value goes with", failure);
		if (spec->flag)
			*spec->flag = true;
		else if (*rest)
			*spec->value = rest + (*rest == '=');
		else if (next)
			*spec->value = argv[++at];
		else
			*spec->value = spec->otherwise;
		if (!spec->flag && !*spec->value)
			return fail_option(argument, argv[0], "no value follows", failure);
		return at;
	}
	return fail_option(argument, argv[0], "unknown option", failure);
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
		at = take_option(argc, argv, at, specs, failure);
		if (at < 0)
			return at;
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
