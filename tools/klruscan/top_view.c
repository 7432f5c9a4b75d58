// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emit_backend.h"
#include "fields.h"
#include "top.h"

#define CHART_STEPS 8		/* heights of one character */

struct words {
	char text[32];
};

static struct words format(struct value value)
{
	struct words words = { "" };

	emit_format(&value, words.text, sizeof(words.text));
	return words;
}

/* A rate a second: two digits after the point while it is small. */
static struct words format_rate(double rate)
{
	struct words words = { "" };

	if (rate < 100)
		snprintf(words.text, sizeof(words.text), "%.1f", rate);
	else
		words = format(v_count((uint64_t)(rate + 0.5)));
	return words;
}

/* Adds a line, cut to the width, if there is room for one. */
static void add(struct top_screen *screen, enum look look, const char *text, ...)
	__attribute__((format(printf, 3, 4)));

static void add(struct top_screen *screen, enum look look, const char *text, ...)
{
	struct top_line *line = &screen->lines[screen->nr_lines];
	unsigned int width = screen->width < TOP_COLUMNS_MAX ? screen->width : TOP_COLUMNS_MAX;
	va_list args;

	if (screen->nr_lines == screen->height)
		return;
	screen->nr_lines++;
	line->look = look;
	va_start(args, text);
	vsnprintf(line->text, width + 1, text, args);
	va_end(args);
}

/******************************************************************************
 *                          charts
 ******************************************************************************/

static double field_of(const struct top_sample *sample, bool scan)
{
	return scan ? sample->scan_cpu : sample->rate;
}

/* How many samples the time is that a chart shows. */
static unsigned int samples_in_all(const struct top *top)
{
	unsigned int all = TOP_HISTORY_S * 1000 / (top->delay_ms ? top->delay_ms : 1000);

	return all ? all : 1;
}

/* The one @ago samples ago; there was nothing before the first. */
static double sample_of(const struct top *top, bool scan, unsigned int ago)
{
	return ago < top->nr_samples ?
	       field_of(&top->samples[top->nr_samples - 1 - ago], scan) : 0;
}

static double highest(const struct top *top, bool scan)
{
	double max = 0;

	for (unsigned int ago = 0; ago < samples_in_all(top); ago++)
		max = fmax(max, sample_of(top, scan, ago));
	return max;
}

/* The mean of the samples that the column @at of @width, the last being now, stands for. */
static double column(const struct top *top, bool scan, unsigned int at, unsigned int width)
{
	unsigned int all = samples_in_all(top), from = (width - 1 - at) * all / width;
	unsigned int to = (width - at) * all / width, count = 0;
	double sum = 0;

	to = to > from ? to : from + 1;
	for (unsigned int ago = from; ago < to && ago < top->nr_samples; ago++) {
		sum += sample_of(top, scan, ago);
		count++;
	}
	return count ? sum / count : 0;
}

static const char *glyph(const struct top_screen *screen, unsigned int step)
{
	static const char *const bars[CHART_STEPS + 1] = {
		" ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588",
	};
	static const char *const letters[CHART_STEPS + 1] = {
		" ", ".", ".", "-", "-", "=", "=", "#", "#",
	};

	return screen->utf8 ? bars[step] : letters[step];
}

/* One of @rows lines, 0 being the highest. What is not nothing shows. */
static void add_chart_row(struct top_screen *screen, const double *values, unsigned int width,
			  double max, unsigned int row, unsigned int rows)
{
	struct top_line *line = &screen->lines[screen->nr_lines];
	unsigned int below = (rows - 1 - row) * CHART_STEPS;
	size_t used = 0;

	if (screen->nr_lines == screen->height)
		return;
	screen->nr_lines++;
	line->look = LOOK_CHART;
	line->text[0] = '\0';
	for (unsigned int i = 0; i < width; i++) {
		unsigned int step = (unsigned int)(values[i] / max * rows * CHART_STEPS + 0.5);

		if (!step && values[i] > 0)
			step = 1;
		step = step > below ? step - below : 0;
		used += (size_t)snprintf(line->text + used, sizeof(line->text) - used, "%s",
					 glyph(screen, step < CHART_STEPS ? step : CHART_STEPS));
	}
}

static void add_chart(const struct top *top, struct top_screen *screen, bool scan,
		      unsigned int rows)
{
	double values[TOP_COLUMNS_MAX], max = 0;
	unsigned int width = screen->width < TOP_COLUMNS_MAX ? screen->width : TOP_COLUMNS_MAX;
	double scale = scan ? 100 : 1.0 / (1 << 20);

	for (unsigned int i = 0; i < width; i++) {
		values[i] = column(top, scan, i, width);
		if (values[i] > max)
			max = values[i];
	}
	add(screen, LOOK_HEAD, "%s: %.1f now, %.1f at most in the last %d minutes",
	    scan ? "Scan, percent of a CPU" : "Promoted, MiB/s",
	    field_of(&(struct top_sample){ top->total.rate, top->total.scan_cpu }, scan) * scale,
	    highest(top, scan) * scale, TOP_HISTORY_S / 60);
	for (unsigned int row = 0; row < rows; row++)
		add_chart_row(screen, values, width, max > 0 ? max : 1, row, rows);
}

