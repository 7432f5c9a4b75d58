/* SPDX-License-Identifier: GPL-2.0-only */
/* A picture as SVG: its frame, axes and marks. Pure; errors show on the stream. */
#ifndef KLRUSCAN_SVG_H
#define KLRUSCAN_SVG_H

#include <stdio.h>

#include "ticks.h"

/* Colours, light and dark, are in svg.c. */
#define SVG_HEATS	9	/* classes h1 to h9 */

struct svg {
	FILE *out;
	double width;
	double height;
};

/* struct svg_plot - where values are drawn; both axes begin at 0 in the lower left corner */
struct svg_plot {
	double x, y, width, height;
	struct ticks across;
	struct ticks up;
};

/* @id makes the names in it different from those of other pictures on a page. */
void svg_begin(struct svg *svg, FILE *out, double width, double height, const char *id,
	       const char *title, const char *description);
void svg_end(struct svg *svg);

/* Text that ends, is centered or begins at @x. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

void svg_text(struct svg *svg, double x, double y, enum svg_anchor anchor, const char *class_,
	      const char *format, ...) __attribute__((format(printf, 6, 7)));

/* With @tip as its title unless that is NULL. */
void svg_rect(struct svg *svg, double x, double y, double width, double height,
	      const char *class_, const char *tip);

/* A path of points; svg_path_end() closes the area down to @base if that is not NULL. */
void svg_path_begin(struct svg *svg, const char *class_);
void svg_path_to(struct svg *svg, double x, double y);
void svg_path_gap(struct svg *svg);
void svg_path_end(struct svg *svg);

double svg_x(const struct svg_plot *plot, double value);
double svg_y(const struct svg_plot *plot, double value);

/* Lines and labels of ticks; @name of what goes up is above it. */
void svg_axis_up(struct svg *svg, const struct svg_plot *plot, const char *name);
void svg_axis_across(struct svg *svg, const struct svg_plot *plot);

/* Text with what XML does not allow replaced. */
void svg_escape(FILE *out, const char *text);

#endif
