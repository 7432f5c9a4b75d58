/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_STATUS_H
#define KLRUSCAN_STATUS_H

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

/* Puts it into what @e is being told, with the sum over nodes if @total. */
void status_emit(struct emit *e, const struct status *status, bool total);

/* Returns 0 or a negative errno; a write error may show only when @out is flushed. */
int status_render(const struct status *status, enum format format, FILE *out);

#endif
