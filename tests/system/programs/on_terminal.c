// SPDX-License-Identifier: GPL-2.0-only
/*
 * on_terminal SECONDS KEYS COMMAND [ARGUMENT...] - run a command on a terminal
 *
 * The terminal is a pseudo terminal of 80 columns and 24 lines. After SECONDS, KEYS are
 * typed. What the command writes goes to stdout. Exit status: that of the command, 125
 * when there is none.
 */
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Copies until the command closes the terminal. */
static void follow(int fd, long type_at, const char *keys)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	char buf[4096];

	for (;;) {
		long wait = type_at - now_ms();
		int ready = poll(&pollfd, 1, keys ? (wait > 0 ? (int)wait : 0) : -1);
		ssize_t got;

		if (!ready) {
			if (write(fd, keys, strlen(keys)) < 0)
				return;
			keys = NULL;
			continue;
		}
		got = read(fd, buf, sizeof(buf));
		if (ready < 0 || got <= 0)
			return;
		fwrite(buf, 1, (size_t)got, stdout);
	}
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int fd, status;
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "usage: on_terminal SECONDS KEYS COMMAND [ARGUMENT...]\n");
		return 125;
	}
	pid = forkpty(&fd, NULL, NULL, &size);
	if (pid < 0) {
		perror("on_terminal: forkpty");
		return 125;
	}
	if (!pid) {
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(125);
	}
	follow(fd, now_ms() + atol(argv[1]) * 1000, argv[2]);
	fflush(stdout);
	if (waitpid(pid, &status, 0) != pid)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
