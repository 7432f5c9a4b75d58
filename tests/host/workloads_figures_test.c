// SPDX-License-Identifier: GPL-2.0-only
/* What the reports say of all processes and of each tenant, on made-up measurements. */
#include <math.h>
#include <stdlib.h>

#include "figures.h"
#include "workloads_test.h"

#define PROCESSES 9	/* eight tenants, of whom the last has two */

struct fixture {
	struct measure m;
	struct options opt;
	struct shared shared;
	struct tally tally[PROCESSES * PATTERN_STRATA];
	uint64_t lately[PROCESSES * PATTERN_STRATA];
};

/* Of tenant n (n + 1) / 10 of the hot pages is in fast memory, and no cold one. */
static bool set_up(struct fixture *f)
{
	struct pattern_params params = defaults;
	uint32_t i;

	f->opt.processes = PROCESSES;
	f->m = (struct measure) {
		.pattern = &tenants_pattern,
		.opt = &f->opt,
		.shared = &f->shared,
		.parity = 1,
		.cells = PROCESSES * PATTERN_STRATA,
		.tally = f->tally,
		.lately = f->lately,
		.t = 12,
	};
	for (params.role = 0; params.role < 8; params.role++) {
		f->shared.map[1][params.role] = build(&tenants_pattern, &params, 1);
		if (!f->shared.map[1][params.role])
			return false;
		f->m.interval[params.role] = (struct account) {
			.accesses = 1000, .fast = 100. * (params.role + 1),
		};
		f->m.total[params.role] = (struct account) {
			.accesses = 4000 * (params.role + 1), .fast = 2000,
		};
	}
	for (i = 0; i < PROCESSES; i++) {
		struct tally *tally = &f->tally[i * PATTERN_STRATA];

		tally[0].pages = 100;
		tally[0].fast = 10 * (pattern_role(&tenants_pattern, i) + 1);
		tally[1].pages = 50;
	}
	return true;
}

static void tear_down(struct fixture *f)
{
	uint32_t role;

	for (role = 0; role < 8; role++)
		free(f->shared.map[1][role]);
	free(f);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 0.000001;
}

void figures_tell_each_tenant_and_all_together(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct report r;
	uint32_t i;

	CHECK(f && set_up(f));
	figures_fill(&r, &f->m, 2, 11);
	CHECK(near(r.t, 10) && r.accesses == 4000 * 36 && near(r.ops_per_s, 8000));
	CHECK(near(r.fast_share, 3600. / 8000) && near(r.fast_share_total, 16000. / 144000));
	CHECK(r.tenants == 8);
	for (i = 0; i < 8; i++) {
		CHECK(r.tenant[i].accesses == 4000 * (i + 1));
		CHECK(near(r.tenant[i].fast_share, 0.1 * (i + 1)));
		CHECK(near(r.tenant[i].fast_share_total, 0.5 / (i + 1)));
		CHECK(near(r.tenant[i].hot_in_fast, 0.1 * (i + 1)));
	}
	/* 19200 hot pages each, and of the noisy one 2 times 38400 */
	CHECK(near(r.hot_in_fast, (2.8 * 19200 + 2 * 0.8 * 38400) / (7 * 19200 + 2 * 38400)));
	CHECK(near(r.cold_in_fast, 0));
	CHECK(measure_hot_pages(&f->m) == 7 * 19200 + 2 * 38400);
	tear_down(f);
}

/* The mean over the tenants but the noisy one, and over those that made an access. */
void figures_count_quiet_tenants_alike(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct report r;
	double total = 0;
	uint32_t i;

	CHECK(f && set_up(f));
	for (i = 0; i < 7; i++)
		total += 0.5 / (i + 1) / 7;
	figures_fill(&r, &f->m, 2, 11);
	CHECK(near(r.quiet_fast_share, 0.4));
	CHECK(near(r.quiet_fast_share_total, total));
	f->m.interval[6] = (struct account) { 0 };
	figures_fill(&r, &f->m, 2, 11);
	CHECK(near(r.quiet_fast_share, 0.35) && isnan(r.tenant[6].fast_share));
	tear_down(f);
}

/* Two processes of one hot set: of the hot pages half and all are in fast memory, of the cold a tenth. */
static bool set_up_hotset(struct fixture *f)
{
	uint32_t i;

	f->opt = (struct options) { .processes = 2, .strata = true };
	f->m = (struct measure) {
		.pattern = &hotset_pattern,
		.opt = &f->opt,
		.shared = &f->shared,
		.parity = 1,
		.cells = 2 * PATTERN_STRATA,
		.tally = f->tally,
		.lately = f->lately,
		.t = 12,
	};
	f->shared.map[1][0] = build(&hotset_pattern, &defaults, 1);
	for (i = 0; i < 2; i++) {
		struct tally *tally = &f->tally[i * PATTERN_STRATA];

		tally[0] = (struct tally) { .pages = 100, .fast = 50 * (i + 1) };
		tally[1] = (struct tally) { .pages = 50, .fast = 5 };
		f->lately[i * PATTERN_STRATA] = 6000 * (i + 1);
		f->lately[i * PATTERN_STRATA + 1] = 100;
	}
	return f->shared.map[1][0];
}

void figures_tell_strata_of_all_processes_where_asked(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct report r;

	CHECK(f && set_up_hotset(f));
	figures_fill(&r, &f->m, 2, 9);
	CHECK(r.strata == 2);
	CHECK(near(r.stratum[0].pages, 2 * 19200) && near(r.stratum[1].pages, 2 * 44800));
	CHECK(near(r.stratum[0].in_fast, 0.75) && near(r.stratum[1].in_fast, 0.1));
	/* in three seconds */
	CHECK(near(r.stratum[0].ops_per_s, 6000) && near(r.stratum[1].ops_per_s, 200. / 3));
	figures_fill(&r, &f->m, 12, 12);
	CHECK(near(r.stratum[0].ops_per_s, 0));
	f->opt.strata = false;
	figures_fill(&r, &f->m, 2, 9);
	CHECK(r.strata == 0);
	tear_down(f);
}

/* Of one process, or of all: nobody asked where these pages are, or there is none. */
void figures_leave_out_strata_of_which_nothing_is_known(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct report r;

	CHECK(f && set_up_hotset(f));
	f->tally[0].pages = 0;
	figures_fill(&r, &f->m, 2, 9);
	CHECK(r.strata == 2 && near(r.stratum[0].pages, 19200));
	CHECK(near(r.stratum[0].in_fast, 1) && near(r.stratum[0].ops_per_s, 4000));
	f->tally[PATTERN_STRATA].pages = 0;
	figures_fill(&r, &f->m, 2, 9);
	CHECK(r.strata == 1 && near(r.stratum[0].pages, 2 * 44800));
	tear_down(f);
}
