// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "emit_backend.h"
#include "fields.h"
#include "report.h"

/* Lines of a table for people; JSON and CSV have every sample. */
#define TEXT_LINES 24u

const char *const report_words[] = {
#define X(name, word) #word,
	REPORTS(X)
#undef X
};

static void only_json(struct emit *e, const char *key, struct value value)
{
	emit_field(e, &(struct field){ .key = key, .flags = EMIT_JSON_ONLY }, value);
}

static void only_text(struct emit *e, const char *label, struct value value)
{
	emit_field(e, &(struct field){ .key = "", .label = label, .flags = EMIT_TEXT_ONLY }, value);
}

/******************************************************************************
 *                          the heat map, as numbers
 ******************************************************************************/

static void emit_heat(struct emit *e, const struct heat *heat)
{
	only_json(e, "heat", v_number(heat->heat));
	only_json(e, "seen", v_number(heat->seen));
	only_json(e, "warm", v_number(heat->warm));
}

/* Where it is and when, and its counts, for who wants no more than one list. */
static void emit_cell(struct emit *e, const struct heatmap *map, unsigned int row,
		      unsigned int column)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	only_json(e, "row", v_number(row));
	only_json(e, "column", v_number(column));
	only_json(e, "pfn", v_number(map->row[row].pfn));
	only_json(e, "pages", v_number(map->row_pages));
	only_json(e, "start_ms", v_number(column * map->column_ms));
	only_json(e, "end_ms", v_number((column + 1) * map->column_ms));
	only_json(e, "pictures", v_number(map->column_pictures[column]));
	emit_heat(e, heatmap_cell(map, row, column));
	emit_end(e);
}

static void emit_cells(struct emit *e, const struct heatmap *map)
{
	emit_begin(e, EMIT_LIST, "cells", NULL);
	for (unsigned int row = 0; row < map->nr_rows; row++)
		for (unsigned int column = 0; column < map->nr_columns; column++)
			if (heatmap_cell(map, row, column)->seen || heatmap_cell(map, row, column)->warm)
				emit_cell(e, map, row, column);
	emit_end(e);
}

static void emit_heatmap(struct emit *e, const struct report *report)
{
	const struct heatmap *map = &report->map;

	only_json(e, "samples", v_number(map->samples));
	only_json(e, "pictures", v_number(map->pictures));
	only_json(e, "page_size", v_number(map->page_size));
	only_json(e, "row_pages", v_number(map->row_pages));
	only_json(e, "rows", v_number(map->nr_rows));
	only_json(e, "column_ms", v_number(map->column_ms));
	only_json(e, "columns", v_number(map->nr_columns));
	emit_begin(e, EMIT_OBJECT, "total", NULL);
	emit_heat(e, &map->total);
	emit_end(e);
	emit_cells(e, map);
}

/******************************************************************************
 *                          over time
 ******************************************************************************/

static void emit_time(struct emit *e, const struct point *point)
{
	only_json(e, "t_ms", v_number(point->t_ms));
	only_text(e, "time", v_nsec((point->t_ms + 50) / 100 * 100000000));
}

static struct value folios(const struct report *report, uint64_t count)
{
	return v_bytes(pages_to_bytes(count, report->head.page_size));
}

static void emit_wss_point(struct emit *e, const struct report *report, const struct point *p)
{
	static const unsigned int shown[] = { 1, 4, KLRUSCAN_HEAT_MAX };
	bool hot = p->threshold && p->threshold <= KLRUSCAN_HEAT_MAX;
	char key[32];

	emit_begin(e, EMIT_RECORD, NULL, NULL);
	emit_time(e, p);
	emit(e, "seen_bytes", "in the last pass", folios(report, p->seen));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		snprintf(key, sizeof(key), shown[i] < KLRUSCAN_HEAT_MAX ? "heat %u or more" : "heat %u",
			 shown[i]);
		only_text(e, key, folios(report, point_at_least(p, shown[i])));
	}
	only_json(e, "threshold", v_number(p->threshold));
	emit(e, "hot_bytes", "hot", hot ? folios(report, point_at_least(p, p->threshold)) : v_none());
	for (unsigned int level = 1; level < KLRUSCAN_HEAT_LEVELS; level++) {
		snprintf(key, sizeof(key), "heat_%u_bytes", level);
		only_json(e, key, folios(report, p->heat[level]));
	}
	emit_end(e);
}

