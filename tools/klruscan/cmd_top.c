// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ncurses.h>

#include "clock.h"
#include "command.h"
#include "options.h"
#include "source.h"
#include "top.h"

#define DELAY_MIN_MS	100
#define DELAY_MAX_MS	60000

static const char top_help[] =
"Usage: klruscan top [--delay SECONDS]\n"
"\n"
"Shows what klruscan does while it does it: memory promoted and CPU time of the\n"
"scan, now and in the last minutes, by node and cgroup; how much of what was\n"
"promoted is hot; and what becomes of candidates.\n"
"Needs root or the group klruscan, and a terminal of any size.\n"
"\n"
"  --delay SECONDS  how often to look, 0.1 to 60 (1)\n"
"  --help           print this\n"
"\n"
"Keys: n m c o sort nodes by number, MiB/s, CPU time of the scan and hot folios,\n"
"cgroups by MiB/s (n, m), CPU time of the scan and candidates that stay;\n"
"+ and - look more and less often; space stops and goes on; h explains; q quits.\n"
"\n"
"Examples:\n"
"  klruscan top                     look once a second\n"
"  klruscan top --delay 5           over a slow line\n"
"  watch klruscan status            all figures, without rates\n"
"\n"
"Exit status: 0 fine, 1 could not, 2 usage.\n";

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
	(void)number;
	stopped = 1;
}

/******************************************************************************
 *                          the terminal
 ******************************************************************************/

static attr_t attribute_of(enum look look)
{
	bool colours = has_colors();
	const attr_t attributes[] = {
		[LOOK_PLAIN] = A_NORMAL,
		[LOOK_TITLE] = A_REVERSE,
		[LOOK_HEAD] = A_BOLD,
		[LOOK_CHART] = colours ? COLOR_PAIR(1) : A_NORMAL,
		[LOOK_ALERT] = colours ? COLOR_PAIR(2) | A_BOLD : A_BOLD,
	};

	return attributes[look];
}

static void start_colours(void)
{
	const char *no_color = getenv("NO_COLOR");

	if (!has_colors() || (no_color && *no_color))
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_GREEN, -1);
	init_pair(2, COLOR_RED, -1);
}

/* Returns the terminal, or NULL with @failure filled. */
static SCREEN *begin_terminal(struct failure *failure)
{
	const char *term = getenv("TERM");
	SCREEN *terminal;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fail(failure, ENOTTY, "for figures elsewhere, see 'klruscan status --json'",
		     "top needs a terminal");
		return NULL;
	}
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal) {
		fail(failure, ENOENT, "set TERM to what it is, such as xterm or vt100",
		     "cannot use a terminal of the kind '%.32s'", term ? term : "");
		return NULL;
	}
	start_colours();
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	return terminal;
}

static void end_terminal(SCREEN *terminal)
{
	endwin();
	delscreen(terminal);
}

static int draw(const struct top *top)
{
	struct top_screen screen = {
		.width = (unsigned int)COLS,
		.height = (unsigned int)LINES,
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};

	screen.lines = calloc(screen.height, sizeof(*screen.lines));
	if (!screen.lines)
		return -ENOMEM;
	top_view(top, &screen);
	erase();
	for (unsigned int i = 0; i < screen.nr_lines; i++) {
		attrset((int)attribute_of(screen.lines[i].look));
		mvaddstr((int)i, 0, screen.lines[i].text);
	}
	attrset(A_NORMAL);
	refresh();
	free(screen.lines);
	return 0;
}

/******************************************************************************
 *                          looking, and being told
 ******************************************************************************/

/* They are many at times, and each has to be found by its path. */
#define CGROUPS_EVERY_NS 1000000000ULL

static int look_at_cgroups(struct top *top)
{
	struct cgroup_table table;
	struct failure refusal;
	int err = 0;

	if (now_ns() - top->cgroups_at_ns < CGROUPS_EVERY_NS && top->cgroups_at_ns)
		return 0;
	/* where there is no cgroup v2, or the module goes meanwhile, there is nothing to show */
	if (!cgroup_collect(&table, 0, NULL, &refusal))
		err = top_update_cgroups(top, &table, now_ns());
	cgroup_release(&table);
	return err;
}

