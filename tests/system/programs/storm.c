// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm - processes that do all that can be done to memory, and miss no byte of it
 *
 *	storm [--seed N] [--steps N] [--processes N] [--slow-nodes N] MIB
 *
 * Each process has its part of the MIB, put on nodes 1 to N, and knows what every page of it
 * has to hold. A step reads the pages that are hot at present, again and again, and does
 * one thing to some of the memory that is chosen by chance: see OPERATIONS. What the
 * seed says is the same each time; how processes meet is not.
 *
 * Prints the process ids in one line when all pages are in place, and at the end for each
 * operation a line "NAME DONE REFUSED": how often it was done, and how often the kernel
 * would not (without memory, say, or where it cannot do that at all).
 *
 * Ends with status 0, or 3 and a message when a page did not hold what it has to; 1 when
 * something could not be done, 2 for wrong usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif
/* No header of user space has it. */
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE	101
#endif

#define PAGE		4096UL
#define MAX_PROCESSES	64

/* So many pages are hot, for so many steps, and read so many times in each. */
#define HOT_PAGES	512UL
#define HOT_STEPS	24
#define HOT_ROUNDS	8

/* Most operations are done to so many pages. */
#define CHUNK		64UL

/*
 *	X(name)		done by do_<name>() to arena pages [at, at + CHUNK), which is
 *			what the process knows best about
 */
#define OPERATIONS(X)								\
	X(write) X(read_only) X(move) X(replace) X(discard) X(cold) X(page_out)	\
	X(huge) X(collapse) X(split) X(merge) X(lock) X(fork) X(exec) X(reap)	\
	X(pipe) X(migrate) X(soft_offline) X(poison) X(fault_by_user)		\
	X(hugetlb) X(share)

enum operation {
#define X(name) OP_##name,
	OPERATIONS(X)
#undef X
	NR_OPERATIONS
};

static const char *const names[] = {
#define X(name) #name,
	OPERATIONS(X)
#undef X
};

/* struct figures - what the processes have done; shared by all */
static struct figures {
	unsigned int ready;
	unsigned int go;
	unsigned long done[NR_OPERATIONS];
	unsigned long refused[NR_OPERATIONS];
} *figures;

static struct {
	uint64_t seed;
	unsigned long steps, processes, slow_nodes, bytes;
} opt = { .seed = 1, .steps = 200, .slow_nodes = 1 };

/* Of this process: its memory, what each page has to hold (0: nothing), and chance. */
static char *arena;
static uint64_t *expected;
static unsigned long nr_pages;
static uint64_t chance;

/* xorshift64*, by S. Vigna: "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled" (2016)
 */
static uint64_t draw(uint64_t below)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return (chance * 0x2545F4914F6CDD1DULL >> 11) % below;
}

/******************************************************************************
 *                          what pages hold
 ******************************************************************************/

static uint64_t *page_of(unsigned long page)
{
	return (uint64_t *)(arena + page * PAGE);
}

/*
 * All words of a page are the same. The first, the last and another one each time, so that half a
 * copy of a page is not taken for a whole one.
 */
static void check_words(const volatile uint64_t *words, uint64_t value, const char *what,
			unsigned long page)
{
	static unsigned int turn;
	unsigned int other = turn++ * 61 % (PAGE / 8);

	if (words[0] == value && words[other] == value && words[PAGE / 8 - 1] == value)
		return;
	fprintf(stderr, "storm: after %s page %lu holds %llx, %llx at %u, and %llx instead of %llx\n",
		what, page, (unsigned long long)words[0], (unsigned long long)words[other], other,
		(unsigned long long)words[PAGE / 8 - 1], (unsigned long long)value);
	_exit(3);
}

static void check_pages(unsigned long at, unsigned long count, const char *what)
{
	for (unsigned long page = at; page < at + count; page++)
		check_words(page_of(page), expected[page], what, page);
}

static void set_words(uint64_t *words, uint64_t value)
{
	for (unsigned long i = 0; i < PAGE / 8; i++)
		words[i] = value;
}

static void write_pages(unsigned long at, unsigned long count)
{
	for (unsigned long page = at; page < at + count; page++) {
		expected[page] = (uint64_t)getpid() << 40 | page << 16 | (draw(UINT16_MAX) + 1);
		set_words(page_of(page), expected[page]);
	}
}

