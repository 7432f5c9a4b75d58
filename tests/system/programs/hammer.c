// SPDX-License-Identifier: GPL-2.0-only
/*
 * hammer - processes that access all pages of their memory, round after round
 *
 *	hammer [OPTION...] MIB|KIB"k"
 *
 *	--private	each process has its share of the MIB (default)
 *	--forked	written before the fork, then read by all processes
 *	--shmem		anonymous shared memory of all processes
 *	--file PATH	a file that all processes map shared; is written by them
 *	--read-only	once they are written (and the file on its disk), they are only read
 *	--executable	the same, and mapped as a program is
 *	--bind-vma	the mapping stays bound to the start node, by mbind()
 *	--bind-task	so does the process, by set_mempolicy()
 *	--start-node N	where the pages are placed (1); -1: the kernel's choice
 *	--mlock		lock the memory
 *	--pin		pin the memory, as a buffer that is registered with io_uring
 *	--thp		ask for huge pages
 *	--idle		touch nothing any more once all pages are in place
 *	--cold		the same until the first SIGUSR1, and after --rounds
 *	--page-out	send it away by MADV_PAGEOUT where MADV_COLD would be said
 *	--in-passing	with --shmem: to access a page, map it once more, and unmap that again
 *	--spread N	between two pages is a gap, so that N times the MIB are mapped
 *	--lone		one process, on the last CPU, that hardly anything preempts
 *	--rounds N	end after so many rounds (0: only by a signal)
 *
 * Two processes per CPU, pinned, as an emulated CPU hardly ever sets an accessed
 * bit twice if only one process runs on it, and nobody flushes its TLB. Prints the process ids in one line
 * when all pages are in place. The memory is at HAMMER_BASE, for
 * /proc/PID/numa_maps. The first word of a page holds its number: a page that
 * lost it ends the process with status 3 and a message. Ends with status 0 by
 * SIGTERM, 1 when something could not be done. By SIGUSR1, the processes say by
 * MADV_COLD that they will not need their memory, and leave it alone until the next
 * SIGUSR1; when all have, "cold" is printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/io_uring.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

#define MAX_PROCESSES	64

enum pages { PRIVATE, FORKED, SHMEM, MAPPED_FILE };

static struct {
	enum pages pages;
	const char *path;
	bool bind_vma, bind_task, mlock, pin, thp, idle, cold, lone, read_only, executable;
	bool page_out, in_passing;
	int start_node;
	unsigned long rounds, spread;
	size_t bytes;
} opt = { .start_node = 1, .spread = 1 };

/* Shared by all: how many have their pages in place, and: begin; how many are cold. */
static struct {
	unsigned int ready;
	unsigned int go;
	unsigned int cold;
} *shared;

/* In a child: SIGUSR1 says whether. */
static volatile sig_atomic_t be_cold;

static pid_t children[MAX_PROCESSES];
static unsigned int nr_children;

static size_t page_size;

static void bind_mapping(char *base, size_t bytes)
{
	unsigned long mask = 1UL << opt.start_node;

	if (syscall(SYS_mbind, base, bytes, MPOL_BIND, &mask, 64, 0))
		fail("mbind");
}

/* What is mapped for @bytes of pages. */
static size_t spread_over(size_t bytes)
{
	return bytes * opt.spread;
}

static uint64_t *page_at(char *base, size_t page)
{
	return (uint64_t *)(base + spread_over(page * page_size));
}

static char *map(size_t bytes)
{
	int flags = MAP_FIXED_NOREPLACE | MAP_NORESERVE, fd = -1;
	char *base;

	if (opt.pages == MAPPED_FILE) {
		fd = open(opt.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || ftruncate(fd, bytes))
			fail(opt.path);
		flags |= MAP_SHARED;
	} else if (opt.pages == SHMEM) {
		flags |= MAP_SHARED | MAP_ANONYMOUS;
	} else {
		flags |= MAP_PRIVATE | MAP_ANONYMOUS;
	}
	base = mmap(HAMMER_BASE, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (base != HAMMER_BASE)
		fail("mmap");
	if (madvise(base, bytes, opt.thp ? MADV_HUGEPAGE : MADV_NOHUGEPAGE))
		fail("madvise");
	return base;
}

/* FOLL_LONGTERM pins, for as long as the process lives. */
static void pin_memory(char *base, size_t bytes)
{
	const struct iovec buffer = { .iov_base = base, .iov_len = bytes };
	struct io_uring_params params = { 0 };
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		fail("io_uring_setup");
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1))
		fail("IORING_REGISTER_BUFFERS");
}

