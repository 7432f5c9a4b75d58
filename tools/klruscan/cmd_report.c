// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "source.h"
#include "textfile.h"

/* The finest that is drawn, and that is printed as numbers. */
#define PICTURE_ROWS	48
#define PICTURE_COLUMNS	96
#define NUMBER_ROWS	256
#define NUMBER_COLUMNS	256

static const char report_help[] =
"Usage: klruscan report heatmap|wss|timeline|funnel|cgroups FILE [OPTION...]\n"
"\n"
"Shows what 'klruscan record' wrote into FILE, of one slow node:\n"
"\n"
"  heatmap    where memory was hot, and when\n"
"  wss        how much was accessed, by heat: the working set on the slow side\n"
"  timeline   promotion, demotion, and what the scan cost\n"
"  funnel     what became of accesses and candidates\n"
"  cgroups    which cgroup's memory went where\n"
"\n"
"  --html OUT   a page with a picture for browsers, wide or narrow, light or dark\n"
"  --svg OUT    the picture alone\n"
"  --json       exact numbers; of a heatmap cells, which have every count once\n"
"  --csv        the same as a table\n"
"  --node N     which slow node; the first if nothing is said\n"
"  --partial    of a file that is damaged, or has no end: what is good in it\n"
"  --help       print this\n"
"\n"
"Examples:\n"
"  klruscan report heatmap run.klr               on a terminal, as wide as it is\n"
"  klruscan report heatmap run.klr --html heat.html\n"
"  klruscan report timeline run.klr --csv >timeline.csv\n"
"\n"
"Exit status: 0 fine, 1 could not, 2 usage.\n";

/* struct request - what the command line asks for */
struct request {
	struct report report;
	const char *path;
	const char *html;
	const char *svg;
	const char *node;
	bool json;
	bool csv;
	bool partial;
};

/* struct reading - for those that are called for each sample */
struct reading {
	struct request *request;
	bool begun;
	struct failure *failure;
};

/******************************************************************************
 *                          reading
 ******************************************************************************/

/* A node that was named has to be one; else it is the first slow node. */
static int choose_node(struct reading *reading, const struct record_head *head)
{
	struct request *request = reading->request;
	struct report *report = &request->report;
	char list[64];

	reading->begun = true;
	report->head = *head;
	if (!request->node)
		while (report->nid < NR_NODES_MAX - 1 && !nodes_have(&head->slow, report->nid))
			report->nid++;
	report->map.nid = report->nid;
	report->series.nid = report->nid;
	if (nodes_have(&head->slow, report->nid))
		return 0;
	nodes_format(head->slow.bits, KLRUSCAN_NODE_WORDS, list, sizeof(list));
	return fail_request(reading->failure, "'--node N' names one of those", "%s has no node %u: its"
			    " slow nodes are '%s'", request->path, report->nid, list);
}

static int look(const struct record_head *head, const struct record_sample *sample, void *arg)
{
	struct reading *reading = arg;
	struct report *report = &reading->request->report;
	int err = reading->begun ? 0 : choose_node(reading, head);

	if (err)
		return err;
	if (report->kind == REPORT_HEATMAP)
		heatmap_look(&report->map, head, sample);
	else if (series_add(&report->series, head, sample))
		return fail(reading->failure, ENOMEM, "free some memory", "cannot hold what %s has",
			    reading->request->path);
	return 0;
}

static int add(const struct record_head *head, const struct record_sample *sample, void *arg)
{
	struct reading *reading = arg;

	(void)head;
	heatmap_add(&reading->request->report.map, sample);
	return 0;
}

/* COLUMNS, the terminal, or 80. */
static unsigned int width_of_output(void)
{
	const char *columns = getenv("COLUMNS");
	long width = columns ? strtol(columns, NULL, 10) : 0;

	if (width < 20 || width > 10000)
		width = source_terminal_width();
	return width < 20 ? 80 : (unsigned int)width;
}

static bool is_text(const struct request *request)
{
	return !request->html && !request->svg && !request->json && !request->csv;
}

static int lay_out(struct request *request)
{
	unsigned int rows = NUMBER_ROWS, columns = NUMBER_COLUMNS;

	if (is_text(request)) {
		rows = HEATMAP_TEXT_ROWS;
		columns = heatmap_text_columns(width_of_output());
	} else if (request->html || request->svg) {
		rows = PICTURE_ROWS;
		columns = PICTURE_COLUMNS;
	}
	return heatmap_lay_out(&request->report.map, rows, columns);
}

static const char *picture_of(const struct request *request)
{
	return request->html ? request->html : request->svg;
}

/* What it is read from, and what is written, can be what is asked for. */
static int check_files(const struct request *request, struct failure *failure)
{
	struct stat record, out;

	if (stat(request->path, &record))
		return 0; /* told by who reads it */
	if (request->report.kind == REPORT_HEATMAP && !S_ISREG(record.st_mode) &&
	    !S_ISDIR(record.st_mode))
		return fail_request(failure, "it is read twice: save it first",
				    "a heatmap cannot be made of %s, which is no file", request->path);
	if (picture_of(request) && !stat(picture_of(request), &out) &&
	    out.st_dev == record.st_dev && out.st_ino == record.st_ino)
		return fail_request(failure, "choose another file",
				    "%s is the record itself", picture_of(request));
	return 0;
}

