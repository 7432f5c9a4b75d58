/* SPDX-License-Identifier: GPL-2.0-only */
/* Cgroups (v2) for the processes of a run, below the one that it runs in. */
#ifndef WORKLOADS_CGROUPS_H
#define WORKLOADS_CGROUPS_H

#include <limits.h>
#include <stdint.h>

/* Filled with 0: none. */
struct cgroups {
	char prefix[PATH_MAX];	/* group n is the directory prefix + n */
	uint32_t nr;
};

int cgroups_make(struct cgroups *cgroups, const char *name, uint32_t nr);
int cgroups_join(const struct cgroups *cgroups, uint32_t n);
void cgroups_remove(struct cgroups *cgroups);

#endif
