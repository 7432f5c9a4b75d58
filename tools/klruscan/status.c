// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fields.h"
#include "status.h"

/**
 * struct part - a slow node, or all of them
 * @n:		its figures, or their sum
 * @total:	all nodes: what cannot be summed has no value
 * @uptime_ns:	what CPU time is a share of; 0: of nothing
 * @page_size:	bytes
 */
struct part {
	const struct klruscan_node_stats *n;
	bool total;
	uint64_t uptime_ns;
	uint64_t page_size;
};

/* Word and meaning of each state are the ABI's. */
static const struct word states[] = {
#define X(name, word, text) { #word, text },
	KLRUSCAN_STATES(X)
#undef X
};

static struct value own(const struct part *part, struct value value)
{
	return part->total ? v_none() : value;
}

static struct value cpu_share(const struct part *part, uint64_t cpu_ns)
{
	if (!part->uptime_ns)
		return v_none();
	return v_share((double)cpu_ns / (double)part->uptime_ns);
}

static const char *state_word(uint32_t state)
{
	return state < KLRUSCAN_NR_STATES ? states[state].word : "unknown";
}

static struct value value_of(const struct part *p, const struct node_field *f)
{
	uint64_t number = node_field_get(f, p->n);

	if (p->total && !(f->flags & FIELD_SUM))
		return v_none();
	if (f->flags & FIELD_STATE)
		return v_word(state_word((uint32_t)number));
	if (!node_field_known(f, number))
		return v_none();
	return (struct value){ .kind = f->kind, .u = number };
}

/* A figure, and beside it what follows from it: a share of the time, or bytes. */
static void render_field(struct emit *e, const struct part *p, const struct node_field *f)
{
	uint64_t number = node_field_get(f, p->n);
	char key[32], also[32];

	if (f->flags & FIELD_SHARE) {
		snprintf(key, sizeof(key), "%s_ns", f->key);
		snprintf(also, sizeof(also), "%s_share", f->key);
		emit(e, key, f->label, value_of(p, f));
		emit(e, also, "share of a CPU", cpu_share(p, number));
	} else if (f->flags & FIELD_PAGES) {
		snprintf(key, sizeof(key), "%s_pages", f->key);
		snprintf(also, sizeof(also), "%s_bytes", f->key);
		emit(e, key, f->label, value_of(p, f));
		emit(e, also, "memory", v_bytes(pages_to_bytes(number, p->page_size)));
	} else {
		emit(e, f->key, f->label, value_of(p, f));
	}
}

static void render_group(struct emit *e, const struct part *p, enum field_group group,
			 const char *label)
{
	emit_begin(e, EMIT_GROUP, NULL, label);
	for (unsigned int i = 0; i < nr_node_fields; i++)
		if (node_fields[i].group == group)
			render_field(e, p, &node_fields[i]);
	emit_end(e);
}

/* A bar's length is the level's part of the record's fullest level. */
static void render_heat(struct emit *e, const struct part *p)
{
	const __u64 *heat = p->n->heat;
	uint64_t max = 0;
	char label[32];

	for (unsigned int i = 1; i < KLRUSCAN_HEAT_LEVELS; i++)
		if (heat[i] > max)
			max = heat[i];

	emit_begin(e, EMIT_ARRAY, "heat", "heat: accessed in");
	for (unsigned int i = 0; i < KLRUSCAN_HEAT_LEVELS; i++) {
		struct field field = { .label = label, .flags = i ? 0 : EMIT_JSON_ONLY };

		snprintf(label, sizeof(label), "%u of %d passes", i, KLRUSCAN_HEAT_MAX);
		emit_field(e, &field, v_bar(heat[i], max));
	}
	emit_end(e);
}

static void render_outcomes(struct emit *e, const struct part *p)
{
	struct field field = { .flags = 0 };

	emit_begin(e, EMIT_OBJECT, "outcomes", "candidates ended as");
	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++) {
		field.key = outcome_words[i].word;
		field.label = outcome_words[i].word;
		field.help = outcome_words[i].text;
		field.flags = i == KLRUSCAN_OUTCOME_PROMOTED ? 0 : EMIT_NONZERO;
		emit_field(e, &field, v_count(p->n->outcome[i]));
	}
	field.key = "unknown";
	field.label = "unknown";
	field.help = "newer than this tool";
	emit_field(e, &field, v_count(node_outcomes_unknown(p->n)));
	emit_end(e);
}

