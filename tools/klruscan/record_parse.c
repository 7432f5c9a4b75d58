// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line may come from anybody: whatever it has is checked before it is used, and every
 * number is kept below what sums of it need.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "fields.h"
#include "record.h"
#include "utf8.h"

static struct json_object *member(struct json_object *object, const char *key,
				  enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

/* A whole number from 0 to @max. */
static bool to_number(struct json_object *value, uint64_t max, uint64_t *number)
{
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return false;
	*number = json_object_get_uint64(value);
	return *number <= max;
}

static bool number_of(struct json_object *object, const char *key, uint64_t max,
		      uint64_t *number)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) && to_number(value, max, number);
}

static bool word_of(struct json_object *object, const char *key, char *buf, size_t size)
{
	struct json_object *value = member(object, key, json_type_string);

	if (!value || strlen(json_object_get_string(value)) >= size)
		return false;
	strcpy(buf, json_object_get_string(value));
	return true;
}

static bool node_of(struct json_object *object, unsigned int *nid)
{
	uint64_t number;

	if (!number_of(object, "nid", NR_NODES_MAX - 1, &number))
		return false;
	*nid = (unsigned int)number;
	return true;
}

static bool nodes_of(struct json_object *object, const char *key, struct nodes *nodes)
{
	struct json_object *list = member(object, key, json_type_array);
	uint64_t nid;

	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		if (!to_number(json_object_array_get_idx(list, i), NR_NODES_MAX - 1, &nid))
			return false;
		nodes_add(nodes, (unsigned int)nid);
	}
	return list;
}

/* The items of a list of at most @max objects. */
static bool list_of(struct json_object *object, const char *key, size_t max,
		    struct json_object **list, size_t *nr)
{
	*list = member(object, key, json_type_array);
	*nr = *list ? json_object_array_length(*list) : 0;
	return *list && *nr <= max;
}

/******************************************************************************
 *                          the head and the end
 ******************************************************************************/

static enum record_line parse_head(struct record_parser *parser, struct json_object *object)
{
	struct record_head *head = &parser->head;
	char format[sizeof(RECORD_FORMAT)];
	uint64_t version;

	if (!word_of(object, "format", format, sizeof(format)) || strcmp(format, RECORD_FORMAT) ||
	    !number_of(object, "version", UINT32_MAX, &version) || !version)
		return RECORD_LINE_BAD;
	parser->version = version;
	if (version > RECORD_VERSION)
		return RECORD_LINE_NEWER;
	if (!word_of(object, "tool", head->tool, sizeof(head->tool)) ||
	    !word_of(object, "kernel", head->kernel, sizeof(head->kernel)) ||
	    !number_of(object, "start_s", UINT32_MAX, &head->start_s) ||
	    !number_of(object, "interval_ms", RECORD_T_MAX, &head->interval_ms) ||
	    !number_of(object, "page_size", 1 << 20, &head->page_size) ||
	    !nodes_of(object, "slow_nodes", &head->slow) ||
	    !nodes_of(object, "fast_nodes", &head->fast) ||
	    head->page_size < 4096 || (head->page_size & (head->page_size - 1)))
		return RECORD_LINE_BAD;
	return RECORD_LINE_HEAD;
}

/******************************************************************************
 *                          the status
 ******************************************************************************/

/* A share, from 0 to 1, in thousandths; -1 for anything else. */
static int32_t permille_of(struct json_object *object, const char *key)
{
	struct json_object *value;
	double share = -1;

	if (json_object_object_get_ex(object, key, &value) &&
	    (json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int)))
		share = json_object_get_double(value);
	return share >= 0 && share <= 1 ? (int32_t)(share * 1000 + 0.5) : -1;
}

/*
 * As status.c calls it; what an older tool did not have is 0, and so is no number, but for
 * shares, which are not known then.
 */
static void take_field(struct json_object *object, const struct node_field *field,
		       struct klruscan_node_stats *node)
{
	const char *end = field->flags & FIELD_SHARE ? "_ns" :
			  field->flags & FIELD_PAGES ? "_pages" : "";
	char key[48];
	uint64_t number;

