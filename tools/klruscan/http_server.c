// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "http.h"

#define MAX_CONNECTIONS	16
#define ANSWER_MS	5000	/* from the connection to the last byte of the answer */
#define DRAIN_MS	1000	/* for the client to close */
#define HEAD_MAX	256

enum phase { PHASE_READING, PHASE_WRITING, PHASE_DRAINING };

/**
 * struct connection - one client
 * @fd:		-1: the place is free
 * @phase:	what is waited for
 * @deadline:	when it is given up, milliseconds
 * @request:	what has come of the request, @got bytes
 * @answer:	head and body, @length bytes, of which @sent are sent
 */
struct connection {
	int fd;
	enum phase phase;
	int64_t deadline;
	char request[HTTP_REQUEST_MAX];
	size_t got;
	char *answer;
	size_t length;
	size_t sent;
};

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
	(void)number;
	stopped = 1;
}

static int64_t now_ms(void)
{
	return (int64_t)(now_ns() / 1000000);
}

static void close_connection(struct connection *c)
{
	close(c->fd);
	c->fd = -1;
	free(c->answer);
	c->answer = NULL;
}

/******************************************************************************
 *                          the answer
 ******************************************************************************/

static const char *reason_of(int status)
{
	switch (status) {
	case 200: return "OK";
	case 400: return "Bad Request";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 408: return "Request Timeout";
	case 431: return "Request Header Fields Too Large";
	case 503: return "Service Unavailable";
	case 505: return "HTTP Version Not Supported";
	default: return "Internal Server Error";
	}
}

/* Puts head and @page together. Without memory the connection is just closed. */
static void begin_answer(struct connection *c, int status, const struct http_page *page)
{
	const char *allow = status == 405 ? "Allow: GET, HEAD\r\n" : "";
	int head;

	c->answer = malloc(HEAD_MAX + page->length);
	if (!c->answer) {
		close_connection(c);
		return;
	}
	head = snprintf(c->answer, HEAD_MAX, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
			"Content-Length: %zu\r\n%sConnection: close\r\n\r\n",
			status, reason_of(status), page->type, page->length, allow);
	memcpy(c->answer + head, page->body, page->length);
	c->length = (size_t)head;
	/* who asks for the head alone is told how long the rest is (RFC 9110, 9.3.2) */
	if (c->got < 5 || memcmp(c->request, "HEAD ", 5))
		c->length += page->length;
	c->sent = 0;
	c->phase = PHASE_WRITING;
}

static void answer_error(struct connection *c, int status)
{
	char body[64];
	struct http_page page = { .type = "text/plain; charset=utf-8", .body = body };

	page.length = (size_t)snprintf(body, sizeof(body), "%d %s\n", status, reason_of(status));
	begin_answer(c, status, &page);
}

static void answer_request(struct connection *c, const struct http_request *request,
			   http_answer *answer)
{
	struct http_page page = { 0 };
	int status = answer(request, &page);

	if (status == 200)
		begin_answer(c, status, &page);
	else
		answer_error(c, status);
	free(page.body);
}

/******************************************************************************
 *                          connections
 ******************************************************************************/

static void go_on_reading(struct connection *c, http_answer *answer)
{
	struct http_request request;
	ssize_t got = recv(c->fd, c->request + c->got, sizeof(c->request) - c->got, 0);
	int status;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		close_connection(c);
		return;
	}
	c->got += (size_t)got;
	status = http_parse(c->request, c->got, &request);
	if (status == 200)
		answer_request(c, &request, answer);
	else if (status)
		answer_error(c, status);
}

static void go_on_writing(struct connection *c)
{
	ssize_t sent = send(c->fd, c->answer + c->sent, c->length - c->sent, MSG_NOSIGNAL);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent < 0) {
		close_connection(c);
		return;
	}
	c->sent += (size_t)sent;
	if (c->sent < c->length)
		return;
	/* To close at once would cut off the answer, if there is more that was not read. */
	shutdown(c->fd, SHUT_WR);
	c->phase = PHASE_DRAINING;
	c->deadline = now_ms() + DRAIN_MS;
}

static void go_on_draining(struct connection *c)
{
	ssize_t got = recv(c->fd, c->request, sizeof(c->request), 0);

	if (!got || (got < 0 && errno != EAGAIN && errno != EINTR))
		close_connection(c);
}

static void go_on(struct connection *c, http_answer *answer)
{
	if (c->phase == PHASE_READING)
		go_on_reading(c, answer);
	else if (c->phase == PHASE_WRITING)
		go_on_writing(c);
	else
		go_on_draining(c);
}

