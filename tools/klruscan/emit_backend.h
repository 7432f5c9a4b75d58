/* SPDX-License-Identifier: GPL-2.0-only */
/* Between emit.c and the two outputs. */
#ifndef KLRUSCAN_EMIT_BACKEND_H
#define KLRUSCAN_EMIT_BACKEND_H

#include "emit.h"

#define EMIT_DEPTH 8

/**
 * struct emit_backend - one output
 * @new:	its state, or NULL
 * @begin:	a scope opens
 * @end:	the scope @scope closes
 * @value:	one field
 * @note:	a line for people
 * @finish:	write what is left
 * @free:	the reverse of @new
 *
 * Those that return an int return 0 or a negative errno; after the first error
 * only @free is called.
 */
struct emit_backend {
	void *(*new)(FILE *out);
	int (*begin)(void *state, enum scope scope, const char *key, const char *label);
	int (*end)(void *state, enum scope scope);
	int (*value)(void *state, const struct field *field, const struct value *value);
	int (*note)(void *state, const char *text);
	int (*finish)(void *state);
	void (*free)(void *state);
};

extern const struct emit_backend emit_csv, emit_json, emit_json_line, emit_text;

/* emit_format.c: a value as people read it, into @buf of @size bytes. */
void emit_format(const struct value *value, char *buf, size_t size);

/*
 * emit_item.c, for text: the head of an EMIT_ITEM, without a newline, and its words,
 * of which the @first stand beside the head.
 */
void emit_item_head(FILE *out, unsigned int flags, const char *verdict, const char *label);
void emit_item_words(FILE *out, const struct field *field, const char *text, bool first);

#endif
