// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "emit.h"
#include "record.h"

static const char *const ends[] = {
#define X(name, word) #word,
	RECORD_ENDS(X)
#undef X
};

static void number(struct emit *e, const char *key, uint64_t n)
{
	emit(e, key, NULL, v_number(n));
}

int record_render_head(const struct record_head *head, FILE *out)
{
	struct emit *e = emit_new(FORMAT_JSON_LINE, out);
	time_t start = (time_t)head->start_s;
	char when[32] = "";
	struct tm tm;

	if (!e)
		return -ENOMEM;
	if (gmtime_r(&start, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	emit(e, "format", NULL, v_word(RECORD_FORMAT));
	number(e, "version", RECORD_VERSION);
	emit(e, "tool", NULL, v_word(head->tool));
	emit(e, "kernel", NULL, v_word(head->kernel));
	emit(e, "start", NULL, v_word(when));
	number(e, "start_s", head->start_s);
	number(e, "interval_ms", head->interval_ms);
	number(e, "page_size", head->page_size);
	emit(e, "slow_nodes", NULL, v_nodes(head->slow.bits, KLRUSCAN_NODE_WORDS));
	emit(e, "fast_nodes", NULL, v_nodes(head->fast.bits, KLRUSCAN_NODE_WORDS));
	return emit_finish(e);
}

static void render_list(struct emit *e, const char *key, const struct blocks *blocks,
			uint64_t (*of)(const struct blocks *blocks, unsigned int i))
{
	emit_begin(e, EMIT_ARRAY, key, NULL);
	for (unsigned int i = 0; i < blocks->nr; i++)
		number(e, NULL, of(blocks, i));
	emit_end(e);
}

/* From the block before, which makes small numbers. */
static uint64_t step(const struct blocks *blocks, unsigned int i)
{
	return blocks->block[i].at - (i ? blocks->block[i - 1].at : 0);
}

static uint64_t heat_of(const struct blocks *blocks, unsigned int i)
{
	return blocks->block[i].heat.heat;
}

static uint64_t seen_of(const struct blocks *blocks, unsigned int i)
{
	return blocks->block[i].heat.seen;
}

static uint64_t warm_of(const struct blocks *blocks, unsigned int i)
{
	return blocks->block[i].heat.warm;
}

static void render_heat(struct emit *e, const struct record_heat *heat)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	number(e, "nid", heat->nid);
	number(e, "pass", heat->pass);
	emit(e, "whole", NULL, v_bool(heat->whole));
	number(e, "block_pages", heat->blocks.block_pages);
	render_list(e, "step", &heat->blocks, step);
	render_list(e, "heat", &heat->blocks, heat_of);
	render_list(e, "seen", &heat->blocks, seen_of);
	render_list(e, "warm", &heat->blocks, warm_of);
	emit_end(e);
}

static void render_counters(struct emit *e, const struct node_counters *kernel)
{
	for (unsigned int i = 0; i < NR_TIER_COUNTERS; i++)
		if (kernel->has[i])
			number(e, tier_counter_names[i], kernel->count[i]);
}

static void render_memory(struct emit *e, const struct record_memory *memory)
{
	emit_begin(e, EMIT_RECORD, NULL, NULL);
	number(e, "nid", memory->kernel.nid);
	number(e, "total_bytes", memory->total_bytes);
	number(e, "free_bytes", memory->free_bytes);
	render_counters(e, &memory->kernel);
	emit_end(e);
}

static void render_cgroups(struct emit *e, const struct record_sample *sample)
{
	emit_begin(e, EMIT_LIST, "cgroups", NULL);
	for (unsigned int i = 0; i < sample->nr_cgroups; i++) {
		emit_begin(e, EMIT_RECORD, NULL, NULL);
		emit(e, "path", NULL, v_word(sample->cgroup[i].path));
		emit_begin(e, EMIT_ARRAY, "bytes", NULL);
		for (unsigned int n = 0; n < sample->nr_memory; n++)
			number(e, NULL, sample->cgroup[i].bytes[n]);
		emit_end(e);
		emit_end(e);
	}
	emit_end(e);
	number(e, "cgroups_left_out", sample->cgroups_left_out);
}

int record_render_sample(const struct record_sample *sample, FILE *out)
{
	struct emit *e = emit_new(FORMAT_JSON_LINE, out);

	if (!e)
		return -ENOMEM;
	number(e, "t_ms", sample->t_ms);
	emit_begin(e, EMIT_OBJECT, "status", NULL);
	status_emit(e, &sample->status, true);
	emit_end(e);
	emit_begin(e, EMIT_LIST, "heat", NULL);
	for (unsigned int i = 0; i < sample->nr_heat; i++)
		render_heat(e, &sample->heat[i]);
	emit_end(e);
	emit_begin(e, EMIT_LIST, "memory", NULL);
	for (unsigned int i = 0; i < sample->nr_memory; i++)
		render_memory(e, &sample->memory[i]);
	emit_end(e);
	emit_begin(e, EMIT_OBJECT, "machine", NULL);
	render_counters(e, &sample->machine);
	emit_end(e);
	if (sample->has_cgroups)
		render_cgroups(e, sample);
	return emit_finish(e);
}

int record_render_end(enum record_end end, uint64_t t_ms, unsigned int samples, FILE *out)
{
	struct emit *e = emit_new(FORMAT_JSON_LINE, out);

	if (!e)
		return -ENOMEM;
	emit(e, "end", NULL, v_word(ends[end]));
	number(e, "t_ms", t_ms);
	number(e, "samples", samples);
	return emit_finish(e);
}
