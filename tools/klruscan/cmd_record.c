// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "emit_backend.h"
#include "options.h"
#include "record.h"
#include "source.h"
#include "stops.h"
#include "textfile.h"

#define INTERVAL_MIN_MS	100
#define INTERVAL_MAX_MS	3600000
#define DURATION_MAX_MS	(366ULL * 86400 * 1000)
#define SECOND_NS	1000000000ULL

static const char record_help[] =
"Usage: klruscan record -o FILE [--duration SECONDS] [--interval SECONDS]\n"
"\n"
"Writes into FILE, again and again, what 'klruscan status' shows, which parts of\n"
"slow memory are hot, how full the nodes are, and where the memory of cgroups is,\n"
"until the time is over or Ctrl-C. 'klruscan report' draws it. Needs root or the\n"
"group klruscan.\n"
"\n"
"  -o, --output FILE     what to write; one that is there is moved to FILE.old\n"
"  --duration SECONDS    end after that; else by Ctrl-C, or after 65536 samples\n"
"  --interval SECONDS    between two samples, 0.1 to 3600 (1)\n"
"  --help                print this\n"
"\n"
"Examples:\n"
"  klruscan record -o run.klr --duration 60      a minute, a sample each second\n"
"  klruscan record -o day.klr --interval 10      until Ctrl-C\n"
"  klruscan report heatmap run.klr               where it was hot, and when\n"
"\n"
"Exit status: 0 fine, also after Ctrl-C; 1 could not, or had to end early, with\n"
"what was recorded until then; 2 usage.\n";

/* struct request - what the command line asks for; @duration_ms is 0 without end */
struct request {
	const char *path;
	uint64_t interval_ms;
	uint64_t duration_ms;
};

/**
 * struct recording - a file that is being written
 * @request:	what was asked for
 * @file:	is open
 * @collector:	has the last sample
 * @start_ns:	of the monotonic clock
 * @t_ms:	of the last sample, since then
 * @samples:	how many were written
 */
struct recording {
	const struct request *request;
	struct record_file *file;
	struct record_collector collector;
	uint64_t start_ns;
	uint64_t t_ms;
	unsigned int samples;
};

static void format_size(const struct recording *r, char *buf, size_t size)
{
	emit_format(&v_bytes(record_file_size(r->file)), buf, size);
}

/* One line, overwritten, for who watches. */
static void show_progress(const struct recording *r, bool last)
{
	char size[32], left[32] = "Ctrl-C ends it";
	uint64_t t_ms = (now_ns() - r->start_ns) / 1000000;

	if (!isatty(STDERR_FILENO))
		return;
	format_size(r, size, sizeof(size));
	if (r->request->duration_ms)
		snprintf(left, sizeof(left), "%" PRIu64 " s left",
			 t_ms < r->request->duration_ms ?
			 (r->request->duration_ms - t_ms + 999) / 1000 : 0);
	fprintf(stderr, last ? "\r\033[K" : "\r\033[K%u samples, %s, %s", r->samples, size, left);
}

static int head_line(FILE *out, const void *head)
{
	return record_render_head(head, out);
}

static int sample_line(FILE *out, const void *sample)
{
	return record_render_sample(sample, out);
}

/* struct ending - what the last line is made of */
struct ending {
	enum record_end end;
	const struct recording *recording;
};

static int end_line(FILE *out, const void *what)
{
	const struct ending *ending = what;

	return record_render_end(ending->end, ending->recording->t_ms,
				 ending->recording->samples, out);
}

static int fail_write(const struct recording *r, int err, struct failure *failure)
{
	return fail(failure, -err, r->samples ? "what was recorded until then is in it" :
		    "nothing was recorded, and what was there is still there",
		    "cannot %s %s", r->samples ? "go on writing" : "write", r->request->path);
}

static int write_line(struct recording *r, int (*render)(FILE *out, const void *what),
		      const void *what, struct failure *failure)
{
	size_t length;
	char *text;
	int err = text_render(&text, &length, render, what);

	if (!err) {
		err = record_file_write(r->file, text, length);
		free(text);
	}
	return err ? fail_write(r, err, failure) : 0;
}

static int take_sample(struct recording *r, struct failure *failure)
{
	uint64_t t_ms = (now_ns() - r->start_ns) / 1000000;
	int err = record_collect(&r->collector, failure);

	if (err)
		return err;
	r->collector.sample.t_ms = t_ms;
	err = write_line(r, sample_line, &r->collector.sample, failure);
	if (err)
		return err;
	if (!r->samples)
		err = record_file_keep(r->file, failure);
	if (err)
		return err;
	r->t_ms = t_ms;
	r->samples++;
	return 0;
}

/* The signals that end it are blocked: none gets lost between looking and waiting. */
static void block_signals(sigset_t *stops)
{
	stops_fill(stops);
	sigprocmask(SIG_BLOCK, stops, NULL);
	/* a limit of the file's size is an error like any other */
	signal(SIGXFSZ, SIG_IGN);
}