static void emit_wss(struct emit *e, const struct report *report, unsigned int most)
{
	const struct series *s = &report->series;

	for (unsigned int i = 0; i < s->nr_points; i = series_next(s, i, most))
		emit_wss_point(e, report, &s->point[i]);
}

/* A record of somebody else can have rates that no number holds. */
static struct value rate(double pages_per_s, const struct report *report)
{
	double bytes_per_s = pages_per_s * (double)report->head.page_size + 0.5;

	if (pages_per_s < 0)
		return v_none();
	return v_rate(bytes_per_s < 0x1p64 ? (uint64_t)bytes_per_s : UINT64_MAX);
}

static struct value share(double ns_per_s)
{
	return ns_per_s < 0 ? v_none() : v_share(ns_per_s / 1e9);
}

/* What happened between two samples. Text has no room for all of it. */
static void emit_step(struct emit *e, const struct report *report, const struct point *a,
		      const struct point *b)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	emit_time(e, b);
	emit(e, "promoted_bytes_per_s", "promoted",
	     rate(series_rate(a->promoted_pages, b->promoted_pages, a, b), report));
	emit(e, "demoted_bytes_per_s", "demoted", rate(series_demoted(a, b), report));
	emit(e, "interval_ms", "interval", b->scanned ? v_msec(b->interval_ms) : v_none());
	emit(e, "scan_cpu_share", "scan CPU",
	     share(series_rate(a->scan_cpu_ns, b->scan_cpu_ns, a, b)));
	emit(e, "promote_cpu_share", "promotion CPU",
	     share(series_rate(a->promote_cpu_ns, b->promote_cpu_ns, a, b)));
	emit(e, "threshold", "from heat", b->threshold ? v_number(b->threshold) : v_none());
	only_json(e, "precision", v_permille(b->precision));
	only_json(e, "recall", v_permille(b->recall));
	emit_end(e);
}

static void emit_timeline(struct emit *e, const struct report *report, unsigned int most)
{
	const struct series *s = &report->series;
	unsigned int next;

	for (unsigned int i = 0; (next = series_next(s, i, most)) < s->nr_points; i = next)
		emit_step(e, report, &s->point[i], &s->point[next]);
}

/******************************************************************************
 *                          sums
 ******************************************************************************/

static void emit_stage(struct emit *e, const struct funnel *f, const char *stage, uint64_t count,
		       const char *meaning)
{
	uint64_t most = f->records > f->candidates ? f->records : f->candidates;
	bool ended = f->candidates && strcmp(stage, "records");

	emit_begin(e, EMIT_RECORD, NULL, NULL);
	emit(e, "stage", "stage", v_word(stage));
	only_json(e, "count", v_number(count));
	only_text(e, "count", v_bar(count, most));
	emit(e, "share", "of candidates", ended ? v_share((double)count / (double)f->candidates) :
	     v_none());
	only_text(e, "meaning", v_word(meaning));
	emit_end(e);
}

/* Outcomes that did not occur are in JSON only. */
static void emit_funnel(struct emit *e, const struct report *report, bool all)
{
	const struct funnel *f = &report->series.funnel;

	emit_stage(e, f, "records", f->records, "accesses recorded");
	emit_stage(e, f, "candidates", f->candidates, "considered for promotion");
	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		if (all || f->outcome[i])
			emit_stage(e, f, outcome_words[i].word, f->outcome[i],
				   outcome_words[i].text);
}

static struct value change(const uint64_t *bytes)
{
	return v_signed((int64_t)(bytes[1] - bytes[0]));
}

