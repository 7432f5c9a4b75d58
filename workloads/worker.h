/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A worker is a process that places its pages, accesses them as the pattern
 * says, stops, and verifies them. The parent sets the command, each worker
 * answers with its state; both are in memory that all of them share.
 */
#ifndef WORKLOADS_WORKER_H
#define WORKLOADS_WORKER_H

#include <sys/types.h>

#include "cgroups.h"
#include "nodes.h"
#include "options.h"
#include "pattern.h"

enum worker_command {
	WORKER_PLACE,
	WORKER_ARRANGE,		/* only with --oracle */
	WORKER_RUN,
	WORKER_STOP,
	WORKER_VERIFY,
};

enum worker_state {
	WORKER_PLACING,
	WORKER_PLACED,
	WORKER_ARRANGED,
	WORKER_STOPPED,
	WORKER_VERIFIED,
};

struct service;

/* Written by one worker (pid: by the parent), read by the parent. */
struct worker {
	pid_t pid;
	char *base;		/* of its mapping, in its address space */
	uint32_t state;		/* enum worker_state */
	uint32_t phase;		/* that it has got to */
	uint64_t turn;		/* likewise, where the pattern has turns */
	uint64_t corrupt;	/* pages whose pattern word is wrong */
	const char *failed;	/* what failed, a string constant; or NULL */
	int error;		/* errno of that */
	uint64_t count[2][PATTERN_STRATA];	/* accesses, by parity of phase */
} __attribute__((aligned(64)));

struct shared {
	uint32_t command;	/* enum worker_command, written by the parent */
	uint32_t phase;		/* likewise */
	struct pattern_map *map[2][PATTERN_ROLES];	/* of even phases, of odd ones */
	const struct service *service;	/* whose memory it is; NULL: each worker's own */
	uint32_t oracle_pages[PATTERN_ROLES];	/* that each worker may put into fast memory */
	struct cgroups cgroups;	/* with --cgroups */
	struct worker worker[];
};

/* The life of a worker. */
typedef void worker_life(const struct pattern *pattern, const struct options *opt,
			 struct shared *shared, uint32_t me, int cpu);

worker_life worker_main __attribute__((noreturn));

/* The steps that all lives have in common. */
void worker_begin(struct worker *self, int cpu);
void worker_await(const struct shared *shared, struct worker *self, uint32_t state,
		  uint32_t wanted);
uint32_t worker_command(const struct shared *shared);
void worker_arrange(const struct options *opt, struct shared *shared, uint32_t n,
		    uint32_t role, uint32_t phase);
void worker_fail(struct worker *self, const char *what, int error)
	__attribute__((noreturn));
void worker_done(struct worker *self) __attribute__((noreturn));

struct nodes_pages worker_pages(const struct options *opt, const struct shared *shared,
				uint32_t n);

#endif
