/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small HTTP/1.1 server for pages that are made when they are asked for. One thread;
 * no client can hold up another: requests, connections and times are bounded, and every
 * connection is closed after its answer.
 */
#ifndef KLRUSCAN_HTTP_H
#define KLRUSCAN_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "failure.h"

#define HTTP_REQUEST_MAX 8192

/**
 * struct http_request - what is asked for
 * @path:	without what follows a "?"
 * @accept:	what the client says it takes, "" when it says nothing
 */
struct http_request {
	char path[256];
	char accept[1024];
};

/* http_request.c: returns 0 when more is to come, 200, or the status of an error. */
int http_parse(const char *data, size_t length, struct http_request *request);

/**
 * struct http_page - the answer
 * @type:	of its contents
 * @body:	on the heap, the server frees it
 * @length:	of it
 */
struct http_page {
	const char *type;
	char *body;
	size_t length;
};

/*
 * Makes the page for @request. Returns 200 with @page filled, or another status, for
 * which the server makes a page.
 */
typedef int http_answer(const struct http_request *request, struct http_page *page);

/**
 * struct http_address - where to listen
 * @sockaddr:	of @length bytes
 * @all:	on all addresses, those of IPv4 too where @sockaddr is of IPv6
 */
struct http_address {
	struct sockaddr_storage sockaddr;
	socklen_t length;
	bool all;
};

/*
 * Reads "ADDRESS:PORT", "[ADDRESS]:PORT", ":PORT" (all addresses) or "PORT" (loopback).
 * Addresses are numbers; the port 0 is one that the system chooses. Returns 0 or -EINVAL.
 */
int http_parse_address(const char *text, struct http_address *address);

/* Writes "127.0.0.1:80", "[::1]:80". */
void http_format_address(const struct http_address *address, char *buf, size_t size);
bool http_is_loopback(const struct http_address *address);

/* Returns a socket, with @address as it really is; or a negative errno. */
int http_listen(struct http_address *address);

/*
 * Serves until SIGINT or SIGTERM, and closes @socket. Prints the line @hello on stderr, once
 * it can be stopped. Returns 0 then, or a negative errno when it cannot go on.
 */
int http_serve(int socket, http_answer *answer, const char *hello);

#endif
