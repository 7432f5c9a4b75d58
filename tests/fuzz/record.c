// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever a file has, reading it and reporting on it ends well: `make fuzz` runs this under
 * libFuzzer, tests/host/record_fuzz_test.c over files that are nearly right.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "report.h"

/* struct reports - all of them, of what was read */
struct reports {
	struct report report;
	bool second;	/* the reading that fills the heat map */
};

static int each(const struct record_head *head, const struct record_sample *sample, void *arg)
{
	struct reports *reports = arg;
	struct report *report = &reports->report;

	report->head = *head;
	if (reports->second)
		heatmap_add(&report->map, sample);
	else
		heatmap_look(&report->map, head, sample);
	return reports->second ? 0 : series_add(&report->series, head, sample);
}

static void read_file(const uint8_t *data, size_t size, struct reports *reports)
{
	struct record_reader *reader = record_reader_new(each, reports);

	if (!reader)
		return;
	/* in two pieces, as a boundary may be anywhere */
	record_feed(reader, data, size / 2);
	record_feed(reader, data + size / 2, size - size / 2);
	record_reader_end(reader);
	record_reader_free(reader);
}

static void read_lines(const uint8_t *data, size_t size, struct reports *reports)
{
	struct record_parser parser;
	char *text = malloc(size + 1);
	bool goes_on = text && !record_parser_init(&parser);

	if (!goes_on) {
		free(text);
		return;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *line = text, *end; goes_on && line < text + size; line = end + 1) {
		enum record_line kind;

		end = memchr(line, '\n', (size_t)(text + size - line));
		if (!end)
			end = text + size;
		*end = '\0';
		kind = record_parse_line(&parser, line, (size_t)(end - line));
		goes_on = kind == RECORD_LINE_HEAD || kind == RECORD_LINE_SAMPLE;
		if (kind == RECORD_LINE_SAMPLE)
			each(&parser.head, &parser.sample, reports);
	}
	record_parser_free(&parser);
	free(text);
}

static void read_all(const uint8_t *data, size_t size, struct reports *reports)
{
	if (data[0] == FUZZ_FILE)
		read_file(data + 1, size - 1, reports);
	else
		read_lines(data + 1, size - 1, reports);
}

static void show(struct report *report)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	heatmap_print(&report->map, 80, false, out);
	for (unsigned int kind = 0; kind < NR_REPORTS; kind++) {
		report->kind = (enum report_kind)kind;
		report_emit(report, kind ? FORMAT_TEXT : FORMAT_CSV, out);
		report_svg(report, out);
	}
	fclose(out);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reports reports = { .report.nid = 1 };

	if (!size || heatmap_init(&reports.report.map, 1))
		return 0;
	series_init(&reports.report.series, 1);
	read_all(data, size, &reports);
	if (reports.report.series.nr_points && !heatmap_lay_out(&reports.report.map, 16, 60)) {
		reports.second = true;
		read_all(data, size, &reports);
		show(&reports.report);
	}
	heatmap_free(&reports.report.map);
	series_free(&reports.report.series);
	return 0;
}