static void forget_pages(unsigned long at, unsigned long count)
{
	memset(expected + at, 0, count * sizeof(*expected));
}

/* Where pages that are touched next are put: on a slow node, or by the kernel. */
static void place_on_slow(bool slow)
{
	set_policy(MPOL_PREFERRED, slow ? 1 + (int)draw(opt.slow_nodes) : -1);
}

static void refill(unsigned long at, unsigned long count, const char *what)
{
	check_pages(at, count, what);
	place_on_slow(true);
	write_pages(at, count);
	place_on_slow(false);
}

/******************************************************************************
 *                          what is done to them
 ******************************************************************************/

/* Each returns whether it was done. What it leaves is as expected[] says. */

static bool advise(unsigned long at, unsigned long count, int advice)
{
	return !madvise(page_of(at), count * PAGE, advice);
}

static bool do_write(unsigned long at)
{
	write_pages(at, CHUNK);
	return true;
}

static bool do_read_only(unsigned long at)
{
	if (mprotect(page_of(at), CHUNK * PAGE, PROT_READ))
		return false;
	check_pages(at, CHUNK, "mprotect(PROT_READ)");
	if (mprotect(page_of(at), CHUNK * PAGE, PROT_READ | PROT_WRITE))
		fail("mprotect");
	return true;
}

/* To another address and back. */
static bool do_move(unsigned long at)
{
	void *here = page_of(at), *there;

	there = mremap(here, CHUNK * PAGE, CHUNK * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
		       NULL);
	if (there == MAP_FAILED)
		return false;
	for (unsigned long i = 0; i < CHUNK; i++)
		check_words((uint64_t *)there + i * PAGE / 8, expected[at + i], "mremap", at + i);
	if (mremap(there, CHUNK * PAGE, CHUNK * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, here) != here)
		fail("mremap back");
	check_pages(at, CHUNK, "mremap back");
	return true;
}

static bool do_replace(unsigned long at)
{
	void *here = page_of(at);

	if (munmap(here, CHUNK * PAGE))
		fail("munmap");
	if (mmap(here, CHUNK * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != here)
		fail("mmap");
	forget_pages(at, CHUNK);
	refill(at, CHUNK, "mmap");
	return true;
}

static bool do_discard(unsigned long at)
{
	if (!advise(at, CHUNK, MADV_DONTNEED))
		return false;
	forget_pages(at, CHUNK);
	refill(at, CHUNK, "MADV_DONTNEED");
	return true;
}

static bool do_cold(unsigned long at)
{
	return advise(at, CHUNK, MADV_COLD);
}

static bool do_page_out(unsigned long at)
{
	bool done = advise(at, CHUNK, MADV_PAGEOUT);

	check_pages(at, CHUNK, "MADV_PAGEOUT");
	return done;
}

/* The huge page that @at is in, as far as the arena has it. */
static unsigned long huge_at(unsigned long at)
{
	return at & ~(HUGE_PAGE / PAGE - 1);
}

/* khugepaged, or the next fault, makes huge pages of it. */
static bool do_huge(unsigned long at)
{
	return advise(huge_at(at), HUGE_PAGE / PAGE, MADV_HUGEPAGE);
}

static bool do_collapse(unsigned long at)
{
	/* what was said of parts of it would keep it from being one */
	bool done = advise(huge_at(at), HUGE_PAGE / PAGE, MADV_UNMERGEABLE) &&
		    advise(huge_at(at), HUGE_PAGE / PAGE, MADV_HUGEPAGE) &&
		    advise(huge_at(at), HUGE_PAGE / PAGE, MADV_COLLAPSE);

	check_pages(huge_at(at), HUGE_PAGE / PAGE, "MADV_COLLAPSE");
	return done;
}

static bool do_split(unsigned long at)
{
	return advise(at, 1, MADV_NOHUGEPAGE) && do_read_only(at);
}

/* Pages that hold the same may become one. */
static bool do_merge(unsigned long at)
{
	if (!advise(at, CHUNK, MADV_MERGEABLE))
		return false;
	for (unsigned long page = at; page < at + CHUNK; page++) {
		expected[page] = draw(4) + 1;
		set_words(page_of(page), expected[page]);
	}
	return true;
}

static bool do_lock(unsigned long at)
{
	if (mlock(page_of(at), CHUNK * PAGE))
		return false;
	check_pages(at, CHUNK, "mlock");
	if (munlock(page_of(at), CHUNK * PAGE))
		fail("munlock");
	return true;
}

/* Waits for @pid, which ends by @number or, without one, with status 0. */
static void bury(pid_t pid, int number)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	if (number && WIFSIGNALED(status) && WTERMSIG(status) == number)
		return;
	if (number || !WIFEXITED(status) || WEXITSTATUS(status))
		_exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : 1);
}

