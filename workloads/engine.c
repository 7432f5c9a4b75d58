// SPDX-License-Identifier: GPL-2.0-only
/*
 * A workload is one parent and its workers. The parent builds a map of hot
 * pages for each role in shared memory, starts the workers, and then only waits, asks the
 * kernel where the pages are, and reports.
 *
 *   place -> "ready" -> [start file] -> run: "sample" ... -> stop -> "end"
 *
 * Two sets of maps take turns where the hot set moves: while one is in use the next is
 * built in the other, as soon as no worker reads that any more.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crew.h"
#include "engine.h"
#include "figures.h"
#include "oracle.h"
#include "service.h"

struct engine {
	const struct pattern *pattern;
	struct service *service;	/* or NULL */
	struct options opt;
	struct crew crew;
	struct measure measure;
	void *map_memory[2][PATTERN_ROLES];
	double start;		/* crew_now() when the accesses began */
	double last;		/* the same of the last report */
	uint32_t phase;
	bool next_built;	/* the maps of phase + 1 */
};

/* Report a failure on both channels. Returns the exit status. */
static int __attribute__((format(printf, 2, 3)))
fail(struct engine *e, const char *format, ...)
{
	char message[400];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	fprintf(stderr, "%s: %s\n", e->pattern->name, message);
	report_error(stdout, e->pattern->name, message);
	return 1;
}

static int check_nodes(struct engine *e)
{
	const int node = e->opt.start_node;
	uint64_t allowed, free_mib;
	int err;

	err = nodes_allowed(&allowed);
	if (err == -ENOSYS)
		return fail(e, "this kernel has no NUMA support (CONFIG_NUMA, CONFIG_MIGRATION): nobody can tell where a page is");
	if (err)
		return fail(e, "get_mempolicy(MPOL_F_MEMS_ALLOWED): %s", strerror(-err));
	if (node >= 0 && !(allowed >> node & 1))
		return fail(e, "node %d does not exist here, or the cpuset forbids it (allowed nodes: mask 0x%llx): give another --start-node, or -1 for a machine with one node",
			    node, (unsigned long long)allowed);
	if (e->opt.fast_nodes & ~allowed)
		return fail(e, "--fast-nodes names nodes that do not exist here or that the cpuset forbids (asked for: mask 0x%llx, allowed: 0x%llx)",
			    (unsigned long long)e->opt.fast_nodes,
			    (unsigned long long)allowed);
	if (node >= 0 && !nodes_free_mib(node, &free_mib) && free_mib < e->opt.mib)
		return fail(e, "node %d has %llu MiB free, %llu MiB do not fit: ask for less (--mib, --keys), or free some memory there",
			    node, (unsigned long long)free_mib,
			    (unsigned long long)e->opt.mib);
	return 0;
}

