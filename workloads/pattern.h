/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pattern says which pages are hot and which page is accessed next. It is
 * pure: no system call, no clock, no global state; all of it follows from the
 * parameters and the seed. The engine does the accesses, tests/host checks the
 * patterns without it.
 *
 * Pages are numbered 0..pages-1 within one process. A process has a role, most
 * patterns have one only; all processes of a role use the same map with random
 * sequences of their own.
 *
 * A stratum is a class of pages that the reports can treat as one: the engine
 * counts accesses per stratum, and estimates from a sample how much of each
 * stratum is in fast memory. Strata 0..hot_strata-1 are the hot pages.
 */
#ifndef WORKLOADS_PATTERN_H
#define WORKLOADS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_STRATA 40	/* no map has more */
#define PATTERN_ROLES 8		/* no pattern has more */
#define PATTERN_COIN_BITS 26	/* resolution of a choice between two classes */
#define PATTERN_LINE_BITS 6	/* 64 cache lines of 64 bytes */

struct pattern_params {
	uint32_t pages;			/* of one process, at least 1 */
	double hot_percent;		/* hotset and its kin: (0, 100] of the pages */
	double hot_access_percent;	/* (0, 100] of the accesses */
	double skew;			/* zipf: the exponent s, [0, 5] */
	uint64_t seed;
	uint32_t role;			/* that the map is for, below pattern->roles */
};

/* One access: a 64-byte line of a page, and the stratum the page is in. */
struct pattern_access {
	uint32_t page;
	uint8_t line;
	uint8_t stratum;
};

/* How far a process is in its sequence of accesses. */
struct pattern_cursor {
	uint64_t rng;
	uint64_t done;		/* accesses so far */
};

/*
 * What pattern->build() fills in, constant from then on. The arrays have one
 * entry a page and lie in the memory behind the struct.
 */
struct pattern_map {
	uint32_t pages;
	uint32_t hot_pages;
	uint32_t strata;
	uint32_t hot_strata;
	uint32_t strata_pages[PATTERN_STRATA];
	uint32_t rate;		/* accesses in a turn, relative; 0: no turns */
	uint32_t hot_coin;	/* P(an access is to a hot page), in 2^-PATTERN_COIN_BITS */
	uint32_t *table;	/* hotset: hot pages, then cold; zipf: alias */
	uint32_t *coin;		/* zipf: P(the column itself), as hot_coin */
	float *weight;		/* relative access rate; NULL: same in a stratum */
	uint8_t *stratum;
};

/* The options that only some patterns take. */
enum pattern_option {
	PATTERN_HOT_PERCENT = 1 << 0,
	PATTERN_SKEW = 1 << 1,
	PATTERN_PHASES = 1 << 2,	/* the hot set moves; build() uses @phase */
	PATTERN_KEYS = 1 << 3,		/* the memory is that of a server, by its keys */
};

/**
 * struct pattern - one workload's distribution
 * @name: of the program
 * @summary: one line for --help
 * @options: which of enum pattern_option it takes
 * @hot_access_percent: the default of that parameter
 * @phase_seconds: the default of that option, where the pattern takes it
 * @roles: how many a process can have, 1..PATTERN_ROLES. Where there are several,
 *	each is a tenant, the last one the noisy one, and map->rate is set
 * @processes: the default of that option; 0: two per CPU
 * @map_bytes: how much memory build() needs for @pages pages. This and the functions
 *	below are NULL where a service makes the map (service.h)
 * @build: make the map in @mem (map_bytes() bytes, aligned for any type).
 *	Returns the map, or NULL with errno: EINVAL for parameters out of range
 *	or without a single hot page, ENOMEM. Sizes and rate are the same in
 *	every phase.
 * @fill: the next @n accesses, and the cursor behind them; the sequence depends
 *	only on the cursor at its start
 */
struct pattern {
	const char *name;
	const char *summary;
	unsigned int options;
	double hot_access_percent;
	double phase_seconds;
	uint32_t roles;
	uint32_t processes;
	size_t (*map_bytes)(uint32_t pages);
	struct pattern_map *(*build)(void *mem, const struct pattern_params *params,
				     uint32_t phase);
	void (*fill)(const struct pattern_map *map, struct pattern_cursor *cursor,
		     struct pattern_access *out, uint32_t n);
};

extern const struct pattern hotset_pattern;
extern const struct pattern zipf_pattern;
extern const struct pattern phase_pattern;
extern const struct pattern polluter_pattern;
extern const struct pattern tenants_pattern;

/* The role of process @n: one each, and the last role for all that are left. */
static inline uint32_t pattern_role(const struct pattern *pattern, uint32_t n)
{
	return n < pattern->roles ? n : pattern->roles - 1;
}

/* The tenant that process @n is of: where there is only one role, each is its own. */
static inline uint32_t pattern_tenant(const struct pattern *pattern, uint32_t n)
{
	return pattern->roles > 1 ? pattern_role(pattern, n) : n;
}

#endif
