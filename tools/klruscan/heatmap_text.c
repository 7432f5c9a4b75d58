// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "emit_backend.h"
#include "heatmap.h"
#include "ticks.h"

#define LABEL_WIDTH	10		/* "1234.567 |" */
#define CELL_WIDTH_MAX	4
#define LINE_MAX_	512
#define LEVELS		9

/* From hardly to most, where there are no colours. */
static const char density[LEVELS + 1] = ".:-=+*#%@";

/* The same in the 256 colours of terminals: from dark red to pale yellow. */
static const unsigned char colour[LEVELS] = { 52, 88, 124, 160, 166, 208, 214, 221, 229 };

unsigned int heatmap_text_columns(unsigned int width)
{
	if (width > LINE_MAX_)
		width = LINE_MAX_;
	return width > LABEL_WIDTH + 2 ? width - LABEL_WIDTH - 1 : 1;
}

static void print_cell(int level, unsigned int width, bool colours, FILE *out)
{
	char cells[CELL_WIDTH_MAX + 1];

	memset(cells, level < 0 ? '?' : level && !colours ? density[level - 1] : ' ', width);
	cells[width] = '\0';
	if (colours && level > 0)
		fprintf(out, "\033[48;5;%um%s\033[0m", colour[level - 1], cells);
	else
		fputs(cells, out);
}

static void print_size(uint64_t bytes, FILE *out)
{
	char text[32];

	emit_format(&v_bytes(bytes), text, sizeof(text));
	fputs(text, out);
}

static void print_row(const struct heatmap *map, unsigned int row, unsigned int width,
		      double hottest, bool colours, FILE *out)
{
	if (map->row[row].gap_pages) {
		fprintf(out, "%*s~ ", LABEL_WIDTH - 1, "");
		print_size(map->row[row].gap_pages * map->page_size, out);
		fputs(" without a record\n", out);
	}
	fprintf(out, "%8.3f |", heatmap_gib(map, row));
	for (unsigned int column = 0; column < map->nr_columns; column++)
		print_cell(heatmap_level(map, row, column, hottest, LEVELS), width, colours, out);
	fputs("|\n", out);
}

/* Without the blanks at its end. */
static void print_line(const char *line, FILE *out)
{
	size_t length = strlen(line);

	while (length && line[length - 1] == ' ')
		length--;
	fprintf(out, "%.*s\n", (int)length, line);
}

/* Ticks below the columns, each with its time where there is room. */
static void print_time(const struct heatmap *map, unsigned int width, unsigned int limit,
		       FILE *out)
{
	unsigned int length = map->nr_columns * width, end = LABEL_WIDTH;
	double whole = (double)map->column_ms * map->nr_columns / 1e3;
	struct ticks ticks = ticks_time(whole, length / 10 + 1);
	char marks[LINE_MAX_ + 64], labels[LINE_MAX_ + 64];

	memset(marks, ' ', sizeof(marks));
	memset(labels, ' ', sizeof(labels));
	memset(marks + LABEL_WIDTH, '-', length);
	marks[LABEL_WIDTH + length] = '\0';
	marks[LABEL_WIDTH - 1] = '-';
	for (double at = 0; at < whole; at += ticks.step) {
		unsigned int place = LABEL_WIDTH + (unsigned int)(at / whole * length);
		char label[32];

		marks[place] = '+';
		ticks_label(&ticks, at, label, sizeof(label));
		if (place < end || place + strlen(label) > limit)
			continue;
		memcpy(labels + place, label, strlen(label));
		end = place + (unsigned int)strlen(label) + 1;
	}
	labels[end] = '\0';
	print_line(marks, out);
	print_line(labels, out);
}

static void print_scale(const struct heatmap *map, double hottest, bool colours, FILE *out)
{
	bool blank = false;

	fputs("\nA page's heat, 0 to 8: ' ' none", out);
	for (unsigned int i = 1; i <= LEVELS; i += 4) {
		fputs(", ", out);
		print_cell((int)i, 1, colours, out);
		fprintf(out, " from %.2f", hottest * (i - 1) / LEVELS);
	}
	fprintf(out, "; most %.2f.\n", hottest);
	for (unsigned int column = 0; column < map->nr_columns; column++)
		blank |= !map->column_pictures[column];
	if (blank)
		fputs("A '?' is a time in which no pass was completed.\n", out);
}

static void print_picture(const struct heatmap *map, unsigned int width, bool colours, FILE *out)
{
	unsigned int room = heatmap_text_columns(width), cell = room / map->nr_columns;
	double hottest = heatmap_hottest(map);

	cell = cell > CELL_WIDTH_MAX ? CELL_WIDTH_MAX : cell ? cell : 1;
	fputs(" A row is ", out);
	print_size(map->row_pages * map->page_size, out);
	fprintf(out, ", a column %g s.\n\n     GiB\n", (double)map->column_ms / 1e3);
	for (unsigned int row = 0; row < map->nr_rows; row++)
		print_row(map, row, cell, hottest, colours, out);
	print_time(map, cell, LABEL_WIDTH + room + 1, out);
	print_scale(map, hottest, colours, out);
}

void heatmap_print(const struct heatmap *map, unsigned int width, bool colours, FILE *out)
{
	fprintf(out, "Heat of node %u: in how many of the last 8 passes its pages were accessed,\n"
		"the mean of a row's pages. %u pictures in %.1f s.", map->nid, map->pictures,
		(double)map->end_ms / 1e3);
	if (map->nr_rows)
		print_picture(map, width, colours, out);
	else
		fputs("\n\nNothing was accessed.\n", out);
}