/******************************************************************************
 *                          head, nodes, outcomes
 ******************************************************************************/

static const char *sort_word(enum top_sort sort)
{
	static const char *const words[] = {
#define X(name, key, text) text,
		TOP_SORTS(X)
#undef X
	};

	return words[sort];
}

static void add_title(const struct top *top, struct top_screen *screen)
{
	const struct klruscan_info *info = &top->status.info;
	struct words slow = format(v_nodes(info->slow_nodes, KLRUSCAN_NODE_WORDS));
	struct words fast = format(v_nodes(info->fast_nodes, KLRUSCAN_NODE_WORDS));

	add(screen, LOOK_TITLE, "klruscan %s%s  every %.1f s%s  sorted by %s  q quits, h helps",
	    info->version, info->enabled ? "" : ", not enabled", top->delay_ms / 1e3,
	    top->paused ? ", paused" : "", sort_word(top->sort));
	if (top->up)
		add(screen, LOOK_PLAIN, "slow nodes %s  fast nodes %s  enabled for %s  promoted %s",
		    slow.text, fast.text, format(v_uptime(info->uptime_ns)).text,
		    format(v_bytes(pages_to_bytes(top->total.now.promoted_pages,
						  top->status.page_size))).text);
	else
		add(screen, LOOK_ALERT, "%s: %s", top->refusal.tried, strerror(top->refusal.err));
}

static const char *state_word(uint32_t state)
{
	static const char *const words[] = {
#define X(name, word, text) #word,
		KLRUSCAN_STATES(X)
#undef X
	};

	return state < KLRUSCAN_NR_STATES ? words[state] : "unknown";
}

static void add_node(struct top_screen *screen, const struct top_node *node, bool total)
{
	bool rests = !total && node->now.state != KLRUSCAN_STATE_RUNNING;
	char name[16];

	snprintf(name, sizeof(name), "%u", node->now.nid);
	add(screen, rests ? LOOK_ALERT : LOOK_PLAIN, "%5s %9s %8s %8s %6.2f%% %9s %8s %9s %7.2f%%",
	    total ? "all" : name, total ? "" : state_word(node->now.state),
	    format_rate(node->rate / (1 << 20)).text, format_rate(node->candidates).text,
	    node->scan_cpu * 100, total ? "" : format(v_msec(node->now.interval_ms)).text,
	    format_rate(node->passes).text, format(v_count(node->hot)).text,
	    node->promote_cpu * 100);
}

static void add_nodes(const struct top *top, struct top_screen *screen)
{
	add(screen, LOOK_HEAD, "%5s %9s %8s %8s %7s %9s %8s %9s %8s", "node", "state", "MiB/s",
	    "cand./s", "scan", "interval", "passes/s", "hot", "promote");
	for (unsigned int i = 0; i < top->nr_nodes; i++)
		add_node(screen, &top->nodes[i], false);
	if (top->nr_nodes > 1)
		add_node(screen, &top->total, true);
	if (top->up && !top->nr_nodes)
		add(screen, LOOK_ALERT, "%s", top->status.info.enabled ?
		    "No node is slow: 'klruscan doctor' says what to do." :
		    "Not enabled: 'klruscan tune enabled=1' starts it.");
}

static void add_gauge(struct top_screen *screen, const struct klruscan_node_stats *node)
{
	add(screen, LOOK_PLAIN, "node %u: precision %s, recall %s, hot: once in %s", node->nid,
	    format(v_permille(node->precision)).text, format(v_permille(node->recall)).text,
	    format(node->hot_ns ? v_nsec(node->hot_ns) : v_none()).text);
}

/* Of nodes of which something is known, the first ones, in half of the lines that are left. */
static void add_gauges(const struct top *top, struct top_screen *screen)
{
	unsigned int left = (screen->height - screen->nr_lines) / 2;

	for (unsigned int i = 0; i < top->nr_nodes && left > 1; i++) {
		const struct klruscan_node_stats *node = &top->nodes[i].now;

		if (node->precision < 0 && node->recall < 0)
			continue;
		add_gauge(screen, node);
		left--;
	}
}

