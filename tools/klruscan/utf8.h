/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that others chose, such as those of cgroups, which can be any bytes. */
#ifndef KLRUSCAN_UTF8_H
#define KLRUSCAN_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes a text can become by utf8_clean(), with its NUL. */
#define UTF8_ROOM(length) (3 * (length) + 1)

/*
 * Copies @text to @clean, which has UTF8_ROOM(strlen(text)) bytes. Each byte that is not part
 * of a character of UTF-8 becomes U+FFFD, with @controls each control character too.
 */
void utf8_clean(char *clean, const char *text, bool controls);

/* Has @text nothing that utf8_clean() would replace, control characters included? */
bool utf8_is_clean(const char *text);

#endif
