/* SPDX-License-Identifier: GPL-2.0-only */
/* Between report_picture.c, which chooses, and what draws one picture each. */
#ifndef KLRUSCAN_SVG_CHARTS_H
#define KLRUSCAN_SVG_CHARTS_H

#include "report.h"
#include "svg.h"

/* Points of a line: what is more is thinned out. */
#define PICTURE_POINTS	400u

/* Each draws all of a picture, @width wide; @id as for svg_begin(). */
void svg_heatmap(const struct report *report, double width, const char *id, FILE *out);
void svg_wss(const struct report *report, double width, const char *id, FILE *out);
void svg_timeline(const struct report *report, double width, const char *id, FILE *out);
void svg_funnel(const struct report *report, double width, const char *id, FILE *out);
void svg_cgroups(const struct report *report, double width, const char *id, FILE *out);

#endif
