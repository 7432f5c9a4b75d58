// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "http.h"
#include "metrics.h"
#include "options.h"
#include "textfile.h"

#define DEFAULT_ADDRESS "127.0.0.1:9884"

static const char export_help[] =
"Usage: klruscan export [--format openmetrics|prometheus]\n"
"       klruscan export --textfile FILE.prom\n"
"       klruscan export --listen [ADDRESS:PORT]\n"
"\n"
"Gives the figures of klruscan, and the kernel's own counters of promotion and\n"
"demotion by node, as metrics: once on standard output, once into a file, or by\n"
"HTTP to whoever asks. Needs root or the group klruscan.\n"
"\n"
"  --format NAME     openmetrics (1.0, the default) or prometheus (text 0.0.4,\n"
"                    which promtool and node_exporter read)\n"
"  --textfile FILE   replace FILE as a whole, for node_exporter's textfile\n"
"                    collector; its name has to end in .prom\n"
"  --listen [ADDRESS:PORT]\n"
"                    serve /metrics until Ctrl-C; " DEFAULT_ADDRESS " if nothing is\n"
"                    said. PORT alone is on loopback, :PORT on all addresses,\n"
"                    [::1]:PORT on an address of IPv6\n"
"  --help            print this\n"
"\n"
"Examples:\n"
"  klruscan export                            what there is\n"
"  klruscan export --format prometheus | promtool check metrics\n"
"  klruscan export --listen                   then: curl localhost:9884/metrics\n"
"  klruscan export --textfile /var/lib/prometheus/node-exporter/klruscan.prom\n"
"\n"
"Exit status: 0 fine, 1 could not, 2 usage. Where the module does not answer,\n"
"--textfile writes klruscan_up 0 and exits 1; --listen goes on, and serves that.\n";

/* struct request - what the command line asks for */
struct request {
	const char *format;
	const char *textfile;
	const char *listen;
	enum exposition exposition;
};

/* struct rendering - what is to be rendered, and how */
struct rendering {
	const struct metrics *metrics;
	enum exposition exposition;
};

static int render_metrics(FILE *out, const void *what)
{
	const struct rendering *rendering = what;

	return metrics_render(rendering->metrics, rendering->exposition, out);
}

/* Renders into memory, which the caller frees. */
static int render(const struct metrics *metrics, enum exposition exposition, char **text,
		  size_t *length)
{
	return text_render(text, length, render_metrics,
			   &(struct rendering){ metrics, exposition });
}

static int export_once(enum exposition exposition, struct failure *failure)
{
	struct metrics metrics;
	int err = metrics_collect(&metrics, failure);

	if (!err) {
		err = metrics_render(&metrics, exposition, stdout);
		if (err)
			fail(failure, -err, "the output is incomplete", "cannot print the metrics");
	}
	metrics_free(&metrics);
	return err;
}

/*
 * A module that does not answer is told in the file too: an old one would mislead. What keeps
 * it from being written is told first, as nothing else tells it.
 */
static int export_textfile(const char *path, struct failure *failure)
{
	struct failure silence = { 0 };
	struct metrics metrics;
	char *text;
	size_t length;
	int asked = metrics_collect(&metrics, &silence);
	int err = render(&metrics, EXPOSITION_PROMETHEUS, &text, &length);

	metrics_free(&metrics);
	if (err)
		return fail(failure, -err, "free some memory", "cannot hold the metrics");
	/* its reader is another user */
	err = textfile_replace(path, text, length, 0644, failure);
	free(text);
	if (!err && asked)
		*failure = silence;
	return err ? err : asked;
}

static int answer_metrics(const struct http_request *request, struct http_page *page)
{
	enum exposition exposition = strstr(request->accept, "application/openmetrics-text") ?
				     EXPOSITION_OPENMETRICS : EXPOSITION_PROMETHEUS;
	struct metrics metrics;
	struct failure failure;
	int err;

	metrics_collect(&metrics, &failure); /* klruscan_up tells */
	err = render(&metrics, exposition, &page->body, &page->length);
	metrics_free(&metrics);
	if (err) {
		page->body = NULL;
		return 503;
	}
	page->type = exposition_type(exposition);
	return 200;
}

