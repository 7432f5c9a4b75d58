/* SPDX-License-Identifier: GPL-2.0-only */
/* Between emit_text.c, which fills tables, and emit_tables.c, which prints them. */
#ifndef KLRUSCAN_EMIT_TEXT_H
#define KLRUSCAN_EMIT_TEXT_H

#include "emit_backend.h"

#define GAP		"  "
#define LABEL_LEN	32
#define HELP_LEN	64

/**
 * struct row - one field of all records
 * @label:	indented under its heading
 * @help:	what it means
 * @heading:	no field but the name of those below
 * @hidden:	all records had zero, and that needs no line
 * @optional:	left out where there is no room for it
 * @words:	no number
 */
struct row {
	char label[LABEL_LEN];
	char help[HELP_LEN];
	bool heading;
	bool hidden;
	bool optional;
	bool words;
};

/* struct column - one record; the label is its own, @cell has one string a row, likewise */
struct column {
	char *label;
	char **cell;
	unsigned int nr_cells;
};

/* What is being filled, which decides how it is printed. */
enum shape { SHAPE_FIELDS, SHAPE_TABLE, SHAPE_LINES, SHAPE_ITEM };

/**
 * struct text_out - the table being filled
 * @out:	where it goes
 * @row:	fields, as the first record had them
 * @column:	records; outside a table one without a name, whose fields are
 *		the lines
 * @shape:	of what is being filled
 * @label:	of the item, or what heads the labels of lines
 * @item_fields: how many of the item's fields were printed
 * @indent:	below a heading
 * @started:	something was printed: a blank line comes before the next part
 * @after_item:	and that was an item, which the next one follows at once
 */
struct text_out {
	FILE *out;
	struct row *row;
	unsigned int nr_rows;
	struct column *column;
	unsigned int nr_columns;
	enum shape shape;
	char label[LABEL_LEN];
	unsigned int item_fields;
	bool indent;
	bool started;
	bool after_item;
};

/* Each prints what was filled, and empties it. Returns 0 or a negative errno. */
int text_print_columns(struct text_out *text);
int text_print_lines(struct text_out *text);

/* Prints @string after a blank line, without the blanks that end its lines. */
int text_print_stripped(struct text_out *text, const char *string);

void text_clear(struct text_out *text);

#endif
