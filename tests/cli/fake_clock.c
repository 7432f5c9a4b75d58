// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a klruscan of the tests only (ld --wrap=clock_gettime,sigtimedwait): with FAKE_CLOCK
 * in the environment the monotonic clock goes on by waiting, and by nothing else but asking the
 * device for its state, which takes FAKE_CLOCK milliseconds, or for the time, which takes
 * FAKE_CLOCK_ASKED. So what a test counts does not hang on how busy the machine is.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "fake.h"

#define SECOND_NS	1000000000L

/* It began some time ago, as real ones. */
static struct timespec fake_now = { .tv_sec = 1000 };

static void go_on(time_t seconds, long ns)
{
	fake_now.tv_sec += seconds + (fake_now.tv_nsec + ns) / SECOND_NS;
	fake_now.tv_nsec = (fake_now.tv_nsec + ns) % SECOND_NS;
}

static void go_on_by(const char *variable)
{
	const char *text = getenv(variable);
	long ms = text ? strtol(text, NULL, 10) : 0;

	go_on(ms / 1000, ms % 1000 * 1000000);
}

void fake_clock_look(void)
{
	go_on_by("FAKE_CLOCK");
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_MONOTONIC || !getenv("FAKE_CLOCK"))
		return __real_clock_gettime(clock, now);
	*now = fake_now;
	go_on_by("FAKE_CLOCK_ASKED");
	return 0;
}

int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	const struct timespec none = { 0 };
	int got;

	if (!getenv("FAKE_CLOCK"))
		return __real_sigtimedwait(set, info, timeout);
	got = __real_sigtimedwait(set, info, &none);
	if (got < 0 && errno == EAGAIN)
		go_on(timeout->tv_sec, timeout->tv_nsec);
	return got;
}
