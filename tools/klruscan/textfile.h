/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_TEXTFILE_H
#define KLRUSCAN_TEXTFILE_H

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "failure.h"

/*
 * Renders @what into memory, which the caller frees. Returns 0 or a negative errno, and then
 * there is nothing to free.
 */
int text_render(char **text, size_t *length, int (*render)(FILE *out, const void *what),
		const void *what);

/* Writes all of it. Returns 0 or a negative errno. */
int write_all(int fd, const void *data, size_t length);

/*
 * Makes a new file beside @path, for nobody else to read, which is to be renamed to that; @beside is
 * its name. Returns a descriptor, or a negative errno with @failure filled.
 */
int textfile_beside(const char *path, char beside[PATH_MAX], struct failure *failure);

/*
 * Puts @text into the file @path as a whole, with the permissions @mode: who reads the file sees
 * what was there before or all of @text. A link to a file stays, and what it leads to is
 * replaced. What is no regular file, or is a link in /dev or /proc, as /dev/stdout, is written to.
 * A link that another user made is not followed.
 * Signals that ask to end wait meanwhile. Returns 0, or a negative errno with @failure filled.
 */
int textfile_replace(const char *path, const char *text, size_t length, mode_t mode,
		     struct failure *failure);

#endif
