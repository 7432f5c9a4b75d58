// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "nodes.h"
#include "oracle.h"
#include "prng.h"
#include "worker.h"

#define BATCH 256		/* accesses between two looks at the command */
#define WRITE_EVERY 8
#define LINE_BYTES 64
#define IDLE_FILE_BYTES (64UL << 20)
#define TABLE_SPAN (2UL << 20)	/* bytes that one page table maps */

struct task {
	const struct pattern *pattern;
	const struct options *opt;
	struct shared *shared;
	struct worker *self;
	uint32_t number;
	size_t base_bytes;
};

static void __attribute__((noreturn)) fail(struct worker *self, const char *what,
					   int error)
{
	self->error = error;
	__atomic_store_n(&self->failed, what, __ATOMIC_RELEASE);
	_exit(1);
}

/* The first word of each page; accesses leave it alone. */
static uint64_t pattern_word(const struct task *task, uint32_t page)
{
	uint64_t index = (uint64_t)task->number * task->opt->pattern.pages + page;

	return prng_mix(index ^ task->opt->pattern.seed);
}

static uint64_t *word_of(const struct task *task, uint32_t page)
{
	return (uint64_t *)(task->self->base + page * task->opt->page_bytes);
}

/*
 * Have the page tables allocated while no policy is set: the kernel then puts
 * them where it would for any program, and only the pages are bound. Reading
 * maps the zero page.
 */
static void make_page_tables(const struct task *task, size_t bytes)
{
	size_t at;

	for (at = 0; at < bytes; at += TABLE_SPAN)
		*(volatile char *)(task->self->base + at);
	*(volatile char *)(task->self->base + bytes - 1);
}

/* Its part of the file that all processes share, which has no pages yet. */
static void map_file(const struct task *task, size_t bytes)
{
	struct worker *self = task->self;
	int fd = open(task->opt->file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		fail(self, "opening the file", errno);
	if (ftruncate(fd, (off_t)bytes * task->opt->processes))
		fail(self, "making the file large enough", errno);
	self->base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  (off_t)bytes * task->number);
	if (self->base == MAP_FAILED)
		fail(self, "mmap of the file", errno);
	close(fd);
}

/*
 * This process's share of --idle-gib: one small memory file mapped many times has the page
 * tables of so much memory without the memory. All of it, tables too, is on the start
 * node, so that fast memory is left to the pages that matter.
 */
static void map_idle(const struct task *task)
{
	uint64_t bytes = (task->opt->idle_gib << 30) / task->opt->processes;
	struct worker *self = task->self;
	int fd;

	if (!bytes)
		return;
	fd = memfd_create("idle", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, IDLE_FILE_BYTES))
		fail(self, "memfd_create() for the idle mapping", errno);
	for (; bytes >= IDLE_FILE_BYTES; bytes -= IDLE_FILE_BYTES)
		if (mmap(NULL, IDLE_FILE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_POPULATE, fd, 0) == MAP_FAILED)
			fail(self, "mmap of the idle mapping", errno);
	close(fd);
}

/* Memory of its own, aligned to the pages of the pattern. */
static void map_memory(const struct task *task, size_t bytes)
{
	const size_t align = task->opt->page_bytes;
	struct worker *self = task->self;
	char *base;

	if (task->opt->file) {
		map_file(task, bytes);
		return;
	}
	base = mmap(NULL, bytes + align, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		fail(self, "mmap of its memory", errno);
	self->base = (char *)(((uintptr_t)base + align - 1) / align * align);
	if (task->opt->huge) {
		if (madvise(self->base, bytes, MADV_HUGEPAGE))
			fail(self, "madvise(MADV_HUGEPAGE)", errno);
		return;
	}
	/* EINVAL: the kernel has no transparent huge pages to refuse */
	if (madvise(self->base, bytes, MADV_NOHUGEPAGE) && errno != EINVAL)
		fail(self, "madvise(MADV_NOHUGEPAGE)", errno);
	make_page_tables(task, bytes);
}

/* Did the kernel give huge pages? Otherwise the run would be of another kind. */
static void check_huge(const struct task *task, size_t bytes)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "re");
	unsigned long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "AnonHugePages: %lu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	if (kib < bytes / 1024)
		fail(task->self, "not all memory is in transparent huge pages (/sys/kernel/mm/transparent_hugepage/enabled?)",
		     ENOMEM);
}

static void place(const struct task *task)
{
	const size_t bytes = task->opt->pattern.pages * task->opt->page_bytes;
	struct worker *self = task->self;
	uint32_t page;
	int err;

	map_memory(task, bytes);

	if (task->opt->start_node >= 0) {
		err = nodes_bind(task->opt->start_node);
		if (err)
			fail(self, "set_mempolicy(MPOL_BIND) to the start node", -err);
	}
	for (page = 0; page < task->opt->pattern.pages; page++)
		*word_of(task, page) = pattern_word(task, page);
	map_idle(task);
	if (task->opt->start_node >= 0) {
		err = nodes_unbind();
		if (err)
			fail(self, "set_mempolicy(MPOL_DEFAULT)", -err);
	}
	if (task->opt->huge)
		check_huge(task, bytes);
}