/* A child sees all and keeps what it writes to itself. */
static bool do_fork(unsigned long at)
{
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (!pid) {
		check_pages(0, nr_pages, "fork");
		write_pages(at, CHUNK);
		check_pages(at, CHUNK, "a write after fork");
		_exit(0);
	}
	check_pages(at, CHUNK, "fork, in the parent");
	bury(pid, 0);
	return true;
}

static bool do_exec(unsigned long at)
{
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (!pid) {
		write_pages(at, CHUNK);
		execl("/proc/self/exe", "storm", "--nothing", NULL);
		_exit(1);
	}
	bury(pid, 0);
	return true;
}

/* A child that was killed, and whose memory goes before it does: as for the OOM killer. */
static bool do_reap(unsigned long at)
{
	pid_t pid = fork();
	bool done;
	int fd;

	if (pid < 0)
		return false;
	if (!pid) {
		for (;;) {
			write_pages(at, CHUNK);
			sched_yield();
		}
	}
	fd = syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		fail("pidfd_open");
	kill(pid, SIGKILL);
	done = !syscall(SYS_process_mrelease, fd, 0);
	close(fd);
	bury(pid, SIGKILL);
	return done;
}

/* A pipe holds on to pages, and has what they held then. */
static bool do_pipe(unsigned long at)
{
	const struct iovec what = { .iov_base = page_of(at), .iov_len = 8 * PAGE };
	char copy[PAGE] __attribute__((aligned(8)));
	int ends[2];
	ssize_t length;

	if (pipe(ends))
		return false;
	length = vmsplice(ends[1], &what, 1, SPLICE_F_NONBLOCK);
	for (unsigned long round = 0; round < HOT_ROUNDS; round++)
		check_pages(at, 8, "vmsplice");
	for (unsigned long i = 0; length > 0 && i < length / PAGE; i++) {
		if (read(ends[0], copy, PAGE) != (ssize_t)PAGE)
			fail("read of a pipe");
		check_words((uint64_t *)copy, expected[at + i], "vmsplice, in the pipe", at + i);
	}
	close(ends[0]);
	close(ends[1]);
	return length > 0;
}

/* To the fast node and back, or to another slow one, by the process itself. */
static bool do_migrate(unsigned long at)
{
	void *pages[CHUNK];
	int nodes[CHUNK], status[CHUNK];

	for (unsigned long i = 0; i < CHUNK; i++) {
		pages[i] = page_of(at + i);
		nodes[i] = draw(1 + opt.slow_nodes);
	}
	if (syscall(SYS_move_pages, 0, CHUNK, pages, nodes, status, MPOL_MF_MOVE) < 0)
		return false;
	check_pages(at, CHUNK, "move_pages");
	return true;
}

static bool do_soft_offline(unsigned long at)
{
	bool done = advise(at, 1, MADV_SOFT_OFFLINE);

	check_pages(at, 1, "MADV_SOFT_OFFLINE");
	return done;
}

static void survive(int number)
{
	(void)number;
}

/* Memory that breaks while it is hot. The process is told so, and never looks there. */
static bool do_poison(unsigned long at)
{
	const struct sigaction tolerant = { .sa_handler = survive };
	const size_t bytes = 4 * PAGE;
	volatile uint64_t *words;
	bool done;

	place_on_slow(true);
	words = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	place_on_slow(false);
	if (words == MAP_FAILED)
		return false;
	for (unsigned long round = 0; round < HOT_ROUNDS; round++)
		for (size_t i = 0; i < bytes / 8; i += PAGE / 8)
			words[i] = at;
	sigaction(SIGBUS, &tolerant, NULL);
	done = !madvise((void *)words, PAGE, MADV_HWPOISON);
	munmap((void *)words, bytes);
	signal(SIGBUS, SIG_DFL);
	return done;
}

static bool all_faulted;

