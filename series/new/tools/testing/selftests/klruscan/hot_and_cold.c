// SPDX-License-Identifier: GPL-2.0-only
/*
 * hot_and_cold NODE - memory on a node, of which every fourth page is accessed
 *
 * Ends when nearly all of these have left the node, or after a minute. Prints how much of
 * the hot and how much of the idle pages have left it, in percent.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/mempolicy.h>

#define PAGES		16384UL
#define EVERY		4
#define SECONDS		60
#define ENOUGH		97

static long page_size;

static void die(const char *what)
{
	fprintf(stderr, "hot_and_cold: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *memory_on(int node)
{
	unsigned long mask[16] = { };
	char *memory;

	if (node < 0 || node >= 1024) {
		errno = EINVAL;
		die("node");
	}
	mask[node / 64] |= 1UL << node % 64;
	memory = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	madvise(memory, PAGES * page_size, MADV_NOHUGEPAGE);
	if (syscall(SYS_set_mempolicy, MPOL_BIND, mask, 1024))
		die("set_mempolicy");
	memset(memory, 1, PAGES * page_size);
	/* from here on pages may go where they like */
	if (syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0))
		die("set_mempolicy");
	return memory;
}

/* Percent of every EVERYth page, beginning with @first, that is not on @node. */
static int gone(char *memory, int node, unsigned long first)
{
	unsigned long i, all = 0, left = 0;

	for (i = first; i < PAGES; i += EVERY) {
		void *page = memory + i * page_size;
		int status = -1;

		if (syscall(SYS_move_pages, 0, 1UL, &page, NULL, &status, 0))
			die("move_pages");
		left += status == node;
		all++;
	}
	return 100 - left * 100 / all;
}

static void access_hot(char *memory)
{
	unsigned long i;

	for (i = 0; i < PAGES; i += EVERY)
		__atomic_fetch_add(&memory[i * page_size], 1, __ATOMIC_RELAXED);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + SECONDS;
	int node = argc > 1 ? atoi(argv[1]) : -1;
	unsigned int round;
	char *memory;

	page_size = sysconf(_SC_PAGESIZE);
	memory = memory_on(node);
	for (round = 0; time(NULL) < end; round++) {
		access_hot(memory);
		/* lets others run: the accessed bits of one address space are cached */
		usleep(1000);
		if (round % 1000 == 999 && gone(memory, node, 0) >= ENOUGH)
			break;
	}
	printf("%d %d\n", gone(memory, node, 0), gone(memory, node, 1));
	return 0;
}
