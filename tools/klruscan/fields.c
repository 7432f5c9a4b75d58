// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "fields.h"

#define AT(member)							\
	.offset = offsetof(struct klruscan_node_stats, member),		\
	.size = sizeof(((struct klruscan_node_stats *)0)->member)
#define COUNTER (FIELD_COUNTER | FIELD_SUM)

const struct node_field node_fields[] = {
	{ GROUP_SCAN, AT(state), KIND_NUMBER, FIELD_STATE, "state", "state",
	  "node_state", "1 for what the scanning thread is doing." },
	{ GROUP_SCAN, AT(interval_ms), KIND_MSEC, 0, "interval_ms", "interval",
	  "scan_interval_seconds", "Time from the start of a pass to that of the next." },
	{ GROUP_SCAN, AT(passes), KIND_COUNT, COUNTER, "passes", "passes",
	  "scan_passes", "Passes completed." },
	{ GROUP_SCAN, AT(pass_ns), KIND_NSEC, 0, "pass_ns", "last pass took",
	  "scan_last_pass_seconds", "Time that the last pass took." },
	{ GROUP_SCAN, AT(visited), KIND_COUNT, COUNTER, "visited", "entries visited",
	  "scan_visited_entries", "Page table entries looked at." },
	{ GROUP_SCAN, AT(tables), KIND_COUNT, COUNTER, "tables", "page tables",
	  "scan_visited_tables", "Page tables visited." },
	{ GROUP_SCAN, AT(skipped), KIND_COUNT, COUNTER, "skipped", "GiB skipped",
	  "scan_skipped_gib", "Stretches of a GiB that were not looked into, as nothing in them was used." },
	{ GROUP_SCAN, AT(accessed), KIND_COUNT, COUNTER, "accessed", "found accessed",
	  "scan_accessed_entries", "Page table entries found accessed." },
	{ GROUP_SCAN, AT(busy), KIND_COUNT, COUNTER, "busy", "put off, busy",
	  "scan_busy", "Visits put off because a lock was held." },
	{ GROUP_SCAN, AT(unfinished), KIND_COUNT, COUNTER, "unfinished", "left unfinished",
	  "scan_unfinished", "Processes that a pass had to leave before their end." },
	{ GROUP_SCAN, AT(starved_ms), KIND_MSEC, 0, "starved_ms", "late by budget",
	  "scan_starved_seconds", "Time by which the CPU budget has made the last pass late." },
	{ GROUP_SCAN, AT(scan_cpu_ns), KIND_NSEC, COUNTER | FIELD_SHARE, "scan_cpu", "CPU time",
	  "scan_cpu_seconds", "CPU time of the scanning thread." },

	{ GROUP_STORE, AT(records), KIND_COUNT, COUNTER, "records", "records",
	  "records", "Accesses recorded." },
	{ GROUP_STORE, AT(records_lost), KIND_COUNT, COUNTER, "records_lost", "records lost",
	  "records_lost", "Accesses that were not recorded." },
	{ GROUP_STORE, AT(sections), KIND_COUNT, FIELD_SUM, "sections", "sections",
	  "table_sections", "Memory sections with a table of heat." },
	{ GROUP_STORE, AT(table_bytes), KIND_BYTES, FIELD_SUM, "table_bytes", "table memory",
	  "table_bytes", "Memory that the tables of heat take." },

	{ GROUP_PROMOTION, AT(target_nid), KIND_NUMBER, FIELD_NODE, "target_nid", "to node",
	  "target_node", "The nearest fast node, -1 without one." },
	{ GROUP_PROMOTION, AT(threshold), KIND_NUMBER, 0, "threshold", "from heat",
	  "threshold_heat", "Heat from which folios were candidates last time." },
	{ GROUP_PROMOTION, AT(promoted_pages), KIND_COUNT, COUNTER | FIELD_PAGES, "promoted",
	  "pages", "promoted_bytes", "Memory moved to a fast node." },
	{ GROUP_PROMOTION, AT(demoted_pages), KIND_COUNT, COUNTER | FIELD_PAGES, "demoted",
	  "demoted", "demoted_bytes", "Memory moved off a fast node to make room." },
	{ GROUP_PROMOTION, AT(promote_rate), KIND_RATE, FIELD_SUM, "promote_rate_bytes_per_s",
	  "rate now", NULL, NULL },
	{ GROUP_PROMOTION, AT(promote_cpu_ns), KIND_NSEC, COUNTER | FIELD_SHARE, "promote_cpu",
	  "CPU time", "promote_cpu_seconds", "CPU time that promotion took." },
	{ GROUP_PROMOTION, AT(candidates), KIND_COUNT, COUNTER, "candidates", "candidates",
	  "candidates", "Folios that were considered for promotion." },

	{ GROUP_GAUGE, AT(precision), KIND_PERMILLE, 0, "precision", "precision",
	  "precision_ratio", "Share of the pages promoted lately that are hot." },
	{ GROUP_GAUGE, AT(recall), KIND_PERMILLE, 0, "recall", "recall",
	  "recall_ratio", "Share of the hot pages of this node and of fast memory that are in fast memory." },
	{ GROUP_GAUGE, AT(hot_ns), KIND_NSEC, FIELD_OPTIONAL, "hot_ns", "hot: once in",
	  "hot_interval_seconds", "Pages are hot that are accessed once in this time, on average, or more often." },
	{ GROUP_GAUGE, AT(gauge_cpu_ns), KIND_NSEC, COUNTER | FIELD_SHARE, "gauge_cpu",
	  "CPU time", "gauging_cpu_seconds", "CPU time of measuring precision and recall." },
};

const struct word outcome_words[] = {
#define X(name, word, text) { #word, text },
	KLRUSCAN_OUTCOMES(X)
#undef X
};

const unsigned int nr_node_fields = sizeof(node_fields) / sizeof(node_fields[0]);

uint64_t node_field_get(const struct node_field *field, const struct klruscan_node_stats *node)
{
	const char *at = (const char *)node + field->offset;
	uint64_t wide;
	uint32_t narrow;

	if (field->size == sizeof(narrow)) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

bool node_field_known(const struct node_field *field, uint64_t number)
{
	if ((field->flags & FIELD_NODE) || field->kind == KIND_PERMILLE)
		return (int32_t)number >= 0;
	return number || !(field->flags & FIELD_OPTIONAL);
}

static void add(__u64 *sum, __u64 n)
{
	if (__builtin_add_overflow(*sum, n, sum))
		*sum = UINT64_MAX;
}

void node_fields_add(struct klruscan_node_stats *sum, const struct klruscan_node_stats *node)
{
	for (const struct node_field *f = node_fields; f < node_fields + nr_node_fields; f++)
		if (f->flags & FIELD_SUM)
			add((__u64 *)((char *)sum + f->offset), node_field_get(f, node));
	for (unsigned int i = 0; i < KLRUSCAN_HEAT_LEVELS; i++)
		add(&sum->heat[i], node->heat[i]);
	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		add(&sum->outcome[i], node->outcome[i]);
}

uint64_t node_outcomes_unknown(const struct klruscan_node_stats *node)
{
	__u64 sum = 0;

	for (unsigned int i = KLRUSCAN_NR_OUTCOMES; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		add(&sum, node->outcome[i]);
	return sum;
}

uint64_t pages_to_bytes(uint64_t pages, uint64_t page_size)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, page_size, &bytes) ? UINT64_MAX : bytes;
}
