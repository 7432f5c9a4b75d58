// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

enum {
	OPT_HELP = 'h',
	OPT_MIB = 256,
	OPT_PROCESSES,
	OPT_NO_PIN,
	OPT_START_NODE,
	OPT_FAST_NODES,
	OPT_SECONDS,
	OPT_INTERVAL,
	OPT_SEED,
	OPT_ONE_IN,
	OPT_NO_VERIFY,
	OPT_HUGE,
	OPT_FILE,
	OPT_IDLE_GIB,
	OPT_IDLE_SPARSE,
	OPT_ASLEEP,
	OPT_ORACLE,
	OPT_STRATA,
	OPT_CGROUPS,
	OPT_START_FILE,
	OPT_VERIFY_FILE,
	OPT_HOT_PERCENT,
	OPT_HOT_ACCESS,
	OPT_SKEW,
	OPT_PHASE_SECONDS,
	OPT_KEYS,
	OPT_PIPELINE,
	OPT_SERVER,
};

static const struct option long_options[] = {
	{ "help", no_argument, NULL, OPT_HELP },
	{ "mib", required_argument, NULL, OPT_MIB },
	{ "processes", required_argument, NULL, OPT_PROCESSES },
	{ "no-pin", no_argument, NULL, OPT_NO_PIN },
	{ "start-node", required_argument, NULL, OPT_START_NODE },
	{ "fast-nodes", required_argument, NULL, OPT_FAST_NODES },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "interval-ms", required_argument, NULL, OPT_INTERVAL },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "sample-one-in", required_argument, NULL, OPT_ONE_IN },
	{ "no-verify", no_argument, NULL, OPT_NO_VERIFY },
	{ "huge", no_argument, NULL, OPT_HUGE },
	{ "file", required_argument, NULL, OPT_FILE },
	{ "idle-gib", required_argument, NULL, OPT_IDLE_GIB },
	{ "idle-sparse", no_argument, NULL, OPT_IDLE_SPARSE },
	{ "asleep", no_argument, NULL, OPT_ASLEEP },
	{ "oracle", no_argument, NULL, OPT_ORACLE },
	{ "strata", no_argument, NULL, OPT_STRATA },
	{ "cgroups", no_argument, NULL, OPT_CGROUPS },
	{ "start-file", required_argument, NULL, OPT_START_FILE },
	{ "verify-file", required_argument, NULL, OPT_VERIFY_FILE },
	{ "hot-percent", required_argument, NULL, OPT_HOT_PERCENT },
	{ "hot-access-percent", required_argument, NULL, OPT_HOT_ACCESS },
	{ "skew", required_argument, NULL, OPT_SKEW },
	{ "phase-seconds", required_argument, NULL, OPT_PHASE_SECONDS },
	{ "keys", required_argument, NULL, OPT_KEYS },
	{ "pipeline", required_argument, NULL, OPT_PIPELINE },
	{ "server", required_argument, NULL, OPT_SERVER },
	{ NULL, 0, NULL, 0 },
};

#define KEY_BYTES 1400	/* that Redis takes for a key and its value of 1 KiB, at most */

static const char memory_options[] =
"  --mib N              memory of all processes together (1000)\n"
"  --huge               pages are transparent huge pages of 2 MiB\n"
"  --file PATH          map the memory from this file, which is made and removed\n"
"  --idle-gib N         map N GiB more, of all processes, and leave them alone\n"
"  --idle-sparse        with one page in each of their page tables, which is quicker\n"
"  --asleep             make no access at all\n"
"  --cgroups            each tenant, or process, in a cgroup of its own\n";

static const char keys_help[] =
"  --keys N             in the server, each with a value of 1 KiB (900000)\n"
"  --pipeline N         requests that the client sends at once (32)\n"
"  --server PROGRAM     that is started (redis-server, as PATH finds it)\n";

static const char common_help[] =
"  --no-pin             let the processes move between CPUs\n"
"  --start-node N       node that all pages start on; -1: any (1)\n"
"  --fast-nodes LIST    nodes that count as fast memory, e.g. 0,2-3 (0)\n"
"  --seconds S          length of the run (40)\n"
"  --interval-ms MS     between two reports (1000)\n"
"  --sample-one-in K    ask where one page in K is, 1: all (16)\n"
"  --seed N             fixes who is hot and the sequence of accesses (1)\n"
"  --start-file PATH    after \"ready\", wait until PATH exists\n"
"  --verify-file PATH   after \"stopped\" too, before the contents are checked\n"
"  --oracle             have the hottest pages in fast memory, as many as it holds\n"
"  --no-verify          do not check the contents of the pages at the end\n";

static const char strata_help[] =
"  --strata             report on pages by how often they are accessed, too\n";

static void memory_help(const struct pattern *pattern)
{
	if (pattern->processes)
		printf("  --processes P        each with its share of the memory (%u)\n",
		       pattern->processes);
	else
		puts("  --processes P        each with its share of the memory (2 per CPU)");
	fputs(memory_options, stdout);
}

