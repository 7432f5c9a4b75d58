// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "emit_backend.h"

/**
 * struct emit - a description on its way out
 * @backend:	text or JSON
 * @state:	the backend's
 * @err:	first error, negative errno; nothing is done after it
 * @scopes:	the open scopes, outermost first
 * @depth:	how many
 */
struct emit {
	const struct emit_backend *backend;
	void *state;
	int err;
	enum scope scopes[EMIT_DEPTH];
	unsigned int depth;
};

static const struct emit_backend *const backends[] = {
	[FORMAT_TEXT] = &emit_text,
	[FORMAT_JSON] = &emit_json,
	[FORMAT_JSON_LINE] = &emit_json_line,
	[FORMAT_CSV] = &emit_csv,
};

struct emit *emit_new(enum format format, FILE *out)
{
	struct emit *emit = calloc(1, sizeof(*emit));

	if (!emit)
		return NULL;
	emit->backend = backends[format];
	emit->state = emit->backend->new(out);
	if (!emit->state) {
		free(emit);
		return NULL;
	}
	return emit;
}

void emit_begin(struct emit *emit, enum scope scope, const char *key, const char *label)
{
	if (!emit->err && emit->depth == EMIT_DEPTH)
		emit->err = -E2BIG;
	if (emit->err)
		return;
	emit->scopes[emit->depth++] = scope;
	emit->err = emit->backend->begin(emit->state, scope, key, label);
}

void emit_end(struct emit *emit)
{
	if (!emit->err && !emit->depth)
		emit->err = -EINVAL;
	if (!emit->err)
		emit->err = emit->backend->end(emit->state, emit->scopes[--emit->depth]);
}

void emit_field(struct emit *emit, const struct field *field, struct value value)
{
	if (!emit->err)
		emit->err = emit->backend->value(emit->state, field, &value);
}

void emit(struct emit *emit, const char *key, const char *label, struct value value)
{
	emit_field(emit, &(struct field){ .key = key, .label = label }, value);
}

void emit_note(struct emit *emit, const char *format, ...)
{
	char text[256];
	va_list args;

	if (emit->err)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	emit->err = emit->backend->note(emit->state, text);
}

int emit_finish(struct emit *emit)
{
	int err = emit->err;

	if (!err && emit->depth)
		err = -EINVAL;
	if (!err)
		err = emit->backend->finish(emit->state);
	emit->backend->free(emit->state);
	free(emit);
	return err;
}
