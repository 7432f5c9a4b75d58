/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that the linker's --wrap gives; no header can have them. */
#ifndef CLI_FAKE_H
#define CLI_FAKE_H

#include <sys/types.h>

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
ssize_t __real_write(int fd, const void *buf, size_t count);
ssize_t __wrap_write(int fd, const void *buf, size_t count);

/* Opens a file of the machine that the test made up, or one of the test's own. */
int fake_open(const char *path, int flags, mode_t permissions);

#endif
