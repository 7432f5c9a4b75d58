// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables whose records stand side by side, as numastat has them, or one below
 * another. One of records side by side that is too wide for the screen continues
 * below itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "emit_text.h"

#define SCREEN_WIDTH	80
#define GAP_WIDTH	2

void text_clear(struct text_out *text)
{
	for (unsigned int i = 0; i < text->nr_columns; i++) {
		for (unsigned int r = 0; r < text->column[i].nr_cells; r++)
			free(text->column[i].cell[r]);
		free(text->column[i].cell);
		free(text->column[i].label);
	}
	free(text->column);
	free(text->row);
	text->column = NULL;
	text->row = NULL;
	text->nr_columns = 0;
	text->nr_rows = 0;
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
	int number = text->shape == SHAPE_TABLE ? SCOLS_FL_RIGHT : 0;

	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table, GAP);
	scols_table_enable_noheadings(table, text->shape != SHAPE_TABLE);
	if (!scols_table_new_column(table, "", 0, 0))
		return -ENOMEM;
	for (unsigned int c = from; c < to; c++)
		if (!scols_table_new_column(table, text->column[c].label, 0, number))
			return -ENOMEM;
	if (help && !scols_table_new_column(table, "", 0, 0))
		return -ENOMEM;
	return fill_lines(table, text, from, to);
}

int text_print_stripped(struct text_out *text, const char *string)
{
	errno = 0;
	if (text->started)
		fputc('\n', text->out);
	text->started = true;
	text->after_item = false;
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

/* Prints @table, which is filled unless there is an error, and releases it. */
static int print_table(struct text_out *text, struct libscols_table *table, int err)
{
	char *string = NULL;

	if (!err)
		err = scols_print_table_to_string(table, &string);
	if (!err && string)
		err = text_print_stripped(text, string);
	free(string);
	scols_unref_table(table);
	return err;
}

static int print_block(struct text_out *text, unsigned int from, unsigned int to, bool help)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return -ENOMEM;
	return print_table(text, table, fill_table(table, text, from, to, help));
}

/* How wide the lines are, with the fields that are @optional or without. */
static size_t lines_width(const struct text_out *text, bool optional)
{
	size_t width = strlen(text->label), all;

	for (unsigned int c = 0; c < text->nr_columns; c++)
		if (strlen(text->column[c].label) > width)
			width = strlen(text->column[c].label);
	all = width;
	for (unsigned int r = 0; r < text->nr_rows; r++) {
		if (text->row[r].optional && !optional)
			continue;
		width = strlen(text->row[r].label);
		for (unsigned int c = 0; c < text->nr_columns; c++)
			if (strlen(text->column[c].cell[r]) > width)
				width = strlen(text->column[c].cell[r]);
		all += GAP_WIDTH + width;
	}
	return all;
}

static int fill_record(struct libscols_table *table, const struct text_out *text,
		       const struct column *record, bool optional)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	size_t at = 0;
	int err;

	if (!line)
		return -ENOMEM;
	err = scols_line_set_data(line, at++, record->label);
	for (unsigned int r = 0; r < text->nr_rows && !err; r++)
		if (optional || !text->row[r].optional)
			err = scols_line_set_data(line, at++, record->cell[r]);
	return err;
}

static int fill_records(struct libscols_table *table, const struct text_out *text)
{
	bool optional = lines_width(text, true) <= SCREEN_WIDTH;
	int err = 0;

	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table, GAP);
	if (!scols_table_new_column(table, text->label, 0, 0))
		return -ENOMEM;
	for (unsigned int r = 0; r < text->nr_rows; r++) {
		int flags = text->row[r].words ? 0 : SCOLS_FL_RIGHT;

		if (text->row[r].optional && !optional)
			continue;
		if (!scols_table_new_column(table, text->row[r].label, 0, flags))
			return -ENOMEM;
	}
	for (unsigned int c = 0; c < text->nr_columns && !err; c++)
		err = fill_record(table, text, &text->column[c], optional);
	return err;
}

/* Prints the records, each on a line. */
int text_print_lines(struct text_out *text)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return -ENOMEM;
	err = print_table(text, table, fill_records(table, text));
	text_clear(text);
	return err;
}

/* Prints the columns, as many side by side as the screen has room for. */
int text_print_columns(struct text_out *text)
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
	text_clear(text);
	return err;
}
