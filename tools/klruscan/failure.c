// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "failure.h"

static void fill(struct failure *failure, bool usage, int err, const char *tried,
		 va_list args)
{
	failure->said = false;
	failure->usage = usage;
	failure->err = err;
	vsnprintf(failure->tried, sizeof(failure->tried), tried, args);
}

int fail(struct failure *failure, int err, const char *advice, const char *tried, ...)
{
	va_list args;

	va_start(args, tried);
	fill(failure, false, err, tried, args);
	va_end(args);
	snprintf(failure->advice, sizeof(failure->advice), "%s",
		 advice ? advice : "the kernel log (dmesg) may say more");
	return -err;
}

int fail_usage(struct failure *failure, const char *command, const char *tried, ...)
{
	va_list args;

	va_start(args, tried);
	fill(failure, true, 0, tried, args);
	va_end(args);
	snprintf(failure->advice, sizeof(failure->advice), "see 'klruscan %s%s--help'",
		 command ? command : "", command ? " " : "");
	return -EINVAL;
}

/* What the system had no part in. */
static int refuse(struct failure *failure, bool usage, const char *advice, const char *tried,
		  va_list args)
{
	fill(failure, usage, 0, tried, args);
	snprintf(failure->advice, sizeof(failure->advice), "%s", advice);
	return -EINVAL;
}

int fail_request(struct failure *failure, const char *advice, const char *tried, ...)
{
	va_list args;
	int err;

	va_start(args, tried);
	err = refuse(failure, true, advice, tried, args);
	va_end(args);
	return err;
}

void fail_where(struct failure *failure, const char *file, unsigned int line)
{
	char tried[sizeof(failure->tried)], number[16] = "";

	if (!file)
		return;
	if (line)
		snprintf(number, sizeof(number), ":%u", line);
	snprintf(tried, sizeof(tried), "%s", failure->tried);
	snprintf(failure->tried, sizeof(failure->tried), "%.80s%s: %.*s", file, number,
		 (int)sizeof(tried) - 128, tried);
}

int fail_found(struct failure *failure, const char *advice, const char *tried, ...)
{
	va_list args;
	int err;

	va_start(args, tried);
	err = refuse(failure, false, advice, tried, args);
	va_end(args);
	return err;
}

int fail_said(struct failure *failure)
{
	failure->said = true;
	failure->usage = false;
	return -ECANCELED;
}