static int answer(const struct http_request *request, struct http_page *page)
{
	static const char start[] =
		"<!DOCTYPE html>\n<html lang=\"en\"><head><title>klruscan</title></head>\n"
		"<body><h1>klruscan " KLRUSCAN_VERSION "</h1>\n"
		"<p><a href=\"/metrics\">Metrics</a></p></body></html>\n";

	if (!strcmp(request->path, "/metrics"))
		return answer_metrics(request, page);
	if (strcmp(request->path, "/"))
		return 404;
	page->type = "text/html; charset=utf-8";
	page->body = strdup(start);
	page->length = sizeof(start) - 1;
	return page->body ? 200 : 503;
}

static int export_listen(const char *text, struct failure *failure)
{
	struct http_address address;
	char where[80], hello[256];
	int fd, err;

	if (http_parse_address(text, &address))
		return fail_request(failure, "as in " DEFAULT_ADDRESS ", [::1]:9884, :9884 or 9884;"
				    " addresses are numbers", "cannot listen on '%.64s'", text);
	fd = http_listen(&address);
	http_format_address(&address, where, sizeof(where));
	if (fd < 0)
		return fail(failure, -fd, fd == -EADDRINUSE ? "somebody else does: choose another port" :
			    fd == -EACCES ? "ports below 1024 are for root" :
			    fd == -EAFNOSUPPORT ? "this kernel has no IPv6: choose an address of IPv4" :
			    "choose an address of this machine", "cannot listen on %s", where);
	snprintf(hello, sizeof(hello), "klruscan: serving http://%s/metrics until Ctrl-C%s", where,
		 http_is_loopback(&address) ? "" :
		 "; whoever can reach this address can read the figures");
	err = http_serve(fd, answer, hello);
	if (err)
		return fail(failure, -err, NULL, "cannot go on serving %s", where);
	return 0;
}

static int check(struct request *request, struct failure *failure)
{
	const char *file = request->textfile;
	size_t length = file ? strlen(file) : 0;

	if (!!request->format + !!request->textfile + !!request->listen > 1)
		return fail_usage(failure, "export",
				  "--format, --textfile and --listen exclude each other");
	if (file && (length < 6 || strcmp(file + length - 5, ".prom")))
		return fail_request(failure, "node_exporter reads files that end in .prom, and no others",
				    "cannot export into '%.64s'", file);
	if (!request->format || !strcmp(request->format, "openmetrics"))
		return 0;
	if (strcmp(request->format, "prometheus"))
		return fail_request(failure, "there are openmetrics and prometheus",
				    "there is no format '%.64s'", request->format);
	request->exposition = EXPOSITION_PROMETHEUS;
	return 0;
}

static int cmd_export(int argc, char **argv, struct failure *failure)
{
	struct request request = { .exposition = EXPOSITION_OPENMETRICS };
	const struct option_spec options[] = {
		{ .name = "--format", .value = &request.format },
		{ .name = "--textfile", .value = &request.textfile },
		{ .name = "--listen", .value = &request.listen, .otherwise = DEFAULT_ADDRESS },
		{ 0 },
	};
	int err = parse_options(argc, argv, options, 0, failure);

	if (!err)
		err = check(&request, failure);
	if (err)
		return err;
	if (request.textfile)
		return export_textfile(request.textfile, failure);
	if (request.listen)
		return export_listen(request.listen, failure);
	return export_once(request.exposition, failure);
}

const struct command command_export = {
	.name = "export",
	.summary = "the figures as metrics: printed, into a file, or by HTTP",
	.help = export_help,
	.run = cmd_export,
};
