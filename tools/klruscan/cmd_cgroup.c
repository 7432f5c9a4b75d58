// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "command.h"
#include "options.h"

static const char cgroup_help[] =
"Usage: klruscan cgroup show [--json] [PATH...]\n"
"       klruscan cgroup set [--json] PATH NAME=VALUE...\n"
"       klruscan cgroup clear [--json] PATH\n"
"\n"
"Shows what holds for cgroups and what klruscan did for them, or sets it. PATH is\n"
"that of a directory in /sys/fs/cgroup, or from there on: /system.slice.\n"
"\n"
"  show   all that have memory on a slow node, or settings; or those that are\n"
"         named. Figures are sums over the slow nodes; --json has each node. A\n"
"         star marks what is set for the cgroup itself\n"
"  set    all of these or, if one is wrong, none:\n"
"           promote=on|off   off: its pages are neither looked for nor moved\n"
"           weight=N         1 to 10000: its part of promote_rate_MBps beside\n"
"                            others (100), where more is hot than the rate\n"
"                            allows. What one does not use, the others do\n"
"           scan_interval_min_ms=N, scan_interval_max_ms=N\n"
"                            10 to 3600000: bounds of the time from pass to pass,\n"
"                            instead of those that 'klruscan tune' sets for all\n"
"         'default' instead of a value takes that of the cgroup above it. A value\n"
"         holds for those below as well, up to one that has its own; all for\n"
"         which one weight holds have one part together\n"
"  clear  take back all that is set for it\n"
"\n"
"  --json   print one JSON object: exact, units in the names\n"
"  --help   print this\n"
"\n"
"Showing needs root or the group klruscan, setting needs root. Settings last\n"
"until the cgroup is removed or the module unloaded.\n"
"\n"
"Examples:\n"
"  klruscan cgroup show                               who costs and gets what\n"
"  klruscan cgroup set /backup.slice promote=off      it does not pay for backups\n"
"  klruscan cgroup set /db.service weight=400         four times what others get\n"
"  klruscan cgroup set /db.service weight=default     as others\n"
"  klruscan cgroup set /batch.slice scan_interval_min_ms=5000   look rarely\n"
"  klruscan cgroup clear /backup.slice\n"
"\n"
"Exit status: 0 fine, 1 could not (nothing is changed, unless the error says so),\n"
"such as no such cgroup, 2 usage, such as a value out of range.\n";

static const char advice_settings[] =
	"the settings are promote, weight, scan_interval_min_ms and scan_interval_max_ms";

