// SPDX-License-Identifier: GPL-2.0-only
/* A report as a picture, and on a page that has it twice: for wide and narrow windows. */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "svg_charts.h"

#define WIDE	920
#define NARROW	390

static void (*const draw[])(const struct report *report, double width, const char *id,
			    FILE *out) = {
	[REPORT_HEATMAP] = svg_heatmap,
	[REPORT_WSS] = svg_wss,
	[REPORT_TIMELINE] = svg_timeline,
	[REPORT_FUNNEL] = svg_funnel,
	[REPORT_CGROUPS] = svg_cgroups,
};

/* No script, nothing from elsewhere. */
static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	"<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	"<title>klruscan report</title>\n<style>\n"
	"body{margin:0 auto;max-width:940px;padding:10px;"
	"font:15px/1.5 system-ui,\"DejaVu Sans\",sans-serif;background:#fff;color:#1f2328}\n"
	"svg{max-width:100%;height:auto;display:block}h1{font-size:1.3em}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1em}dd{margin:0;"
	"overflow-wrap:anywhere}\n"
	".narrow{display:none}\n"
	"@media (max-width:760px){.wide{display:none}.narrow{display:block}}\n"
	"@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}}\n"
	"</style>\n</head>\n<body>\n";

static void fact(FILE *out, const char *name, const char *value)
{
	fprintf(out, "<dt>%s</dt><dd>", name);
	svg_escape(out, value);
	fputs("</dd>\n", out);
}

static void facts(const struct report *report, FILE *out)
{
	time_t start = (time_t)report->head.start_s;
	char text[64] = "";
	struct tm tm;

	if (gmtime_r(&start, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	fputs("<dl>\n", out);
	fact(out, "recorded", text);
	fact(out, "kernel", report->head.kernel);
	fact(out, "klruscan", report->head.tool);
	snprintf(text, sizeof(text), "%g s", (double)report->head.interval_ms / 1e3);
	fact(out, "a sample every", text);
	nodes_format(report->head.slow.bits, KLRUSCAN_NODE_WORDS, text, sizeof(text));
	fact(out, "slow nodes", text);
	nodes_format(report->head.fast.bits, KLRUSCAN_NODE_WORDS, text, sizeof(text));
	fact(out, "fast nodes", text);
	fputs("</dl>\n", out);
}

int report_svg(const struct report *report, FILE *out)
{
	draw[report->kind](report, WIDE, "", out);
	return ferror(out) ? -EIO : 0;
}

int report_html(const struct report *report, FILE *out)
{
	fprintf(out, "%s<h1>klruscan: %s</h1>\n<div class=\"wide\">\n", head,
		report_words[report->kind]);
	draw[report->kind](report, WIDE, "w", out);
	fputs("</div>\n<div class=\"narrow\">\n", out);
	draw[report->kind](report, NARROW, "n", out);
	fputs("</div>\n", out);
	facts(report, out);
	fputs("</body>\n</html>\n", out);
	return ferror(out) ? -EIO : 0;
}
