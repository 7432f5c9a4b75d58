/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_TEXTFILE_H
#define KLRUSCAN_TEXTFILE_H

#include <stddef.h>

#include "failure.h"

/*
 * Puts @text into the file @path, mode 0644, as a whole: who reads the file sees what
 * was there before or all of @text. Returns 0, or a negative errno with @failure filled.
 */
int textfile_replace(const char *path, const char *text, size_t length,
		     struct failure *failure);

#endif
