// SPDX-License-Identifier: GPL-2.0-only
/*
 * Metrics as text. Both forms are the same but for this: in OpenMetrics a counter's family
 * is named without "_total", units are told, and the end is marked.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fields.h"
#include "metrics.h"

#define PREFIX "klruscan_"

/* struct page - what is being written */
struct page {
	FILE *out;
	enum exposition exposition;
	const struct metrics *metrics;
};

/* struct family - all samples of one name */
struct family {
	const char *name;
	const char *help;
	bool counter;
	bool info;
};

const char *exposition_type(enum exposition exposition)
{
	if (exposition == EXPOSITION_OPENMETRICS)
		return "application/openmetrics-text; version=1.0.0; charset=utf-8";
	return "text/plain; version=0.0.4; charset=utf-8";
}

/* What is after the name in each sample. */
static const char *suffix(const struct family *family)
{
	return family->counter ? "_total" : family->info ? "_info" : "";
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length >= strlen(end) && !strcmp(name + length - strlen(end), end);
}

static void begin(const struct page *page, const struct family *family)
{
	bool open = page->exposition == EXPOSITION_OPENMETRICS;
	const char *after = open ? "" : suffix(family);
	const char *type = family->counter ? "counter" : family->info && open ? "info" : "gauge";
	const char *unit = ends_in(family->name, "_seconds") ? "seconds" :
			   ends_in(family->name, "_bytes") ? "bytes" :
			   ends_in(family->name, "_ratio") ? "ratio" : NULL;

	fprintf(page->out, "# TYPE " PREFIX "%s%s %s\n", family->name, after, type);
	if (open && unit)
		fprintf(page->out, "# UNIT " PREFIX "%s %s\n", family->name, unit);
	fprintf(page->out, "# HELP " PREFIX "%s%s %s\n", family->name, after, family->help);
}

/* A sample without its value; @label is NULL, or names @word. */
static void head(const struct page *page, const struct family *family, long nid,
		 const char *label, const char *word)
{
	fprintf(page->out, PREFIX "%s%s", family->name, suffix(family));
	if (nid >= 0)
		fprintf(page->out, "{node=\"%ld\"", nid);
	if (label)
		fprintf(page->out, "%s%s=\"%s\"", nid >= 0 ? "," : "{", label, word);
	fputs(nid >= 0 || label ? "} " : " ", page->out);
}

static void put_count(const struct page *page, uint64_t count)
{
	fprintf(page->out, "%" PRIu64 "\n", count);
}

/* @count thousandths, or whatever @per of a unit are, with all their digits. */
static void put_parts(const struct page *page, uint64_t count, uint64_t per, int digits)
{
	fprintf(page->out, "%" PRIu64 ".%0*" PRIu64 "\n", count / per, digits, count % per);
}

/* A family of one sample that is of no node. */
static void put_one(const struct page *page, const char *name, const char *help, uint64_t value)
{
	const struct family family = { .name = name, .help = help };

	begin(page, &family);
	head(page, &family, -1, NULL, NULL);
	put_count(page, value);
}

/* The version is the kernel's word: what a label cannot have is left out of it. */
static void put_version(const struct page *page, const struct klruscan_info *info)
{
	static const struct family family = {
		.name = "build", .help = "Version of the loaded module.", .info = true,
	};
	char version[KLRUSCAN_VERSION_LEN];
	size_t used = 0;

	for (const char *c = info->version; *c; c++)
		if (*c > ' ' && *c <= '~' && *c != '"' && *c != '\\')
			version[used++] = *c;
	version[used] = '\0';
	begin(page, &family);
	head(page, &family, -1, "version", version);
	put_count(page, 1);
}

/******************************************************************************
 *                          figures of slow nodes
 ******************************************************************************/

static void put_states(const struct page *page, const struct family *family,
		       const struct klruscan_node_stats *node)
{
	static const char *const words[] = {
#define X(name, word, text) #word,
		KLRUSCAN_STATES(X)
#undef X
	};

	for (unsigned int i = 0; i < KLRUSCAN_NR_STATES; i++) {
		head(page, family, node->nid, "state", words[i]);
		put_count(page, node->state == i);
	}
}

