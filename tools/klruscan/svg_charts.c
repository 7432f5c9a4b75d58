// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "emit_backend.h"
#include "fields.h"
#include "svg_charts.h"

#define LEFT	72
#define RIGHT	18
#define PANEL	110	/* height of a plot of several */
#define GAP	62	/* below it: its ticks, and the next one's name */

static double seconds(const struct point *point)
{
	return (double)point->t_ms / 1e3;
}

static struct svg_plot plot_of(const struct series *s, double width, double y, double height,
			       struct ticks up)
{
	return (struct svg_plot){
		.x = LEFT, .y = y, .width = width - LEFT - RIGHT, .height = height,
		.across = ticks_time(seconds(&s->point[s->nr_points - 1]), width < 500 ? 4 : 10),
		.up = up,
	};
}

static void legend(struct svg *svg, double x, double y, const char *class_, const char *text)
{
	svg_rect(svg, x, y - 9, 12, 10, class_, NULL);
	svg_text(svg, x + 17, y, SVG_START, "dim", "%s", text);
}

/******************************************************************************
 *                          the working set
 ******************************************************************************/

static double bytes_at_least(const struct report *report, const struct point *p, unsigned int heat)
{
	return (double)point_at_least(p, heat) * (double)report->head.page_size;
}

/* What has a heat of @heat or more; what is hotter is drawn over it. */
static void draw_area(struct svg *svg, const struct report *report, const struct svg_plot *plot,
		      unsigned int heat)
{
	const struct series *s = &report->series;
	char class_[16];

	snprintf(class_, sizeof(class_), "h%u", heat + 1);
	svg_path_begin(svg, class_);
	svg_path_to(svg, svg_x(plot, 0), svg_y(plot, 0));
	for (unsigned int i = 0; i < s->nr_points; i = series_next(s, i, PICTURE_POINTS))
		svg_path_to(svg, svg_x(plot, seconds(&s->point[i])),
			    svg_y(plot, bytes_at_least(report, &s->point[i], heat)));
	svg_path_to(svg, svg_x(plot, seconds(&s->point[s->nr_points - 1])), svg_y(plot, 0));
	svg_path_end(svg);
}

static void draw_seen(struct svg *svg, const struct report *report, const struct svg_plot *plot)
{
	const struct series *s = &report->series;

	svg_path_begin(svg, "la");
	for (unsigned int i = 0; i < s->nr_points; i = series_next(s, i, PICTURE_POINTS))
		svg_path_to(svg, svg_x(plot, seconds(&s->point[i])),
			    svg_y(plot, (double)s->point[i].seen * (double)report->head.page_size));
	svg_path_end(svg);
}

static double most_bytes(const struct report *report)
{
	const struct series *s = &report->series;
	double most = 0;

	for (unsigned int i = 0; i < s->nr_points; i++) {
		double warm = bytes_at_least(report, &s->point[i], 1);
		double seen = (double)s->point[i].seen * (double)report->head.page_size;

		most = warm > most ? warm : most;
		most = seen > most ? seen : most;
	}
	return most;
}

static void draw_heat_scale(struct svg *svg, double y)
{
	for (unsigned int heat = 1; heat <= KLRUSCAN_HEAT_MAX; heat++) {
		char class_[16];

		snprintf(class_, sizeof(class_), "h%u", heat + 1);
		svg_rect(svg, LEFT + 22 * (heat - 1), y, 22, 14, class_, NULL);
		svg_text(svg, LEFT + 22 * (heat - 1) + 11, y + 27, SVG_MIDDLE, "dim", "%u", heat);
	}
	svg_text(svg, LEFT + 22 * KLRUSCAN_HEAT_MAX + 10, y + 11, SVG_START, "dim", "heat or more");
}

void svg_wss(const struct report *report, double width, const char *id, FILE *out)
{
	struct svg_plot plot = plot_of(&report->series, width, 64, 240,
				       ticks_bytes(most_bytes(report), 5));
	char title[80];
	struct svg svg;

	snprintf(title, sizeof(title), "Working set on slow node %u", report->nid);
	svg_begin(&svg, out, width, 400, id, title, "Areas: memory by the number of the last 8 passes"
		  " that saw it accessed, the hottest darkest or brightest. Line: what the last pass"
		  " saw.");
	svg_axis_up(&svg, &plot, "memory accessed");
	for (unsigned int heat = 1; heat <= KLRUSCAN_HEAT_MAX; heat++)
		draw_area(&svg, report, &plot, heat);
	draw_seen(&svg, report, &plot);
	svg_axis_across(&svg, &plot);
	draw_heat_scale(&svg, 336);
	legend(&svg, LEFT, 388, "a", "seen by the last pass");
	svg_end(&svg);
}