static void only_read(char *base, size_t bytes)
{
	if (msync(base, bytes, MS_SYNC))
		fail("msync");
	if (mprotect(base, bytes, opt.executable ? PROT_READ | PROT_EXEC : PROT_READ))
		fail("mprotect");
}

/* Put @bytes of pages on the start node and write each page's number into it. */
static char *place(size_t bytes)
{
	char *base = map(spread_over(bytes));
	size_t page;

	if (opt.bind_vma)
		bind_mapping(base, spread_over(bytes));
	if (opt.start_node >= 0)
		set_policy(MPOL_BIND, opt.start_node);
	for (page = 0; page < bytes / page_size; page++)
		*page_at(base, page) = page;
	if (opt.start_node >= 0 && !opt.bind_task)
		set_policy(MPOL_BIND, -1);
	if (opt.mlock && mlock(base, bytes))
		fail("mlock");
	if (opt.pin)
		pin_memory(base, bytes);
	if (opt.read_only)
		only_read(base, bytes);
	return base;
}

/* As a process would that has just come, and is gone in a moment. */
static uint64_t *map_once_more(uint64_t *page)
{
	page = mremap(page, 0, page_size, MREMAP_MAYMOVE);
	if (page == MAP_FAILED)
		fail("mremap");
	return page;
}

static void access_page(volatile uint64_t *words, size_t page, bool may_write, uint64_t value)
{
	if (words[0] != page) {
		fprintf(stderr, "hammer: page %zu holds %llx\n", page,
			(unsigned long long)words[0]);
		_exit(3);
	}
	if (may_write && page % 8 == 0)
		words[1] = value;
}

static void round_of(char *base, size_t bytes, bool may_write, uint64_t value)
{
	size_t page;

	for (page = 0; page < bytes / page_size; page++)
		access_page(page_at(base, page), page, may_write, value);
}

static void round_in_passing(char *base, size_t bytes, uint64_t value)
{
	size_t page;

	for (page = 0; page < bytes / page_size; page++) {
		uint64_t *words = map_once_more(page_at(base, page));

		access_page(words, page, true, value);
		if (munmap(words, page_size))
			fail("munmap");
	}
}

static void run_on(unsigned int number)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((opt.lone ? cpus - 1 : number) % cpus, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

/* Threads of the kernel too would preempt it, some sixty times a second. */
static void go_before_others(void)
{
	const struct sched_param priority = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		fail("sched_setscheduler");
}

static void turn_cold(int number)
{
	(void)number;
	be_cold = !be_cold;
}

/* Say so, and wait for the signal that ends it. */
static void stay_cold(char *base, size_t bytes)
{
	const struct timespec nap = { .tv_nsec = 5000000 };

	if (madvise(base, spread_over(bytes), opt.page_out ? MADV_PAGEOUT : MADV_COLD))
		fail("madvise");
	if (__atomic_add_fetch(&shared->cold, 1, __ATOMIC_ACQ_REL) ==
	    __atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE)) {
		puts("cold");
		fflush(stdout);
	}
	while (be_cold)
		nanosleep(&nap, NULL);
	__atomic_sub_fetch(&shared->cold, 1, __ATOMIC_ACQ_REL);
}

static void __attribute__((noreturn))
work(unsigned int number, char *base, size_t bytes)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	const struct sigaction action = { .sa_handler = turn_cold };
	unsigned long round;

	sigaction(SIGUSR1, &action, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_on(number);
	if (!base)
		base = place(bytes);
	/* a shared mapping has no page yet, and /proc/PID/numa_maps tells of those only */
	if (opt.in_passing)
		round_of(base, bytes, false, 0);
	__atomic_add_fetch(&shared->ready, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&shared->go, __ATOMIC_ACQUIRE))
		nanosleep(&nap, NULL);
	if (opt.lone)
		go_before_others();
	while (opt.idle)
		pause();
	if (opt.cold) {
		be_cold = 1;
		stay_cold(base, bytes);
	}
	for (round = 0; !opt.rounds || round < opt.rounds; round++) {
		if (opt.in_passing)
			round_in_passing(base, bytes, round);
		else
			round_of(base, bytes, opt.pages != FORKED && !opt.read_only, round);
		if (be_cold)
			stay_cold(base, bytes);
	}
	while (opt.cold)
		pause();
	_exit(0);
}

