// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "figures.h"

static double share(const struct account *account)
{
	return account->accesses ? account->fast / (double)account->accesses : NAN;
}

/*
 * Every quiet tenant counts the same, however little it accesses: by their accesses, the
 * busiest would hide what becomes of the others.
 */
static double quiet(const struct account *by_role, uint32_t noisy)
{
	double sum = 0;
	uint32_t with = 0, role;

	for (role = 0; role < noisy; role++) {
		if (!by_role[role].accesses)
			continue;
		sum += share(&by_role[role]);
		with++;
	}
	return with ? sum / with : NAN;
}

static void fill_tenants(struct report *r, const struct measure *m)
{
	const uint32_t noisy = m->pattern->roles - 1;
	uint32_t role;

	r->tenants = m->pattern->roles;
	r->quiet_fast_share = quiet(m->interval, noisy);
	r->quiet_fast_share_total = quiet(m->total, noisy);
	for (role = 0; role < r->tenants; role++)
		r->tenant[role] = (struct report_tenant) {
			.accesses = m->total[role].accesses,
			.fast_share = share(&m->interval[role]),
			.fast_share_total = share(&m->total[role]),
			.hot_in_fast = measure_in_fast(m, role, true),
		};
}

static void fill_strata(struct report *r, const struct measure *m, double seconds)
{
	uint32_t i;

	for (i = 0; i < PATTERN_STRATA; i++) {
		const struct measure_stratum stratum = measure_stratum(m, i);

		if (!stratum.pages)
			continue;
		r->stratum[r->strata++] = (struct report_stratum) {
			.pages = stratum.pages,
			.ops_per_s = seconds > 0 ? (double)stratum.accesses / seconds : 0,
			.in_fast = stratum.fast / stratum.pages,
		};
	}
}

/**
 * figures_fill - the figures of a report
 * @r: out: workload and phase are left to the caller, all else is set
 * @m: after measure_begin() or measure_take()
 * @start: crew_now() when the accesses began
 * @last: the same of the last report
 */
void figures_fill(struct report *r, const struct measure *m, double start, double last)
{
	const struct account interval = measure_account(m, m->interval);
	const struct account total = measure_account(m, m->total);
	const double seconds = m->t - last;

	*r = (struct report) {
		.t = m->t - start,
		.accesses = total.accesses,
		.ops_per_s = seconds > 0 ? (double)interval.accesses / seconds : 0,
		.fast_share = share(&interval),
		.fast_share_total = share(&total),
		.hot_in_fast = measure_in_fast(m, MEASURE_ALL, true),
		.cold_in_fast = measure_in_fast(m, MEASURE_ALL, false),
		.query_ms = m->query_ms,
		.absent_pages = m->census.absent,
	};
	if (m->pattern->roles > 1)
		fill_tenants(r, m);
	if (m->opt->strata)
		fill_strata(r, m, seconds);
}
