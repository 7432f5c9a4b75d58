// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client: sends a batch of GETs, reads the replies, and counts. While it works the
 * server waits and the other way round, so on one CPU the two take turns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "prng.h"
#include "redis.h"
#include "resp.h"

#define REPLY_MAX (VALUE_BYTES + 64)
#define BATCH_MAX OPTIONS_PIPELINE_MAX

struct client {
	const struct redis *redis;
	struct worker *self;
	char *in;		/* replies, @have bytes so far */
	size_t have;
	size_t room;
};

static void send_all(const struct client *client, const char *text, size_t len)
{
	ssize_t n;

	for (; len; text += n, len -= n) {
		n = write(client->redis->socket, text, len);
		if (n < 0)
			worker_fail(client->self, "writing to the server", errno);
	}
}

/* The reply at @at of what has come, after waiting for it. Returns its bytes. */
static size_t next_reply(struct client *client, size_t at, struct resp *reply)
{
	for (;;) {
		ssize_t n = resp_parse(client->in + at, client->have - at, reply);

		if (n > 0)
			return n;
		if (n < 0)
			worker_fail(client->self, "a reply of the server", -n);
		if (client->have == client->room)
			worker_fail(client->self, "a reply of the server is too long", EPROTO);
		n = read(client->redis->socket, client->in + client->have,
			 client->room - client->have);
		if (n <= 0)
			worker_fail(client->self, "the server went away", n ? errno : EPIPE);
		client->have += n;
	}
}

static void check(const struct client *client, uint32_t key, const struct resp *reply)
{
	if (reply->type == '-')
		worker_fail(client->self, "the server replies with an error", EPROTO);
	if (reply->type != '$' || reply->nil || reply->len != VALUE_BYTES ||
	    values_wrong_byte(key, reply->text) >= 0)
		worker_fail(client->self, "a reply is not the value that the key had", EILSEQ);
}

/*
 * Count one access for a GET, to the page of one part of the value, each as likely: the
 * random line of a page that the pattern gives chooses it.
 */
static void count(const struct client *client, const struct pattern_map *map,
		  const struct pattern_access *access)
{
	const uint32_t page = values_page(&client->redis->values, access->page, access->line);
	uint64_t *counter = &client->self->count[0][map->stratum[page]];

	__atomic_store_n(counter, *counter + 1, __ATOMIC_RELAXED);
}

/* One batch; the "pages" of the accesses are keys. */
static void ask(struct client *client, const struct pattern_map *map,
		const struct pattern_access *access, uint32_t n)
{
	char out[BATCH_MAX * RESP_GET_MAX];
	size_t len = 0, at = 0;
	struct resp reply;
	uint32_t i;

	for (i = 0; i < n; i++)
		len += resp_get(out + len, access[i].page);
	send_all(client, out, len);
	client->have = 0;
	for (i = 0; i < n; i++) {
		at += next_reply(client, at, &reply);
		check(client, access[i].page, &reply);
		count(client, map, &access[i]);
	}
	if (at != client->have)
		worker_fail(client->self, "the server replies to what was not asked", EPROTO);
}

static void run(struct client *client, const struct options *opt, struct shared *shared)
{
	struct pattern_cursor cursor = { .rng = prng_seed(opt->pattern.seed, 1) };
	struct pattern_access access[BATCH_MAX];

	while (worker_command(shared) == WORKER_RUN) {
		zipf_pattern.fill(client->redis->keys, &cursor, access, opt->pipeline);
		ask(client, shared->map[0][0], access, opt->pipeline);
	}
}

/* The life of the worker: see struct service and worker_main(). */
void client_main(const struct pattern *pattern, const struct options *opt,
		 struct shared *shared, uint32_t me, int cpu)
{
	/* the service is its first member */
	const struct redis *redis = (const struct redis *)shared->service;
	struct client client = {
		.redis = redis,
		.self = &shared->worker[me],
		.room = (size_t)opt->pipeline * REPLY_MAX,
	};
	int64_t wrong;

	(void)pattern;
	worker_begin(client.self, cpu);
	client.in = malloc(client.room);
	if (!client.in)
		worker_fail(client.self, "memory for the replies", ENOMEM);
	worker_await(shared, client.self, WORKER_PLACED, WORKER_ARRANGE);
	worker_arrange(opt, shared, me, 0, 0);
	worker_await(shared, client.self, WORKER_ARRANGED, WORKER_RUN);
	run(&client, opt, shared);
	worker_await(shared, client.self, WORKER_STOPPED, WORKER_VERIFY);
	if (opt->verify) {
		wrong = memory_wrong_pages(redis);
		if (wrong < 0)
			worker_fail(client.self, "reading the server's memory", -wrong);
		client.self->corrupt = wrong;
	}
	worker_done(client.self);
}