static void parse(int argc, char **argv)
{
	enum { OPT_FILE = 256, OPT_NODE, OPT_ROUNDS, OPT_SPREAD };
	static int bind_vma, bind_task, lock, pin, thp, idle, cold, lone, read_only, executable;
	static int page_out, in_passing, pages = PRIVATE;
	static const struct option options[] = {
		{ "private", no_argument, &pages, PRIVATE },
		{ "forked", no_argument, &pages, FORKED },
		{ "shmem", no_argument, &pages, SHMEM },
		{ "file", required_argument, NULL, OPT_FILE },
		{ "read-only", no_argument, &read_only, 1 },
		{ "executable", no_argument, &executable, 1 },
		{ "page-out", no_argument, &page_out, 1 },
		{ "bind-vma", no_argument, &bind_vma, 1 },
		{ "bind-task", no_argument, &bind_task, 1 },
		{ "start-node", required_argument, NULL, OPT_NODE },
		{ "mlock", no_argument, &lock, 1 },
		{ "pin", no_argument, &pin, 1 },
		{ "thp", no_argument, &thp, 1 },
		{ "idle", no_argument, &idle, 1 },
		{ "cold", no_argument, &cold, 1 },
		{ "lone", no_argument, &lone, 1 },
		{ "in-passing", no_argument, &in_passing, 1 },
		{ "spread", required_argument, NULL, OPT_SPREAD },
		{ "rounds", required_argument, NULL, OPT_ROUNDS },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == OPT_FILE) {
			pages = MAPPED_FILE;
			opt.path = optarg;
		} else if (c == OPT_NODE) {
			opt.start_node = atoi(optarg);
		} else if (c == OPT_ROUNDS) {
			opt.rounds = strtoul(optarg, NULL, 10);
		} else if (c == OPT_SPREAD) {
			opt.spread = strtoul(optarg, NULL, 10);
		} else if (c == '?') {
			exit(2);
		}
	}
	opt.pages = pages;
	opt.bind_vma = bind_vma;
	opt.bind_task = bind_task;
	opt.mlock = lock;
	opt.pin = pin;
	opt.thp = thp;
	opt.idle = idle;
	opt.cold = cold;
	opt.lone = lone;
	opt.executable = executable;
	opt.read_only = read_only || executable;
	opt.page_out = page_out;
	opt.in_passing = in_passing;
	if (optind < argc) {
		char *unit;

		opt.bytes = strtoul(argv[optind], &unit, 10) << (*unit == 'k' ? 10 : 20);
	}
	if (!opt.bytes || !opt.spread || (opt.start_node < 0 && (bind_vma || bind_task)) ||
	    (in_passing && pages != SHMEM)) {
		fprintf(stderr, "usage: hammer [OPTION...] MIB|KIBk\n");
		exit(2);
	}
}

static void pass_on(int number)
{
	unsigned int i;

	for (i = 0; i < nr_children; i++)
		kill(children[i], number);
}

/* A process that ended by SIGTERM did what it should. */
static int wait_for_all(void)
{
	int status, worst = 0;

	for (;;) {
		if (wait(&status) < 0) {
			if (errno == EINTR)
				continue;
			return worst;
		}
		if (WIFEXITED(status) && WEXITSTATUS(status))
			worst = WEXITSTATUS(status);
		if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
			worst = 128 + WTERMSIG(status);
		if (worst)
			pass_on(SIGTERM);
	}
}

static void announce(void)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	unsigned int i;

	while (__atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE) < nr_children) {
		if (waitpid(-1, NULL, WNOHANG) > 0) {
			pass_on(SIGTERM);
			exit(1);
		}
		nanosleep(&nap, NULL);
	}
	for (i = 0; i < nr_children; i++)
		printf("%d%c", children[i], i + 1 < nr_children ? ' ' : '\n');
	fflush(stdout);
	__atomic_store_n(&shared->go, 1, __ATOMIC_RELEASE);
}

int main(int argc, char **argv)
{
	unsigned int processes = 2 * sysconf(_SC_NPROCESSORS_ONLN);
	struct sigaction action = { .sa_handler = pass_on };
	char *base = NULL;
	size_t bytes;

	page_size = sysconf(_SC_PAGESIZE);
	parse(argc, argv);
	shared = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap");
	if (processes > MAX_PROCESSES)
		processes = MAX_PROCESSES;
	if (opt.lone)
		processes = 1;
	bytes = opt.bytes;
	if (opt.pages == PRIVATE)
		bytes = bytes / processes & ~(HUGE_PAGE - 1);
	else
		base = place(bytes);

	for (; nr_children < processes; nr_children++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (!pid)
			work(nr_children, base, bytes);
		children[nr_children] = pid;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	announce();
	return wait_for_all();
}
