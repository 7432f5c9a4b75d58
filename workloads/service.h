/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A service is a process whose memory is accessed on behalf of others: the workers are
 * its clients. Its pages follow from where it keeps what they ask for, so the map is
 * known only when it has been started and filled.
 */
#ifndef WORKLOADS_SERVICE_H
#define WORKLOADS_SERVICE_H

#include "worker.h"

/**
 * struct service - a server, and how to ask it
 * @open: start it and fill it, find its pages, have them on opt->start_node. Sets the
 *	fields below, and what follows from them in the options: pattern.pages, mib.
 *	Returns 0, or -errno with @why. Called once, before there are workers
 * @client: the life of a worker: asks the server, counts, verifies. It inherits all that
 *	@open has left in memory and open files
 * @close: end the server; also after @open failed
 * @map: which pages are accessed, and how much
 * @pages: where they are
 * @why: what failed in @open, and what to do
 */
struct service {
	int (*open)(struct service *service, struct options *opt);
	worker_life *client;
	void (*close)(struct service *service);
	struct pattern_map *map;
	struct nodes_pages pages;
	char why[300];
};

#endif
