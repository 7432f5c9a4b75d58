/* SPDX-License-Identifier: GPL-2.0-only */
/* The parent's side of the workers: start them, wait, notice when one dies. */
#ifndef WORKLOADS_CREW_H
#define WORKLOADS_CREW_H

#include "worker.h"

/* What crew_wait_...() return besides 0 and a signal's number. */
#define CREW_DIED (-1)

struct crew {
	const struct pattern *pattern;
	const struct options *opt;
	worker_life *life;	/* of each worker */
	struct shared *shared;
	char died[240];		/* after CREW_DIED: who, and of what */
};

double crew_now(void);
int crew_cpu(const struct options *opt, uint32_t n);
int crew_start(struct crew *crew);
int crew_wait_until(struct crew *crew, double deadline);
int crew_wait_state(struct crew *crew, uint32_t state);
bool crew_in_phase(const struct crew *crew, uint32_t phase);
void crew_command(struct crew *crew, uint32_t command);
void crew_end(struct crew *crew);

#endif
