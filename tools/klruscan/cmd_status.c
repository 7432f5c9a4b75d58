// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"
#include "options.h"
#include "source.h"
#include "status.h"

static const char status_help[] =
"Usage: klruscan status [--json]\n"
"\n"
"Shows, for each slow node and in total, what was scanned, what it cost, how\n"
"hot the pages are, how every candidate for promotion ended, and how much of\n"
"what was promoted is hot, and of what is hot is in fast memory. Counters start\n"
"at zero when klruscan is enabled. Needs root or the group klruscan.\n"
"\n"
"  --json   print one JSON object: every field, exact, units in the names\n"
"  --help   print this\n"
"\n"
"Examples:\n"
"  klruscan status\n"
"  klruscan status --json | jq .total.promoted_bytes\n"
"\n"
"Exit status: 0 fine (also when klruscan is not enabled), 1 could not, 2 usage.\n";

static int cmd_status(int argc, char **argv, struct failure *failure)
{
	bool json = false;
	const struct option_spec options[] = {
		{ .name = "--json", .flag = &json },
		{ 0 },
	};
	struct status status;
	int err;

	err = parse_options(argc, argv, options, 0, failure);
	if (err < 0)
		return err;
	err = source_status(&status, failure);
	if (err)
		return err;
	err = status_render(&status, json ? FORMAT_JSON : FORMAT_TEXT, stdout);
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
