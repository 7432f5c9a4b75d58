/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_FAILURE_H
#define KLRUSCAN_FAILURE_H

#include <limits.h>
#include <stdbool.h>

/* Two paths, and what there is to say of them. */
#define FAILURE_TRIED (2 * PATH_MAX + 256)

/**
 * struct failure - why a command could not do it, for main() to print
 * @said:	the output has told it: nothing is to be printed
 * @usage:	the command line (or a file that it names) was wrong (exit status 2), not the system
 * @err:	what the system answered, a positive errno; 0: it was not asked
 * @tried:	what was tried
 * @advice:	what to do about it
 */
struct failure {
	bool said;
	bool usage;
	int err;
	char tried[FAILURE_TRIED];
	char advice[512];
};

/*
 * All fill @failure and return a negative errno (-@err, -EINVAL) to hand up.
 * @advice may be NULL: then it points at the kernel log.
 */
int fail(struct failure *failure, int err, const char *advice, const char *tried, ...)
	__attribute__((format(printf, 4, 5)));
int fail_usage(struct failure *failure, const char *command, const char *tried, ...)
	__attribute__((format(printf, 3, 4)));

/* The command line asks for what cannot be; @advice says what can. */
int fail_request(struct failure *failure, const char *advice, const char *tried, ...)
	__attribute__((format(printf, 3, 4)));

/* Names the place in front of what was tried; nothing without a @file, no line if 0. */
void fail_where(struct failure *failure, const char *file, unsigned int line);

/* Nobody refused anything, but what was found will not do. */
int fail_found(struct failure *failure, const char *advice, const char *tried, ...)
	__attribute__((format(printf, 3, 4)));

/* The command did what it should, and its output tells what is wrong. */
int fail_said(struct failure *failure);

#endif
