/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One description, two outputs. A command says each field once: the key that
 * JSON has for it, the label that text has for it, and a value of some kind.
 * JSON is exact and complete; text is scaled to be read, at 80 columns.
 */
#ifndef KLRUSCAN_EMIT_H
#define KLRUSCAN_EMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* JSON for people to read too, or in one line; CSV has the records of a list, no more. */
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSON_LINE, FORMAT_CSV };

/* Kinds of values. The unit is that of the value and of JSON; text scales it. */
enum kind {
	KIND_NONE,	/* there is no such value: JSON null, text "-" */
	KIND_COUNT,	/* how many */
	KIND_NUMBER,	/* a number that is no quantity: a node, a level */
	KIND_SIGNED,	/* a number that may be below zero */
	KIND_BYTES,
	KIND_RATE,	/* bytes a second */
	KIND_NSEC,	/* a short time or CPU time, nanoseconds */
	KIND_MSEC,	/* an interval, milliseconds */
	KIND_UPTIME,	/* nanoseconds; JSON has seconds */
	KIND_SHARE,	/* 1 is the whole */
	KIND_PERMILLE,	/* a share in thousandths; JSON has it as KIND_SHARE */
	KIND_BAR,	/* a count, and in text a bar as long as its part of max */
	KIND_BOOL,
	KIND_WORD,
	KIND_NODES,	/* bitmap of nodes: JSON [1,2], text 1-2 */
};

struct value {
	enum kind kind;
	union {
		uint64_t u;
		int64_t i;
		double d;
		const char *word;
		const unsigned long long *bits;
	};
	union {
		uint64_t max;		/* KIND_BAR */
		unsigned int words;	/* KIND_NODES: length of bits */
	};
};

#define VALUE(kind_, member, v) ((struct value){ .kind = kind_, .member = (v) })

#define v_none()	VALUE(KIND_NONE, u, 0)
#define v_count(v)	VALUE(KIND_COUNT, u, v)
#define v_number(v)	VALUE(KIND_NUMBER, u, v)
#define v_signed(v)	VALUE(KIND_SIGNED, i, v)
#define v_bytes(v)	VALUE(KIND_BYTES, u, v)
#define v_rate(v)	VALUE(KIND_RATE, u, v)
#define v_nsec(v)	VALUE(KIND_NSEC, u, v)
#define v_msec(v)	VALUE(KIND_MSEC, u, v)
#define v_uptime(v)	VALUE(KIND_UPTIME, u, v)
#define v_share(v)	VALUE(KIND_SHARE, d, v)
#define v_bool(v)	VALUE(KIND_BOOL, u, v)
#define v_word(v)	VALUE(KIND_WORD, word, v)
#define v_bar(v, m)	((struct value){ .kind = KIND_BAR, .u = (v), .max = (m) })
#define v_nodes(v, n)	((struct value){ .kind = KIND_NODES, .bits = (v), .words = (n) })

/* None where it is below 0. */
static inline struct value v_permille(int32_t permille)
{
	return permille < 0 ? v_none() : VALUE(KIND_PERMILLE, u, (uint32_t)permille);
}

/*
 * What a description is made of:
 *
 *			JSON			text
 *	EMIT_TABLE	nothing			records side by side, a column each
 *	EMIT_LINES	nothing			records one below another, a line each
 *	EMIT_LIST	array @key		nothing
 *	EMIT_RECORD	object @key		a column or line headed @label
 *	EMIT_ITEM	object @key		a paragraph: the verdict and @label, then
 *						words, wrapped, a line or more each
 *	EMIT_GROUP	nothing			a heading in the table, @label
 *	EMIT_OBJECT	object @key		a heading in the table, @label
 *	EMIT_ARRAY	array @key		a heading in the table, @label
 *
 * EMIT_LINES has no headings in it: its fields' labels head the columns. In an
 * EMIT_ITEM, a field without a value is left out.
 *
 * Fields outside a table are lines of their own in text. All records of a
 * table have the same fields in the same order. @key is NULL in an array.
 */
enum scope {
	EMIT_TABLE,
	EMIT_LINES,
	EMIT_LIST,
	EMIT_RECORD,
	EMIT_ITEM,
	EMIT_GROUP,
	EMIT_OBJECT,
	EMIT_ARRAY,
};

/* Flags of a field, for text; JSON has all but those of EMIT_TEXT_ONLY. */
#define EMIT_JSON_ONLY	1u	/* not in text */
#define EMIT_TEXT_ONLY	2u	/* what other fields say, put together to be read */
#define EMIT_NONZERO	4u	/* in text only where a record has other than 0 */
#define EMIT_OPTIONAL	8u	/* last of EMIT_LINES: only where there is room */
#define EMIT_VERBATIM	16u	/* of an EMIT_ITEM: not wrapped, to be copied */
#define EMIT_GOOD	32u	/* green, where there are colours */
#define EMIT_DOUBTFUL	64u	/* yellow */
#define EMIT_BAD	128u	/* red */

/**
 * struct field - what is said of a value
 * @key:	name in JSON, with the unit; NULL in an array
 * @label:	name in text
 * @help:	what it means, shown in text where there is room; may be NULL
 * @flags:	EMIT_*
 */
struct field {
	const char *key;
	const char *label;
	const char *help;
	unsigned int flags;
};

struct emit;

/* Returns NULL without memory. */
struct emit *emit_new(enum format format, FILE *out);

void emit_begin(struct emit *emit, enum scope scope, const char *key, const char *label);
void emit_end(struct emit *emit);
void emit(struct emit *emit, const char *key, const char *label, struct value value);
void emit_field(struct emit *emit, const struct field *field, struct value value);

/* A line for people, after the table; JSON has none. */
void emit_note(struct emit *emit, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A terminal with colours, and nobody who asked for none by NO_COLOR? */
bool emit_has_colours(FILE *out);

/*
 * Writes what is left, releases @emit and returns 0 or the first error as a
 * negative errno: a caller checks here and nowhere else.
 */
int emit_finish(struct emit *emit);

#endif
