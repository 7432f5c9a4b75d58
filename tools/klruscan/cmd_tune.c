// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "options.h"
#include "progress.h"
#include "source.h"
#include "tune.h"

static const char tune_help[] =
"Usage: klruscan tune [--json]\n"
"       klruscan tune [--dry-run] [--json] NAME=VALUE...\n"
"       klruscan tune [--dry-run] [--json] --file FILE\n"
"\n"
"Without a NAME, lists the knobs: value, unit and range.\n"
"\n"
"With some, sets all of them or none: every value is checked first, they are set\n"
"one after the other in an order that the kernel takes, and if it refuses one,\n"
"those before it are set back. Shows each knob before and after. Setting needs\n"
"root. Nothing is kept beyond the unloading of the module.\n"
"\n"
"  --file FILE  take them from FILE: one NAME=VALUE on a line; empty lines and\n"
"               those that begin with # are passed over\n"
"  --dry-run    check and show, and change nothing; no module is needed for that\n"
"  --json       print one JSON object\n"
"  --help       print this\n"
"\n"
"Examples:\n"
"  klruscan tune                               what there is, and how it is set\n"
"  klruscan tune slow_nodes=1 enabled=1        all nodes are in one memory tier:\n"
"                                              say that node 1 is slow, and start\n"
"  klruscan tune scan_interval_min_ms=2000 scan_interval_max_ms=5000\n"
"                                              react later, cost less\n"
"  klruscan tune promote_rate_MBps=0           pause promotion\n"
"  klruscan tune slow_nodes=                   choose by memory tier again\n"
"  klruscan tune --file /etc/klruscan.conf     what the service does\n"
"\n"
"Exit status: 0 fine, 1 could not (nothing is changed, unless the error says so),\n"
"2 usage, such as an unknown knob or a value out of range.\n";

static int show_knobs(const struct knob_table *table, enum format format,
		      struct failure *failure)
{
	int err = knobs_render(table, format, stdout);

	if (err)
		return fail(failure, -err, "the output is incomplete", "cannot print the knobs");
	return 0;
}

static int tune(const struct knob_table *table, const struct requests *requests, bool dry_run,
		enum format format, struct failure *failure)
{
	struct tuning tuning = { .dry_run = dry_run };
	int err = tuning_plan(&tuning, table, requests, failure);

	if (!err && !dry_run)
		err = tuning_apply(&tuning, failure);
	if (!err) {
		err = tuning_render(&tuning, format, stdout);
		if (!err && fflush(stdout))
			err = -errno;
		if (err)
			fail(failure, -err, dry_run ? "the output is incomplete" :
			     "they are made, and the output is incomplete",
			     "cannot print the changes");
	}
	free(tuning.changes);
	return err;
}

static void tell_of_other(void *progress)
{
	progress_tell(progress, "waiting for another 'klruscan tune' to end (Ctrl-C stops waiting)");
}

/* Only one at a time sets knobs; the others wait. */
static int lock_knobs(void)
{
	struct progress progress;
	int lock;

	progress_begin(&progress, 1);
	lock = source_lock(tell_of_other, &progress);
	progress_end(&progress);
	return lock;
}

static int show_or_tune(const struct requests *requests, bool show, bool dry_run,
			enum format format, struct failure *failure)
{
	int lock = show || dry_run ? -1 : lock_knobs(), err;
	struct knob_table table;

	err = knobs_collect(&table, failure);
	if (err == -ENOENT && dry_run)
		err = knobs_assume(&table, failure);
	if (!err && show)
		err = show_knobs(&table, format, failure);
	else if (!err)
		err = tune(&table, requests, dry_run, format, failure);
	free(table.all);
	if (lock >= 0)
		close(lock);
	return err;
}

static int cmd_tune(int argc, char **argv, struct failure *failure)
{
	bool json = false, dry_run = false;
	const char *file = NULL;
	const struct option_spec options[] = {
		{ .name = "--json", .flag = &json },
		{ .name = "--dry-run", .flag = &dry_run },
		{ .name = "--file", .value = &file },
		{ 0 },
	};
	int nr = parse_options(argc, argv, options, ANY_NUMBER, failure);
	struct requests requests;
	int err;

	if (nr < 0)
		return nr;
	if (dry_run && !nr && !file)
		return fail_usage(failure, argv[0], "--dry-run of nothing: no NAME=VALUE");
	if (nr && file)
		return fail_usage(failure, argv[0], "--file, and NAME=VALUE beside it: '%.64s'",
				  argv[1]);
	if (file)
		err = requests_from_file(&requests, file, failure);
	else
		err = requests_from_words(&requests, nr, argv + 1, failure);
	if (!err)
		err = show_or_tune(&requests, !nr && !file, dry_run,
				   json ? FORMAT_JSON : FORMAT_TEXT, failure);
	requests_free(&requests);
	return err;
}

const struct command command_tune = {
	.name = "tune",
	.summary = "show the knobs, or set some of them: all or nothing",
	.help = tune_help,
	.run = cmd_tune,
};
