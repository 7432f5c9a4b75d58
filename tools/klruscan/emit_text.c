// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text: lines of "label value", and tables whose records stand side by side,
 * as numastat has them. A table too wide for the screen continues below itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "emit_backend.h"

#define SCREEN_WIDTH	80
#define GAP		"  "
#define GAP_WIDTH	2
#define LABEL_LEN	32
#define HELP_LEN	64
#define CELL_LEN	48

/**
 * struct row - one field of all records
 * @label:	indented under its heading
 * @help:	what it means
 * @heading:	no field but the name of those below
 * @hidden:	all records had zero, and that needs no line
 */
struct row {
	char label[LABEL_LEN];
	char help[HELP_LEN];
	bool heading;
	bool hidden;
};

/* struct column - one record; @cell has one string a row. */
struct column {
	char label[LABEL_LEN];
	char (*cell)[CELL_LEN];
	unsigned int nr_cells;
};

/**
 * struct text_out - the table being filled
 * @out:	where it goes
 * @row:	fields, as the first record had them
 * @column:	records; outside a table one without a name, whose fields are
 *		the lines
 * @in_table:	between EMIT_TABLE and its end
 * @indent:	below a heading
 * @started:	something was printed: a blank line comes before the next part
 */
struct text_out {
	FILE *out;
	struct row *row;
	unsigned int nr_rows;
	struct column *column;
	unsigned int nr_columns;
	bool in_table;
	bool indent;
	bool started;
};

static void *text_new(FILE *out)
{
	struct text_out *text = calloc(1, sizeof(*text));

	if (text)
		text->out = out;
	return text;
}

static void clear(struct text_out *text)
{
	for (unsigned int i = 0; i < text->nr_columns; i++)
		free(text->column[i].cell);
	free(text->column);
	free(text->row);
	text->column = NULL;
	text->row = NULL;
	text->nr_columns = 0;
	text->nr_rows = 0;
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
	snprintf(column->label, sizeof(column->label), "%s", label ? label : "");
	return 0;
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
	char (*cell)[CELL_LEN] = realloc(column->cell, (at + 1) * sizeof(*cell));
	int err;

	if (!cell)
		return -ENOMEM;
	column->cell = cell;
	snprintf(cell[at], CELL_LEN, "%s", string);
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

static size_t column_width(const struct text_out *text, unsigned int c)
{
	size_t width = strlen(text->column[c].label);

	for (unsigned int r = 0; r < text->column[c].nr_cells; r++) {
		size_t length = strlen(text->column[c].cell[r]);

		if (!text->row[r].hidden && length > width)
			width = length;
	}
	return GAP_WIDTH + width;
}

static size_t label_width(const struct text_out *text)
{
	size_t width = 0;

	for (unsigned int r = 0; r < text->nr_rows; r++)
		if (!text->row[r].hidden && strlen(text->row[r].label) > width)
			width = strlen(text->row[r].label);
	return width;
}

static size_t help_width(const struct text_out *text)
{
	size_t width = 0;

	for (unsigned int r = 0; r < text->nr_rows; r++)
		if (!text->row[r].hidden && strlen(text->row[r].help) > width)
			width = strlen(text->row[r].help);
	return width ? GAP_WIDTH + width : 0;
}

static int fill_line(struct libscols_table *table, const struct text_out *text,
		     unsigned int r, unsigned int from, unsigned int to)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	size_t at = 0;
	int err;

	if (!line)
		return -ENOMEM;
	err = scols_line_set_data(line, at++, text->row[r].label);
	for (unsigned int c = from; c < to && !err; c++)
		err = scols_line_set_data(line, at++, text->column[c].cell[r]);
	if (!err && at < scols_table_get_ncols(table))
		err = scols_line_set_data(line, at, text->row[r].help);
	return err;
}

/* A blank line sets off what a heading begins, the first from nothing. */
static int fill_lines(struct libscols_table *table, const struct text_out *text,
		      unsigned int from, unsigned int to)
{
	int err = 0;

	for (unsigned int r = 0; r < text->nr_rows && !err; r++) {
		if (text->row[r].hidden)
			continue;
		if (text->row[r].heading && r && !scols_table_new_line(table, NULL))
			return -ENOMEM;
		err = fill_line(table, text, r, from, to);
	}
	return err;
}

