// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "emit_backend.h"
#include "utf8.h"

/**
 * struct json_out - a JSON document being built
 * @out:	where it goes
 * @open:	the open containers, the document first; those after the first
 *		belong to their parents
 * @depth:	index of the innermost
 */
struct json_out {
	FILE *out;
	struct json_object *open[EMIT_DEPTH + 1];
	unsigned int depth;
};

static void *json_new(FILE *out)
{
	struct json_out *json = calloc(1, sizeof(*json));

	if (!json)
		return NULL;
	json->out = out;
	json->open[0] = json_object_new_object();
	if (json->open[0])
		return json;
	free(json);
	return NULL;
}

/* Hands @child over to the innermost container. */
static int json_add(struct json_out *json, const char *key, struct json_object *child)
{
	struct json_object *parent = json->open[json->depth];
	int ret;

	if (json_object_is_type(parent, json_type_array))
		ret = json_object_array_add(parent, child);
	else
		ret = json_object_object_add(parent, key, child);
	if (!ret)
		return 0;
	json_object_put(child);
	return -ENOMEM;
}

/* Scopes that are for text only. */
static bool is_silent(enum scope scope)
{
	return scope == EMIT_TABLE || scope == EMIT_LINES || scope == EMIT_GROUP;
}

static int json_begin(void *state, enum scope scope, const char *key, const char *label)
{
	struct json_out *json = state;
	struct json_object *child;
	int err;

	(void)label;
	if (is_silent(scope))
		return 0;
	if (scope == EMIT_LIST || scope == EMIT_ARRAY)
		child = json_object_new_array();
	else
		child = json_object_new_object();
	if (!child)
		return -ENOMEM;
	err = json_add(json, key, child);
	if (!err)
		json->open[++json->depth] = child;
	return err;
}

static int json_end(void *state, enum scope scope)
{
	struct json_out *json = state;

	if (!is_silent(scope))
		json->depth--;
	return 0;
}

/* A number with a fixed count of decimals, the same on every machine. */
static struct json_object *json_decimal(double number, int decimals)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, number);
	return json_object_new_double_s(number, text);
}

static struct json_object *json_nodes(const struct value *value)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int nid = 0; array && nid < value->words * 64; nid++) {
		if (!(value->bits[nid / 64] >> (nid % 64) & 1))
			continue;
		if (json_object_array_add(array, json_object_new_int((int)nid))) {
			json_object_put(array);
			array = NULL;
		}
	}
	return array;
}

/* JSON is UTF-8, and json-c does not look whether it is. */
static struct json_object *json_word(const char *word)
{
	char *clean = malloc(UTF8_ROOM(strlen(word)));
	struct json_object *object;

	if (!clean)
		return NULL;
	utf8_clean(clean, word, false);
	object = json_object_new_string(clean);
	free(clean);
	return object;
}

static struct json_object *json_make(const struct value *value)
{
	switch (value->kind) {
	case KIND_BOOL:
		return json_object_new_boolean(value->u != 0);
	case KIND_SIGNED:
		return json_object_new_int64(value->i);
	case KIND_WORD:
		return json_word(value->word);
	case KIND_NODES:
		return json_nodes(value);
	case KIND_SHARE:
		return json_decimal(value->d, 6);
	case KIND_PERMILLE:
		return json_decimal((double)value->u / 1e3, 3);
	case KIND_UPTIME:
		return json_decimal((double)value->u / 1e9, 3);
	default:
		return json_object_new_uint64(value->u);
	}
}

static int json_value(void *state, const struct field *field, const struct value *value)
{
	struct json_object *object = NULL; /* is JSON's null */

	if (field->flags & EMIT_TEXT_ONLY)
		return 0;
	if (value->kind != KIND_NONE) {
		object = json_make(value);
		if (!object)
			return -ENOMEM;
	}
	return json_add(state, field->key, object);
}

static int json_note(void *state, const char *text)
{
	(void)state;
	(void)text;
	return 0;
}

/*
 * json-c escapes control characters below the blank. Those from DEL on are as good as ESC on some
 * terminals, and all of them stand in words. Returns false when @out fails.
 */
static bool put_escaped(FILE *out, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		bool delete = *at == 0x7f, c1 = *at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;

		if (c1)
			at++;
		if ((delete || c1 ? fprintf(out, "\\u%04x", *at) : putc(*at, out)) < 0)
			return false;
	}
	return true;
}

static int json_print(struct json_out *json, int style)
{
	const char *text = json_object_to_json_string_ext(json->open[0],
							  style | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!text)
		return -ENOMEM;
	errno = 0;
	if (!put_escaped(json->out, text) || putc('\n', json->out) == EOF)
		return errno ? -errno : -EIO;
	return 0;
}

static int json_finish(void *state)
{
	return json_print(state, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

static int json_line_finish(void *state)
{
	return json_print(state, JSON_C_TO_STRING_PLAIN);
}

static void json_free(void *state)
{
	struct json_out *json = state;

	json_object_put(json->open[0]);
	free(json);
}

const struct emit_backend emit_json = {
	.new = json_new,
	.begin = json_begin,
	.end = json_end,
	.value = json_value,
	.note = json_note,
	.finish = json_finish,
	.free = json_free,
};

const struct emit_backend emit_json_line = {
	.new = json_new,
	.begin = json_begin,
	.end = json_end,
	.value = json_value,
	.note = json_note,
	.finish = json_line_finish,
	.free = json_free,
};
