// SPDX-License-Identifier: GPL-2.0-only
/*
 * standstill - tells when the machine stood still
 *
 *	standstill MS
 *
 * Wakes each 20 ms, before whatever else wants to run, and prints a line, with how long it was,
 * whenever it woke more than MS too late: a virtual machine is not run now and then, and its time
 * goes on. Prints "ready" first.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "program.h"

#define INTERVAL_MS	20

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = sched_get_priority_max(SCHED_FIFO) };
	const struct timespec interval = { .tv_nsec = INTERVAL_MS * 1000000 };
	long long late_ms, at = now_ms();

	if (argc != 2)
		fail("standstill MS");
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		fail("sched_setscheduler");
	setlinebuf(stdout);
	puts("ready");
	for (;;) {
		nanosleep(&interval, NULL);
		late_ms = now_ms() - at - INTERVAL_MS;
		at += late_ms + INTERVAL_MS;
		if (late_ms > atoi(argv[1]))
			printf("%lld ms\n", late_ms);
	}
}
