// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http.h"

#define BACKLOG 16

/* Splits off the address; what remains is the port. */
static const char *split(const char *text, char *address, size_t size)
{
	const char *colon = strrchr(text, ':');
	size_t length;

	if (!colon) {
		snprintf(address, size, "127.0.0.1");
		return text;
	}
	length = (size_t)(colon - text);
	if (*text == '[') {
		if (length < 2 || text[length - 1] != ']')
			return NULL;
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return NULL; /* which of the colons is before the port? */
	}
	if (length >= size)
		return NULL;
	snprintf(address, size, "%.*s", (int)length, text);
	return colon + 1;
}

/* Digits alone, and no larger than a port can be: the resolver cuts off what is. */
static bool is_port(const char *port)
{
	return *port && strlen(port) <= 5 && strspn(port, "0123456789") == strlen(port) &&
	       strtoul(port, NULL, 10) <= 65535;
}

/* Fills in the address of @host, which is a number. */
static int resolve(const char *host, const char *port, struct http_address *address)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
	};
	struct addrinfo *found;

	if (getaddrinfo(host, port, &hints, &found))
		return -EINVAL;
	address->length = found->ai_addrlen;
	memcpy(&address->sockaddr, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

int http_parse_address(const char *text, struct http_address *address)
{
	char host[64];
	const char *port = split(text, host, sizeof(host));

	if (!port || !is_port(port))
		return -EINVAL;
	address->all = !*host;
	return resolve(address->all ? "::" : host, port, address);
}

void http_format_address(const struct http_address *address, char *buf, size_t size)
{
	char host[64] = "?", port[8] = "?";

	getnameinfo((const struct sockaddr *)&address->sockaddr, address->length, host,
		    sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(buf, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

bool http_is_loopback(const struct http_address *address)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&address->sockaddr;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address->sockaddr;

	if (address->sockaddr.ss_family == AF_INET)
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* A socket for @address; where the kernel has no IPv6, all addresses are those of IPv4. */
static int open_socket(struct http_address *address)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address->sockaddr;
	int fd = socket(address->sockaddr.ss_family, type, 0);
	char port[8];

	if (fd >= 0 || errno != EAFNOSUPPORT || !address->all)
		return fd;
	snprintf(port, sizeof(port), "%u", ntohs(in6->sin6_port));
	if (resolve("0.0.0.0", port, address))
		return -1;
	return socket(AF_INET, type, 0);
}

int http_listen(struct http_address *address)
{
	const int on = 1, off = 0;
	int fd = open_socket(address);
	int err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->all && address->sockaddr.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!bind(fd, (struct sockaddr *)&address->sockaddr, address->length) &&
	    !listen(fd, BACKLOG) &&
	    !getsockname(fd, (struct sockaddr *)&address->sockaddr, &address->length))
		return fd;
	err = -errno;
	close(fd);
	return err;
}
