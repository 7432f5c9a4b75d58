// SPDX-License-Identifier: GPL-2.0-only
/*
 * hog - have a CPU, and let no other thread have it that is not of real time
 *
 *	hog CPU
 *
 * By SCHED_FIFO, until a signal ends it; where the kernel limits the time of such threads
 * (kernel.sched_rt_runtime_us), not all the time.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "program.h"

int main(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = 50 };
	cpu_set_t cpu;

	if (argc != 2) {
		fputs("usage: hog CPU\n", stderr);
		return 2;
	}
	CPU_ZERO(&cpu);
	CPU_SET(atoi(argv[1]), &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) || sched_setscheduler(0, SCHED_FIFO, &first))
		fail("SCHED_FIFO");
	for (;;)
		__asm__ volatile("");
}