static void help(const struct pattern *pattern)
{
	printf("Usage: %s [options]\n%s.\n\n", pattern->name, pattern->summary);
	printf("  --hot-access-percent P  share of accesses that goes to hot pages (%g)\n",
	       pattern->hot_access_percent);
	if (pattern->options & PATTERN_HOT_PERCENT)
		puts("  --hot-percent P      share of pages that is hot (30)");
	if (pattern->options & PATTERN_SKEW)
		puts("  --skew S             exponent of the distribution (0.99)");
	if (pattern->options & PATTERN_PHASES)
		printf("  --phase-seconds S    how long a hot set stays (%g)\n", pattern->phase_seconds);
	if (pattern->options & PATTERN_KEYS)
		fputs(keys_help, stdout);
	else
		memory_help(pattern);
	fputs(common_help, stdout);
	if (pattern->roles == 1)
		fputs(strata_help, stdout);
	puts("\nReports are JSON, one object a line. Exit status: 0 done, 1 failed, 2 usage.");
}

static void __attribute__((noreturn))
bad_value(const struct pattern *pattern, const char *name, const char *value,
	  const char *want)
{
	fprintf(stderr, "%s: --%s '%s': want %s; see --help\n", pattern->name, name,
		value, want);
	exit(2);
}

static double number(const struct pattern *pattern, const char *name, double min,
		     double max)
{
	char want[64], *end;
	double x;

	errno = 0;
	x = strtod(optarg, &end);
	if (end != optarg && !*end && !errno && x >= min && x <= max)
		return x;
	snprintf(want, sizeof(want), "a number from %g to %g", min, max);
	bad_value(pattern, name, optarg, want);
}

static long long integer(const struct pattern *pattern, const char *name,
			 long long min, long long max)
{
	char want[80], *end;
	long long x;

	errno = 0;
	x = strtoll(optarg, &end, 0);
	if (end != optarg && !*end && !errno && x >= min && x <= max)
		return x;
	snprintf(want, sizeof(want), "an integer from %lld to %lld", min, max);
	bad_value(pattern, name, optarg, want);
}

/* A node list as the kernel writes them: "0", "0,2", "0-1,4". */
static uint64_t node_list(const struct pattern *pattern, const char *name)
{
	const char *s = optarg;
	uint64_t nodes = 0;

	for (;;) {
		unsigned long first, last;
		char *end;

		first = strtoul(s, &end, 10);
		last = first;
		if (end != s && *end == '-') {
			s = end + 1;
			last = strtoul(s, &end, 10);
		}
		if (end == s || first > last || last >= OPTIONS_NODES ||
		    (*end && *end != ','))
			bad_value(pattern, name, optarg, "a list of nodes from 0 to 63");
		for (; first <= last; first++)
			nodes |= 1ULL << first;
		if (!*end)
			return nodes;
		s = end + 1;
	}
}

/* Options of one pattern are refused by the others, not ignored. Each tenant has its own strata. */
static void check_takes(const struct pattern *pattern, int option, const char *name)
{
	unsigned int needs = 0, not = 0;
	bool of_one_role = option == OPT_STRATA;

	if (option == OPT_HOT_PERCENT)
		needs = PATTERN_HOT_PERCENT;
	else if (option == OPT_SKEW)
		needs = PATTERN_SKEW;
	else if (option == OPT_PHASE_SECONDS)
		needs = PATTERN_PHASES;
	else if (option == OPT_KEYS || option == OPT_PIPELINE || option == OPT_SERVER)
		needs = PATTERN_KEYS;
	else if (option == OPT_MIB || option == OPT_PROCESSES || option == OPT_HUGE ||
		 option == OPT_FILE || option == OPT_IDLE_GIB || option == OPT_IDLE_SPARSE ||
		 option == OPT_ASLEEP || option == OPT_CGROUPS)
		not = PATTERN_KEYS;
	if ((pattern->options & needs) == needs && !(pattern->options & not) &&
	    (!of_one_role || pattern->roles == 1))
		return;
	fprintf(stderr, "%s: has no --%s; see --help\n", pattern->name, name);
	exit(2);
}

static void parse_pattern(struct options *opt, const struct pattern *pattern,
			  int option, const char *name)
{
	switch (option) {
	case OPT_HOT_PERCENT:
		opt->pattern.hot_percent = number(pattern, name, 0.001, 100);
		break;
	case OPT_HOT_ACCESS:
		opt->pattern.hot_access_percent = number(pattern, name, 0.001, 100);
		break;
	case OPT_SKEW:
		opt->pattern.skew = number(pattern, name, 0, 5);
		break;
	case OPT_PHASE_SECONDS:
		opt->phase_seconds = number(pattern, name, 0.1, 1e6);
		break;
	case OPT_KEYS:
		opt->keys = integer(pattern, name, 1000, 100000000);
		break;
	case OPT_PIPELINE:
		opt->pipeline = integer(pattern, name, 1, OPTIONS_PIPELINE_MAX);
		break;
	case OPT_SERVER:
		opt->server = optarg;
		break;
	case OPT_SEED:
		opt->pattern.seed = integer(pattern, name, 0, INT64_MAX);
		break;
	}
}

