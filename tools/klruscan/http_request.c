// SPDX-License-Identifier: GPL-2.0-only
/* The head of a request. Nothing of what follows it is used. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "http.h"

/* Where the head ends, or NULL: an empty line, of CRLF or LF. */
static const char *find_end(const char *data, size_t length)
{
	const char *lf = memmem(data, length, "\n\n", 2);
	const char *crlf = memmem(data, length, "\n\r\n", 3);

	if (lf && (!crlf || lf < crlf))
		return lf;
	return crlf;
}

/* Takes the path out of "GET /path?query HTTP/1.1". */
static int parse_line(const char *line, size_t length, struct http_request *request)
{
	const char *target = memchr(line, ' ', length), *version;
	size_t path;

	if (!target || target == line)
		return 400;
	target++;
	version = memchr(target, ' ', (size_t)(line + length - target));
	if (!version || *target != '/' || version + 9 != line + length ||
	    memcmp(version, " HTTP/", 6) || version[7] != '.')
		return 400;
	if (version[6] != '1')
		return 505;
	if (strncmp(line, "GET ", 4) && strncmp(line, "HEAD ", 5))
		return 405;
	path = strcspn(target, "? ");
	if (path >= sizeof(request->path))
		return 404;
	snprintf(request->path, sizeof(request->path), "%.*s", (int)path, target);
	return 200;
}

/* Keeps the line if it says what the client accepts. */
static int parse_header(const char *line, size_t length, struct http_request *request)
{
	const char *colon = memchr(line, ':', length);
	size_t name = colon ? (size_t)(colon - line) : 0;

	if (!name || *line == ' ' || *line == '\t')
		return 400;
	if (name == 6 && !strncasecmp(line, "Accept", 6))
		snprintf(request->accept, sizeof(request->accept), "%.*s",
			 (int)(length - name - 1), colon + 1);
	return 200;
}

int http_parse(const char *data, size_t length, struct http_request *request)
{
	const char *end = find_end(data, length), *line = data;
	int status = 200;

	memset(request, 0, sizeof(*request));
	if (!end)
		return length < HTTP_REQUEST_MAX ? 0 : 431;
	if (memchr(data, '\0', (size_t)(end - data)))
		return 400;
	while (line < end && status == 200) {
		const char *next = memchr(line, '\n', (size_t)(end + 1 - line));
		size_t used = (size_t)(next - line);

		if (used && line[used - 1] == '\r')
			used--;
		if (line == data)
			status = parse_line(line, used, request);
		else
			status = parse_header(line, used, request);
		line = next + 1;
	}
	return line == data ? 400 : status;
}