static void *share(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int build_maps(struct engine *e, uint32_t phase)
{
	struct pattern_params params = e->opt.pattern;
	struct pattern_map *map;

	if (e->service) {
		e->crew.shared->map[phase & 1][0] = e->service->map;
		return 0;
	}
	for (params.role = 0; params.role < e->pattern->roles; params.role++) {
		map = e->pattern->build(e->map_memory[phase & 1][params.role], &params,
					phase);
		if (!map)
			return -errno;
		e->crew.shared->map[phase & 1][params.role] = map;
	}
	return 0;
}

static bool share_maps(struct engine *e)
{
	size_t bytes;
	uint32_t i, role;

	if (e->service)
		return true;
	bytes = e->pattern->map_bytes(e->opt.pattern.pages);
	for (i = 0; i < 2; i++)
		for (role = 0; role < e->pattern->roles; role++) {
			e->map_memory[i][role] = share(bytes);
			if (!e->map_memory[i][role])
				return false;
		}
	return true;
}

static int share_tables(struct engine *e)
{
	struct shared *shared;

	shared = share(sizeof(*shared) + e->opt.processes * sizeof(*shared->worker));
	if (!shared || !share_maps(e))
		return -ENOMEM;
	shared->service = e->service;
	e->crew = (struct crew) {
		.pattern = e->pattern,
		.opt = &e->opt,
		.life = e->service ? e->service->client : worker_main,
		.shared = shared,
	};
	return 0;
}

static int prepare(struct engine *e)
{
	int err;

	if (e->service && e->service->open(e->service, &e->opt))
		return fail(e, "%s", e->service->why);
	err = share_tables(e);
	if (!err)
		err = build_maps(e, 0);
	if (err == -EINVAL)
		return fail(e, "no page would be hot: a process has only %u pages; ask for more --mib or fewer --processes",
			    e->opt.pattern.pages);
	if (!err)
		err = measure_init(&e->measure, e->pattern, &e->opt,
				   e->crew.shared);
	return err ? fail(e, "tables: %s", strerror(-err)) : 0;
}

/* A wait before the run came to an early end. */
static int not_started(struct engine *e, int why)
{
	if (why == CREW_DIED)
		return fail(e, "%s", e->crew.died);
	return fail(e, "stopped by %s before the accesses began", strsignal(why));
}

/* A query failed; the reason may be that a worker has just died. Returns -1. */
static int query_failed(struct engine *e, int err)
{
	if (crew_wait_until(&e->crew, 0) == CREW_DIED)
		fail(e, "%s", e->crew.died);
	else
		fail(e, "asking where the pages are (move_pages): %s", strerror(-err));
	return -1;
}

static void fill_report(const struct engine *e, struct report *r)
{
	figures_fill(r, &e->measure, e->start, e->last);
	r->workload = e->pattern->name;
	r->phases = e->pattern->options & PATTERN_PHASES;
	r->phase = e->phase;
}

/* What oracle_share() gave to all processes together. */
static uint64_t oracle_pages(const struct engine *e)
{
	uint64_t pages = 0;
	uint32_t i;

	for (i = 0; i < e->opt.processes; i++)
		pages += e->crew.shared->oracle_pages[pattern_role(e->pattern, i)];
	return pages;
}

/* With an oracle, share out the room that fast memory has now. */
static int arrange(struct engine *e)
{
	struct shared *shared = e->crew.shared;
	uint32_t processes[PATTERN_ROLES] = { 0 }, i;
	uint64_t room;
	int err = nodes_room(e->opt.fast_nodes, &room);

	if (err)
		return fail(e, "reading /proc/zoneinfo: %s", strerror(-err));
	room = room * sysconf(_SC_PAGESIZE) / e->opt.page_bytes;
	for (i = 0; i < e->opt.processes; i++)
		processes[pattern_role(e->pattern, i)]++;
	oracle_share(shared->map[0], processes, e->pattern->roles, room,
		     shared->oracle_pages);
	crew_command(&e->crew, WORKER_ARRANGE);
	err = crew_wait_state(&e->crew, WORKER_ARRANGED);
	return err ? not_started(e, err) : 0;
}

static int place(struct engine *e)
{
	const double pages = (double)e->opt.pattern.pages * e->opt.processes;
	struct report_ready ready = { .opt = &e->opt, .pattern = e->pattern };
	struct report r;
	int err;

	if (crew_start(&e->crew))
		return fail(e, "%s", e->crew.died);
	err = crew_wait_state(&e->crew, WORKER_PLACED);
	if (e->opt.file)
		unlink(e->opt.file);
	if (err)
		return not_started(e, err);
	if (e->opt.oracle && arrange(e))
		return 1;
	err = measure_begin(&e->measure, 0);
	if (err) {
		query_failed(e, err);
		return 1;
	}
	ready.hot_pages = measure_hot_pages(&e->measure);
	ready.oracle_pages = oracle_pages(e);
	ready.on_start_node = e->opt.start_node < 0 ? NAN :
			      e->measure.census.on_node / pages;
	if (ready.on_start_node < 0.99 && !e->opt.oracle)
		fprintf(stderr, "%s: only %.1f %% of the pages are on node %d at the start: does something move them already?\n",
			e->pattern->name, ready.on_start_node * 100,
			e->opt.start_node);
	fill_report(e, &r);
	report_ready(stdout, &ready, &r);
	return 0;
}

/* Until there is @file, if one is named. Returns 0, the signal that came, or CREW_DIED. */
static int wait_for(struct engine *e, const char *file)
{
	int ret = 0;

	while (file && !ret && access(file, F_OK))
		ret = crew_wait_until(&e->crew, crew_now() + 0.02);
	return ret;
}

/* Take the figures of the interval that ends now, into @r. */
static int take(struct engine *e, struct report *r, bool every_page)
{
	int err = measure_take(&e->measure, every_page);

	if (err)
		return err;
	fill_report(e, r);
	e->last = e->measure.t;
	return 0;
}

/* Build the maps of the next phase once the workers have left that memory. */
static int build_next(struct engine *e)
{
	int err;

	if (!(e->pattern->options & PATTERN_PHASES) || e->next_built ||
	    !crew_in_phase(&e->crew, e->phase))
		return 0;
	err = build_maps(e, e->phase + 1);
	e->next_built = !err;
	return err;
}

static int next_phase(struct engine *e)
{
	int err = build_next(e);

	if (err || !e->next_built)
		return err;
	e->phase++;
	e->next_built = false;
	__atomic_store_n(&e->crew.shared->phase, e->phase, __ATOMIC_RELEASE);
	/* the oracle has its pages in place before their first access */
	while (e->opt.oracle && !crew_in_phase(&e->crew, e->phase)) {
		err = crew_wait_until(&e->crew, crew_now() + 0.01);
		if (err)
			return err;
	}
	return measure_begin(&e->measure, e->phase);
}

/*
 * Report until the time is over. Returns 0 or the signal that ended it, or -1
 * after a failure, which is reported.
 */
static int run(struct engine *e)
{
	const bool phases = e->pattern->options & PATTERN_PHASES;
	const double interval = e->opt.interval_ms / 1e3;
	const double end = e->start + e->opt.seconds;
	double report = e->start + interval;
	double move = phases ? e->start + e->opt.phase_seconds : INFINITY;
	struct report r;
	int ret;

	for (;;) {
		ret = crew_wait_until(&e->crew, fmin(end, fmin(report, move)));
		if (ret == CREW_DIED)
			fail(e, "%s", e->crew.died);
		if (ret || crew_now() >= end)
			return ret;
		ret = take(e, &r, false);
		if (ret)
			return query_failed(e, ret);
		report_sample(stdout, &r);
		if (crew_now() >= move) {
			ret = next_phase(e);
			move += e->opt.phase_seconds;
		} else {
			ret = build_next(e);
		}
		if (ret > 0)
			return ret;
		if (ret)
			return query_failed(e, ret);
		while (report <= crew_now())
			report += interval;
	}
}

static uint64_t corrupt_pages(const struct engine *e)
{
	uint64_t corrupt = 0;
	uint32_t i;

	for (i = 0; i < e->opt.processes; i++)
		corrupt += e->crew.shared->worker[i].corrupt;
	return corrupt;
}

/* Have all workers do @command and reach @state, whatever signal comes. */
static int order(struct engine *e, uint32_t command, uint32_t state)
{
	int ret;

	crew_command(&e->crew, command);
	do {
		ret = crew_wait_state(&e->crew, state);
	} while (ret > 0);
	return ret ? fail(e, "%s", e->crew.died) : 0;
}

/*
 * Stop the workers, count every page, verify them, report. Verifying accesses all of them:
 * who counts what the run has taken is told before.
 */
static int finish(struct engine *e, int sig)
{
	struct report_end end = {
		.pages = (uint64_t)e->opt.pattern.pages * e->opt.processes,
		.hot_pages = measure_hot_pages(&e->measure),
		.verified = e->opt.verify,
		.stopped_by = sig == SIGINT ? "SIGINT" :
			      sig == SIGTERM ? "SIGTERM" : "time",
	};
	struct report r;
	int err;

	if (order(e, WORKER_STOP, WORKER_STOPPED))
		return 1;
	err = take(e, &r, true);
	if (err) {
		query_failed(e, err);
		return 1;
	}
	r.ops_per_s = r.t > 0 ? (double)r.accesses / r.t : 0;
	report_stopped(stdout, &r);
	if (wait_for(e, e->opt.verify_file) == CREW_DIED)
		return fail(e, "%s", e->crew.died);

	if (order(e, WORKER_VERIFY, WORKER_VERIFIED))
		return 1;
	end.corrupt_pages = corrupt_pages(e);
	report_end(stdout, &end, &r);
	if (end.corrupt_pages)
		return fail(e, "%llu pages have lost their contents",
			    (unsigned long long)end.corrupt_pages);
	return 0;
}

static int run_and_finish(struct engine *e)
{
	int ret = wait_for(e, e->opt.start_file);

	if (ret)
		return not_started(e, ret);
	e->start = crew_now();
	e->last = e->start;
	crew_command(&e->crew, WORKER_RUN);
	ret = run(e);
	return ret < 0 ? 1 : finish(e, ret);
}

/**
 * engine_run - a whole run of a workload
 * @pattern: which
 * @service: what the workers are clients of; NULL when they access their own memory
 * @argc: as main() has it
 * @argv: as main() has it
 *
 * Returns the exit status: 0, or 1 when the run failed, a worker died, or a
 * page lost its contents. Wrong options leave with 2.
 */
int engine_run(const struct pattern *pattern, struct service *service, int argc,
	       char **argv)
{
	struct engine e = { .pattern = pattern, .service = service };
	int status;

	options_parse(&e.opt, pattern, argc, argv);
	status = check_nodes(&e);
	if (!status)
		status = prepare(&e);
	if (!status) {
		status = place(&e);
		if (!status)
			status = run_and_finish(&e);
	}
	if (service)
		service->close(service);
	if (e.crew.shared)
		crew_end(&e.crew);
	return status;
}
