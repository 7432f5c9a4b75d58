// SPDX-License-Identifier: GPL-2.0-only
/*
 * A paragraph of text: a verdict and what it is of, and beside them words that
 * are wrapped.
 *
 *	problem      memory tiers      All nodes are in one memory tier, so none is
 *	                               slow.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emit_backend.h"

#define SCREEN_WIDTH	80
#define VERDICT_WIDTH	13
#define LABEL_WIDTH	18
#define COLUMN		(VERDICT_WIDTH + LABEL_WIDTH)
#define LEAST_INDENT	4

bool emit_has_colours(FILE *out)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	return !(no_color && *no_color) && term && strcmp(term, "dumb") && isatty(fileno(out));
}

static const char *colour_of(FILE *out, unsigned int flags)
{
	if (!emit_has_colours(out))
		return NULL;
	if (flags & EMIT_BAD)
		return "\033[31m";
	if (flags & EMIT_DOUBTFUL)
		return "\033[33m";
	return flags & EMIT_GOOD ? "\033[32m" : NULL;
}

void emit_item_head(FILE *out, unsigned int flags, const char *verdict, const char *label)
{
	const char *colour = colour_of(out, flags);

	fprintf(out, "%s%s%s%*s%-*s", colour ? colour : "", verdict, colour ? "\033[0m" : "",
		VERDICT_WIDTH - (int)strlen(verdict), "", LABEL_WIDTH, label);
}

/* How much of @text fits into @width: up to a blank, or one word if that is longer. */
static size_t fitting(const char *text, size_t width)
{
	size_t length = strlen(text), fits = 0;

	if (length <= width)
		return length;
	for (size_t i = 0; i <= width; i++)
		if (text[i] == ' ')
			fits = i;
	return fits ? fits : strcspn(text, " ");
}

/* The first line goes on where the cursor is, @indent being how far it went. */
static void wrap(FILE *out, const char *text, unsigned int indent)
{
	while (*text) {
		size_t length = fitting(text, SCREEN_WIDTH - indent);

		fprintf(out, "%.*s\n", (int)length, text);
		text += length + strspn(text + length, " ");
		if (*text)
			fprintf(out, "%*s", (int)indent, "");
	}
}

/* As far to the right as the words above, unless it would not fit there. */
static void print_verbatim(FILE *out, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, "\n");
		int indent = COLUMN + 3;

		if (indent + length > SCREEN_WIDTH)
			indent = SCREEN_WIDTH - length;
		if (indent < LEAST_INDENT)
			indent = LEAST_INDENT;
		fprintf(out, "%*s%.*s\n", indent, "", length, text);
		text += length;
		text += *text == '\n';
	}
}

void emit_item_words(FILE *out, const struct field *field, const char *text, bool first)
{
	unsigned int indent = COLUMN;

	if (field->flags & EMIT_VERBATIM) {
		print_verbatim(out, text);
		return;
	}
	if (!first)
		fprintf(out, "%*s", COLUMN, "");
	if (field->label) {
		fprintf(out, "%s ", field->label);
		indent += (unsigned int)strlen(field->label) + 1;
	}
	wrap(out, text, indent);
}