/* Waits until @t_ms, and tells each second how long it takes. Returns false when told to end. */
static bool wait_until(const struct recording *r, uint64_t t_ms, const sigset_t *stops)
{
	uint64_t at = r->start_ns + t_ms * 1000000, now;

	do {
		struct timespec left = { 0 };

		now = now_ns();
		if (now + SECOND_NS < at)
			left.tv_sec = 1;
		else if (now < at)
			left.tv_nsec = (long)(at - now);
		if (r->samples && now < at)
			show_progress(r, false);
		if (sigtimedwait(stops, NULL, &left) > 0)
			return false;
	} while (now < at);
	return true;
}

/* Takes samples until it is over, and says why. */
static int run(struct recording *r, const sigset_t *stops, enum record_end *end,
	       struct failure *failure)
{
	const struct request *request = r->request;
	uint64_t next_ms = 0;

	r->start_ns = now_ns();
	while (wait_until(r, next_ms, stops)) {
		int err = take_sample(r, failure);

		if (err) {
			*end = RECORD_END_FAILED;
			return err;
		}
		/* what was missed meanwhile is not made up for */
		next_ms = (r->t_ms / request->interval_ms + 1) * request->interval_ms;
		if (request->duration_ms && next_ms > request->duration_ms) {
			*end = RECORD_END_DURATION;
			return 0;
		}
		if (r->samples == RECORD_SAMPLES_MAX) {
			*end = RECORD_END_SAMPLES;
			return 0;
		}
	}
	*end = RECORD_END_INTERRUPTED;
	return 0;
}

/* Ends the file whatever happened; keeps the first failure. */
static int finish(struct recording *r, enum record_end end, int failed, struct failure *failure)
{
	struct ending ending = { .end = end, .recording = r };
	char size[32], *text = NULL;
	size_t length = 0;
	int err;

	show_progress(r, true);
	format_size(r, size, sizeof(size));
	err = text_render(&text, &length, end_line, &ending);
	if (err)
		text = NULL;
	err = record_file_close(r->file, text, text ? length : 0);
	free(text);
	if (!err && r->samples)
		printf("%s: %u samples in %.1f s, %s\n", r->request->path, r->samples,
		       (double)r->t_ms / 1e3, size);
	if (err && !failed)
		return fail(failure, -err, "the samples are in it: 'klruscan report --partial' reads them",
			    "cannot end %s", r->request->path);
	return failed;
}

static int record(const struct request *request, const struct status *status,
		  struct failure *failure)
{
	struct recording r = { .request = request };
	enum record_end end = RECORD_END_FAILED;
	struct record_head head;
	sigset_t stops;
	int err;

	block_signals(&stops);
	err = record_file_open(request->path, &r.file, failure);
	if (err)
		return err;
	record_collect_head(&head, status);
	head.interval_ms = request->interval_ms;
	err = write_line(&r, head_line, &head, failure);
	if (!err)
		err = run(&r, &stops, &end, failure);
	err = finish(&r, end, err, failure);
	record_collector_free(&r.collector);
	return err;
}

static int check(struct request *request, const char *interval, const char *duration,
		 struct failure *failure)
{
	char advice[80];
	int err;

	if (!request->path || !*request->path)
		return fail_usage(failure, "record", "record: no file is named with -o");
	err = parse_seconds(interval, "interval", INTERVAL_MIN_MS, INTERVAL_MAX_MS,
			    &request->interval_ms, failure);
	if (!err && duration)
		err = parse_seconds(duration, "duration", request->interval_ms, DURATION_MAX_MS,
				    &request->duration_ms, failure);
	if (err)
		return err;
	if (request->duration_ms / request->interval_ms < RECORD_SAMPLES_MAX)
		return 0;
	snprintf(advice, sizeof(advice), "choose an interval of %" PRIu64 " seconds or more",
		 request->duration_ms / (RECORD_SAMPLES_MAX - 1) / 1000 + 1);
	return fail_request(failure, advice, "a file has at most %u samples", RECORD_SAMPLES_MAX);
}

static int cmd_record(int argc, char **argv, struct failure *failure)
{
	const char *interval = "1", *duration = NULL;
	struct request request = { 0 };
	const struct option_spec options[] = {
		{ .name = "-o", .value = &request.path },
		{ .name = "--output", .value = &request.path },
		{ .name = "--duration", .value = &duration },
		{ .name = "--interval", .value = &interval },
		{ 0 },
	};
	struct status status;
	int err = parse_options(argc, argv, options, 0, failure);

	if (!err)
		err = check(&request, interval, duration, failure);
	if (err)
		return err;
	/* What cannot be asked at the beginning leaves the files as they are. */
	err = source_status(&status, failure);
	if (err)
		return err;
	if (status.nr_nodes)
		err = record(&request, &status, failure);
	else
		err = fail_found(failure, "'klruscan status' says what is missing",
				 "no slow node is scanned, so there is nothing to record");
	source_status_free(&status);
	return err;
}

const struct command command_record = {
	.name = "record",
	.summary = "write down over time what is hot where, for 'klruscan report'",
	.help = record_help,
	.run = cmd_record,
};