/* What a page holds is given by a thread, when it is asked for: now and then twice. */
static void *serve_faults(void *arg)
{
	static uint64_t page[PAGE / 8] __attribute__((aligned(PAGE)));
	struct pollfd asked = { .fd = *(int *)arg, .events = POLLIN };
	struct uffd_msg msg;

	while (!__atomic_load_n(&all_faulted, __ATOMIC_ACQUIRE)) {
		struct uffdio_copy copy = { .src = (uintptr_t)page, .len = PAGE };

		if (poll(&asked, 1, 10) != 1 || read(asked.fd, &msg, sizeof(msg)) != sizeof(msg))
			continue;
		copy.dst = msg.arg.pagefault.address & ~(PAGE - 1);
		set_words(page, copy.dst);
		while (ioctl(asked.fd, UFFDIO_COPY, &copy) && errno == EAGAIN)
			;
		if (copy.copy < 0 && copy.copy != -EEXIST)
			return "UFFDIO_COPY";
	}
	return NULL;
}

static void check_faults(char *base)
{
	for (unsigned long round = 0; round < HOT_ROUNDS; round++)
		for (unsigned long i = 0; i < CHUNK; i++)
			check_words((uint64_t *)(base + i * PAGE), (uintptr_t)base + i * PAGE,
				    "UFFDIO_COPY", i);
}

static bool do_fault_by_user(unsigned long at)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	pthread_t thread;
	void *trouble;
	char *base;

	(void)at;
	if (fd < 0)
		return false;
	base = mmap(NULL, CHUNK * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (uintptr_t)base;
	range.range.len = CHUNK * PAGE;
	if (base == MAP_FAILED || madvise(base, CHUNK * PAGE, MADV_NOHUGEPAGE) ||
	    ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))
		fail("userfaultfd");
	all_faulted = false;
	if (pthread_create(&thread, NULL, serve_faults, &fd))
		fail("pthread_create");
	place_on_slow(true);
	check_faults(base);
	place_on_slow(false);
	__atomic_store_n(&all_faulted, true, __ATOMIC_RELEASE);
	pthread_join(thread, &trouble);
	if (trouble)
		fail(trouble);
	munmap(base, CHUNK * PAGE);
	close(fd);
	return true;
}

static bool do_hugetlb(unsigned long at)
{
	char *base;

	place_on_slow(true);
	base = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
	place_on_slow(false);
	if (base == MAP_FAILED)
		return false;
	for (unsigned long i = 0; i < HUGE_PAGE; i += PAGE)
		set_words((uint64_t *)(base + i), at + i);
	for (unsigned long round = 0; round < HOT_ROUNDS; round++)
		for (unsigned long i = 0; i < HUGE_PAGE; i += PAGE)
			check_words((uint64_t *)(base + i), at + i, "MAP_HUGETLB", i / PAGE);
	munmap(base, HUGE_PAGE);
	return true;
}