/* "+12.3 MiB" */
static void emit_change(struct emit *e, const char *key, const char *label, const uint64_t *bytes)
{
	uint64_t size = bytes[1] > bytes[0] ? bytes[1] - bytes[0] : bytes[0] - bytes[1];
	struct value value = v_bytes(size);
	char text[32] = "", *at = text;

	only_json(e, key, change(bytes));
	if (size)
		*at++ = bytes[1] > bytes[0] ? '+' : '-';
	emit_format(&value, at, sizeof(text) - 1);
	only_text(e, label, v_word(text));
}

static void emit_cgroup(struct emit *e, const struct cgroup_change *c)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	emit(e, "path", "cgroup", v_word(c->path));
	emit(e, "fast_first_bytes", "fast, first", v_bytes(c->fast[0]));
	emit(e, "fast_last_bytes", "last", v_bytes(c->fast[1]));
	emit_change(e, "fast_change_bytes", "change", c->fast);
	emit(e, "slow_first_bytes", "slow, first", v_bytes(c->slow[0]));
	emit(e, "slow_last_bytes", "last", v_bytes(c->slow[1]));
	emit_change(e, "slow_change_bytes", "change", c->slow);
	emit_end(e);
}

/******************************************************************************
 *                          all of them
 ******************************************************************************/

static const char *const lists[] = {
	[REPORT_WSS] = "points",
	[REPORT_TIMELINE] = "points",
	[REPORT_FUNNEL] = "stages",
	[REPORT_CGROUPS] = "cgroups",
};

static void emit_list(struct emit *e, const struct report *report, bool text)
{
	const struct series *s = &report->series;
	unsigned int most = text ? TEXT_LINES : s->nr_points;

	emit_begin(e, EMIT_LINES, NULL, NULL);
	emit_begin(e, EMIT_LIST, lists[report->kind], NULL);
	if (report->kind == REPORT_WSS)
		emit_wss(e, report, most);
	else if (report->kind == REPORT_TIMELINE)
		emit_timeline(e, report, most);
	else if (report->kind == REPORT_FUNNEL)
		emit_funnel(e, report, !text);
	for (unsigned int i = 0; report->kind == REPORT_CGROUPS && i < s->nr_cgroups; i++)
		emit_cgroup(e, &s->cgroup[i]);
	emit_end(e);
	emit_end(e);
}

/* What a table for people does not say by itself. */
static void emit_notes(struct emit *e, const struct report *report)
{
	const struct series *s = &report->series;

	if (report->kind == REPORT_WSS)
		emit_note(e, "Memory of node %u by its folios' first pages, so less than it is where\n"
			  "folios are large. Hot is what had the heat that promotion began from.",
			  report->nid);
	if ((report->kind == REPORT_TIMELINE || report->kind == REPORT_FUNNEL) && s->nr_points == 1)
		emit_note(e, "The record has one sample: what happened is what two differ by.");
	if (report->kind == REPORT_TIMELINE && !s->has_demoted)
		emit_note(e, "This kernel does not count demotions.");
	if (report->kind == REPORT_CGROUPS && !s->has_cgroups)
		emit_note(e, "There was no cgroup v2 with the memory controller.");
	if (report->kind == REPORT_CGROUPS && s->has_cgroups && !s->nr_cgroups)
		emit_note(e, "No cgroup has memory.");
	if (report->kind == REPORT_CGROUPS && s->left_out)
		emit_note(e, "Left out: %u smaller ones.", s->left_out);
}

int report_emit(const struct report *report, enum format format, FILE *out)
{
	struct emit *e = emit_new(format, out);

	if (!e)
		return -ENOMEM;
	only_json(e, "report", v_word(report_words[report->kind]));
	only_json(e, "nid", v_number(report->nid));
	if (report->kind == REPORT_HEATMAP)
		emit_heatmap(e, report);
	else
		emit_list(e, report, format == FORMAT_TEXT);
	if (report->kind == REPORT_FUNNEL)
		only_json(e, "promoted_bytes", folios(report, report->series.funnel.promoted_pages));
	if (report->kind == REPORT_CGROUPS)
		only_json(e, "left_out", v_number(report->series.left_out));
	emit_notes(e, report);
	return emit_finish(e);
}
