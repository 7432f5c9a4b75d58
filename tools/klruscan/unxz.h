/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_UNXZ_H
#define KLRUSCAN_UNXZ_H

#include <stdbool.h>
#include <stddef.h>

/* Does @data of @length bytes begin as an .xz file does? */
bool is_xz(const char *data, size_t length);

/*
 * Unpacks the .xz file @data of @length bytes into *@text, which the caller frees;
 * a NUL follows the *@size bytes. Returns 0; -ENOEXEC for what is damaged, -EFBIG for
 * what is larger than a module can be, -ENOMEM.
 */
int unxz(const char *data, size_t length, char **text, size_t *size);

#endif
