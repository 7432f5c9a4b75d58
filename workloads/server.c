// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crew.h"
#include "redis.h"
#include "resp.h"

#define START_SECONDS 30	/* until it listens */
#define NOT_RUN 127		/* its exit status when there is no such program */

/*
 * In the child: become the server. No files, no other port than the socket; it does not
 * hear of Ctrl-C, which is for the parent. Its memory is base pages: Redis itself would
 * switch huge pages off, but only after its first ones.
 */
static void __attribute__((noreturn))
become_server(const struct options *opt, const char *dir, const char *path, int log)
{
	cpu_set_t cpus;
	int cpu = crew_cpu(opt, 0);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	setsid();
	CPU_ZERO(&cpus);
	if (cpu >= 0) {
		CPU_SET(cpu, &cpus);
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	execlp(opt->server, "redis-server", "--port", "0", "--unixsocket", path,
	       "--dir", dir, "--save", "", "--appendonly", "no", "--daemonize", "no",
	       "--databases", "1", "--enable-debug-command", "local", (char *)NULL);
	_exit(errno == ENOENT ? NOT_RUN : 1);
}

/* The last line of the server's log. */
static void last_words(const struct redis *redis, char *out, size_t size)
{
	char tail[152], *line;
	off_t at = lseek(redis->log, 0, SEEK_END);
	ssize_t n;

	at = at > (off_t)sizeof(tail) - 1 ? at - (off_t)sizeof(tail) + 1 : 0;
	n = pread(redis->log, tail, sizeof(tail) - 1, at);
	tail[n > 0 ? n : 0] = '\0';
	for (n--; n >= 0 && tail[n] == '\n'; n--)
		tail[n] = '\0';
	line = strrchr(tail, '\n');
	snprintf(out, size, "%s", line ? line + 1 : tail);
}

static int ended(struct redis *redis, const struct options *opt, int status)
{
	char words[160] = "";

	redis->service.pages.pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_RUN)
		return redis_fail(redis, 0, "there is no program %s: give the path of redis-server with --server (Debian: the package of this name)",
				  opt->server);
	last_words(redis, words, sizeof(words));
	return redis_fail(redis, 0, "%s ended before it listened%s%s: is it redis-server?",
			  opt->server, *words ? "; its last words: " : " without a word", words);
}

/* Wait until the server listens at @path, and connect. */
static int connect_to(struct redis *redis, const struct options *opt, const char *path)
{
	const double limit = crew_now() + START_SECONDS;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int status;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	redis->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (redis->socket < 0)
		return redis_fail(redis, errno, "socket(AF_UNIX)");
	while (connect(redis->socket, (struct sockaddr *)&address, sizeof(address))) {
		if (waitpid(redis->service.pages.pid, &status, WNOHANG) > 0)
			return ended(redis, opt, status);
		if (crew_now() > limit)
			return redis_fail(redis, 0, "%s does not listen at its socket after %d s",
					  opt->server, START_SECONDS);
		usleep(10000);
	}
	return 0;
}

static int start_in(struct redis *redis, const struct options *opt, const char *dir)
{
	char path[108], log[108];
	pid_t pid;
	int err;

	snprintf(path, sizeof(path), "%s/socket", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	redis->log = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (redis->log < 0)
		return redis_fail(redis, errno, "making the server's log in %s", dir);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return redis_fail(redis, errno, "fork");
	if (!pid)
		become_server(opt, dir, path, redis->log);
	redis->service.pages.pid = pid;
	err = connect_to(redis, opt, path);
	unlink(path);
	unlink(log);
	return err;
}

/**
 * server_start - start the server and connect to it
 * @redis: pages.pid, socket and log are set
 * @opt: the program, and whether it stays on a CPU: the first one, as the client does
 *
 * When it returns no file is left. Returns 0, or -errno with service.why.
 */
int server_start(struct redis *redis, const struct options *opt)
{
	const char *tmp = getenv("TMPDIR");
	char dir[80];
	int err;

	if (snprintf(dir, sizeof(dir), "%s/redis.XXXXXX", tmp ? tmp : "/tmp") >= (int)sizeof(dir))
		return redis_fail(redis, ENAMETOOLONG, "the path in TMPDIR is too long for a socket");
	if (!mkdtemp(dir))
		return redis_fail(redis, errno, "making the directory %s", dir);
	err = start_in(redis, opt, dir);
	rmdir(dir);
	return err;
}

/**
 * server_fill - have the server make its values, and wait until it has
 * @redis: from server_start()
 * @keys: how many, "key:0" and on
 *
 * Returns 0, or -errno with service.why.
 */
int server_fill(struct redis *redis, uint32_t keys)
{
	char text[160];
	struct resp reply;
	size_t have = 0;
	ssize_t n;
	int len = snprintf(text, sizeof(text), "DEBUG POPULATE %u key %d\r\n", keys, VALUE_BYTES);

	if (write(redis->socket, text, len) != len)
		return redis_fail(redis, errno, "writing to the server");
	do {
		n = read(redis->socket, text + have, sizeof(text) - have);
		if (n <= 0)
			return redis_fail(redis, n ? errno : 0, "the server went away while it was filled: was there memory for --keys %u?",
					  keys);
		have += n;
		n = resp_parse(text, have, &reply);
	} while (!n && have < sizeof(text));
	if (n > 0 && reply.type == '+')
		return 0;
	return redis_fail(redis, 0, "the server refuses DEBUG POPULATE: is it Redis 7 or newer?");
}

/* Kill the server, and release what server_start() opened. */
void server_end(struct redis *redis)
{
	const pid_t pid = redis->service.pages.pid;

	/* not when somebody has been told of its end: the number may be another's now */
	if (pid > 0 && !waitpid(pid, NULL, WNOHANG)) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	redis->service.pages.pid = 0;
	if (redis->socket >= 0)
		close(redis->socket);
	if (redis->log >= 0)
		close(redis->log);
	if (redis->memory >= 0)
		close(redis->memory);
}
