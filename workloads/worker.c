// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "prng.h"
#include "service.h"
#include "worker.h"

#define BATCH 256		/* accesses between two looks at the command */
#define WRITE_EVERY 8
#define LINE_BYTES 64
#define IDLE_FILE_BYTES (64UL << 20)
#define TABLE_SPAN (2UL << 20)	/* bytes that one page table maps */
#define TURNS_AHEAD 16		/* of the last worker, before the others wait for it */

struct task {
	const struct pattern *pattern;
	const struct options *opt;
	struct shared *shared;
	struct worker *self;
	uint32_t number;
	uint32_t role;
	size_t base_bytes;
};

static const struct pattern_map *map_of(const struct task *task, uint32_t phase)
{
	return task->shared->map[phase & 1][task->role];
}

/* End the worker: @what failed with errno @error. */
void worker_fail(struct worker *self, const char *what, int error)
{
	self->error = error;
	__atomic_store_n(&self->failed, what, __ATOMIC_RELEASE);
	_exit(1);
}

/* What the parent wants now, an enum worker_command. */
uint32_t worker_command(const struct shared *shared)
{
	return __atomic_load_n(&shared->command, __ATOMIC_ACQUIRE);
}

/* Tell the parent that this worker is in @state, and wait for @wanted. */
void worker_await(const struct shared *shared, struct worker *self, uint32_t state,
		  uint32_t wanted)
{
	static const struct timespec nap = { .tv_nsec = 2000000 };

	__atomic_store_n(&self->state, state, __ATOMIC_RELEASE);
	while (worker_command(shared) < wanted)
		nanosleep(&nap, NULL);
}

/* The last word of a worker; ends the process. */
void worker_done(struct worker *self)
{
	__atomic_store_n(&self->state, WORKER_VERIFIED, __ATOMIC_RELEASE);
	_exit(0);
}

/* Its first steps: die with the parent, stay on @cpu (-1: on any). */
void worker_begin(struct worker *self, int cpu)
{
	cpu_set_t cpus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpu < 0)
		return;
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		worker_fail(self, "sched_setaffinity (see --no-pin)", errno);
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
		worker_fail(self, "opening the file", errno);
	if (ftruncate(fd, (off_t)bytes * task->opt->processes))
		worker_fail(self, "making the file large enough", errno);
	self->base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  (off_t)bytes * task->number);
	if (self->base == MAP_FAILED)
		worker_fail(self, "mmap of the file", errno);
	close(fd);
}

/*
 * This process's share of --idle-gib: one small memory file mapped many times has the page
 * tables of so much memory without the memory. All of it, tables too, is on the start
 * node, so that fast memory is left to the pages that matter. The tables are full of
 * entries, or have those that the kernel maps around one page (fault_around_bytes).
 */
static void map_idle(const struct task *task)
{
	uint64_t bytes = (task->opt->idle_gib << 30) / task->opt->processes;
	const bool sparse = task->opt->idle_sparse;
	struct worker *self = task->self;
	int fd;

	if (!bytes)
		return;
	fd = memfd_create("idle", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, IDLE_FILE_BYTES))
		worker_fail(self, "memfd_create() for the idle mapping", errno);
	for (; bytes >= IDLE_FILE_BYTES; bytes -= IDLE_FILE_BYTES) {
		volatile char *at = mmap(NULL, IDLE_FILE_BYTES, PROT_READ | PROT_WRITE,
					 MAP_SHARED | (sparse ? 0 : MAP_POPULATE), fd, 0);
		uint64_t i;

		if (at == MAP_FAILED)
			worker_fail(self, "mmap of the idle mapping", errno);
		for (i = 0; sparse && i < IDLE_FILE_BYTES; i += TABLE_SPAN)
			(void)at[i];
	}
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
		worker_fail(self, "mmap of its memory", errno);
	self->base = (char *)(((uintptr_t)base + align - 1) / align * align);
	if (task->opt->huge) {
		if (madvise(self->base, bytes, MADV_HUGEPAGE))
			worker_fail(self, "madvise(MADV_HUGEPAGE)", errno);
		return;
	}
	/* EINVAL: the kernel has no transparent huge pages to refuse */
	if (madvise(self->base, bytes, MADV_NOHUGEPAGE) && errno != EINVAL)
		worker_fail(self, "madvise(MADV_NOHUGEPAGE)", errno);
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
		worker_fail(task->self, "not all memory is in transparent huge pages (/sys/kernel/mm/transparent_hugepage/enabled?)",
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
			worker_fail(self, "set_mempolicy(MPOL_BIND) to the start node", -err);
	}
	for (page = 0; page < task->opt->pattern.pages; page++)
		*word_of(task, page) = pattern_word(task, page);
	map_idle(task);
	if (task->opt->start_node >= 0) {
		err = nodes_unbind();
		if (err)
			worker_fail(self, "set_mempolicy(MPOL_DEFAULT)", -err);
	}
	if (task->opt->huge)
		check_huge(task, bytes);
}

