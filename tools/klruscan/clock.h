/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_CLOCK_H
#define KLRUSCAN_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Time that only goes on, from an unknown beginning. */
static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
