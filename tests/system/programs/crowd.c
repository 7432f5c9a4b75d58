// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd - many processes in many cgroups, which do nothing
 *
 *	crowd PROCESSES CGROUP-DIRECTORY CGROUPS	process i in DIRECTORY/(i mod CGROUPS)
 *	crowd --vmas NUMBER				one process with so many VMAs
 *
 * A process of the first kind has a few pages of its own, on node 1. In the second, every other
 * page may only be read, so that each is a VMA of its own; one of 64 is there, on node 1. Prints
 * "ready" when everything is in place; ends by SIGTERM, or with status 1 when something could
 * not be done.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

#define OWN_PAGES	4
#define VMAS_PER_PAGE	64

static size_t page_size;

static char *map(size_t pages)
{
	const unsigned long node_1 = 1UL << 1;
	char *base = mmap(NULL, pages * page_size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		fail("mmap");
	if (syscall(SYS_mbind, base, pages * page_size, MPOL_PREFERRED, &node_1, 64, 0))
		fail("mbind");
	if (madvise(base, pages * page_size, MADV_NOHUGEPAGE))
		fail("madvise");
	return base;
}

static void enter_cgroup(const char *directory, unsigned long number)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%lu/cgroup.procs", directory, number);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		fail(path);
	close(fd);
}

static void __attribute__((noreturn)) be_one(int ready)
{
	char *base = map(OWN_PAGES);
	size_t i;

	for (i = 0; i < OWN_PAGES; i++)
		base[i * page_size] = 1;
	if (write(ready, "", 1) != 1)
		fail("write to the parent");
	for (;;)
		pause();
}

static void be_many(unsigned long processes, const char *directory, unsigned long cgroups)
{
	unsigned long i;
	int ready[2];
	char c;

	if (pipe(ready))
		fail("pipe");
	for (i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			enter_cgroup(directory, i % cgroups);
			be_one(ready[1]);
		}
	}
	close(ready[1]);
	for (i = 0; i < processes; i++)
		if (read(ready[0], &c, 1) != 1)
			fail("a process of the crowd");
}

static void have_vmas(unsigned long number)
{
	char *base = map(number);
	unsigned long i;

	for (i = 0; i < number; i++) {
		if (i % VMAS_PER_PAGE == 0)
			base[i * page_size] = 1;
		if (i % 2 && mprotect(base + i * page_size, page_size, PROT_READ))
			fail("mprotect");
	}
}

int main(int argc, char **argv)
{
	page_size = sysconf(_SC_PAGESIZE);
	if (argc == 3 && !strcmp(argv[1], "--vmas")) {
		have_vmas(strtoul(argv[2], NULL, 10));
	} else if (argc == 4) {
		be_many(strtoul(argv[1], NULL, 10), argv[2], strtoul(argv[3], NULL, 10));
	} else {
		fprintf(stderr, "usage: crowd PROCESSES DIRECTORY CGROUPS | --vmas NUMBER\n");
		return 2;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
