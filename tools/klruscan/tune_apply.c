// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "stops.h"
#include "tune.h"

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, SYSFS_KLRUSCAN "/%s", name);
}

static int read_knob(const char *name, char *value)
{
	char path[128];
	ssize_t length;

	path_of(name, path, sizeof(path));
	length = source_read(path, value, KNOB_VALUE_LEN);
	return length < 0 ? (int)length : 0;
}

static int write_knob(const char *name, const char *value)
{
	char path[128];

	path_of(name, path, sizeof(path));
	return source_write(path, value);
}

static int add_knob(const struct source_entry *entry, void *arg)
{
	const struct knob *knob = knob_find(entry->name);
	struct knob_table *table = arg;
	struct knob_now *all, *now;

	if (entry->directory || !entry->writable || strlen(entry->name) >= KNOB_NAME_LEN)
		return 0;
	all = realloc(table->all, (table->nr + 1) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	table->all = all;
	now = &all[table->nr++];
	now->knob = knob ? knob : &unknown_knob;
	snprintf(now->name, sizeof(now->name), "%s", entry->name);
	return read_knob(now->name, now->value);
}

/* Those that are known first, as they are listed there. */
static int compare(const void *one, const void *other)
{
	const struct knob_now *a = one, *b = other;
	bool known_a = a->knob != &unknown_knob, known_b = b->knob != &unknown_knob;

	if (known_a && known_b)
		return a->knob < b->knob ? -1 : 1;
	if (known_a != known_b)
		return known_a ? -1 : 1;
	return strcmp(a->name, b->name);
}

int knobs_collect(struct knob_table *table, struct failure *failure)
{
	int err;

	*table = (struct knob_table){ 0 };
	err = source_list(SYSFS_KLRUSCAN, add_knob, table);
	if (!err && table->nr) {
		qsort(table->all, table->nr, sizeof(*table->all), compare);
		return 0;
	}
	free(table->all);
	table->all = NULL;
	if (!err)
		err = -ENOENT;
	return fail(failure, -err, err == -ENOENT ? advice_load : NULL,
		    "cannot read " SYSFS_KLRUSCAN);
}

static bool differs(const struct change *change)
{
	return strcmp(change->now->value, change->after);
}

/*
 * Sets back what is not as it was, of the changes up to @last, the last one first: a knob
 * that was refused can have changed, when the daemons could not be restarted. Says which it
 * could not set back. Returns how many there were.
 */
static unsigned int roll_back(const struct tuning *tuning, unsigned int last, char *left,
			      size_t size)
{
	unsigned int undone = 0;
	size_t used = 0;

	*left = '\0';
	for (unsigned int i = last + 1; i--;) {
		const struct knob_now *before = tuning->changes[i].now;
		char value[KNOB_VALUE_LEN];

		if (read_knob(before->name, value) || !strcmp(value, before->value))
			continue;
		undone++;
		if (write_knob(before->name, before->value) && used < size)
			used += (size_t)snprintf(left + used, size - used, " %s=%s", before->name,
						 value);
	}
	return undone;
}

static int fail_change(const struct tuning *tuning, unsigned int at, int err,
		       struct failure *failure)
{
	const struct change *change = &tuning->changes[at];
	char advice[sizeof(failure->advice)], left[128];
	const char *why = err == -EINVAL || err == -ERANGE ? change->now->knob->fit : NULL;
	const char *outcome = "nothing is changed";

	if (err == -EACCES || err == -EPERM)
		why = advice_root;
	else if (err == -ENOENT || err == -ENODEV)
		why = advice_load;
	if (roll_back(tuning, at, left, sizeof(left)))
		outcome = "what was set is set back";
	if (*left)
		outcome = "these were set and could not be set back:";
	snprintf(advice, sizeof(advice), "%s; %s%s",
		 why ? why : "the kernel log (dmesg) may say more", outcome, left);
	fail(failure, -err, advice, "cannot set %s to '%.64s'", change->now->name,
	     change->after);
	fail_where(failure, tuning->file, change->line);
	return err;
}

static int set_all(const struct tuning *tuning, struct failure *failure)
{
	int err;

	for (unsigned int i = 0; i < tuning->nr; i++) {
		const struct change *change = &tuning->changes[i];

		if (!differs(change))
			continue;
		err = write_knob(change->now->name, change->after);
		if (err)
			return fail_change(tuning, i, err, failure);
	}
	return 0;
}

int tuning_apply(struct tuning *tuning, struct failure *failure)
{
	sigset_t stops, before;
	int err;

	/* Who is told to end in between ends when all are set, or none. */
	stops_fill(&stops);
	sigprocmask(SIG_BLOCK, &stops, &before);
	err = set_all(tuning, failure);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (err)
		return err;
	/* What the kernel made of them; a knob that is gone by now shows what was set. */
	for (unsigned int i = 0; i < tuning->nr; i++) {
		char value[KNOB_VALUE_LEN];

		if (!read_knob(tuning->changes[i].now->name, value))
			strcpy(tuning->changes[i].after, value);
	}
	return 0;
}