/* For a heat map it is read twice: the size of its cells follows from all of it. */
static int read_in_parts(struct reading *reading, struct progress *progress)
{
	struct request *request = reading->request;
	int err = record_read_file(request->path, request->partial, look, reading, progress,
				   reading->failure);

	if (err || ++progress->part == progress->parts)
		return err;
	if (lay_out(request))
		return fail(reading->failure, ENOMEM, "free some memory", "cannot hold what %s has",
			    request->path);
	return record_read_file(request->path, request->partial, add, reading, progress,
				reading->failure);
}

static int read_record(struct request *request, struct failure *failure)
{
	struct reading reading = { .request = request, .failure = failure };
	struct progress progress;
	int err;

	progress_begin(&progress, request->report.kind == REPORT_HEATMAP ? 2 : 1);
	err = read_in_parts(&reading, &progress);
	progress_end(&progress);
	return err;
}

/******************************************************************************
 *                          showing
 ******************************************************************************/

static bool has_256_colours(void)
{
	return emit_has_colours(stdout) && strstr(getenv("TERM"), "256color");
}

static int print(const struct request *request)
{
	enum format format = request->json ? FORMAT_JSON : request->csv ? FORMAT_CSV : FORMAT_TEXT;

	if (format != FORMAT_TEXT || request->report.kind != REPORT_HEATMAP)
		return report_emit(&request->report, format, stdout);
	heatmap_print(&request->report.map, width_of_output(), has_256_colours(), stdout);
	return 0; /* main() looks at the stream */
}

static int draw_picture(FILE *out, const void *what)
{
	const struct request *request = what;

	return request->html ? report_html(&request->report, out) :
			       report_svg(&request->report, out);
}

/* As for any new file, but one that is there keeps its permissions. */
static mode_t mode_of(const char *path)
{
	mode_t mask = umask(0);
	struct stat st;

	umask(mask);
	if (!stat(path, &st) && S_ISREG(st.st_mode))
		return st.st_mode & 0777;
	return 0666 & ~mask;
}

static int draw(const struct request *request, struct failure *failure)
{
	size_t length;
	char *text;
	int err = text_render(&text, &length, draw_picture, request);

	if (err)
		return fail(failure, -err, "free some memory", "cannot draw it");
	err = textfile_replace(picture_of(request), text, length, mode_of(picture_of(request)),
			       failure);
	free(text);
	return err;
}

static int show(const struct request *request, struct failure *failure)
{
	int err;

	if (request->html || request->svg)
		return draw(request, failure);
	err = print(request);
	if (err)
		return fail(failure, -err, "the output is incomplete", "cannot print the report");
	return 0;
}

/******************************************************************************
 *                          the command line
 ******************************************************************************/

static int parse_kind(const char *word, struct report *report, struct failure *failure)
{
	for (unsigned int i = 0; i < NR_REPORTS; i++) {
		if (strcmp(report_words[i], word))
			continue;
		report->kind = (enum report_kind)i;
		return 0;
	}
	return fail_request(failure, "there are heatmap, wss, timeline, funnel and cgroups",
			    "there is no report '%.32s'", word);
}

static int check(struct request *request, int nr, char **argv, struct failure *failure)
{
	char *end;
	unsigned long nid;
	int err;

	if (nr < 2)
		return fail_usage(failure, "report", nr ? "report: no FILE is given" :
				  "report: say what: heatmap, wss, timeline, funnel or cgroups");
	if (!!request->html + !!request->svg + request->json + request->csv > 1)
		return fail_usage(failure, "report", "--html, --svg, --json and --csv exclude each other");
	err = parse_kind(argv[1], &request->report, failure);
	if (err)
		return err;
	request->path = argv[2];
	if (!request->node)
		return 0;
	nid = strtoul(request->node, &end, 10);
	if (end == request->node || *end || nid >= NR_NODES_MAX)
		return fail_request(failure, "it is the number of one of the slow nodes",
				    "the node cannot be '%.32s'", request->node);
	request->report.nid = (unsigned int)nid;
	return 0;
}

static int cmd_report(int argc, char **argv, struct failure *failure)
{
	struct request request = { 0 };
	const struct option_spec options[] = {
		{ .name = "--html", .value = &request.html },
		{ .name = "--svg", .value = &request.svg },
		{ .name = "--node", .value = &request.node },
		{ .name = "--json", .flag = &request.json },
		{ .name = "--csv", .flag = &request.csv },
		{ .name = "--partial", .flag = &request.partial },
		{ 0 },
	};
	int err = parse_options(argc, argv, options, 2, failure);

	if (err >= 0)
		err = check(&request, err, argv, failure);
	if (err)
		return err;
	series_init(&request.report.series, request.report.nid);
	if (heatmap_init(&request.report.map, request.report.nid))
		return fail(failure, ENOMEM, "free some memory", "cannot begin");
	err = check_files(&request, failure);
	if (!err)
		err = read_record(&request, failure);
	if (!err)
		err = show(&request, failure);
	heatmap_free(&request.report.map);
	series_free(&request.report.series);
	return err;
}

const struct command command_report = {
	.name = "report",
	.summary = "what 'klruscan record' wrote: heat maps, working sets, promotion",
	.help = report_help,
	.run = cmd_report,
};