static void parse_one(struct options *opt, const struct pattern *pattern,
		      int option, const char *name)
{
	check_takes(pattern, option, name);
	switch (option) {
	case OPT_HELP:
		help(pattern);
		exit(0);
	case OPT_MIB:
		opt->mib = integer(pattern, name, 1, 1 << 24);
		break;
	case OPT_PROCESSES:
		opt->processes = integer(pattern, name, pattern->roles, OPTIONS_PROCESSES_MAX);
		break;
	case OPT_NO_PIN:
		opt->pin = false;
		break;
	case OPT_START_NODE:
		opt->start_node = integer(pattern, name, -1, OPTIONS_NODES - 1);
		break;
	case OPT_FAST_NODES:
		opt->fast_nodes = node_list(pattern, name);
		break;
	case OPT_SECONDS:
		opt->seconds = number(pattern, name, 0.1, 1e6);
		break;
	case OPT_INTERVAL:
		opt->interval_ms = integer(pattern, name, 10, 1000000);
		break;
	case OPT_ONE_IN:
		opt->one_in = integer(pattern, name, 1, 1 << 20);
		break;
	case OPT_NO_VERIFY:
		opt->verify = false;
		break;
	case OPT_HUGE:
		opt->huge = true;
		opt->page_bytes = OPTIONS_HUGE_BYTES;
		break;
	case OPT_FILE:
		opt->file = optarg;
		break;
	case OPT_IDLE_GIB:
		opt->idle_gib = integer(pattern, name, 0, 1 << 20);
		break;
	case OPT_IDLE_SPARSE:
		opt->idle_sparse = true;
		break;
	case OPT_ASLEEP:
		opt->asleep = true;
		break;
	case OPT_ORACLE:
		opt->oracle = true;
		break;
	case OPT_STRATA:
		opt->strata = true;
		break;
	case OPT_CGROUPS:
		opt->cgroups = true;
		break;
	case OPT_START_FILE:
		opt->start_file = optarg;
		break;
	case OPT_VERIFY_FILE:
		opt->verify_file = optarg;
		break;
	default:
		parse_pattern(opt, pattern, option, name);
	}
}

/* The pages of a process; leaves with status 2 where they are too few or many. */
static uint32_t pages_each(const struct options *opt, const struct pattern *pattern)
{
	uint64_t pages = (opt->mib << 20) / opt->processes / opt->page_bytes;

	if (pages >= 16 && pages <= UINT32_MAX / 2)
		return pages;
	fprintf(stderr, "%s: --mib %llu over %u processes is %llu pages each: want 16 to %u\n",
		pattern->name, (unsigned long long)opt->mib, opt->processes,
		(unsigned long long)pages, UINT32_MAX / 2);
	exit(2);
}

/**
 * options_parse - read the command line
 * @opt: filled in, with the defaults where nothing is given
 * @pattern: decides which options exist
 * @argc: as main() has it
 * @argv: as main() has it
 *
 * Leaves the program with status 2 and a message when an option is wrong, and
 * with status 0 after --help.
 */
void options_parse(struct options *opt, const struct pattern *pattern,
		   int argc, char **argv)
{
	int c, at = 0;

	*opt = (struct options) {
		.mib = 1000,
		.processes = pattern->processes ? pattern->processes :
				2 * (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
		.pin = true,
		.start_node = 1,
		.fast_nodes = 1,
		.seconds = 40,
		.interval_ms = 1000,
		.phase_seconds = pattern->phase_seconds,
		.one_in = 16,
		.page_bytes = sysconf(_SC_PAGESIZE),
		.keys = 900000,
		.pipeline = 32,
		.server = "redis-server",
		.verify = true,
		.pattern = {
			.hot_percent = 30,
			.hot_access_percent = pattern->hot_access_percent,
			.skew = 0.99,
			.seed = 1,
		},
	};
	while ((c = getopt_long(argc, argv, "h", long_options, &at)) != -1) {
		if (c == '?')
			exit(2);
		parse_one(opt, pattern, c, long_options[at].name);
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'; see --help\n",
			pattern->name, argv[optind]);
		exit(2);
	}
	if (opt->file && opt->huge) {
		fprintf(stderr, "%s: --file and --huge exclude each other\n", pattern->name);
		exit(2);
	}
	if (opt->oracle && opt->start_node < 0) {
		fprintf(stderr, "%s: --oracle needs a --start-node, where the other pages stay\n",
			pattern->name);
		exit(2);
	}
	if (pattern->options & PATTERN_KEYS) {
		/* one client; how many pages it is will be seen */
		opt->processes = 1;
		opt->mib = (uint64_t)opt->keys * KEY_BYTES >> 20;
		return;
	}
	opt->pattern.pages = pages_each(opt, pattern);
}