/*
 * As who knows the future: the pages that will be accessed most to fast memory, the
 * others off it first, so that there is room.
 */
static void arrange(const struct task *task, uint32_t phase)
{
	const struct pattern_map *map = task->shared->map[phase & 1];
	const int fast = __builtin_ctzll(task->opt->fast_nodes);
	uint32_t fits = task->shared->oracle_pages;
	uint32_t *order;
	int err;

	if (!fits)
		return;
	order = malloc(map->pages * sizeof(*order));
	if (!order)
		fail(task->self, "memory for the oracle", ENOMEM);
	oracle_order(map, order);
	if (fits > map->pages)
		fits = map->pages;
	err = nodes_move(task->self->base, task->opt->page_bytes, order + fits,
			 map->pages - fits, task->opt->start_node);
	if (!err)
		err = nodes_move(task->self->base, task->opt->page_bytes, order,
				 fits, fast);
	if (err)
		fail(task->self, "move_pages() as the oracle says", -err);
	free(order);
}

/* One word of each line read, or written where its turn has come. */
static uint64_t touch(const struct task *task, const struct pattern_access *access,
		      uint64_t sum)
{
	struct worker *self = task->self;
	const uint32_t parity = self->phase & 1;
	const uint32_t parts = task->opt->page_bytes / task->base_bytes;
	uint32_t i;

	for (i = 0; i < BATCH; i++) {
		/* of a huge page any base page, by a random number that is there */
		uint32_t part = parts == 1 ? 0 : prng_mix(self->count[parity][0] + i) % parts;
		volatile uint64_t *word = word_of(task, access[i].page) +
					  part * (task->base_bytes / 8) +
					  access[i].line * (LINE_BYTES / 8) + 1;
		uint64_t *count = &self->count[parity][access[i].stratum];

		if (i % WRITE_EVERY == 0)
			*word = sum;
		else
			sum += *word;
		__atomic_store_n(count, *count + 1, __ATOMIC_RELAXED);
	}
	return sum;
}

static uint32_t command(const struct task *task)
{
	return __atomic_load_n(&task->shared->command, __ATOMIC_ACQUIRE);
}

static void wait_for(const struct task *task, uint32_t wanted)
{
	static const struct timespec nap = { .tv_nsec = 2000000 };

	while (command(task) < wanted)
		nanosleep(&nap, NULL);
}

static void enter(const struct task *task, uint32_t state)
{
	__atomic_store_n(&task->self->state, state, __ATOMIC_RELEASE);
}

/* Each phase has its own random sequence, however long the last one was. */
static struct pattern_cursor sequence(const struct task *task, uint32_t phase)
{
	uint64_t seed = prng_seed(task->opt->pattern.seed, 1 + task->number);

	return (struct pattern_cursor){ .rng = prng_seed(seed, phase) };
}

static void run(const struct task *task)
{
	struct pattern_access access[BATCH];
	uint32_t phase = 0;
	struct pattern_cursor cursor = sequence(task, phase);
	uint64_t sum = 0;

	while (command(task) == WORKER_RUN) {
		uint32_t now = __atomic_load_n(&task->shared->phase, __ATOMIC_ACQUIRE);

		if (now != phase) {
			phase = now;
			cursor = sequence(task, phase);
			arrange(task, phase);
			__atomic_store_n(&task->self->phase, phase, __ATOMIC_RELEASE);
		}
		task->pattern->fill(task->shared->map[phase & 1], &cursor, access,
				    BATCH);
		sum = touch(task, access, sum);
	}
}

static void verify(const struct task *task)
{
	uint64_t corrupt = 0;
	uint32_t page;

	for (page = 0; page < task->opt->pattern.pages; page++)
		corrupt += *word_of(task, page) != pattern_word(task, page);
	task->self->corrupt = corrupt;
}

/**
 * worker_main - the life of a worker, right after fork()
 * @pattern: what to access
 * @opt: how much, where
 * @shared: the command to follow; its state goes to worker[@me]
 * @me: its number, from 0
 * @cpu: to stay on, or -1
 *
 * Ends the process: status 0 after WORKER_VERIFY, else 1 with the reason in
 * worker[@me].failed. Dies with its parent.
 */
void worker_main(const struct pattern *pattern, const struct options *opt,
		 struct shared *shared, uint32_t me, int cpu)
{
	struct task task = {
		.pattern = pattern,
		.opt = opt,
		.shared = shared,
		.self = &shared->worker[me],
		.number = me,
		.base_bytes = sysconf(_SC_PAGESIZE),
	};
	cpu_set_t cpus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&cpus);
	if (cpu >= 0) {
		CPU_SET(cpu, &cpus);
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			fail(task.self, "sched_setaffinity (see --no-pin)", errno);
	}
	place(&task);
	enter(&task, WORKER_PLACED);
	wait_for(&task, WORKER_ARRANGE);
	arrange(&task, 0);
	enter(&task, WORKER_ARRANGED);
	wait_for(&task, WORKER_RUN);
	run(&task);
	enter(&task, WORKER_STOPPED);
	wait_for(&task, WORKER_VERIFY);
	if (opt->verify)
		verify(&task);
	enter(&task, WORKER_VERIFIED);
	_exit(0);
}
