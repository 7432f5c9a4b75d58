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
 * @opt: the options of the run
 * @shared: the workers, with all pages placed before measure_begin()
 *
 * Lives until the program ends. Returns 0 or -ENOMEM.
 */
int measure_init(struct measure *m, const struct options *opt, struct shared *shared)
{
	uint32_t i;

	*m = (struct measure) {
		.opt = opt,
		.shared = shared,
		.cells = opt->processes * PATTERN_STRATA,
	};
	m->sample = calloc(opt->processes, sizeof(*m->sample));
	m->tally = calloc(m->cells, sizeof(*m->tally));
	if (!m->sample || !m->tally)
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

		err = nodes_query(&pages, m->map, every_page ? &all : &m->sample[i],
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
	uint32_t parity, i;

	m->interval = (struct account) { 0 };
	for (parity = 0; parity < 2; parity++)
		for (i = 0; i < m->cells; i++) {
			double before = m->served[parity][i], after = before;
			uint64_t accesses = m->count[parity][i] - m->seen[parity][i];

			if (parity == m->parity)
				after = tally_served(&m->tally[i]);
			account_add(&m->interval, accesses, before, after);
			m->served[parity][i] = after;
			m->seen[parity][i] = m->count[parity][i];
		}
	m->total.accesses += m->interval.accesses;
	m->total.fast += m->interval.fast;
}

/**
 * measure_begin - a phase begins: look where its pages are
 * @m: from measure_init()
 * @phase: shared->map[phase & 1] is its map
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
	m->map = m->shared->map[m->parity];
	for (i = 0; i < m->opt->processes && !err; i++) {
		sample_free(&m->sample[i]);
		err = sample_build(&m->sample[i], m->map, m->opt->one_in,
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

/*
 * measure_in_fast - the share, 0..1, of the hot (or cold) pages that the last
 * query found in fast memory; NAN when there are no such pages.
 */
double measure_in_fast(const struct measure *m, bool hot)
{
	double pages = 0, fast = 0;
	uint32_t i;

	for (i = 0; i < m->cells; i++) {
		uint32_t s = i % PATTERN_STRATA;
		const struct tally *tally = &m->tally[i];
		bool is_hot = s < m->map->hot_strata;

		if (is_hot != hot || !tally->pages)
			continue;
		pages += m->map->strata_pages[s];
		fast += (double)m->map->strata_pages[s] * tally->fast / tally->pages;
	}
	return pages > 0 ? fast / pages : NAN;
}
