// SPDX-License-Identifier: GPL-2.0-only
/*
 * redis: a Redis server whose client asks for keys by Zipf's law.
 *
 * The server is Debian's, unchanged. DEBUG POPULATE fills it, and from then on it is only
 * asked: its values never move in its address space, so where they were found once is
 * the truth for the whole run.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "redis.h"

int redis_fail(struct redis *redis, int err, const char *format, ...)
{
	char *why = redis->service.why;
	const size_t size = sizeof(redis->service.why);
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(why, size, format, args);
	va_end(args);
	if (err && len >= 0 && (size_t)len < size)
		snprintf(why + len, size - len, ": %s", strerror(err));
	/* what a JSON string may not have, be it from a path or from the server */
	for (; *why; why++)
		if (*why < ' ' || *why == '"' || *why == '\\')
			*why = ' ';
	return err ? -err : -EIO;
}

/* Have all memory of the server on the start node, wherever it was first used. */
static int place(struct redis *redis, const struct options *opt)
{
	uint64_t allowed;
	int err;

	if (opt->start_node < 0)
		return 0;
	err = nodes_allowed(&allowed);
	if (!err)
		err = nodes_migrate(redis->service.pages.pid, allowed, opt->start_node);
	return err ? redis_fail(redis, -err, "migrate_pages() of the server to node %d",
				opt->start_node) : 0;
}

/* How much each key is asked for. */
static int weigh_keys(struct redis *redis, const struct options *opt)
{
	struct pattern_params params = opt->pattern;
	void *mem = malloc(zipf_pattern.map_bytes(opt->keys));

	params.pages = opt->keys;
	redis->keys = mem ? zipf_pattern.build(mem, &params, 0) : NULL;
	if (redis->keys)
		return 0;
	free(mem);
	return redis_fail(redis, errno, "the distribution of %u keys", opt->keys);
}

static int weigh_pages(struct redis *redis, struct options *opt)
{
	struct values *values = &redis->values;

	if (!values_divide(values, opt->page_bytes))
		redis->service.map = values_map(values, redis->keys,
						opt->pattern.hot_access_percent);
	if (!redis->service.map)
		return redis_fail(redis, ENOMEM, "no memory for the map of the pages");
	redis->service.pages.at = values->page_at;
	redis->service.pages.page_bytes = opt->page_bytes;
	opt->pattern.pages = values->pages;
	opt->mib = (uint64_t)values->pages * opt->page_bytes >> 20;
	return 0;
}

static int open_service(struct service *service, struct options *opt)
{
	struct redis *redis = (struct redis *)service;
	int err;

	err = server_start(redis, opt);
	if (!err)
		err = server_fill(redis, opt->keys);
	if (!err)
		err = place(redis, opt);
	if (!err)
		err = memory_find_values(redis, opt->keys);
	if (!err)
		err = weigh_keys(redis, opt);
	if (!err)
		err = weigh_pages(redis, opt);
	return err;
}

static void close_service(struct service *service)
{
	struct redis *redis = (struct redis *)service;

	server_end(redis);
	values_free(&redis->values);
	free(redis->keys);
	free(service->map);
}

static const struct pattern redis_pattern = {
	.name = "redis",
	.summary = "a Redis server whose client asks for keys by Zipf's law",
	.options = PATTERN_SKEW | PATTERN_KEYS,
	.hot_access_percent = 80,
	.roles = 1,
};

int main(int argc, char **argv)
{
	static struct redis redis = {
		.service = {
			.open = open_service,
			.client = client_main,
			.close = close_service,
		},
		.socket = -1,
		.log = -1,
		.memory = -1,
	};

	return engine_run(&redis_pattern, &redis.service, argc, argv);
}