/* Memory of two processes, of which one goes. */
static bool do_share(unsigned long at)
{
	int fd = memfd_create("storm", MFD_CLOEXEC);
	char *mine = arena;
	char *base;
	pid_t pid;

	if (fd < 0 || ftruncate(fd, CHUNK * PAGE))
		return false;
	base = mmap(NULL, CHUNK * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (base == MAP_FAILED)
		return false;
	place_on_slow(true);
	memcpy(base, page_of(at), CHUNK * PAGE);
	place_on_slow(false);
	arena = base - at * PAGE;
	pid = fork();
	for (unsigned long round = 0; pid >= 0 && round < HOT_ROUNDS; round++)
		check_pages(at, CHUNK, "sharing");
	if (!pid)
		_exit(0);
	arena = mine;
	if (pid > 0)
		bury(pid, 0);
	munmap(base, CHUNK * PAGE);
	return pid > 0;
}

static bool (*const operations[])(unsigned long at) = {
#define X(name) do_##name,
	OPERATIONS(X)
#undef X
};

/******************************************************************************
 *                          the processes
 ******************************************************************************/

static enum operation draw_operation(void)
{
	enum operation operation;

	/* what costs a page for good is not done often */
	do {
		operation = draw(NR_OPERATIONS);
	} while ((operation == OP_poison || operation == OP_soft_offline) && draw(8));
	return operation;
}

static void step(unsigned long hot)
{
	enum operation operation = draw_operation();

	for (unsigned long round = 0; round < HOT_ROUNDS; round++)
		check_pages(hot, HOT_PAGES, "being hot");
	/* half of what happens, happens to what is hot */
	if (operations[operation](draw(2) ? hot + draw(HOT_PAGES - CHUNK) : draw(nr_pages - CHUNK)))
		__atomic_add_fetch(&figures->done[operation], 1, __ATOMIC_RELAXED);
	else
		__atomic_add_fetch(&figures->refused[operation], 1, __ATOMIC_RELAXED);
}

static void make_arena(unsigned long number)
{
	char *base;

	nr_pages = (opt.bytes / opt.processes & ~(HUGE_PAGE - 1)) / PAGE;
	expected = calloc(nr_pages, sizeof(*expected));
	base = mmap(NULL, nr_pages * PAGE + HUGE_PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!expected || base == MAP_FAILED)
		fail("mmap of all");
	arena = (char *)(((uintptr_t)base + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
	chance = (opt.seed + 1) * 0x9E3779B97F4A7C15ULL + number;
	refill(0, nr_pages, "mmap of all");
}

static void __attribute__((noreturn)) work(unsigned long number)
{
	unsigned long hot = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	make_arena(number);
	__atomic_add_fetch(&figures->ready, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&figures->go, __ATOMIC_ACQUIRE))
		usleep(5000);
	for (unsigned long i = 0; i < opt.steps; i++) {
		if (i % HOT_STEPS == 0)
			hot = draw(nr_pages - HOT_PAGES);
		step(hot);
	}
	check_pages(0, nr_pages, "all");
	_exit(0);
}

static void announce(const pid_t *pids)
{
	while (__atomic_load_n(&figures->ready, __ATOMIC_ACQUIRE) < opt.processes) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			_exit(1);
		usleep(5000);
	}
	for (unsigned long i = 0; i < opt.processes; i++)
		printf("%d%c", pids[i], i + 1 < opt.processes ? ' ' : '\n');
	fflush(stdout);
	__atomic_store_n(&figures->go, 1, __ATOMIC_RELEASE);
}

/* Returns the worst status; when one process has failed, the others end too. */
static int wait_for_all(const pid_t *pids)
{
	int status, worst = 0;

	while (wait(&status) > 0) {
		int ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

		if (!ended || worst)
			continue;
		worst = ended;
		for (unsigned long i = 0; i < opt.processes; i++)
			kill(pids[i], SIGKILL);
	}
	return worst;
}

static void parse(int argc, char **argv)
{
	enum { OPT_SEED = 256, OPT_STEPS, OPT_PROCESSES, OPT_SLOW_NODES, OPT_NOTHING };
	static const struct option options[] = {
		{ "seed", required_argument, NULL, OPT_SEED },
		{ "steps", required_argument, NULL, OPT_STEPS },
		{ "processes", required_argument, NULL, OPT_PROCESSES },
		{ "slow-nodes", required_argument, NULL, OPT_SLOW_NODES },
		{ "nothing", no_argument, NULL, OPT_NOTHING },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opt.processes = 2 * sysconf(_SC_NPROCESSORS_ONLN);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == OPT_SEED)
			opt.seed = strtoull(optarg, NULL, 10);
		else if (c == OPT_STEPS)
			opt.steps = strtoul(optarg, NULL, 10);
		else if (c == OPT_PROCESSES)
			opt.processes = strtoul(optarg, NULL, 10);
		else if (c == OPT_SLOW_NODES)
			opt.slow_nodes = strtoul(optarg, NULL, 10);
		else if (c == OPT_NOTHING)
			exit(0);
		else
			exit(2);
	}
	if (optind < argc)
		opt.bytes = strtoul(argv[optind], NULL, 10) << 20;
	if (!opt.processes || opt.processes > MAX_PROCESSES || !opt.slow_nodes ||
	    opt.bytes / opt.processes < 2 * HOT_PAGES * PAGE) {
		fprintf(stderr, "usage: storm [OPTION...] MIB, of which each process has 4 or more\n");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	pid_t pids[MAX_PROCESSES];
	int worst;

	parse(argc, argv);
	figures = mmap(NULL, sizeof(*figures), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (figures == MAP_FAILED)
		fail("mmap");
	for (unsigned long i = 0; i < opt.processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			fail("fork");
		if (!pids[i])
			work(i);
	}
	announce(pids);
	worst = wait_for_all(pids);
	for (unsigned int i = 0; i < NR_OPERATIONS; i++)
		printf("%s %lu %lu\n", names[i], figures->done[i], figures->refused[i]);
	return worst;
}
