// SPDX-License-Identifier: GPL-2.0-only
/*
 * pulse - pages that are accessed when it is told to, and idle otherwise
 *
 *	pulse [--small] MIB NODE...
 *
 * The pages, huge ones unless they are to be small, lie on the nodes in turn. Prints "ready"
 * when all are in place. By each SIGUSR1 it reads all of them once, and prints "pulse". The memory is at
 * HAMMER_BASE, as hammer's. Ends with status 1 when something could not be done, such
 * as that there are no huge pages; by SIGTERM otherwise.
 */
#include <errno.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"

static size_t page = HUGE_PAGE;

static void place(size_t bytes, char **nodes, int nr_nodes)
{
	char *base = mmap(HAMMER_BASE, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	size_t i;

	if (base != HAMMER_BASE)
		fail("mmap");
	if (madvise(base, bytes, page == HUGE_PAGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
		fail("madvise");
	for (i = 0; i < bytes / page; i++) {
		set_policy(MPOL_BIND, atoi(nodes[i % nr_nodes]));
		base[i * page] = 1;
	}
	set_policy(MPOL_BIND, -1);
}

static void read_all(size_t bytes)
{
	volatile char *at;

	for (at = HAMMER_BASE; at < HAMMER_BASE + bytes; at += page)
		(void)*at;
}

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	size_t bytes = 0;
	sigset_t set;
	int number;

	if (argc > 1 && !strcmp(argv[1], "--small")) {
		page = sysconf(_SC_PAGESIZE);
		argc--;
		argv++;
	}
	if (argc > 2)
		bytes = strtoul(argv[1], NULL, 10) << 20;
	if (!bytes) {
		fprintf(stderr, "usage: pulse [--small] MIB NODE...\n");
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	place(bytes, argv + 2, argc - 2);
	say("ready");
	while (!sigwait(&set, &number)) {
		read_all(bytes);
		say("pulse");
	}
	fail("sigwait");
}
