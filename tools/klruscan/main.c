// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: what klruscan does in the kernel, for people and for programs.
 *
 * A command is one struct in the table below. It collects through source.c
 * into a plain struct and renders that through emit.c, so that text and JSON
 * say the same. Errors travel up as a negative errno and a struct failure, and
 * are printed here.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <linux/klruscan.h>

#include "command.h"
#include "source.h"
#include "utf8.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static int cmd_help(int argc, char **argv, struct failure *failure);

static const struct command command_help = {
	.name = "help",
	.summary = "explain klruscan, or one command",
	.help = "Usage: klruscan help [COMMAND]\n",
	.run = cmd_help,
};

static const struct command *const commands[] = {
	&command_status,
	&command_top,
	&command_record,
	&command_report,
	&command_doctor,
	&command_tune,
	&command_cgroup,
	&command_export,
	&command_help,
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void print_help(void)
{
	puts("Usage: klruscan COMMAND [OPTION...]\n"
	     "       klruscan --help | --version\n\n"
	     "Shows and sets how klruscan finds hot pages in slow memory and promotes them.\n\n"
	     "Commands:");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	puts("\n'klruscan COMMAND --help' explains a command.\n\n"
	     "Environment:\n"
	     "  NO_COLOR  no colours, where it is set; nor are there where TERM is dumb\n"
	     "  COLUMNS   how wide 'klruscan report heatmap' draws\n\n"
	     "Exit status:\n"
	     "  0  fine\n"
	     "  1  could not do it; one line on stderr says why and what to do\n"
	     "     (doctor: there is a problem, which it told)\n"
	     "  2  the command line was wrong");
}

static int cmd_help(int argc, char **argv, struct failure *failure)
{
	const struct command *command;

	if (argc > 2)
		return fail_usage(failure, NULL, "help explains one command at a time");
	if (argc < 2) {
		print_help();
		return 0;
	}
	command = find_command(argv[1]);
	if (!command)
		return fail_usage(failure, NULL, "there is no command '%s'", argv[1]);
	fputs(command->help, stdout);
	return 0;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

/* The options that stand in a command's place: --help and --version. */
static int run_option(int argc, char **argv, struct failure *failure)
{
	bool help = !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h");
	bool version = !strcmp(argv[1], "--version") || !strcmp(argv[1], "-V");

	if (!help && !version)
		return fail_usage(failure, NULL, "unknown option '%s'", argv[1]);
	if (argc > 2)
		return fail_usage(failure, NULL, "%s takes no argument", argv[1]);
	if (help)
		print_help();
	else
		printf("klruscan %s (ABI %d)\n", KLRUSCAN_VERSION, KLRUSCAN_ABI_VERSION);
	return 0;
}

static int run(int argc, char **argv, struct failure *failure)
{
	const struct command *command;

	if (argc < 2)
		return fail_usage(failure, NULL, "no command given");
	if (argv[1][0] == '-')
		return run_option(argc, argv, failure);
	command = find_command(argv[1]);
	if (!command)
		return fail_usage(failure, NULL, "unknown command '%s'", argv[1]);
	if (wants_help(argc - 1, argv + 1)) {
		fputs(command->help, stdout);
		return 0;
	}
	return command->run(argc - 1, argv + 1, failure);
}

/* What was printed counts only once the system took it. */
static int flush_output(struct failure *failure)
{
	bool earlier = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !earlier)
		return 0;
	return fail(failure, errno ? errno : EIO, "the output is incomplete",
		    "cannot write to standard output");
}

/* In one line, though others chose the names in it. */
static void print_failure(const struct failure *failure)
{
	char tried[UTF8_ROOM(sizeof(failure->tried))], advice[UTF8_ROOM(sizeof(failure->advice))];

	utf8_clean(tried, failure->tried, true);
	utf8_clean(advice, failure->advice, true);
	if (failure->err)
		fprintf(stderr, "klruscan: %s: %s; %s\n", tried, strerror(failure->err), advice);
	else
		fprintf(stderr, "klruscan: %s; %s\n", tried, advice);
}

int main(int argc, char **argv)
{
	struct failure failure = { 0 };
	int ret, err;

	source_fill_standard();
	/* Which characters can be printed; numbers have a point everywhere. */
	setlocale(LC_CTYPE, "");
	/* A reader that left is a write error like any other. */
	signal(SIGPIPE, SIG_IGN);
	ret = run(argc, argv, &failure);
	if (!ret || failure.said) {
		err = flush_output(&failure);
		ret = err ? err : ret;
	}
	if (!ret)
		return 0;
	if (!failure.said)
		print_failure(&failure);
	return failure.usage ? EXIT_USAGE : EXIT_COULD_NOT;
}
