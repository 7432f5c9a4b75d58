// SPDX-License-Identifier: GPL-2.0-only
/* Text: lines of "label value", tables, paragraphs and notes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emit_text.h"

#define CELL_LEN	48

static void *text_new(FILE *out)
{
	struct text_out *text = calloc(1, sizeof(*text));

	if (text)
		text->out = out;
	return text;
}

static int add_column(struct text_out *text, const char *label)
{
	struct column *column;

	column = realloc(text->column, (text->nr_columns + 1) * sizeof(*column));
	if (!column)
		return -ENOMEM;
	text->column = column;
	column += text->nr_columns++;
	memset(column, 0, sizeof(*column));
	column->label = strdup(label ? label : "");
	return column->label ? 0 : -ENOMEM;
}

static int add_row(struct text_out *text, const struct row *new)
{
	struct row *row = realloc(text->row, (text->nr_rows + 1) * sizeof(*row));

	if (!row)
		return -ENOMEM;
	text->row = row;
	row[text->nr_rows++] = *new;
	return 0;
}

/*
 * The next cell of the record that is being filled. The first record makes the
 * rows; a later one that differs is a mistake of the caller.
 */
static int add_cell(struct text_out *text, const struct row *row, const char *string)
{
	struct column *column = &text->column[text->nr_columns - 1];
	unsigned int at = column->nr_cells;
	char **cell = realloc(column->cell, (at + 1) * sizeof(*cell));
	int err;

	if (!cell)
		return -ENOMEM;
	column->cell = cell;
	cell[at] = strdup(string);
	if (!cell[at])
		return -ENOMEM;
	column->nr_cells++;
	if (text->nr_columns == 1) {
		err = add_row(text, row);
		if (err)
			return err;
	}
	if (at >= text->nr_rows || strcmp(text->row[at].label, row->label))
		return -EINVAL;
	text->row[at].hidden &= row->hidden;
	return 0;
}

/* What was filled before is printed, and something of another shape begins. */
static int reshape(struct text_out *text, enum shape shape, const char *label)
{
	int err = text->shape == SHAPE_LINES ? text_print_lines(text) : text_print_columns(text);

	text->shape = shape;
	snprintf(text->label, sizeof(text->label), "%s", label ? label : "");
	return err;
}

static int text_begin(void *state, enum scope scope, const char *key, const char *label)
{
	struct row heading = { .heading = true };
	struct text_out *text = state;

	(void)key;
	switch (scope) {
	case EMIT_TABLE:
		return reshape(text, SHAPE_TABLE, NULL);
	case EMIT_LINES:
		return reshape(text, SHAPE_LINES, label);
	case EMIT_ITEM:
		text->item_fields = 0;
		return reshape(text, SHAPE_ITEM, label);
	case EMIT_RECORD:
		return add_column(text, label);
	case EMIT_LIST:
		return 0;
	default:
		snprintf(heading.label, sizeof(heading.label), "%s", label);
		text->indent = true;
		return add_cell(text, &heading, "");
	}
}

static int text_end(void *state, enum scope scope)
{
	struct text_out *text = state;

	switch (scope) {
	case EMIT_TABLE:
	case EMIT_LINES:
	case EMIT_ITEM:
		return reshape(text, SHAPE_FIELDS, NULL);
	case EMIT_LIST:
	case EMIT_RECORD:
		return 0;
	default:
		text->indent = false;
		return 0;
	}
}

/* A field of an item is printed at once: the first beside the item's label. */
static int item_value(struct text_out *text, const struct field *field, const char *string)
{
	errno = 0;
	if (!text->item_fields) {
		if (text->started && !text->after_item)
			fputc('\n', text->out);
		emit_item_head(text->out, field->flags, string, text->label);
		text->started = true;
		text->after_item = true;
	} else {
		emit_item_words(text->out, field, string, text->item_fields == 1);
	}
	text->item_fields++;
	if (ferror(text->out))
		return errno ? -errno : -EIO;
	return 0;
}

static int text_value(void *state, const struct field *field, const struct value *value)
{
	struct row row = {
		.hidden = (field->flags & EMIT_NONZERO) && !value->u,
		.optional = field->flags & EMIT_OPTIONAL,
		.words = value->kind == KIND_WORD || value->kind == KIND_NONE,
	};
	struct text_out *text = state;
	char formatted[CELL_LEN];
	const char *string = formatted;

	if (field->flags & EMIT_JSON_ONLY)
		return 0;
	if (value->kind == KIND_WORD)
		string = *value->word ? value->word : "(none)";
	else
		emit_format(value, formatted, sizeof(formatted));
	if (text->shape == SHAPE_ITEM)
		return value->kind == KIND_NONE ? 0 : item_value(text, field, string);
	if (text->shape == SHAPE_FIELDS && !text->nr_columns && add_column(text, NULL))
		return -ENOMEM;
	snprintf(row.label, sizeof(row.label), "%s%s", text->indent ? GAP : "", field->label);
	snprintf(row.help, sizeof(row.help), "%s", field->help ? field->help : "");
	return add_cell(text, &row, string);
}

static int text_note(void *state, const char *string)
{
	struct text_out *text = state;
	int err = text_print_columns(text);

	return err ? err : text_print_stripped(text, string);
}

static int text_finish(void *state)
{
	return text_print_columns(state);
}

static void text_free(void *state)
{
	text_clear(state);
	free(state);
}

const struct emit_backend emit_text = {
	.new = text_new,
	.begin = text_begin,
	.end = text_end,
	.value = text_value,
	.note = text_note,
	.finish = text_finish,
	.free = text_free,
};