	snprintf(key, sizeof(key), "%s%s", field->key, end);
	if (field->kind == KIND_PERMILLE) {
		memcpy((char *)node + field->offset, &(int32_t){ permille_of(object, key) }, 4);
		return;
	}
	if (field->flags & FIELD_STATE || !number_of(object, key, UINT64_MAX, &number))
		return;
	if (field->size == sizeof(uint32_t))
		memcpy((char *)node + field->offset, &(uint32_t){ (uint32_t)number }, 4);
	else
		memcpy((char *)node + field->offset, &number, 8);
}

static bool parse_status_node(struct json_object *object, struct klruscan_node_stats *node)
{
	struct json_object *heat = member(object, "heat", json_type_array);
	struct json_object *ended = member(object, "outcomes", json_type_object);
	uint64_t number;

	memset(node, 0, sizeof(*node));
	if (!node_of(object, &node->nid) || !heat || !ended ||
	    json_object_array_length(heat) != KLRUSCAN_HEAT_LEVELS)
		return false;
	for (unsigned int i = 0; i < nr_node_fields; i++)
		take_field(object, &node_fields[i], node);
	for (unsigned int i = 0; i < KLRUSCAN_HEAT_LEVELS; i++) {
		if (!to_number(json_object_array_get_idx(heat, i), 1ULL << PFN_BITS, &number))
			return false;
		node->heat[i] = number;
	}
	for (unsigned int i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		if (number_of(ended, outcome_words[i].word, UINT64_MAX, &number))
			node->outcome[i] = number;
	return true;
}

/* In ns; 0 where it is not told. */
static uint64_t uptime_of(struct json_object *status)
{
	struct json_object *uptime;
	double seconds;

	if (!json_object_object_get_ex(status, "uptime_s", &uptime))
		return 0;
	seconds = json_object_get_double(uptime);
	return seconds > 0 && seconds < 1e10 ? (uint64_t)(seconds * 1e9) : 0;
}

static bool parse_status(struct json_object *object, struct status *status)
{
	struct json_object *part = member(object, "status", json_type_object), *list;
	size_t nr;

	if (!part || !list_of(part, "nodes", RECORD_NODES_MAX, &list, &nr))
		return false;
	status->info.uptime_ns = uptime_of(part);
	status->nr_nodes = 0;
	for (size_t i = 0; i < nr; i++)
		if (!parse_status_node(json_object_array_get_idx(list, i),
				       &status->nodes[status->nr_nodes++]))
			return false;
	return true;
}

/******************************************************************************
 *                          heat, memory, cgroups
 ******************************************************************************/

/* struct columns - the lists of a node's heat, of the same length */
struct columns {
	struct json_object *step, *heat, *seen, *warm;
	size_t nr;
};

static bool columns_of(struct json_object *object, struct columns *columns)
{
	size_t heat, seen, warm;

	return list_of(object, "step", BLOCKS_MAX, &columns->step, &columns->nr) &&
	       list_of(object, "heat", BLOCKS_MAX, &columns->heat, &heat) &&
	       list_of(object, "seen", BLOCKS_MAX, &columns->seen, &seen) &&
	       list_of(object, "warm", BLOCKS_MAX, &columns->warm, &warm) &&
	       heat == columns->nr && seen == columns->nr && warm == columns->nr;
}

/* One of them, whose @at follows from the one before. */
static bool block_of(const struct columns *columns, size_t i, uint64_t block_pages, uint64_t *at,
		     struct heat *heat)
{
	uint64_t end = (1ULL << PFN_BITS) / block_pages, step;

	if (!to_number(json_object_array_get_idx(columns->step, i), end - 1, &step) ||
	    (i && !step) ||
	    !to_number(json_object_array_get_idx(columns->seen, i), block_pages, &heat->seen) ||
	    !to_number(json_object_array_get_idx(columns->warm, i), block_pages, &heat->warm) ||
	    !to_number(json_object_array_get_idx(columns->heat, i),
		       heat->warm * KLRUSCAN_HEAT_MAX, &heat->heat))
		return false;
	*at += step;
	return *at < end && heat->heat >= heat->warm;
}

static enum record_line parse_heat_node(struct json_object *object, struct record_heat *heat)
{
	struct columns columns;
	uint64_t block_pages, at = 0;

	if (!heat->blocks.block && blocks_init(&heat->blocks, BLOCKS_MAX))
		return RECORD_LINE_NO_MEMORY;
	blocks_clear(&heat->blocks);
	if (!node_of(object, &heat->nid) || !columns_of(object, &columns) ||
	    !number_of(object, "pass", UINT64_MAX, &heat->pass) ||
	    !number_of(object, "block_pages", 1ULL << PFN_BITS, &block_pages) ||
	    block_pages < KLRUSCAN_HEAT_BLOCK || (block_pages & (block_pages - 1)))
		return RECORD_LINE_BAD;
	heat->whole = json_object_get_boolean(member(object, "whole", json_type_boolean));
	blocks_coarsen(&heat->blocks, block_pages);
	for (size_t i = 0; i < columns.nr; i++) {
		struct heat sums;

		if (!block_of(&columns, i, block_pages, &at, &sums))
			return RECORD_LINE_BAD;
		blocks_add(&heat->blocks, at * block_pages, block_pages, &sums);
	}
	return RECORD_LINE_SAMPLE;
}

static enum record_line parse_heat(struct json_object *object, struct record_sample *sample)
{
	enum record_line line = RECORD_LINE_SAMPLE;
	struct json_object *list;
	size_t nr;

	if (!list_of(object, "heat", RECORD_NODES_MAX, &list, &nr))
		return RECORD_LINE_BAD;
	sample->nr_heat = 0;
	for (size_t i = 0; i < nr && line == RECORD_LINE_SAMPLE; i++)
		line = parse_heat_node(json_object_array_get_idx(list, i),
				       &sample->heat[sample->nr_heat++]);
	return line;
}

static void parse_counters(struct json_object *object, struct node_counters *kernel)
{
	for (unsigned int i = 0; i < NR_TIER_COUNTERS; i++)
		kernel->has[i] = number_of(object, tier_counter_names[i], UINT64_MAX,
					   &kernel->count[i]);
}

static bool parse_memory_node(struct json_object *object, struct record_memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	if (!node_of(object, &memory->kernel.nid) ||
	    !number_of(object, "total_bytes", INT64_MAX, &memory->total_bytes) ||
	    !number_of(object, "free_bytes", INT64_MAX, &memory->free_bytes))
		return false;
	parse_counters(object, &memory->kernel);
	return true;
}

static bool parse_memory(struct json_object *object, struct record_sample *sample)
{
	struct json_object *machine = member(object, "machine", json_type_object), *list;
	size_t nr;

	if (!list_of(object, "memory", RECORD_NODES_MAX, &list, &nr))
		return false;
	memset(&sample->machine, 0, sizeof(sample->machine));
	if (machine) /* of an older klruscan there is none */
		parse_counters(machine, &sample->machine);
	sample->nr_memory = 0;
	for (size_t i = 0; i < nr; i++)
		if (!parse_memory_node(json_object_array_get_idx(list, i),
				       &sample->memory[sample->nr_memory++]))
			return false;
	return true;
}

static bool parse_cgroup(struct json_object *object, const struct record_sample *sample,
			 struct record_cgroup *cgroup)
{
	struct json_object *list;
	size_t nr;

	memset(cgroup, 0, sizeof(*cgroup));
	if (!word_of(object, "path", cgroup->path, sizeof(cgroup->path)) ||
	    cgroup->path[0] != '/' || !utf8_is_clean(cgroup->path) ||
	    !list_of(object, "bytes", RECORD_NODES_MAX, &list, &nr) || nr != sample->nr_memory)
		return false;
	for (size_t i = 0; i < nr; i++) {
		if (!to_number(json_object_array_get_idx(list, i), 1ULL << 52, &cgroup->bytes[i]))
			return false;
		cgroup->total_bytes += cgroup->bytes[i];
	}
	return true;
}

/* Where there was no cgroup v2, there is no such list. */
static bool parse_cgroups(struct json_object *object, struct record_sample *sample)
{
	struct json_object *list;
	uint64_t left_out;
	size_t nr;

	sample->nr_cgroups = 0;
	sample->has_cgroups = json_object_object_get_ex(object, "cgroups", &list);
	if (!sample->has_cgroups)
		return true;
	if (!list_of(object, "cgroups", RECORD_CGROUPS_MAX, &list, &nr) ||
	    !number_of(object, "cgroups_left_out", UINT32_MAX, &left_out))
		return false;
	sample->cgroups_left_out = (unsigned int)left_out;
	for (size_t i = 0; i < nr; i++)
		if (!parse_cgroup(json_object_array_get_idx(list, i), sample,
				  &sample->cgroup[sample->nr_cgroups++]))
			return false;
	return true;
}

/******************************************************************************
 *                          lines
 ******************************************************************************/

static enum record_line parse_sample(struct record_parser *parser, struct json_object *object)
{
	struct record_sample *sample = &parser->sample;
	uint64_t before = parser->samples ? sample->t_ms : 0;
	enum record_line line;

	if (!number_of(object, "t_ms", RECORD_T_MAX, &sample->t_ms) || sample->t_ms < before ||
	    !parse_status(object, &sample->status) || !parse_memory(object, sample) ||
	    !parse_cgroups(object, sample))
		return RECORD_LINE_BAD;
	line = parse_heat(object, sample);
	if (line == RECORD_LINE_SAMPLE)
		parser->samples++;
	return line;
}

static enum record_line parse_object(struct record_parser *parser, struct json_object *object)
{
	if (!json_object_is_type(object, json_type_object))
		return RECORD_LINE_BAD;
	if (!parser->version)
		return parse_head(parser, object);
	if (!member(object, "end", json_type_string))
		return parse_sample(parser, object);
	return number_of(object, "samples", UINT32_MAX, &parser->end_samples) ?
	       RECORD_LINE_END : RECORD_LINE_BAD;
}

/*
 * An object takes hundreds of bytes of memory, of two in the line, and a list a hundred. So too many
 * are refused before they are made: of each node there are nine, in status, heat and memory, of each
 * cgroup two, and some around them.
 */
#define NESTED_MAX (16 * RECORD_NODES_MAX + 2 * RECORD_CGROUPS_MAX + 32)

static bool is_too_nested(const char *text, size_t length)
{
	unsigned int nested = 0;
	bool word = false;

	for (size_t i = 0; i < length; i++) {
		if (word && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			word = !word;
		else if (!word && (text[i] == '{' || text[i] == '['))
			nested++;
	}
	return nested > NESTED_MAX;
}

enum record_line record_parse_line(struct record_parser *parser, const char *text, size_t length)
{
	enum record_line line = RECORD_LINE_BAD;
	struct json_tokener *tokener;
	struct json_object *object;

	if (is_too_nested(text, length))
		return RECORD_LINE_BAD;
	tokener = json_tokener_new_ex(RECORD_DEPTH_MAX);
	if (!tokener)
		return RECORD_LINE_NO_MEMORY;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)length);
	if (json_tokener_get_error(tokener) == json_tokener_success &&
	    json_tokener_get_parse_end(tokener) == length)
		line = parse_object(parser, object);
	json_object_put(object);
	json_tokener_free(tokener);
	return line;
}

int record_parser_init(struct record_parser *parser)
{
	struct record_sample *sample = &parser->sample;

	memset(parser, 0, sizeof(*parser));
	sample->status.nodes = calloc(RECORD_NODES_MAX, sizeof(*sample->status.nodes));
	sample->heat = calloc(RECORD_NODES_MAX, sizeof(*sample->heat));
	sample->memory = calloc(RECORD_NODES_MAX, sizeof(*sample->memory));
	sample->cgroup = calloc(RECORD_CGROUPS_MAX, sizeof(*sample->cgroup));
	return sample->status.nodes && sample->heat && sample->memory && sample->cgroup ?
	       0 : -ENOMEM;
}

void record_parser_free(struct record_parser *parser)
{
	struct record_sample *sample = &parser->sample;

	for (unsigned int i = 0; sample->heat && i < RECORD_NODES_MAX; i++)
		blocks_free(&sample->heat[i].blocks);
	free(sample->heat);
	free(sample->status.nodes);
	free(sample->memory);
	free(sample->cgroup);
}