static int find_setting(const char *text, size_t length)
{
	for (int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (strlen(cgroup_settings[i].word) == length &&
		    !strncmp(cgroup_settings[i].word, text, length))
			return i;
	return -ENOENT;
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c,
		      const char *d)
{
	return !strcmp(text, a) || !strcmp(text, b) || !strcmp(text, c) || !strcmp(text, d);
}

/* A switch, or a number within bounds. */
static bool parse_value(const char *text, const struct cgroup_setting *setting, uint32_t *value)
{
	unsigned long long number;
	char *end;

	if (setting->hi == 1) {
		*value = is_one_of(text, "on", "1", "yes", "y");
		return *value || is_one_of(text, "off", "0", "no", "n");
	}
	errno = 0;
	number = strtoull(text, &end, 0);
	*value = (uint32_t)number;
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno && number >= setting->lo &&
	       number <= setting->hi;
}

static int fail_value(const struct cgroup_setting *setting, const char *text,
		      struct failure *failure)
{
	char advice[64];

	if (setting->hi == 1)
		snprintf(advice, sizeof(advice), "it takes on, off or default");
	else
		snprintf(advice, sizeof(advice), "it takes %u to %u, or default", setting->lo,
			 setting->hi);
	return fail_request(failure, advice, "%s cannot be '%.64s'", setting->word, text);
}

/* NAME=VALUE, in the words of KLRUSCAN_IOC_CGROUP_SET. */
static int add_word(struct klruscan_cgroup *cgroup, const char *word, struct failure *failure)
{
	const char *equals = strchr(word, '=');
	int i = equals ? find_setting(word, (size_t)(equals - word)) : -EINVAL;

	if (i == -EINVAL)
		return fail_usage(failure, "cgroup", "'%.64s' is not NAME=VALUE", word);
	if (i < 0)
		return fail_request(failure, advice_settings, "there is no setting '%.*s'",
				    (int)(equals - word < 64 ? equals - word : 64), word);
	if (cgroup->change & (1U << i))
		return fail_usage(failure, "cgroup", "%s is given twice", cgroup_settings[i].word);
	cgroup->change |= 1U << i;
	if (!strcmp(equals + 1, "default"))
		return 0;
	cgroup->set |= 1U << i;
	if (!parse_value(equals + 1, &cgroup_settings[i], &cgroup->value[i]))
		return fail_value(&cgroup_settings[i], equals + 1, failure);
	return 0;
}

static int show(int nr, char **words, enum format format, struct failure *failure)
{
	struct cgroup_table table;
	int err = cgroup_collect(&table, nr, words, failure);

	if (!err) {
		err = cgroup_render(&table, format, stdout);
		if (err)
			fail(failure, -err, "the output is incomplete", "cannot print the cgroups");
	}
	cgroup_release(&table);
	return err;
}

/* What was set holds, whatever becomes of the output. */
static int show_changed(char **path, enum format format, struct failure *failure)
{
	char advice[sizeof(failure->advice)];
	int err = show(1, path, format, failure);

	if (!err && fflush(stdout))
		err = fail(failure, errno, "the output is incomplete", "cannot print the cgroups");
	if (!err)
		return 0;
	strcpy(advice, failure->advice);
	snprintf(failure->advice, sizeof(failure->advice), "the change is made; %.480s", advice);
	return err;
}

/* The words are checked first: what is wrong there is wrong whatever cgroups there are. */
static int change(struct klruscan_cgroup *cgroup, char **path, enum format format,
		  struct failure *failure)
{
	uint64_t id;
	char *name;
	int err = cgroup_find(*path, &name, &id, failure);

	if (err)
		return err;
	cgroup->id = id;
	err = cgroup_change(cgroup, name, failure);
	free(name);
	return err ? err : show_changed(path, format, failure);
}

static int set(int nr, char **words, enum format format, struct failure *failure)
{
	struct klruscan_cgroup cgroup = { 0 };

	if (nr < 2)
		return fail_usage(failure, "cgroup", "set wants a PATH and NAME=VALUE");
	for (int i = 1; i < nr; i++) {
		int err = add_word(&cgroup, words[i], failure);

		if (err)
			return err;
	}
	return change(&cgroup, words, format, failure);
}

static int clear(int nr, char **words, enum format format, struct failure *failure)
{
	struct klruscan_cgroup cgroup = { .change = (1U << KLRUSCAN_NR_CGROUP_SETTINGS) - 1 };

	if (nr != 1)
		return fail_usage(failure, "cgroup", "clear wants one PATH");
	return change(&cgroup, words, format, failure);
}

static int cmd_cgroup(int argc, char **argv, struct failure *failure)
{
	static const struct {
		const char *name;
		int (*run)(int nr, char **words, enum format format, struct failure *failure);
	} verbs[] = { { "show", show }, { "set", set }, { "clear", clear } };
	bool json = false;
	const struct option_spec options[] = {
		{ .name = "--json", .flag = &json },
		{ 0 },
	};
	int nr = parse_options(argc, argv, options, ANY_NUMBER, failure);

	if (nr < 0)
		return nr;
	if (!nr)
		return fail_usage(failure, "cgroup", "cgroup: say what: show, set or clear");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(nr - 1, argv + 2, json ? FORMAT_JSON : FORMAT_TEXT,
					    failure);
	return fail_usage(failure, "cgroup", "cgroup: '%.64s' is not show, set or clear",
			  argv[1]);
}

const struct command command_cgroup = {
	.name = "cgroup",
	.summary = "single cgroups: what they cost and get, and what is set for them",
	.help = cgroup_help,
	.run = cmd_cgroup,
};
