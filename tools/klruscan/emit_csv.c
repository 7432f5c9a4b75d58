// SPDX-License-Identifier: GPL-2.0-only
/*
 * CSV (RFC 4180, with newlines as here): the records of a list, a line each, below a line
 * with their keys. What is outside of records, and arrays in them, has no place in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emit_backend.h"

/**
 * struct csv_out - the table being written
 * @out:	where it goes
 * @line:	the record being filled, and @head the keys of the first one
 * @text, @length: of these two
 * @records:	how many were written
 * @depth:	of open records, and of what is in them
 */
struct csv_out {
	FILE *out;
	FILE *line, *head;
	char *text[2];
	size_t length[2];
	unsigned int records;
	unsigned int depth;
};

static void csv_close(struct csv_out *csv)
{
	if (csv->line)
		fclose(csv->line);
	if (csv->head)
		fclose(csv->head);
	csv->line = NULL;
	csv->head = NULL;
	for (int i = 0; i < 2; i++) {
		free(csv->text[i]);
		csv->text[i] = NULL;
	}
}

static int csv_open(struct csv_out *csv)
{
	csv->line = open_memstream(&csv->text[0], &csv->length[0]);
	csv->head = open_memstream(&csv->text[1], &csv->length[1]);
	return csv->line && csv->head ? 0 : -ENOMEM;
}

static void *csv_new(FILE *out)
{
	struct csv_out *csv = calloc(1, sizeof(*csv));

	if (csv)
		csv->out = out;
	return csv;
}

static int csv_begin(void *state, enum scope scope, const char *key, const char *label)
{
	struct csv_out *csv = state;

	(void)key;
	(void)label;
	if (csv->depth) {
		csv->depth++;
		return 0;
	}
	if (scope != EMIT_RECORD)
		return 0;
	csv->depth = 1;
	return csv_open(csv);
}

static int csv_end(void *state, enum scope scope)
{
	struct csv_out *csv = state;

	(void)scope;
	if (!csv->depth || --csv->depth)
		return 0;
	fflush(csv->line);
	fflush(csv->head);
	errno = 0;
	if ((!csv->records++ && fprintf(csv->out, "%s\n", csv->text[1]) < 0) ||
	    fprintf(csv->out, "%s\n", csv->text[0]) < 0)
		return errno ? -errno : -EIO;
	csv_close(csv);
	return 0;
}

/* Quoted where it has to be. */
static void put_word(FILE *out, const char *word)
{
	if (!strpbrk(word, ",\"\n\r")) {
		fputs(word, out);
		return;
	}
	fputc('"', out);
	for (; *word; word++) {
		if (*word == '"')
			fputc('"', out);
		fputc(*word, out);
	}
	fputc('"', out);
}

static void put(FILE *out, const struct value *value)
{
	switch (value->kind) {
	case KIND_NONE:
		break;
	case KIND_WORD:
		put_word(out, value->word);
		break;
	case KIND_SIGNED:
		fprintf(out, "%" PRId64, value->i);
		break;
	case KIND_SHARE:
		fprintf(out, "%.6f", value->d);
		break;
	case KIND_PERMILLE:
		fprintf(out, "%.3f", (double)value->u / 1e3);
		break;
	case KIND_UPTIME:
		fprintf(out, "%.3f", (double)value->u / 1e9);
		break;
	default:
		fprintf(out, "%" PRIu64, value->u);
	}
}

static int csv_value(void *state, const struct field *field, const struct value *value)
{
	struct csv_out *csv = state;

	if (csv->depth != 1 || field->flags & EMIT_TEXT_ONLY)
		return 0;
	fflush(csv->line);
	fflush(csv->head);
	if (csv->length[1]) {
		fputc(',', csv->line);
		fputc(',', csv->head);
	}
	put_word(csv->head, field->key);
	put(csv->line, value);
	return 0;
}

static int csv_note(void *state, const char *text)
{
	(void)state;
	(void)text;
	return 0;
}

static int csv_finish(void *state)
{
	(void)state;
	return 0;
}

static void csv_free(void *state)
{
	csv_close(state);
	free(state);
}

const struct emit_backend emit_csv = {
	.new = csv_new,
	.begin = csv_begin,
	.end = csv_end,
	.value = csv_value,
	.note = csv_note,
	.finish = csv_finish,
	.free = csv_free,
};
