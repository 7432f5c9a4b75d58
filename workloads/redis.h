/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the redis workload: the server, its memory, and the client. */
#ifndef WORKLOADS_REDIS_H
#define WORKLOADS_REDIS_H

#include "service.h"
#include "values.h"

/**
 * struct redis - a running server
 * @service: what the engine sees of it
 * @socket: a connection to it, the only one
 * @log: file that it writes to, without a name
 * @memory: /proc/PID/mem
 * @values: where it keeps them
 * @keys: how much each key is asked for, by Zipf's law
 */
struct redis {
	struct service service;
	int socket;
	int log;
	int memory;
	struct values values;
	struct pattern_map *keys;
};

/* server.c */
int server_start(struct redis *redis, const struct options *opt);
int server_fill(struct redis *redis, uint32_t keys);
void server_end(struct redis *redis);

/* memory.c */
int memory_find_values(struct redis *redis, uint32_t keys);
int64_t memory_wrong_pages(const struct redis *redis);

/* client.c */
worker_life client_main __attribute__((noreturn));

/* Say in service->why what failed, and the errno @err unless it is 0. Returns -errno. */
int redis_fail(struct redis *redis, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