/* What is not known has no sample; that there is no fast node is known. */
static void put_field(const struct page *page, const struct family *family,
		      const struct node_field *field, const struct klruscan_node_stats *node)
{
	uint64_t number = node_field_get(field, node);

	if (field->flags & FIELD_STATE) {
		put_states(page, family, node);
		return;
	}
	if (!(field->flags & FIELD_NODE) && !node_field_known(field, number))
		return;
	head(page, family, node->nid, NULL, NULL);
	if (field->flags & FIELD_NODE)
		fprintf(page->out, "%" PRId32 "\n", (int32_t)number);
	else if (field->flags & FIELD_PAGES)
		put_count(page, pages_to_bytes(number, page->metrics->status.page_size));
	else if (field->kind == KIND_NSEC)
		put_parts(page, number, 1000000000, 9);
	else if (field->kind == KIND_MSEC || field->kind == KIND_PERMILLE)
		put_parts(page, number, 1000, 3);
	else
		put_count(page, number);
}

static void put_fields(const struct page *page)
{
	const struct status *status = &page->metrics->status;

	for (unsigned int i = 0; i < nr_node_fields; i++) {
		const struct node_field *field = &node_fields[i];
		const struct family family = {
			.name = field->metric,
			.help = field->help,
			.counter = field->flags & FIELD_COUNTER,
		};

		if (!field->metric)
			continue;
		begin(page, &family);
		for (unsigned int n = 0; n < status->nr_nodes; n++)
			put_field(page, &family, field, &status->nodes[n]);
	}
}

static void put_heat(const struct page *page)
{
	static const struct family family = {
		.name = "heat_folios",
		.help = "Folios by how many of the last 8 passes saw them accessed.",
	};
	const struct status *status = &page->metrics->status;
	char level[16];

	begin(page, &family);
	for (unsigned int n = 0; n < status->nr_nodes; n++)
		for (unsigned int i = 1; i < KLRUSCAN_HEAT_LEVELS; i++) {
			snprintf(level, sizeof(level), "%u", i);
			head(page, &family, status->nodes[n].nid, "heat", level);
			put_count(page, status->nodes[n].heat[i]);
		}
}

static void put_outcomes(const struct page *page)
{
	static const struct family family = {
		.name = "outcomes", .help = "How candidates ended.", .counter = true,
	};
	const struct status *status = &page->metrics->status;

	begin(page, &family);
	for (unsigned int n = 0; n < status->nr_nodes; n++) {
		const struct klruscan_node_stats *node = &status->nodes[n];

		for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++) {
			head(page, &family, node->nid, "outcome", outcome_words[i].word);
			put_count(page, node->outcome[i]);
		}
		head(page, &family, node->nid, "outcome", "unknown");
		put_count(page, node_outcomes_unknown(node));
	}
}

static void put_module(const struct page *page)
{
	static const struct family uptime = {
		.name = "uptime_seconds", .help = "Time since klruscan was enabled.",
	};
	const struct klruscan_info *info = &page->metrics->status.info;

	put_version(page, info);
	put_one(page, "enabled", "Whether klruscan is enabled.", info->enabled);
	begin(page, &uptime);
	head(page, &uptime, -1, NULL, NULL);
	put_parts(page, info->uptime_ns, 1000000000, 9);
	put_fields(page);
	put_heat(page);
	put_outcomes(page);
}

/******************************************************************************
 *                          the kernel's own counters
 ******************************************************************************/

static void put_tier_counter(const struct page *page, enum tier_counter counter,
			     const struct family *family)
{
	const struct metrics *metrics = page->metrics;
	bool begun = false;

	for (unsigned int n = 0; n < metrics->nr_nodes; n++) {
		if (!metrics->nodes[n].has[counter])
			continue;
		if (!begun)
			begin(page, family);
		begun = true;
		head(page, family, metrics->nodes[n].nid, NULL, NULL);
		put_count(page, metrics->nodes[n].count[counter]);
	}
	if (!metrics->machine.has[counter])
		return;
	begin(page, family);
	head(page, family, -1, NULL, NULL);
	put_count(page, metrics->machine.count[counter]);
}

const char *const tier_counter_names[] = {
#define X(name, help) #name,
	TIER_COUNTERS(X)
#undef X
};

static void put_tier_counters(const struct page *page)
{
	static const struct family families[] = {
#define X(word, text) { .name = "kernel_" #word, .help = text, .counter = true },
		TIER_COUNTERS(X)
#undef X
	};

	for (unsigned int i = 0; i < NR_TIER_COUNTERS; i++)
		put_tier_counter(page, i, &families[i]);
}

int metrics_render(const struct metrics *metrics, enum exposition exposition, FILE *out)
{
	const struct page page = { .out = out, .exposition = exposition, .metrics = metrics };

	errno = 0;
	put_one(&page, "up", "Whether the module answers.", metrics->up);
	if (metrics->up)
		put_module(&page);
	put_tier_counters(&page);
	if (exposition == EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", out);
	if (ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
