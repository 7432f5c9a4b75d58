// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crew.h"

#define POLL_SECONDS 0.01

/* Seconds of the monotonic clock. */
double crew_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void watched_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGCHLD);
}

/* The CPU of worker @n: round robin over those that are allowed; -1: any. */
int crew_cpu(const struct options *opt, uint32_t n)
{
	cpu_set_t allowed;
	uint32_t left;
	int cpu;

	CPU_ZERO(&allowed);
	if (opt->pin)
		sched_getaffinity(0, sizeof(allowed), &allowed);
	if (!CPU_COUNT(&allowed))
		return -1;
	left = n % (uint32_t)CPU_COUNT(&allowed);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && !left--)
			return cpu;
	return -1;
}

/* With --cgroups, one for each tenant. As crew_start(). */
static int make_cgroups(struct crew *crew)
{
	const uint32_t last = crew->opt->processes - 1;
	const char *what = "--cgroups: making them below the one that this runs in";
	int err;

	if (!crew->opt->cgroups)
		return 0;
	err = cgroups_make(&crew->shared->cgroups, crew->pattern->name,
			   pattern_tenant(crew->pattern, last) + 1);
	if (!err)
		return 0;
	if (err == -ENOENT)
		what = "--cgroups needs cgroup v2: mount -t cgroup2 none /sys/fs/cgroup";
	else if (err == -EOPNOTSUPP)
		what = "--cgroups: the cgroup that this runs in cannot give its children the memory controller: run it as root, in the root cgroup, where cgroup v2 has that controller";
	snprintf(crew->died, sizeof(crew->died), "%s (%s)", what, strerror(-err));
	return CREW_DIED;
}

/**
 * crew_start - fork the workers, which begin to place their pages
 * @crew: with pattern, opt, life and shared set, the maps built
 *
 * SIGINT, SIGTERM and SIGCHLD are blocked from then on, in the workers too:
 * crew_wait_until() receives them. Returns 0, or CREW_DIED with crew->died telling
 * what failed. Either way crew_end() comes last.
 */
int crew_start(struct crew *crew)
{
	sigset_t set;
	uint32_t i;
	pid_t pid;

	watched_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (make_cgroups(crew))
		return CREW_DIED;
	fflush(NULL);
	for (i = 0; i < crew->opt->processes; i++) {
		pid = fork();
		if (pid < 0) {
			snprintf(crew->died, sizeof(crew->died), "fork: %s",
				 strerror(errno));
			return CREW_DIED;
		}
		if (!pid)
			crew->life(crew->pattern, crew->opt, crew->shared, i,
				   crew_cpu(crew->opt, i));
		crew->shared->worker[i].pid = pid;
	}
	return 0;
}

/* Describe the end of worker @i in crew->died. */
static void describe(struct crew *crew, uint32_t i, int status)
{
	const struct worker *worker = &crew->shared->worker[i];
	const char *failed = __atomic_load_n(&worker->failed, __ATOMIC_ACQUIRE);
	int len;

	len = snprintf(crew->died, sizeof(crew->died), "worker %u (pid %d) ", i,
		       (int)worker->pid);
	if (failed)
		snprintf(crew->died + len, sizeof(crew->died) - len, "failed: %s: %s",
			 failed, strerror(worker->error));
	else if (WIFSIGNALED(status))
		snprintf(crew->died + len, sizeof(crew->died) - len,
			 "was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(crew->died + len, sizeof(crew->died) - len,
			 "ended with status %d", WEXITSTATUS(status));
}

/* Reap one worker that ended before its time. True when there was one. */
static bool reap(struct crew *crew)
{
	int status;
	pid_t pid;
	uint32_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < crew->opt->processes; i++) {
			struct worker *worker = &crew->shared->worker[i];

			if (worker->pid != pid)
				continue;
			describe(crew, i, status);
			worker->pid = 0;
			if (__atomic_load_n(&worker->state, __ATOMIC_ACQUIRE) !=
			    WORKER_VERIFIED)
				return true;
		}
	}
	return false;
}

/**
 * crew_wait_until - sleep, but notice signals and deaths
 * @crew: the workers
 * @deadline: as crew_now() counts
 *
 * Returns 0 at the deadline, SIGINT or SIGTERM when that came, or CREW_DIED
 * with crew->died telling who.
 */
int crew_wait_until(struct crew *crew, double deadline)
{
	sigset_t set;

	watched_signals(&set);
	for (;;) {
		double left = deadline - crew_now();
		struct timespec ts = { 0 };
		int sig;

		if (left > 0) {
			ts.tv_sec = (time_t)left;
			ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
		}
		sig = sigtimedwait(&set, NULL, &ts);
		if (reap(crew))
			return CREW_DIED;
		if (sig == SIGINT || sig == SIGTERM)
			return sig;
		if (sig < 0 && left <= 0)
			return 0;
	}
}

static bool all_reached(const struct crew *crew, uint32_t state)
{
	uint32_t i;

	for (i = 0; i < crew->opt->processes; i++)
		if (__atomic_load_n(&crew->shared->worker[i].state,
				    __ATOMIC_ACQUIRE) < state)
			return false;
	return true;
}

/* Wait until every worker is in @state or past it. As crew_wait_until(). */
int crew_wait_state(struct crew *crew, uint32_t state)
{
	int ret;

	while (!all_reached(crew, state)) {
		ret = crew_wait_until(crew, crew_now() + POLL_SECONDS);
		if (ret)
			return ret;
	}
	return 0;
}

/* Has every worker begun @phase, so that nobody reads the map before it? */
bool crew_in_phase(const struct crew *crew, uint32_t phase)
{
	uint32_t i;

	for (i = 0; i < crew->opt->processes; i++)
		if (__atomic_load_n(&crew->shared->worker[i].phase,
				    __ATOMIC_ACQUIRE) != phase)
			return false;
	return true;
}

/* Give all workers an enum worker_command; commands only ever rise. */
void crew_command(struct crew *crew, uint32_t command)
{
	__atomic_store_n(&crew->shared->command, command, __ATOMIC_RELEASE);
}

/* Kill and reap whoever is still there, and remove their cgroups. */
void crew_end(struct crew *crew)
{
	uint32_t i;

	for (i = 0; i < crew->opt->processes; i++)
		if (crew->shared->worker[i].pid > 0)
			kill(crew->shared->worker[i].pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	cgroups_remove(&crew->shared->cgroups);
}
