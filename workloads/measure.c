// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "measure.h"
#include "prng.h"

/**
 * measure_init - allocate; measure_begin() comes next
 * @m: to be filled in
 * @pattern: tells the roles of the workers
 * @opt: the options of the run
 * @shared: the workers, with all pages placed before measure_begin()
 *
 * Lives until the program ends. Returns 0 or -ENOMEM.
 */
int measure_init(struct measure *m, const struct pattern *pattern,
		 const struct options *opt, struct shared *shared)
{
	uint32_t i;

	*m = (struct measure) {
		.pattern = pattern,
		.opt = opt,
		.shared = shared,
		.cells = opt->processes * PATTERN_STRATA,
	};
	m->sample = calloc(opt->processes, sizeof(*m->sample));
	m->tally = calloc(m->cells, sizeof(*m->tally));
	m->lately = calloc(m->cells, sizeof(*m->lately));
	if (!m->sample || !m->tally || !m->lately)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		m->served[i] = calloc(m->cells, sizeof(*m->served[i]));
		m->seen[i] = calloc(m->cells, sizeof(*m->seen[i]));
		m->count[i] = calloc(m->cells, sizeof(*m->count[i]));
		if (!m->served[i] || !m->seen[i] || !m->count[i])
			return -ENOMEM;
	}
	return 0;
}

/* The map of worker @i in the phase that is measured. */
static const struct pattern_map *map_of(const struct measure *m, uint32_t i)
{
	return m->shared->map[m->parity][pattern_role(m->pattern, i)];
}

static void read_counts(struct measure *m)
{
	uint32_t parity, i;

	m->t = crew_now();
	for (parity = 0; parity < 2; parity++)
		for (i = 0; i < m->cells; i++) {
			struct worker *w = &m->shared->worker[i / PATTERN_STRATA];
			uint64_t *count = &w->count[parity][i % PATTERN_STRATA];

			m->count[parity][i] = __atomic_load_n(count, __ATOMIC_RELAXED);
		}
}

static int query(struct measure *m, bool every_page)
{
	static const struct sample all;
	double start = crew_now();
	uint32_t i;
	int err = 0;

	memset(m->tally, 0, m->cells * sizeof(*m->tally));
	memset(&m->census, 0, sizeof(m->census));
	for (i = 0; i < m->opt->processes && !err; i++) {
		const struct nodes_pages pages = worker_pages(m->opt, m->shared, i);

		err = nodes_query(&pages, map_of(m, i), every_page ? &all : &m->sample[i],
				  m->opt->fast_nodes, m->opt->start_node,
				  m->tally + i * PATTERN_STRATA, &m->census);
	}
	m->query_ms = (crew_now() - start) * 1e3;
	return err;
}

/*
 * What was accessed since the last time, at the residency found now. A worker
 * that was late for a phase goes on with the old map for a moment: accesses of
 * the other parity count with the last that is known of it.
 */
static void account(struct measure *m)
{
	uint32_t parity, role, i;

	memset(m->interval, 0, sizeof(m->interval));
	memset(m->lately, 0, m->cells * sizeof(*m->lately));
	for (parity = 0; parity < 2; parity++)
		for (i = 0; i < m->cells; i++) {
			double before = m->served[parity][i], after = before;
			uint64_t accesses = m->count[parity][i] - m->seen[parity][i];

			if (parity == m->parity) {
				after = tally_served(&m->tally[i]);
				m->lately[i] = accesses;
			}
			role = pattern_role(m->pattern, i / PATTERN_STRATA);
			account_add(&m->interval[role], accesses, before, after);
			m->served[parity][i] = after;
			m->seen[parity][i] = m->count[parity][i];
		}
	for (role = 0; role < m->pattern->roles; role++) {
		m->total[role].accesses += m->interval[role].accesses;
		m->total[role].fast += m->interval[role].fast;
	}
}

/**
 * measure_begin - a phase begins: look where its pages are
 * @m: from measure_init()
 * @phase: shared->map[phase & 1] are its maps
 *
 * Asks about every page in the first phase, draws a sample for each.
 * Returns 0 or -errno.
 */
int measure_begin(struct measure *m, uint32_t phase)
{
	uint64_t seed = m->opt->pattern.seed;
	uint32_t i;
	int err = 0;

	m->parity = phase & 1;
	for (i = 0; i < m->opt->processes && !err; i++) {
		sample_free(&m->sample[i]);
		err = sample_build(&m->sample[i], map_of(m, i), m->opt->one_in,
				   prng_seed(~seed, i));
	}
	if (!err)
		err = query(m, phase == 0);
	for (i = 0; i < m->cells && !err; i++)
		m->served[m->parity][i] = tally_served(&m->tally[i]);
	return err;
}

/**
 * measure_take - close an interval
 * @m: after measure_begin() for the phase it lies in
 * @every_page: ask about all pages instead of the sample
 *
 * Updates interval, total, census, query_ms and t. Returns 0 or -errno.
 */
int measure_take(struct measure *m, bool every_page)
{
	int err;

	read_counts(m);
	err = query(m, every_page);
	if (!err)
		account(m);
	return err;
}

/* The sum over all roles of @by_role, which is m->interval or m->total. */
struct account measure_account(const struct measure *m, const struct account *by_role)
{
	struct account sum = { 0 };
	uint32_t role;

	for (role = 0; role < m->pattern->roles; role++) {
		sum.accesses += by_role[role].accesses;
		sum.fast += by_role[role].fast;
	}
	return sum;
}

/* The hot pages of all workers in the phase that is measured. */
uint64_t measure_hot_pages(const struct measure *m)
{
	uint64_t pages = 0;
	uint32_t i;

	for (i = 0; i < m->opt->processes; i++)
		pages += map_of(m, i)->hot_pages;
	return pages;
}

/* The pages of a cell, and those of them in fast memory, if any was asked about. */
static void add_cell(const struct measure *m, uint32_t cell, double *pages, double *fast)
{
	const uint32_t all = map_of(m, cell / PATTERN_STRATA)->strata_pages[cell % PATTERN_STRATA];
	const struct tally *tally = &m->tally[cell];

	if (!tally->pages)
		return;
	*pages += all;
	*fast += (double)all * tally->fast / tally->pages;
}

/*
 * measure_in_fast - the share, 0..1, of the hot (or cold) pages of a role (or of
 * MEASURE_ALL) that the last query found in fast memory; NAN when there are no
 * such pages.
 */
double measure_in_fast(const struct measure *m, uint32_t role, bool hot)
{
	double pages = 0, fast = 0;
	uint32_t i;

	for (i = 0; i < m->cells; i++) {
		const uint32_t worker = i / PATTERN_STRATA, s = i % PATTERN_STRATA;
		const bool is_hot = s < map_of(m, worker)->hot_strata;

		if (role != MEASURE_ALL && role != pattern_role(m->pattern, worker))
			continue;
		if (is_hot == hot)
			add_cell(m, i, &pages, &fast);
	}
	return pages > 0 ? fast / pages : NAN;
}

/* What is known of a stratum of all processes, in the phase that is measured. */
struct measure_stratum measure_stratum(const struct measure *m, uint32_t stratum)
{
	struct measure_stratum sum = { 0 };
	uint32_t i;

	for (i = stratum; i < m->cells; i += PATTERN_STRATA) {
		if (!m->tally[i].pages)
			continue;
		add_cell(m, i, &sum.pages, &sum.fast);
		sum.accesses += m->lately[i];
	}
	return sum;
}
