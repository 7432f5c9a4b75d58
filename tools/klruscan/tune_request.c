// SPDX-License-Identifier: GPL-2.0-only
/* What is asked for: on the command line, or in a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "tune.h"

#define BLANKS " \t\r"

static int add(struct requests *requests, const char *text, unsigned int line,
	       struct failure *failure)
{
	struct request *all = realloc(requests->all, (requests->nr + 1) * sizeof(*all));

	if (!all)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the changes");
	requests->all = all;
	all[requests->nr++] = (struct request){ .text = text, .line = line };
	return 0;
}

int requests_from_words(struct requests *requests, int nr, char **words,
			struct failure *failure)
{
	int err = 0;

	*requests = (struct requests){ 0 };
	for (int i = 0; i < nr && !err; i++)
		err = add(requests, words[i], 0, failure);
	return err;
}

/* Without blanks at either end. */
static char *trim(char *text)
{
	char *end;

	text += strspn(text, BLANKS);
	end = text + strlen(text);
	while (end > text && strchr(BLANKS, end[-1]))
		end--;
	*end = '\0';
	return text;
}

/* "NAME = VALUE" becomes "NAME=VALUE", in its place. */
static char *tighten(char *text)
{
	char *equals = strchr(text, '='), *name_end = equals, *value;

	if (!equals)
		return text;
	while (name_end > text && strchr(BLANKS, name_end[-1]))
		name_end--;
	value = equals + 1 + strspn(equals + 1, BLANKS);
	*name_end = '=';
	memmove(name_end + 1, value, strlen(value) + 1);
	return text;
}

int requests_from_file(struct requests *requests, const char *file, struct failure *failure)
{
	size_t length;
	unsigned int line = 0;
	char *rest, *text;
	int err;

	*requests = (struct requests){ .file = file };
	err = source_read_all(file, &requests->data, &length);
	if (err)
		return fail(failure, -err, err == -EACCES ? advice_root :
			    "name a file with one NAME=VALUE on a line",
			    "cannot read %.128s", file);
	if (strlen(requests->data) != length)
		return fail_request(failure, "name a file with one NAME=VALUE on a line",
				    "%.128s is no text", file);
	rest = requests->data;
	while (!err && (text = strsep(&rest, "\n"))) {
		line++;
		text = trim(text);
		if (*text && *text != '#')
			err = add(requests, tighten(text), line, failure);
	}
	return err;
}

void requests_free(struct requests *requests)
{
	free(requests->all);
	free(requests->data);
	*requests = (struct requests){ 0 };
}
