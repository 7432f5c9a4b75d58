// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "emit_backend.h"
#include "progress.h"
#include "utf8.h"

#define FIRST_NS	1000000000ULL
#define NEXT_NS		200000000ULL

#define TAKE_AWAY	"\r\033[K"

static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define NR_ENDINGS	(sizeof(endings) / sizeof(endings[0]))

/* Ends as it would have, but for the line. */
static void take_away_and_end(int number)
{
	ssize_t written = write(STDERR_FILENO, TAKE_AWAY, sizeof(TAKE_AWAY) - 1);

	(void)written;
	signal(number, SIG_DFL);
	raise(number);
}

/* Those that do not end it, as after nohup(1), stay as they are. */
static void replace_handlers(void (*from)(int number), void (*to)(int number))
{
	const struct sigaction action = { .sa_handler = to };

	for (size_t i = 0; i < NR_ENDINGS; i++) {
		struct sigaction now;

		if (!sigaction(endings[i], NULL, &now) && now.sa_handler == from)
			sigaction(endings[i], &action, NULL);
	}
}

void progress_begin(struct progress *progress, unsigned int parts)
{
	*progress = (struct progress){ .parts = parts, .next_ns = now_ns() + FIRST_NS };
}

/* Returns false where nothing is to be told, or not yet. */
static bool is_due(struct progress *progress)
{
	uint64_t now = now_ns();

	if (now < progress->next_ns || !isatty(STDERR_FILENO))
		return false;
	progress->next_ns = now + NEXT_NS;
	if (!progress->shown)
		replace_handlers(SIG_DFL, take_away_and_end);
	progress->shown = true;
	return true;
}

void progress_tell(struct progress *progress, const char *text, ...)
{
	va_list args;

	if (!is_due(progress))
		return;
	fputs(TAKE_AWAY, stderr);
	va_start(args, text);
	vfprintf(stderr, text, args);
	va_end(args);
}

void progress_tell_reading(struct progress *progress, const char *path, uint64_t done,
			   uint64_t all)
{
	char size[32], shown[64], clean[UTF8_ROOM(sizeof(shown))];
	unsigned int percent;

	if (!is_due(progress))
		return;
	snprintf(shown, sizeof(shown), "%s", path);
	utf8_clean(clean, shown, true);
	if (all) {
		percent = done < all ? (unsigned int)(100.0 * (double)done / (double)all) : 100;
		fprintf(stderr, TAKE_AWAY "reading %s: %u %%", clean,
			(100 * progress->part + percent) / progress->parts);
	} else {
		emit_format(&v_bytes(done), size, sizeof(size));
		fprintf(stderr, TAKE_AWAY "reading %s: %s", clean, size);
	}
}

void progress_end(struct progress *progress)
{
	if (!progress->shown)
		return;
	fputs(TAKE_AWAY, stderr);
	replace_handlers(take_away_and_end, SIG_DFL);
	progress->shown = false;
}
