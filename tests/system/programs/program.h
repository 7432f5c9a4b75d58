/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs of the system tests share. */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <errno.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the memory of hammer and pulse is, for /proc/PID/numa_maps and smaps. */
#define HAMMER_BASE	((char *)0x100000000000)
#define HUGE_PAGE	(2UL << 20)

static inline void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

/* Where pages that are touched next are put: on @node by @mode, or below 0 as usual. */
static inline void set_policy(int mode, int node)
{
	unsigned long mask = node < 0 ? 0 : 1UL << node;

	if (syscall(SYS_set_mempolicy, mask ? mode : MPOL_DEFAULT, mask ? &mask : NULL,
		    mask ? 64 : 0))
		fail("set_mempolicy");
}

#endif