/******************************************************************************
 *                          promotion and cost
 ******************************************************************************/

/* A line of a panel: what happened from one point to the next, below 0 for nothing known. */
typedef double (*figure_of)(const struct report *report, const struct point *a,
			 const struct point *b);

static double promoted(const struct report *report, const struct point *a, const struct point *b)
{
	double pages = series_rate(a->promoted_pages, b->promoted_pages, a, b);

	return pages * (double)report->head.page_size / (1 << 20);
}

static double demoted(const struct report *report, const struct point *a, const struct point *b)
{
	return series_demoted(a, b) * (double)report->head.page_size / (1 << 20);
}

static double interval(const struct report *report, const struct point *a, const struct point *b)
{
	(void)report;
	(void)a;
	return b->scanned ? (double)b->interval_ms : -1;
}

static double scan_cpu(const struct report *report, const struct point *a, const struct point *b)
{
	(void)report;
	return series_rate(a->scan_cpu_ns, b->scan_cpu_ns, a, b) / 1e7;
}

static double promote_cpu(const struct report *report, const struct point *a,
			  const struct point *b)
{
	(void)report;
	return series_rate(a->promote_cpu_ns, b->promote_cpu_ns, a, b) / 1e7;
}

static double threshold(const struct report *report, const struct point *a, const struct point *b)
{
	(void)report;
	(void)a;
	return b->threshold ? (double)b->threshold : -1;
}

static double precision(const struct report *report, const struct point *a, const struct point *b)
{
	(void)report;
	(void)a;
	return b->precision / 10.0;
}

static double recall(const struct report *report, const struct point *a, const struct point *b)
{
	(void)report;
	(void)a;
	return b->recall / 10.0;
}

static const struct panel {
	const char *name;
	const char *unit;
	figure_of figure[2];
	const char *legend[2];
} panels[] = {
	{ "moved a second", "MiB", { promoted, demoted }, { "promoted", "demoted" } },
	{ "CPU time", "%", { scan_cpu, promote_cpu }, { "scan", "promotion" } },
	{ "interval between passes", "ms", { interval }, { NULL } },
	{ "heat that promotion begins from", "", { threshold }, { NULL } },
	{ "gauge", "%", { precision, recall }, { "precision", "recall" } },
};

#define NR_PANELS (sizeof(panels) / sizeof(panels[0]))

static double most_of(const struct report *report, const struct panel *panel)
{
	const struct series *s = &report->series;
	double most = 0;
	unsigned int next;

	for (unsigned int k = 0; k < 2 && panel->figure[k]; k++)
		for (unsigned int i = 0; (next = series_next(s, i, PICTURE_POINTS)) < s->nr_points; i = next) {
			double value = panel->figure[k](report, &s->point[i], &s->point[next]);

			most = value > most ? value : most;
		}
	return most;
}

/* Steps, as a value is that of the whole time between two points. */
static void draw_figure(struct svg *svg, const struct report *report, const struct svg_plot *plot,
			const char *class_, figure_of figure)
{
	const struct series *s = &report->series;
	bool broken = true;
	unsigned int next;

	svg_path_begin(svg, class_);
	svg_path_to(svg, svg_x(plot, 0), svg_y(plot, 0));
	for (unsigned int i = 0; (next = series_next(s, i, PICTURE_POINTS)) < s->nr_points; i = next) {
		double value = figure(report, &s->point[i], &s->point[next]);

		if (value >= 0 && broken)
			svg_path_gap(svg);
		broken = value < 0;
		if (broken)
			continue;
		svg_path_to(svg, svg_x(plot, seconds(&s->point[i])), svg_y(plot, value));
		svg_path_to(svg, svg_x(plot, seconds(&s->point[next])), svg_y(plot, value));
	}
	svg_path_end(svg);
}

static void draw_panel(struct svg *svg, const struct report *report, const struct panel *panel,
		       double y)
{
	struct svg_plot plot = plot_of(&report->series, svg->width, y, PANEL,
				       ticks_number(most_of(report, panel), 3, panel->unit));
	double x = svg->width - RIGHT - 190;

	svg_axis_up(svg, &plot, panel->name);
	for (unsigned int k = 0; k < 2 && panel->figure[k]; k++) {
		draw_figure(svg, report, &plot, k ? "lb" : "la", panel->figure[k]);
		if (panel->legend[k])
			legend(svg, x + 95 * k, y - 8, k ? "b" : "a", panel->legend[k]);
	}
	svg_axis_across(svg, &plot);
}

