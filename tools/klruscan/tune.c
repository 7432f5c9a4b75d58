// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "tune.h"

static struct value knob_value(const struct knob *knob, const char *text)
{
	if (knob->kind == KNOB_SWITCH || knob->kind == KNOB_NUMBER)
		return v_signed(strtol(text, NULL, 0));
	return v_word(text);
}

static struct value word_or_none(const char *word)
{
	return word ? v_word(word) : v_none();
}

static void render_name(struct emit *e, const struct knob_now *now)
{
	static const struct field name = { .key = "name", .flags = EMIT_JSON_ONLY };

	emit_begin(e, EMIT_RECORD, NULL, now->name);
	emit_field(e, &name, v_word(now->name));
}

/* JSON has the bounds; text has them in words. */
static void render_range(struct emit *e, const struct knob *knob)
{
	static const struct field
		lo = { .key = "min", .flags = EMIT_JSON_ONLY },
		hi = { .key = "max", .flags = EMIT_JSON_ONLY },
		words = { .label = "range", .flags = EMIT_TEXT_ONLY };
	bool number = knob->kind == KNOB_SWITCH || knob->kind == KNOB_NUMBER;
	char range[64];

	knob_range(knob, range, sizeof(range));
	emit_field(e, &lo, number ? v_signed(knob->lo) : v_none());
	emit_field(e, &hi, number ? v_signed(knob->hi) : v_none());
	emit_field(e, &words, v_word(range));
}

static void render_knob(struct emit *e, const struct knob_now *now)
{
	static const struct field meaning = {
		.key = "meaning", .label = "", .flags = EMIT_OPTIONAL,
	};

	render_name(e, now);
	emit(e, "value", "value", knob_value(now->knob, now->value));
	emit(e, "unit", "unit", word_or_none(now->knob->unit));
	render_range(e, now->knob);
	emit_field(e, &meaning, word_or_none(now->knob->meaning));
	emit_end(e);
}

int knobs_render(const struct knob_table *table, enum format format, FILE *out)
{
	struct emit *e = emit_new(format, out);

	if (!e)
		return -ENOMEM;
	emit_begin(e, EMIT_LINES, NULL, "knob");
	emit_begin(e, EMIT_LIST, "knobs", NULL);
	for (unsigned int i = 0; i < table->nr; i++)
		render_knob(e, &table->all[i]);
	emit_end(e);
	emit_end(e);
	return emit_finish(e);
}

static void render_change(struct emit *e, const struct tuning *tuning,
			  const struct change *change)
{
	const struct knob_now *now = change->now;

	render_name(e, now);
	emit(e, "before", "before", tuning->unloaded ? v_none() :
	     knob_value(now->knob, now->value));
	emit(e, "after", "after", knob_value(now->knob, change->after));
	emit(e, "unit", "unit", word_or_none(now->knob->unit));
	emit_end(e);
}

int tuning_render(const struct tuning *tuning, enum format format, FILE *out)
{
	static const struct field dry_run = { .key = "dry_run", .flags = EMIT_JSON_ONLY };
	struct emit *e = emit_new(format, out);

	if (!e)
		return -ENOMEM;
	emit_field(e, &dry_run, v_bool(tuning->dry_run));
	emit_begin(e, EMIT_LINES, NULL, "knob");
	emit_begin(e, EMIT_LIST, "changes", NULL);
	for (unsigned int i = 0; i < tuning->nr; i++)
		render_change(e, tuning, &tuning->changes[i]);
	emit_end(e);
	emit_end(e);
	if (tuning->unloaded)
		emit_note(e, "This was a dry run, and no module is loaded: nothing is changed.");
	else if (tuning->dry_run)
		emit_note(e, "This was a dry run: nothing is changed.");
	return emit_finish(e);
}
