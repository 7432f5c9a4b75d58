/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_FIXTURE_H
#define CLI_FIXTURE_H

#include "status.h"

/**
 * struct fixture - a state of klruscan that never was
 * @name:	names the golden files
 * @fill:	fills a zeroed status; its nodes are not allocated
 */
struct fixture {
	const char *name;
	void (*fill)(struct status *status);
};

extern const struct fixture fixtures[];
extern const unsigned int nr_fixtures;

/* Returns NULL where there is none of that name. */
const struct fixture *fixture_find(const char *name);

#endif
