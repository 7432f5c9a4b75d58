// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "emit_backend.h"
#include "svg_charts.h"

#define LEFT	72
#define RIGHT	14
#define TOP	64
#define ROW	9
#define GAP	16	/* between rows whose memory is not side by side */
#define BOTTOM	96

static double height_of_rows(const struct heatmap *map)
{
	double height = ROW * map->nr_rows;

	for (unsigned int row = 0; row < map->nr_rows; row++)
		if (map->row[row].gap_pages)
			height += GAP;
	return height > 40 ? height : 40;
}

static void draw_cell(struct svg *svg, const struct heatmap *map, unsigned int row,
		      unsigned int column, double x, double y, double width, double hottest)
{
	const struct heat *cell = heatmap_cell(map, row, column);
	int level = heatmap_level(map, row, column, hottest, SVG_HEATS);
	char class_[16], tip[200];

	if (level == 0)
		return;
	if (level < 0) {
		svg_rect(svg, x, y, width, ROW, "off", NULL);
		return;
	}
	snprintf(class_, sizeof(class_), "h%d", level);
	snprintf(tip, sizeof(tip), "%.3f GiB, from %g s: heat %.2f a page; %llu folios seen in %u passes",
		 heatmap_gib(map, row), (double)(column * map->column_ms) / 1e3, heatmap_mean(map, row, column),
		 (unsigned long long)cell->seen, map->column_pictures[column]);
	svg_rect(svg, x, y, width, ROW, class_, tip);
}

static void label_row(struct svg *svg, const struct heatmap *map, unsigned int row, double y)
{
	svg_text(svg, LEFT - 6, y + ROW, SVG_END, "dim", "%.3f", heatmap_gib(map, row));
}

static void label_gap(struct svg *svg, const struct heatmap *map, unsigned int row, double x,
		      double y)
{
	char size[32];

	emit_format(&v_bytes(map->row[row].gap_pages * map->page_size), size, sizeof(size));
	svg_text(svg, x, y, SVG_MIDDLE, "dim small", "%s without a record", size);
}

static void draw_rows(struct svg *svg, const struct heatmap *map, double width, double hottest)
{
	double y = TOP, labelled = 0, cell = width / map->nr_columns;

	for (unsigned int row = 0; row < map->nr_rows; row++) {
		if (map->row[row].gap_pages) {
			label_gap(svg, map, row, LEFT + width / 2, y + 12);
			y += GAP;
		}
		svg_rect(svg, LEFT, y, width, ROW, "none", NULL);
		if (!row || map->row[row].gap_pages || y - labelled >= 4 * ROW) {
			if (!row || y - labelled >= 13)
				label_row(svg, map, row, y);
			labelled = y;
		}
		for (unsigned int column = 0; column < map->nr_columns; column++)
			draw_cell(svg, map, row, column, LEFT + column * cell, y, cell, hottest);
		y += ROW;
	}
}

/* What the colours mean. */
static void draw_scale(struct svg *svg, double y, double hottest, double width)
{
	double part = (width < 500 ? 150 : 200) / SVG_HEATS;

	svg_text(svg, LEFT, y + 11, SVG_START, "dim", "0");
	for (unsigned int i = 0; i < SVG_HEATS; i++) {
		char class_[16];

		snprintf(class_, sizeof(class_), "h%u", i + 1);
		svg_rect(svg, LEFT + 14 + i * part, y, part, 14, class_, NULL);
	}
	svg_text(svg, LEFT + 20 + SVG_HEATS * part, y + 11, SVG_START, "dim", "%.2f of 8", hottest);
	svg_text(svg, LEFT, y + 30, SVG_START, "dim", "heat of a page, the mean of a cell");
}

void svg_heatmap(const struct report *report, double width, const char *id, FILE *out)
{
	const struct heatmap *map = &report->map;
	double rows = height_of_rows(map), hottest = heatmap_hottest(map);
	struct svg_plot plot = {
		.x = LEFT, .y = TOP, .width = width - LEFT - RIGHT, .height = rows,
		.across = ticks_time((double)(map->nr_columns * map->column_ms) / 1e3,
				     width < 500 ? 4 : 10),
	};
	char title[80], description[300], size[32];
	struct svg svg;

	emit_format(&v_bytes(map->row_pages * map->page_size), size, sizeof(size));
	snprintf(title, sizeof(title), "Where node %u was hot, and when", map->nid);
	snprintf(description, sizeof(description), "%u rows of %s by physical address, %u columns of"
		 " %g seconds; the hottest cell has a mean heat of %.2f of 8 a page.", map->nr_rows,
		 size, map->nr_columns, (double)map->column_ms / 1e3, hottest);
	svg_begin(&svg, out, width, TOP + rows + BOTTOM, id, title, description);
	svg_text(&svg, 12, 44, SVG_START, "dim", "GiB of physical address; a row is %s", size);
	draw_rows(&svg, map, plot.width, hottest);
	svg_axis_across(&svg, &plot);
	draw_scale(&svg, TOP + rows + 38, hottest, width);
	svg_end(&svg);
}
