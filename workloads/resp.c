// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "resp.h"

#define LINE_MAX_BYTES 4096	/* of a status or an error */
#define STRING_DIGITS 9		/* of the length of a string: Redis has at most 512 MiB */

/* The digits of @text as a number; -1: it is something else. */
static ssize_t number(const char *text, size_t len)
{
	ssize_t value = 0;
	size_t i;

	if (!len || len > STRING_DIGITS)
		return -1;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* A string: the line @reply has its length, the bytes begin at @at. */
static ssize_t parse_string(const char *buf, size_t len, size_t at, struct resp *reply)
{
	ssize_t bytes;

	if (reply->len == 2 && !memcmp(reply->text, "-1", 2)) {
		reply->nil = true;
		reply->len = 0;
		return at;
	}
	bytes = number(reply->text, reply->len);
	if (bytes < 0)
		return -EPROTO;
	reply->text = buf + at;
	reply->len = bytes;
	at += bytes;
	if (len < at + 2)
		return 0;
	return memcmp(buf + at, "\r\n", 2) ? -EPROTO : (ssize_t)at + 2;
}

/**
 * resp_parse - the first reply in a buffer
 * @buf: what has come so far
 * @len: bytes of that
 * @reply: out, when there is one
 *
 * Returns the bytes that the reply takes, 0 when more must come first, or -EPROTO for
 * what is no reply to a command of one value.
 */
ssize_t resp_parse(const char *buf, size_t len, struct resp *reply)
{
	const char *end;

	if (!len)
		return 0;
	if (!strchr("+-:$", buf[0]) || !buf[0])
		return -EPROTO;
	end = memmem(buf, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES, "\r\n", 2);
	if (!end)
		return len < LINE_MAX_BYTES ? 0 : -EPROTO;
	*reply = (struct resp){
		.type = buf[0],
		.text = buf + 1,
		.len = end - buf - 1,
	};
	if (buf[0] == '$')
		return parse_string(buf, len, end + 2 - buf, reply);
	return end + 2 - buf;
}

/* Write the command that asks for "key:@key", RESP_GET_MAX bytes at most. Returns its length. */
size_t resp_get(char *out, uint32_t key)
{
	char name[16];
	int len = snprintf(name, sizeof(name), "key:%u", key);

	return snprintf(out, RESP_GET_MAX, "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n", len, name);
}
