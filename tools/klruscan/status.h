/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_STATUS_H
#define KLRUSCAN_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/klruscan.h>

#include "emit.h"

/**
 * struct status - all that 'klruscan status' shows
 * @info:	as the kernel answered
 * @nodes:	one for each node in @info.slow_nodes, ascending
 * @nr_nodes:	how many
 * @page_size:	bytes of a base page
 */
struct status {
	struct klruscan_info info;
	struct klruscan_node_stats *nodes;
	unsigned int nr_nodes;
	uint64_t page_size;
};

/*
 * Was klruscan enabled between two looks, @passed_ns apart, that were told these times since that? Then
 * its counters began anew, which they need not show: they may have overtaken what they were. A time
 * that was not told is 0.
 */
static inline bool status_was_started(uint64_t before_ns, uint64_t after_ns, uint64_t passed_ns)
{
	return before_ns && after_ns && (after_ns < before_ns || after_ns < passed_ns);
}

/* Puts it into what @e is being told, with the sum over nodes if @total. */
void status_emit(struct emit *e, const struct status *status, bool total);

/* Returns 0 or a negative errno; a write error may show only when @out is flushed. */
int status_render(const struct status *status, enum format format, FILE *out);

#endif