/* Whoever makes a cgroup chooses its name, which can be any bytes. */
static void add_cgroup(struct top_screen *screen, const struct top_cgroup *cgroup)
{
	char path[TOP_COLUMNS_MAX];

	snprintf(path, sizeof(path), "%s", cgroup->path);
	for (char *c = path; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	add(screen, LOOK_PLAIN, "%8s %8s %8s %6.2f%%  %s", format_rate(cgroup->rate / (1 << 20)).text,
	    format_rate(cgroup->stayed).text, format_rate(cgroup->new_hot).text, cgroup->scan * 100,
	    path);
}

static bool is_at_work(const struct top_cgroup *cgroup)
{
	return cgroup->rate > 0 || cgroup->stayed > 0 || cgroup->new_hot > 0 || cgroup->scan > 0;
}

/* The first ones in half of the lines that are left: outcomes come after them. */
static void add_cgroups(const struct top *top, struct top_screen *screen)
{
	unsigned int left = (screen->height - screen->nr_lines) / 2;

	if (left < 2 || !top->nr_cgroups)
		return;
	add(screen, LOOK_HEAD, "%8s %8s %8s %7s  %s", "MiB/s", "stay/s", "new/s", "scan", "cgroup");
	for (unsigned int i = 0; i < top->nr_cgroups && left > 1; i++) {
		if (!is_at_work(&top->cgroups[i]))
			continue;
		add_cgroup(screen, &top->cgroups[i]);
		left--;
	}
}

/* Those that happen, the most frequent first. */
static void add_outcomes(const struct top *top, struct top_screen *screen)
{
	static const char *const texts[] = {
#define X(name, word, text) #word "\0" text,
		KLRUSCAN_OUTCOMES(X)
#undef X
		"unknown\0newer than this tool",
	};
	bool shown[KLRUSCAN_NR_OUTCOMES + 1] = { false };

	add(screen, LOOK_HEAD, "%8s %-13s %s", "a second", "outcome", "what became of candidates");
	for (;;) {
		unsigned int best = KLRUSCAN_NR_OUTCOMES + 1;

		for (unsigned int i = 0; i <= KLRUSCAN_NR_OUTCOMES; i++)
			if (!shown[i] && top->outcomes[i] > 0 &&
			    (best > KLRUSCAN_NR_OUTCOMES || top->outcomes[i] > top->outcomes[best]))
				best = i;
		if (best > KLRUSCAN_NR_OUTCOMES)
			return;
		shown[best] = true;
		add(screen, LOOK_PLAIN, "%8s %-13s %s", format_rate(top->outcomes[best]).text,
		    texts[best], texts[best] + strlen(texts[best]) + 1);
	}
}

static void add_help(struct top_screen *screen)
{
	add(screen, LOOK_HEAD, "keys");
#define X(name, key, text) add(screen, LOOK_PLAIN, "  %c        sort by %s", key, text);
	TOP_SORTS(X)
#undef X
	add(screen, LOOK_PLAIN, "  + -      look more or less often");
	add(screen, LOOK_PLAIN, "  space    stop and go on");
	add(screen, LOOK_PLAIN, "  h        this, and back");
	add(screen, LOOK_PLAIN, "  q        quit, as does Ctrl-C");
	add(screen, LOOK_HEAD, "columns");
	add(screen, LOOK_PLAIN, "  MiB/s    memory promoted");
	add(screen, LOOK_PLAIN, "  cand./s  folios considered for promotion");
	add(screen, LOOK_PLAIN, "  scan     CPU time of the scan, of one CPU; promote: of promotion");
	add(screen, LOOK_PLAIN, "  interval from the start of a pass to that of the next");
	add(screen, LOOK_PLAIN, "  hot      folios as hot as what is promoted, and not promoted yet");
	add(screen, LOOK_PLAIN, "  stay/s   candidates of a cgroup that stay, by which 'o' sorts them");
	add(screen, LOOK_PLAIN, "  new/s    its folios that turn hot; scan: time that is spent on it");
	add(screen, LOOK_HEAD, "precision and recall");
	add(screen, LOOK_PLAIN, "  Of what was promoted lately, how much is hot; and of what is hot, how much is");
	add(screen, LOOK_PLAIN, "  in fast memory. Hot is here what is accessed once in the time that is said, or");
	add(screen, LOOK_PLAIN, "  more often: half as often as the mean page.");
}

void top_view(const struct top *top, struct top_screen *screen)
{
	unsigned int rows = screen->height >= 20 ? 3 : 1;

	screen->nr_lines = 0;
	if (!screen->width)
		return;
	add_title(top, screen);
	if (top->help) {
		add_help(screen);
		return;
	}
	add_chart(top, screen, false, rows);
	add_chart(top, screen, true, rows);
	add_nodes(top, screen);
	add_gauges(top, screen);
	add_cgroups(top, screen);
	add_outcomes(top, screen);
}
