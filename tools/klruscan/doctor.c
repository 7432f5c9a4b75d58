// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "doctor.h"

static const struct check checks[] = {
#define X(id, label) { #id, label, judge_##id },
	CHECKS(X)
#undef X
};

#define NR_CHECKS (sizeof(checks) / sizeof(checks[0]))

static const struct {
	const char *word;
	unsigned int look;
} verdicts[NR_VERDICTS] = {
#define X(name, word, look) { word, look },
	VERDICTS(X)
#undef X
};

void finding_is(struct finding *finding, enum verdict verdict, const char *reason, ...)
{
	va_list args;

	finding->verdict = verdict;
	va_start(args, reason);
	vsnprintf(finding->reason, sizeof(finding->reason), reason, args);
	va_end(args);
}

void finding_remedy(struct finding *finding, const char *remedy, ...)
{
	va_list args;

	va_start(args, remedy);
	vsnprintf(finding->remedy, sizeof(finding->remedy), remedy, args);
	va_end(args);
}

void finding_command(struct finding *finding, const char *command, ...)
{
	va_list args;

	va_start(args, command);
	vsnprintf(finding->command, sizeof(finding->command), command, args);
	va_end(args);
}

void finding_line(struct finding *finding, const char *file, const char *line, ...)
{
	va_list args;

	snprintf(finding->file, sizeof(finding->file), "%s", file);
	va_start(args, line);
	vsnprintf(finding->line, sizeof(finding->line), line, args);
	va_end(args);
}

void finding_tune(struct finding *finding, const char *setting, ...)
{
	char words[128];
	va_list args;

	va_start(args, setting);
	vsnprintf(words, sizeof(words), setting, args);
	va_end(args);
	finding_command(finding, "klruscan tune %s", words);
	finding_line(finding, "/etc/klruscan.conf", "%s", words);
}

void finding_unread(struct finding *finding, int err, const char *what)
{
	finding_is(finding, VERDICT_UNCHECKED, "%s: %s.", what, strerror(-err));
	if (err == -EACCES || err == -EPERM)
		finding_remedy(finding, "Only root may read it: run klruscan doctor with sudo.");
}

static struct value words_or_none(const char *words)
{
	return *words ? v_word(words) : v_none();
}

static void render_check(struct emit *e, const struct check *check, const struct finding *finding)
{
	static const struct field
		id = { .key = "id", .flags = EMIT_JSON_ONLY },
		reason = { .key = "reason" },
		remedy = { .key = "remedy", .label = "->" },
		command = { .key = "command", .flags = EMIT_VERBATIM },
		file = { .key = "lasting_file", .label = "For good, in" },
		line = { .key = "lasting_line", .flags = EMIT_VERBATIM };
	struct field verdict = { .key = "verdict", .flags = verdicts[finding->verdict].look };

	emit_begin(e, EMIT_ITEM, NULL, check->label);
	emit_field(e, &id, v_word(check->id));
	emit_field(e, &verdict, v_word(verdicts[finding->verdict].word));
	emit_field(e, &reason, v_word(finding->reason));
	emit_field(e, &remedy, words_or_none(finding->remedy));
	emit_field(e, &command, words_or_none(finding->command));
	emit_field(e, &file, words_or_none(finding->file));
	emit_field(e, &line, words_or_none(finding->line));
	emit_end(e);
}

static void render_sum(struct emit *e, const unsigned int *count)
{
	static const struct field
		problems = { .key = "problems", .flags = EMIT_JSON_ONLY },
		warnings = { .key = "warnings", .flags = EMIT_JSON_ONLY },
		unchecked = { .key = "not_checked", .flags = EMIT_JSON_ONLY };

	emit_field(e, &problems, v_count(count[VERDICT_PROBLEM]));
	emit_field(e, &warnings, v_count(count[VERDICT_WARNING]));
	emit_field(e, &unchecked, v_count(count[VERDICT_UNCHECKED]));
	emit_note(e, "%u problem%s, %u warning%s, %u not checked, %u ok.",
		  count[VERDICT_PROBLEM], count[VERDICT_PROBLEM] == 1 ? "" : "s",
		  count[VERDICT_WARNING], count[VERDICT_WARNING] == 1 ? "" : "s",
		  count[VERDICT_UNCHECKED], count[VERDICT_OK]);
}

int doctor_render(const struct machine *machine, const char *only, enum format format, FILE *out)
{
	unsigned int count[NR_VERDICTS] = { 0 };
	struct emit *e = emit_new(format, out);
	int err;

	if (!e)
		return -ENOMEM;
	emit_begin(e, EMIT_LIST, "checks", NULL);
	for (unsigned int i = 0; i < NR_CHECKS; i++) {
		struct finding finding = { 0 };

		if (only && strcmp(only, checks[i].id))
			continue;
		checks[i].judge(machine, &finding);
		count[finding.verdict]++;
		render_check(e, &checks[i], &finding);
	}
	emit_end(e);
	render_sum(e, count);
	err = emit_finish(e);
	return err ? err : (int)count[VERDICT_PROBLEM];
}
