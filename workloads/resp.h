/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of RESP, the protocol of Redis, that asking for keys takes
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/). Pure.
 */
#ifndef WORKLOADS_RESP_H
#define WORKLOADS_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RESP_GET_MAX 64		/* bytes of a GET, at most */

/* A reply; @text lies in the buffer that was parsed. */
struct resp {
	char type;		/* '+' status, '-' error, ':' integer, '$' string */
	bool nil;		/* '$': there is no such key */
	const char *text;
	size_t len;
};

ssize_t resp_parse(const char *buf, size_t len, struct resp *reply);
size_t resp_get(char *out, uint32_t key);

#endif
