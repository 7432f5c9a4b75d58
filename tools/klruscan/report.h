/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klruscan report: cmd_report.c reads a record into a heatmap or a series, report_emit.c
 * makes tables of these, and svg_charts.c pictures. The last two are pure.
 */
#ifndef KLRUSCAN_REPORT_H
#define KLRUSCAN_REPORT_H

#include "emit.h"
#include "heatmap.h"
#include "series.h"

/* What there is to be seen: X(enumerator, word). */
#define REPORTS(X)			\
	X(HEATMAP,	heatmap)	\
	X(WSS,		wss)		\
	X(TIMELINE,	timeline)	\
	X(FUNNEL,	funnel)		\
	X(CGROUPS,	cgroups)

enum report_kind {
#define X(name, word) REPORT_##name,
	REPORTS(X)
#undef X
	NR_REPORTS
};

extern const char *const report_words[];

/* struct report - one of them, of a record: @map for REPORT_HEATMAP, else @series */
struct report {
	enum report_kind kind;
	unsigned int nid;
	struct record_head head;
	struct heatmap map;
	struct series series;
};

/* Each returns 0 or a negative errno. Text of a heatmap is heatmap_print()'s. */
int report_emit(const struct report *report, enum format format, FILE *out);
int report_svg(const struct report *report, FILE *out);
int report_html(const struct report *report, FILE *out);

#endif
