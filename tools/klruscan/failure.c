// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "failure.h"

int fail(struct failure *failure, int err, const char *advice, const char *tried, ...)
{
	va_list args;

	failure->usage = false;
	failure->err = err;
	snprintf(failure->advice, sizeof(failure->advice), "%s",
		 advice ? advice : "the kernel log (dmesg) may say more");
	va_start(args, tried);
	vsnprintf(failure->tried, sizeof(failure->tried), tried, args);
	va_end(args);
	return -err;
}

int fail_usage(struct failure *failure, const char *command, const char *tried, ...)
{
	va_list args;

	failure->usage = true;
	failure->err = 0;
	snprintf(failure->advice, sizeof(failure->advice), "see 'klruscan %s%s--help'",
		 command ? command : "", command ? " " : "");
	va_start(args, tried);
	vsnprintf(failure->tried, sizeof(failure->tried), tried, args);
	va_end(args);
	return -EINVAL;
}