static void render_part(struct emit *e, const struct part *p, const char *key,
			const char *label)
{
	struct field nid = { .key = "nid", .flags = EMIT_JSON_ONLY };

	emit_begin(e, EMIT_RECORD, key, label);
	emit_field(e, &nid, own(p, v_number(p->n->nid)));
	render_group(e, p, GROUP_SCAN, "scan");
	render_group(e, p, GROUP_STORE, "store");
	render_heat(e, p);
	render_group(e, p, GROUP_PROMOTION, "promotion");
	render_outcomes(e, p);
	render_group(e, p, GROUP_GAUGE, "gauge");
	emit_end(e);
}

static void render_head(struct emit *e, const struct klruscan_info *info)
{
	struct field abi = { .key = "abi_version", .flags = EMIT_JSON_ONLY };
	struct field uptime = { .key = "uptime_s", .label = "enabled for",
				.flags = EMIT_NONZERO };

	emit(e, "version", "klruscan", v_word(info->version));
	emit_field(e, &abi, v_number(info->abi_version));
	emit(e, "enabled", "enabled", v_bool(info->enabled));
	emit_field(e, &uptime, v_uptime(info->uptime_ns));
	emit(e, "slow_nodes", "slow nodes", v_nodes(info->slow_nodes, KLRUSCAN_NODE_WORDS));
	emit(e, "fast_nodes", "fast nodes", v_nodes(info->fast_nodes, KLRUSCAN_NODE_WORDS));
}

/* With a single node, the total is only its copy: text leaves it out. */
static void render_nodes(struct emit *e, const struct status *s, bool total)
{
	struct klruscan_node_stats sum = { 0 };
	struct part part = { .uptime_ns = s->info.uptime_ns, .page_size = s->page_size };
	char label[32];

	emit_begin(e, EMIT_TABLE, NULL, NULL);
	emit_begin(e, EMIT_LIST, "nodes", NULL);
	for (unsigned int i = 0; i < s->nr_nodes; i++) {
		snprintf(label, sizeof(label), "node %u", s->nodes[i].nid);
		node_fields_add(&sum, &s->nodes[i]);
		part.n = &s->nodes[i];
		render_part(e, &part, NULL, label);
	}
	emit_end(e);
	if (total) {
		part.n = &sum;
		part.total = true;
		render_part(e, &part, "total", "total");
	}
	emit_end(e);
}

static void note_state(struct emit *e, const struct klruscan_node_stats *n)
{
	const char *remedy = "";

	if (n->state == KLRUSCAN_STATE_RUNNING || n->state >= KLRUSCAN_NR_STATES)
		return;
	if (n->state == KLRUSCAN_STATE_NO_MGLRU)
		remedy = "\n  echo y > /sys/kernel/mm/lru_gen/enabled";
	if (n->state == KLRUSCAN_STATE_NO_TARGET)
		remedy = "\n  klruscan tune slow_nodes=NODES";
	emit_note(e, "Node %u %s.%s", n->nid, states[n->state].text, remedy);
}

/* What an operator should do next. */
static void render_notes(struct emit *e, const struct status *s)
{
	if (!s->info.enabled) {
		emit_note(e, "klruscan is loaded but not enabled. To start it:\n"
			  "  klruscan tune enabled=1");
		return;
	}
	if (!s->nr_nodes)
		emit_note(e, "There is no slow node: no node is below the top memory tier.\n"
			  "To name the slow ones yourself:\n  klruscan tune slow_nodes=NODES");
	for (unsigned int i = 0; i < s->nr_nodes; i++)
		note_state(e, &s->nodes[i]);
}

void status_emit(struct emit *e, const struct status *status, bool total)
{
	render_head(e, &status->info);
	render_nodes(e, status, total);
}

int status_render(const struct status *status, enum format format, FILE *out)
{
	struct emit *e = emit_new(format, out);

	if (!e)
		return -ENOMEM;
	status_emit(e, status, format == FORMAT_JSON || status->nr_nodes > 1);
	render_notes(e, status);
	return emit_finish(e);
}