/* Who was slow to ask is told; who is slow to read is left. */
static void give_up(struct connection *c)
{
	if (c->phase != PHASE_READING) {
		close_connection(c);
		return;
	}
	answer_error(c, 408);
	c->deadline += DRAIN_MS;
}

/* Whose place is taken first: who has the answer, then who has not asked, then all others. */
static int claim_of(const struct connection *c)
{
	if (c->phase == PHASE_DRAINING)
		return 0;
	return c->phase == PHASE_READING && !c->got ? 1 : 2;
}

static bool goes_before(const struct connection *a, const struct connection *b)
{
	if (claim_of(a) != claim_of(b))
		return claim_of(a) < claim_of(b);
	return a->deadline < b->deadline;
}

/* A free place, or one that is taken: of those with the same claim from the oldest. */
static struct connection *take_place(struct connection *all)
{
	struct connection *least = all;

	for (struct connection *c = all; c < all + MAX_CONNECTIONS; c++) {
		if (c->fd < 0)
			return c;
		if (goes_before(c, least))
			least = c;
	}
	close_connection(least);
	return least;
}

/* Returns 0 or a negative errno when nobody can be accepted any more. */
static int fail_accept(int err)
{
	const struct timespec pause = { .tv_nsec = 100000000 };

	if (err == EBADF || err == EINVAL || err == ENOTSOCK)
		return -err;
	/* It would be tried again at once, and in vain. */
	if (err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM)
		nanosleep(&pause, NULL);
	return 0;
}

static int accept_some(int listener, struct connection *all, http_answer *answer)
{
	for (unsigned int i = 0; i < MAX_CONNECTIONS; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct connection *c;

		if (fd < 0)
			return fail_accept(errno);
		c = take_place(all);
		c->fd = fd;
		c->phase = PHASE_READING;
		c->deadline = now_ms() + ANSWER_MS;
		c->got = 0;
		/* What is asked already is read before the next one wants a place. */
		go_on(c, answer);
	}
	return 0;
}

/* Fills @fds, the listener first. Returns the milliseconds until the next deadline. */
static int prepare(struct pollfd *fds, int listener, const struct connection *all)
{
	int64_t now = now_ms(), next = now + 60000;

	fds[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (unsigned int i = 0; i < MAX_CONNECTIONS; i++) {
		fds[i + 1] = (struct pollfd){
			.fd = all[i].fd,
			.events = all[i].phase == PHASE_WRITING ? POLLOUT : POLLIN,
		};
		if (all[i].fd >= 0 && all[i].deadline < next)
			next = all[i].deadline;
	}
	return next > now ? (int)(next - now) : 0;
}

/* One turn: waits, and serves who is ready. */
static int turn(int listener, struct connection *all, http_answer *answer, const sigset_t *mask)
{
	struct pollfd fds[MAX_CONNECTIONS + 1];
	int wait = prepare(fds, listener, all);
	struct timespec timeout = { .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 };

	if (ppoll(fds, MAX_CONNECTIONS + 1, &timeout, mask) < 0)
		return errno == EINTR ? 0 : -errno;
	for (unsigned int i = 0; i < MAX_CONNECTIONS; i++) {
		struct connection *c = &all[i];

		if (c->fd >= 0 && fds[i + 1].revents)
			go_on(c, answer);
		if (c->fd >= 0 && c->deadline <= now_ms())
			give_up(c);
	}
	return fds[0].revents ? accept_some(listener, all, answer) : 0;
}

/* SIGINT and SIGTERM arrive only while waiting, so that none is missed. */
static void catch_signals(sigset_t *waiting)
{
	const struct sigaction action = { .sa_handler = on_stop };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int http_serve(int socket, http_answer *answer, const char *hello)
{
	struct connection *all = calloc(MAX_CONNECTIONS, sizeof(*all));
	sigset_t waiting;
	int err = all ? 0 : -ENOMEM;

	catch_signals(&waiting);
	fprintf(stderr, "%s\n", hello);
	for (unsigned int i = 0; i < MAX_CONNECTIONS && all; i++)
		all[i].fd = -1;
	while (!err && !stopped)
		err = turn(socket, all, answer, &waiting);
	for (unsigned int i = 0; i < MAX_CONNECTIONS && all; i++)
		if (all[i].fd >= 0)
			close_connection(&all[i]);
	free(all);
	close(socket);
	return err;
}
