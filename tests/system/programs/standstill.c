// SPDX-License-Identifier: GPL-2.0-only
/*
 * standstill - tells when the machine stood still
 *
 *	standstill MS
 *
 * On each CPU a process wakes each 20 ms, before whatever else wants to run, and prints a line, with
 * how late it was and when by CLOCK_MONOTONIC, whenever that was more than MS: a virtual machine, or
 * one of its CPUs, is not run now and then, and its time goes on. Prints "ready" first.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

#define INTERVAL_MS	20

static long long now_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts))
		fail("clock_gettime");
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

static _Noreturn void watch(int cpu, long long limit_ms)
{
	const struct sched_param first = { .sched_priority = sched_get_priority_max(SCHED_FIFO) };
	const struct timespec interval = { .tv_nsec = INTERVAL_MS * 1000000 };
	long long at;

	stay_on(cpu);
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		fail("sched_setscheduler");
	at = now_ms();
	for (;;) {
		long long late_ms;

		nanosleep(&interval, NULL);
		late_ms = now_ms() - at - INTERVAL_MS;
		at += late_ms + INTERVAL_MS;
		if (late_ms > limit_ms)
			printf("%lld ms on CPU %d at %lld.%03lld\n", late_ms, cpu,
			       at / 1000, at % 1000);
	}
}

int main(int argc, char **argv)
{
	const pid_t parent = getpid();
	cpu_set_t cpus;
	int cpu, last;

	if (argc != 2)
		fail("standstill MS");
	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		fail("sched_getaffinity");
	setlinebuf(stdout);
	puts("ready");
	for (last = CPU_SETSIZE - 1; !CPU_ISSET(last, &cpus); last--)
		;
	for (cpu = 0; cpu < last; cpu++) {
		pid_t child;

		if (!CPU_ISSET(cpu, &cpus))
			continue;
		child = fork();
		if (child < 0)
			fail("fork");
		if (child)
			continue;
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			fail("its parent has ended");
		watch(cpu, atoi(argv[1]));
	}
	watch(last, atoi(argv[1]));
}