void svg_timeline(const struct report *report, double width, const char *id, FILE *out)
{
	char title[80];
	struct svg svg;

	snprintf(title, sizeof(title), "Promotion from node %u, and its cost", report->nid);
	svg_begin(&svg, out, width, 64 + NR_PANELS * (PANEL + GAP) - 30, id, title, "Over time: memory"
		  " promoted and demoted, CPU time, the interval between passes, the heat that"
		  " promotion begins from, precision and recall.");
	for (unsigned int i = 0; i < NR_PANELS; i++)
		draw_panel(&svg, report, &panels[i], 64 + i * (PANEL + GAP));
	svg_end(&svg);
}

/******************************************************************************
 *                          bars
 ******************************************************************************/

#define BAR	24

/* One line: its name, and a bar with its count beside it. */
static void draw_bar(struct svg *svg, double y, const char *name, uint64_t count, uint64_t most,
		     const char *class_)
{
	double left = 118, room = svg->width - left - 80;
	char text[32];

	emit_format(&v_count(count), text, sizeof(text));
	svg_text(svg, left - 8, y + 13, SVG_END, "", "%s", name);
	svg_rect(svg, left, y, most ? room * (double)count / (double)most : 0, BAR - 6, class_, NULL);
	svg_text(svg, left + (most ? room * (double)count / (double)most : 0) + 6, y + 13, SVG_START,
		 "dim", "%s", text);
}

void svg_funnel(const struct report *report, double width, const char *id, FILE *out)
{
	const struct funnel *f = &report->series.funnel;
	uint64_t most = f->records > f->candidates ? f->records : f->candidates;
	unsigned int nr = 0;
	char title[80];
	struct svg svg;
	double y = 104;

	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		nr += f->outcome[i] > 0;
	snprintf(title, sizeof(title), "From accesses to promotion, node %u", report->nid);
	svg_begin(&svg, out, width, y + BAR * nr + 24, id, title, "Accesses recorded, candidates for"
		  " promotion, and how these ended.");
	draw_bar(&svg, 44, "records", f->records, most, "h4");
	draw_bar(&svg, 44 + BAR, "candidates", f->candidates, most, "h6");
	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++) {
		if (!f->outcome[i])
			continue;
		draw_bar(&svg, y, outcome_words[i].word, f->outcome[i], most,
			 i == KLRUSCAN_OUTCOME_PROMOTED ? "a" : "b");
		y += BAR;
	}
	svg_end(&svg);
}

/* The end of a path that is longer than @most says more than its beginning. */
static const char *end_of(const char *path, size_t most)
{
	size_t length = strlen(path);

	if (length > most)
		path += length - most;
	/* not from the middle of a character on */
	while ((*path & 0xc0) == 0x80)
		path++;
	return path;
}

static void draw_bytes(struct svg *svg, double y, const char *when, const uint64_t fast,
		       const uint64_t slow, uint64_t most)
{
	double left = 56, room = svg->width - left - 30;
	double a = most ? room * (double)fast / (double)most : 0;
	double b = most ? room * (double)slow / (double)most : 0;

	svg_text(svg, left - 8, y + 10, SVG_END, "dim", "%s", when);
	svg_rect(svg, left, y, a, 11, "a", NULL);
	svg_rect(svg, left + a, y, b, 11, "b", NULL);
}

void svg_cgroups(const struct report *report, double width, const char *id, FILE *out)
{
	const struct series *s = &report->series;
	size_t most_shown = width < 500 ? 20 : 80;
	double y = 66, height = 56;
	uint64_t most = 0;
	struct svg svg;

	for (unsigned int i = 0; i < s->nr_cgroups; i++)
		for (unsigned int k = 0; k < 2; k++)
			if (s->cgroup[i].fast[k] + s->cgroup[i].slow[k] > most)
				most = s->cgroup[i].fast[k] + s->cgroup[i].slow[k];
	svg_begin(&svg, out, width, y + height * (s->nr_cgroups ? s->nr_cgroups : 1) + 10, id,
		  "Memory of cgroups, first and last", "For each cgroup its memory on fast and on slow"
		  " nodes, at the first and the last sample.");
	legend(&svg, 12, 46, "a", "fast");
	legend(&svg, 80, 46, "b", "slow");
	for (unsigned int i = 0; i < s->nr_cgroups; i++, y += height) {
		const struct cgroup_change *c = &s->cgroup[i];
		char fast[32], slow[32];

		emit_format(&v_bytes(c->fast[1]), fast, sizeof(fast));
		emit_format(&v_bytes(c->slow[1]), slow, sizeof(slow));
		svg_text(&svg, 12, y + 12, SVG_START, "", "%s%s: last %s fast, %s slow",
			 strlen(c->path) > most_shown ? "..." : "", end_of(c->path, most_shown),
			 fast, slow);
		draw_bytes(&svg, y + 18, "first", c->fast[0], c->slow[0], most);
		draw_bytes(&svg, y + 31, "last", c->fast[1], c->slow[1], most);
	}
	svg_end(&svg);
}
