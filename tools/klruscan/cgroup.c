// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "fields.h"

const struct cgroup_setting cgroup_settings[KLRUSCAN_NR_CGROUP_SETTINGS] = {
#define X(name, word, def, lo, hi) { #word, lo, hi },
	KLRUSCAN_CGROUP_SETTINGS(X)
#undef X
};

/* Those of a switch are words for people. */
static struct value value_of(unsigned int i, uint32_t number)
{
	return cgroup_settings[i].hi == 1 ? v_bool(number) : v_number(number);
}

/* A column has no room for all of a long word. */
static const char *label_of(const char *word)
{
	static const char knobs[] = "scan_interval_";

	return strncmp(word, knobs, sizeof(knobs) - 1) ? word : word + sizeof(knobs) - 1;
}

uint64_t cgroup_refused(const struct klruscan_cgroup_stats *stats)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		if (i != KLRUSCAN_OUTCOME_PROMOTED)
			sum += stats->outcome[i];
	return sum;
}

static void add(struct klruscan_cgroup_stats *sum, const struct klruscan_cgroup_stats *stats)
{
	/* of the node where it is scanned most often */
	if (stats->interval_ms && (!sum->interval_ms || stats->interval_ms < sum->interval_ms))
		sum->interval_ms = stats->interval_ms;
	sum->passes += stats->passes;
	sum->scan_ns += stats->scan_ns;
	sum->visited += stats->visited;
	sum->tables += stats->tables;
	sum->skipped += stats->skipped;
	sum->accessed += stats->accessed;
	sum->new_hot += stats->new_hot;
	sum->promoted_pages += stats->promoted_pages;
	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		sum->outcome[i] += stats->outcome[i];
}

struct klruscan_cgroup_stats cgroup_sum(const struct cgroup_table *table,
					const struct cgroup_row *row)
{
	struct klruscan_cgroup_stats sum = { 0 };

	for (unsigned int i = 0; i < table->nr_nodes; i++)
		add(&sum, &row->on[i]);
	return sum;
}

/* What holds, and whether it is the cgroup's own: text marks that by a star. */
static void render_setting(struct emit *e, const struct cgroup_row *row, unsigned int i)
{
	const char *word = cgroup_settings[i].word;
	struct field exact = { .key = word, .flags = EMIT_JSON_ONLY };
	struct field words = { .label = label_of(word), .flags = EMIT_TEXT_ONLY };
	struct value value = value_of(i, row->set.holds[i]);
	char from[40], text[40];

	snprintf(from, sizeof(from), "%s_from_id", word);
	emit_field(e, &exact, row->path ? value : v_none());
	exact.key = from;
	emit_field(e, &exact, row->set.from[i] ? v_number(row->set.from[i]) : v_none());
	if (value.kind == KIND_BOOL)
		snprintf(text, sizeof(text), "%s", row->set.holds[i] ? "on" : "off");
	else
		snprintf(text, sizeof(text), "%u", row->set.holds[i]);
	if (row->set.set & (1U << i))
		strcat(text, " *");
	emit_field(e, &words, row->path ? v_word(text) : v_none());
}

static void render_figures(struct emit *e, const struct klruscan_cgroup_stats *stats,
			   uint64_t page_size)
{
	static const struct field
		interval = { .key = "interval_ms", .label = "interval" },
		passes = { .key = "passes", .flags = EMIT_JSON_ONLY },
		scan_time = { .key = "scan_ns", .label = "scan time" },
		visited = { .key = "visited", .flags = EMIT_JSON_ONLY },
		tables = { .key = "tables", .flags = EMIT_JSON_ONLY },
		skipped = { .key = "skipped", .flags = EMIT_JSON_ONLY },
		accessed = { .key = "accessed", .label = "accessed" },
		new_hot = { .key = "new_hot", .label = "new hot" },
		pages = { .key = "promoted_pages", .flags = EMIT_JSON_ONLY },
		bytes = { .key = "promoted_bytes", .label = "promoted" },
		not_moved = { .key = "refused", .label = "refused" };

	emit_field(e, &interval, stats->interval_ms ? v_msec(stats->interval_ms) : v_none());
	emit_field(e, &passes, v_count(stats->passes));
	emit_field(e, &scan_time, v_nsec(stats->scan_ns));
	emit_field(e, &visited, v_count(stats->visited));
	emit_field(e, &tables, v_count(stats->tables));
	emit_field(e, &skipped, v_count(stats->skipped));
	emit_field(e, &accessed, v_count(stats->accessed));
	emit_field(e, &new_hot, v_count(stats->new_hot));
	emit_field(e, &pages, v_count(stats->promoted_pages));
	emit_field(e, &bytes, v_bytes(pages_to_bytes(stats->promoted_pages, page_size)));
	emit_field(e, &not_moved, v_count(cgroup_refused(stats)));
}

static void render_node(struct emit *e, const struct klruscan_cgroup_stats *stats,
			uint64_t page_size)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	emit(e, "nid", NULL, v_number(stats->nid));
	render_figures(e, stats, page_size);
	emit_begin(e, EMIT_OBJECT, "outcomes", NULL);
	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		emit(e, outcome_words[i].word, NULL, v_count(stats->outcome[i]));
	emit_end(e);
	emit_end(e);
}

/* Only JSON tells nodes apart. */
static void render_nodes(struct emit *e, const struct cgroup_table *table,
			 const struct cgroup_row *row)
{
	emit_begin(e, EMIT_LIST, "nodes", NULL);
	for (unsigned int i = 0; i < table->nr_nodes; i++)
		render_node(e, &row->on[i], table->page_size);
	emit_end(e);
}

static void render_row(struct emit *e, const struct cgroup_table *table,
		       const struct cgroup_row *row, bool nodes)
{
	static const struct field path = { .key = "path", .flags = EMIT_JSON_ONLY },
				  id = { .key = "id", .flags = EMIT_JSON_ONLY };
	struct klruscan_cgroup_stats sum = cgroup_sum(table, row);

	emit_begin(e, EMIT_RECORD, NULL, row->path ? row->path : "(no cgroup)");
	emit_field(e, &path, row->path ? v_word(row->path) : v_none());
	emit_field(e, &id, v_number(row->set.id));
	for (unsigned int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		render_setting(e, row, i);
	render_figures(e, &sum, table->page_size);
	if (nodes)
		render_nodes(e, table, row);
	emit_end(e);
}

int cgroup_render(const struct cgroup_table *table, enum format format, FILE *out)
{
	struct emit *e = emit_new(format, out);

	if (!e)
		return -ENOMEM;
	emit_begin(e, EMIT_LINES, NULL, "cgroup");
	emit_begin(e, EMIT_LIST, "cgroups", NULL);
	for (unsigned int i = 0; i < table->nr; i++)
		render_row(e, table, &table->row[i], format == FORMAT_JSON);
	emit_end(e);
	emit_end(e);
	if (!table->enabled)
		emit_note(e, "klruscan is not enabled: there are settings, and no figures.");
	return emit_finish(e);
}
