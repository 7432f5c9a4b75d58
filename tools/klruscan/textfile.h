/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_TEXTFILE_H
#define KLRUSCAN_TEXTFILE_H

#include <stddef.h>
#include <stdio.h>

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
 * Puts @text into the file @path, mode 0644, as a whole: who reads the file sees what
 * was there before or all of @text. Returns 0, or a negative errno with @failure filled.
 */
int textfile_replace(const char *path, const char *text, size_t length,
		     struct failure *failure);

#endif