static int fill_table(struct libscols_table *table, const struct text_out *text,
		      unsigned int from, unsigned int to, bool help)
{
	int number = text->in_table ? SCOLS_FL_RIGHT : 0;

	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table, GAP);
	scols_table_enable_noheadings(table, !text->in_table);
	if (!scols_table_new_column(table, "", 0, 0))
		return -ENOMEM;
	for (unsigned int c = from; c < to; c++)
		if (!scols_table_new_column(table, text->column[c].label, 0, number))
			return -ENOMEM;
	if (help && !scols_table_new_column(table, "", 0, 0))
		return -ENOMEM;
	return fill_lines(table, text, from, to);
}

/* Prints @string after a blank line, without the blanks that end its lines. */
static int print_stripped(struct text_out *text, const char *string)
{
	errno = 0;
	if (text->started)
		fputc('\n', text->out);
	text->started = true;
	while (*string) {
		size_t length = strcspn(string, "\n");
		size_t used = length;

		while (used && string[used - 1] == ' ')
			used--;
		fprintf(text->out, "%.*s\n", (int)used, string);
		string += length;
		if (*string)
			string++;
	}
	if (ferror(text->out))
		return errno ? -errno : -EIO;
	return 0;
}

static int print_block(struct text_out *text, unsigned int from, unsigned int to, bool help)
{
	struct libscols_table *table = scols_new_table();
	char *string = NULL;
	int err = -ENOMEM;

	if (table)
		err = fill_table(table, text, from, to, help);
	if (!err)
		err = scols_print_table_to_string(table, &string);
	if (!err && string)
		err = print_stripped(text, string);
	free(string);
	scols_unref_table(table);
	return err;
}

/* Prints the columns, as many side by side as the screen has room for. */
static int print_columns(struct text_out *text)
{
	size_t label = label_width(text), help = help_width(text);
	unsigned int from = 0, to;
	int err = 0;

	while (from < text->nr_columns && !err) {
		size_t width = label + column_width(text, from);

		for (to = from + 1; to < text->nr_columns; to++) {
			size_t more = column_width(text, to);

			if (width + more > SCREEN_WIDTH)
				break;
			width += more;
		}
		err = print_block(text, from, to, help && width + help <= SCREEN_WIDTH);
		from = to;
	}
	clear(text);
	return err;
}

static int text_begin(void *state, enum scope scope, const char *key, const char *label)
{
	struct row heading = { .heading = true };
	struct text_out *text = state;
	int err;

	(void)key;
	switch (scope) {
	case EMIT_TABLE:
		err = print_columns(text);
		text->in_table = true;
		return err;
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
	int err = 0;

	if (scope == EMIT_TABLE) {
		err = print_columns(text);
		text->in_table = false;
	} else if (scope != EMIT_LIST && scope != EMIT_RECORD) {
		text->indent = false;
	}
	return err;
}

static int text_value(void *state, const struct field *field, const struct value *value)
{
	struct row row = { .hidden = (field->flags & EMIT_NONZERO) && !value->u };
	struct text_out *text = state;
	char string[CELL_LEN];

	if (field->flags & EMIT_JSON_ONLY)
		return 0;
	if (!text->in_table && !text->nr_columns && add_column(text, NULL))
		return -ENOMEM;
	snprintf(row.label, sizeof(row.label), "%s%s", text->indent ? GAP : "", field->label);
	snprintf(row.help, sizeof(row.help), "%s", field->help ? field->help : "");
	emit_format(value, string, sizeof(string));
	return add_cell(text, &row, string);
}

static int text_note(void *state, const char *string)
{
	struct text_out *text = state;
	int err = print_columns(text);

	return err ? err : print_stripped(text, string);
}

static int text_finish(void *state)
{
	return print_columns(state);
}

static void text_free(void *state)
{
	clear(state);
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