static int look(struct top *top)
{
	struct failure refusal;
	struct status status;
	int err = source_status(&status, &refusal);

	if (err) {
		top_lost(top, &refusal);
		return 0;
	}
	err = top_update(top, &status, now_ns());
	source_status_free(&status);
	return err ? err : look_at_cgroups(top);
}

static void change_delay(struct top *top, bool longer)
{
	unsigned int delay = longer ? top->delay_ms * 2 : top->delay_ms / 2;

	if (delay < DELAY_MIN_MS)
		delay = DELAY_MIN_MS;
	if (delay > DELAY_MAX_MS)
		delay = DELAY_MAX_MS;
	/* The samples that there are would be shown as of other times. */
	if (delay != top->delay_ms)
		top->nr_samples = 0;
	top->delay_ms = delay;
}

/* Returns false for the key that ends it. */
static bool take_key(struct top *top, int key)
{
	switch (key) {
	case 'q':
		return false;
	case 'h':
	case '?':
		top->help = !top->help;
		break;
	case ' ':
		top->paused = !top->paused;
		break;
	case '+':
		change_delay(top, false);
		break;
	case '-':
		change_delay(top, true);
		break;
#define X(name, letter, text) case letter: top_sort(top, TOP_SORT_##name); break;
	TOP_SORTS(X)
#undef X
	}
	return true;
}

/* Waits for a key until it is time to look again. Returns false to end. */
static bool wait_and_obey(struct top *top, uint64_t next_ns)
{
	uint64_t now = now_ns(), left_ms = now < next_ns ? (next_ns - now) / 1000000 + 1 : 0;
	int key;

	/* a signal that came before getch() does not end it: it is seen within a second */
	timeout(left_ms < 1000 ? (int)left_ms : 1000);
	errno = 0;
	key = getch();
	if (key == ERR)
		return isatty(STDIN_FILENO); /* or the terminal is gone */
	return take_key(top, key);
}

static int run(struct top *top)
{
	uint64_t next_ns = 0;
	bool goes_on = true;
	int err = 0;

	while (goes_on && !stopped && !err) {
		if (now_ns() >= next_ns) {
			if (!top->paused)
				err = look(top);
			next_ns = now_ns() + top->delay_ms * 1000000ULL;
		}
		if (!err)
			err = draw(top);
		if (!err)
			goes_on = wait_and_obey(top, next_ns);
	}
	return err;
}

static int show(struct top *top, struct failure *failure)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const struct sigaction action = { .sa_handler = on_stop };
	SCREEN *terminal = begin_terminal(failure);
	int err;

	if (!terminal)
		return -ENOTTY;
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		sigaction(stops[i], &action, NULL);
	err = run(top);
	end_terminal(terminal);
	if (err)
		return fail(failure, -err, "free some memory", "cannot go on");
	return 0;
}

static int cmd_top(int argc, char **argv, struct failure *failure)
{
	const char *delay = "1";
	const struct option_spec options[] = {
		{ .name = "--delay", .value = &delay },
		{ 0 },
	};
	int err = parse_options(argc, argv, options, 0, failure);
	struct status status;
	uint64_t delay_ms = 0;
	struct top *top;

	top = calloc(1, sizeof(*top));
	if (!top)
		return fail(failure, ENOMEM, "free some memory", "cannot begin");
	if (!err)
		err = parse_seconds(delay, "delay", DELAY_MIN_MS, DELAY_MAX_MS, &delay_ms, failure);
	top->delay_ms = (unsigned int)delay_ms;
	/* What cannot be asked at the beginning is an error; later it is waited for. */
	if (!err)
		err = source_status(&status, failure);
	if (!err) {
		source_status_free(&status);
		err = show(top, failure);
	}
	top_free(top);
	free(top);
	return err;
}

const struct command command_top = {
	.name = "top",
	.summary = "what klruscan does, live: rates, cost, the last minutes",
	.help = top_help,
	.run = cmd_top,
};
