// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>

#include "command.h"
#include "source.h"
#include "status.h"

static const char status_help[] =
"Usage: klruscan status [--json]\n"
"\n"
"Shows, for each slow node and in total, what was scanned, what it cost, how\n"
"hot the pages are, and how every candidate for promotion ended. Counters start\n"
"at zero when klruscan is enabled. Needs root.\n"
"\n"
"  --json   print one JSON object: every field, exact, units in the names\n"
"  --help   print this\n"
"\n"
"Exit status: 0 fine (also when klruscan is not enabled), 1 could not, 2 usage.\n";

static int parse_options(int argc, char **argv, enum format *format,
			 struct failure *failure)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int option, here = 1;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option != 'j')
			return fail_usage(failure, argv[0], "%s: wrong option '%s'",
					  argv[0], argv[here]);
		*format = FORMAT_JSON;
		here = optind;
	}
	if (optind < argc)
		return fail_usage(failure, argv[0], "%s: unexpected argument '%s'",
				  argv[0], argv[optind]);
	return 0;
}

static int cmd_status(int argc, char **argv, struct failure *failure)
{
	enum format format = FORMAT_TEXT;
	struct status status;
	int err;

	err = parse_options(argc, argv, &format, failure);
	if (err)
		return err;
	err = source_status(&status, failure);
	if (err)
		return err;
	err = status_render(&status, format, stdout);
	source_status_free(&status);
	if (err)
		return fail(failure, -err, "the output is incomplete", "cannot print the status");
	return 0;
}

const struct command command_status = {
	.name = "status",
	.summary = "what is scanned, what it costs, what is hot, what was promoted",
	.help = status_help,
	.run = cmd_status,
};
