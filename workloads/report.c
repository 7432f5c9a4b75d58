// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <math.h>

#include "report.h"

static void share(FILE *out, const char *name, double value)
{
	if (isnan(value))
		fprintf(out, ",\"%s\":null", name);
	else
		fprintf(out, ",\"%s\":%.4f", name, value);
}

static void begin(FILE *out, const char *event, const char *workload)
{
	fprintf(out, "{\"event\":\"%s\",\"workload\":\"%s\"", event, workload);
}

static void finish(FILE *out)
{
	fputs("}\n", out);
	fflush(out);
}

static void where(FILE *out, const struct report *r)
{
	share(out, "hot_in_fast", r->hot_in_fast);
	share(out, "cold_in_fast", r->cold_in_fast);
	fprintf(out, ",\"absent_pages\":%" PRIu32 ",\"query_ms\":%.2f",
		r->absent_pages, r->query_ms);
	if (r->phases)
		fprintf(out, ",\"phase\":%" PRIu32, r->phase);
}

static void tenants(FILE *out, const struct report *r)
{
	uint32_t i;

	share(out, "quiet_fast_share", r->quiet_fast_share);
	share(out, "quiet_fast_share_total", r->quiet_fast_share_total);
	fputs(",\"tenants\":[", out);
	for (i = 0; i < r->tenants; i++) {
		const struct report_tenant *tenant = &r->tenant[i];

		fprintf(out, "%s{\"accesses\":%" PRIu64, i ? "," : "", tenant->accesses);
		share(out, "fast_share", tenant->fast_share);
		share(out, "fast_share_total", tenant->fast_share_total);
		share(out, "hot_in_fast", tenant->hot_in_fast);
		fputs("}", out);
	}
	fputs("]", out);
}

static void strata(FILE *out, const struct report *r)
{
	uint32_t i;

	fputs(",\"strata\":[", out);
	for (i = 0; i < r->strata; i++) {
		const struct report_stratum *stratum = &r->stratum[i];

		fprintf(out, "%s{\"pages\":%.0f,\"ops_per_s\":%.0f", i ? "," : "", stratum->pages,
			stratum->ops_per_s);
		share(out, "in_fast", stratum->in_fast);
		fputs("}", out);
	}
	fputs("]", out);
}

static void figures(FILE *out, const struct report *r)
{
	fprintf(out, ",\"t\":%.3f,\"accesses\":%" PRIu64 ",\"ops_per_s\":%.0f", r->t,
		r->accesses, r->ops_per_s);
	share(out, "fast_share", r->fast_share);
	share(out, "fast_share_total", r->fast_share_total);
	where(out, r);
	if (r->tenants)
		tenants(out, r);
	if (r->strata)
		strata(out, r);
}

/* The node set @nodes as a list: "0,2-3" comes out as [0,2,3]. */
static void node_list(FILE *out, const char *name, uint64_t nodes)
{
	const char *comma = "";
	int node;

	fprintf(out, ",\"%s\":[", name);
	for (node = 0; node < OPTIONS_NODES; node++) {
		if (!(nodes >> node & 1))
			continue;
		fprintf(out, "%s%d", comma, node);
		comma = ",";
	}
	fputs("]", out);
}

/* All pages are placed, the accesses have not begun. */
void report_ready(FILE *out, const struct report_ready *ready, const struct report *r)
{
	const struct options *opt = ready->opt;
	const unsigned int takes = ready->pattern->options;

	begin(out, "ready", r->workload);
	fprintf(out, ",\"mib\":%" PRIu64 ",\"processes\":%" PRIu32 ",\"pinned\":%s",
		opt->mib, opt->processes, opt->pin ? "true" : "false");
	fprintf(out, ",\"pages\":%" PRIu64 ",\"hot_pages\":%" PRIu64,
		(uint64_t)opt->pattern.pages * opt->processes, ready->hot_pages);
	if (takes & PATTERN_HOT_PERCENT)
		fprintf(out, ",\"hot_percent\":%g", opt->pattern.hot_percent);
	fprintf(out, ",\"hot_access_percent\":%g", opt->pattern.hot_access_percent);
	if (takes & PATTERN_SKEW)
		fprintf(out, ",\"skew\":%g", opt->pattern.skew);
	if (takes & PATTERN_KEYS)
		fprintf(out, ",\"keys\":%" PRIu32 ",\"pipeline\":%" PRIu32, opt->keys,
			opt->pipeline);
	if (takes & PATTERN_PHASES)
		fprintf(out, ",\"phase_seconds\":%g", opt->phase_seconds);
	fprintf(out, ",\"seconds\":%g,\"interval_ms\":%" PRIu32 ",\"sample_one_in\":%" PRIu32,
		opt->seconds, opt->interval_ms, opt->one_in);
	fprintf(out, ",\"seed\":%" PRIu64 ",\"start_node\":%d", opt->pattern.seed,
		opt->start_node);
	fprintf(out, ",\"cgroups\":%s", opt->cgroups ? "true" : "false");
	fprintf(out, ",\"page_kib\":%zu,\"memory\":\"%s\",\"idle_gib\":%" PRIu64,
		opt->page_bytes >> 10, opt->file ? "file" : opt->huge ? "huge" : "anonymous",
		opt->idle_gib);
	node_list(out, "fast_nodes", opt->fast_nodes);
	fprintf(out, ",\"oracle_pages\":%" PRIu64, ready->oracle_pages);
	share(out, "on_start_node", ready->on_start_node);
	where(out, r);
	finish(out);
}

/* An interval of the run is over. */
void report_sample(FILE *out, const struct report *r)
{
	begin(out, "sample", r->workload);
	figures(out, r);
	finish(out);
}

/* No access is made any more. */
void report_stopped(FILE *out, const struct report *r)
{
	begin(out, "stopped", r->workload);
	fprintf(out, ",\"t\":%.3f", r->t);
	finish(out);
}

/* The run is over; @r comes from a count of every page. */
void report_end(FILE *out, const struct report_end *end, const struct report *r)
{
	begin(out, "end", r->workload);
	figures(out, r);
	fprintf(out, ",\"pages\":%" PRIu64 ",\"hot_pages\":%" PRIu64, end->pages,
		end->hot_pages);
	if (end->verified)
		fprintf(out, ",\"corrupt_pages\":%" PRIu64, end->corrupt_pages);
	else
		fputs(",\"corrupt_pages\":null", out);
	fprintf(out, ",\"stopped_by\":\"%s\"", end->stopped_by);
	finish(out);
}

/* The run failed. @message has no quotes, backslashes or control characters. */
void report_error(FILE *out, const char *workload, const char *message)
{
	begin(out, "error", workload);
	fprintf(out, ",\"message\":\"%s\"", message);
	finish(out);
}