/* Whose pages the map of worker @n means, and where they are; once they are placed. */
struct nodes_pages worker_pages(const struct options *opt, const struct shared *shared,
				uint32_t n)
{
	if (shared->service)
		return shared->service->pages;
	return (struct nodes_pages){
		.pid = shared->worker[n].pid,
		.base = shared->worker[n].base,
		.page_bytes = opt->page_bytes,
	};
}

/* With an oracle, have the pages of worker @n, of role @role, where they belong in @phase. */
void worker_arrange(const struct options *opt, struct shared *shared, uint32_t n,
		    uint32_t role, uint32_t phase)
{
	const struct nodes_pages pages = worker_pages(opt, shared, n);
	int err;

	if (!opt->oracle)
		return;
	err = nodes_arrange(&pages, shared->map[phase & 1][role], shared->oracle_pages[role],
			    __builtin_ctzll(opt->fast_nodes), opt->start_node);
	if (err)
		worker_fail(&shared->worker[n], "move_pages() as the oracle says", -err);
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

/* Each phase has its own random sequence, however long the last one was. */
static struct pattern_cursor sequence(const struct task *task, uint32_t phase)
{
	uint64_t seed = prng_seed(task->opt->pattern.seed, 1 + task->number);

	return (struct pattern_cursor){ .rng = prng_seed(seed, phase) };
}

/* The hot set of this worker moves with @phase; else all pages are where they belong. */
static bool moves(const struct task *task, uint32_t phase)
{
	const struct pattern_map *map = map_of(task, phase), *before = map_of(task, phase - 1);

	return memcmp(map->stratum, before->stratum, map->pages);
}

static void enter_phase(const struct task *task, uint32_t phase)
{
	if (task->opt->oracle && moves(task, phase))
		worker_arrange(task->opt, task->shared, task->number, task->role, phase);
	__atomic_store_n(&task->self->phase, phase, __ATOMIC_RELEASE);
}

/*
 * Is it for this worker to wait, after @batches? A worker of rate r makes r batches in a
 * turn. All take their turns together, so that their accesses have the proportions that
 * the rates say, however the CPUs are shared and whatever a policy does to one of them:
 * without it the figures of two policies would be about different accesses. The price is
 * that a worker that is held up holds up all.
 */
static bool ahead(const struct task *task, uint64_t batches)
{
	const uint32_t rate = map_of(task, task->self->phase)->rate;
	uint64_t turn;
	uint32_t i;

	if (!rate || batches % rate)
		return false;
	turn = batches / rate;
	__atomic_store_n(&task->self->turn, turn, __ATOMIC_RELAXED);
	for (i = 0; i < task->opt->processes; i++)
		if (turn > TURNS_AHEAD +
			   __atomic_load_n(&task->shared->worker[i].turn, __ATOMIC_RELAXED))
			return true;
	return false;
}

static void run(const struct task *task)
{
	static const struct timespec nap = { .tv_nsec = 4000000 };
	static const struct timespec sleep = { .tv_nsec = 100000000 };
	struct pattern_access access[BATCH];
	uint32_t phase = 0;
	struct pattern_cursor cursor = sequence(task, phase);
	uint64_t sum = 0, batches = 0;

	while (worker_command(task->shared) == WORKER_RUN) {
		uint32_t now = __atomic_load_n(&task->shared->phase, __ATOMIC_ACQUIRE);

		if (now != phase) {
			phase = now;
			cursor = sequence(task, phase);
			enter_phase(task, phase);
		}
		if (task->opt->asleep || ahead(task, batches)) {
			nanosleep(task->opt->asleep ? &sleep : &nap, NULL);
			continue;
		}
		task->pattern->fill(map_of(task, phase), &cursor, access, BATCH);
		sum = touch(task, access, sum);
		batches++;
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
		.role = pattern_role(pattern, me),
		.base_bytes = sysconf(_SC_PAGESIZE),
	};
	int err;

	worker_begin(task.self, cpu);
	if (opt->cgroups) {
		err = cgroups_join(&shared->cgroups, pattern_tenant(pattern, me));
		if (err)
			worker_fail(task.self, "joining its cgroup", -err);
	}
	place(&task);
	worker_await(shared, task.self, WORKER_PLACED, WORKER_ARRANGE);
	worker_arrange(opt, shared, me, task.role, 0);
	worker_await(shared, task.self, WORKER_ARRANGED, WORKER_RUN);
	run(&task);
	worker_await(shared, task.self, WORKER_STOPPED, WORKER_VERIFY);
	if (opt->verify)
		verify(&task);
	worker_done(task.self);
}
