// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a klruscan of the tests only: files of the kernel come from the
 * directory FAKE_ROOT instead of /, and are written as sysfs is: a write replaces
 * the value. FAKE_REFUSE has words NAME=VALUE:ERROR that are refused, but change the value
 * where there is FAKE_CHANGES_ALL_THE_SAME; each write that was accepted is noted in the file
 * FAKE_WRITES. After that of FAKE_SIGNAL, NAME=VALUE, SIGTERM arrives. Files whose path begins
 * with FAKE_OWN are as they are, and so is /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

int fake_open(const char *path, int flags, mode_t permissions)
{
	const char *root = getenv("FAKE_ROOT"), *own = getenv("FAKE_OWN");
	char there[PATH_MAX];

	if ((own && !strncmp(path, own, strlen(own))) || !strcmp(path, "/dev/null"))
		return __real_open(path, flags, permissions);
	if (!root) {
		fprintf(stderr, "fake: nobody should open %s\n", path);
		abort();
	}
	snprintf(there, sizeof(there), "%s%s", root, path);
	return __real_open(there, flags);
}

static int number_of(const char *name)
{
	static const int errors[] = { EINVAL, ERANGE, EACCES, EBUSY, ENOMEM, EIO, ENODEV };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(strerrorname_np(errors[i]), name))
			return errors[i];
	fprintf(stderr, "fake: no error %s\n", name);
	abort();
}

/* The error that FAKE_REFUSE has for this, 0 for none. */
static int refusal(const char *name, const char *value)
{
	const char *words = getenv("FAKE_REFUSE");
	char wanted[2 * PATH_MAX], *copy, *save = NULL;
	int err = 0;

	if (!words)
		return 0;
	snprintf(wanted, sizeof(wanted), "%s=%s:", name, value);
	copy = strdup(words);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (!strncmp(word, wanted, strlen(wanted)))
			err = number_of(word + strlen(wanted));
	free(copy);
	return err;
}

static void note_write(const char *name, const char *value)
{
	const char *path = getenv("FAKE_WRITES"), *last = getenv("FAKE_SIGNAL");
	FILE *file = path ? fopen(path, "a") : NULL;
	char written[2 * PATH_MAX];

	snprintf(written, sizeof(written), "%s=%s", name, value);
	if (file) {
		fprintf(file, "%s\n", written);
		fclose(file);
	}
	if (last && !strcmp(written, last))
		raise(SIGTERM);
}

ssize_t __wrap_write(int fd, const void *buf, size_t count)
{
	char link[64], path[PATH_MAX] = "", value[4096];
	const char *root = getenv("FAKE_ROOT");
	ssize_t written;
	int err;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (!root || readlink(link, path, sizeof(path) - 1) < 0 ||
	    strncmp(path, root, strlen(root)))
		return __real_write(fd, buf, count);
	snprintf(value, sizeof(value), "%.*s", (int)count - 1, (const char *)buf);
	err = refusal(strrchr(path, '/') + 1, value);
	if (err && getenv("FAKE_CHANGES_ALL_THE_SAME") && !ftruncate(fd, 0))
		__real_write(fd, buf, count);
	if (err) {
		errno = err;
		return -1;
	}
	if (ftruncate(fd, 0))
		return -1;
	written = __real_write(fd, buf, count);
	note_write(strrchr(path, '/') + 1, value);
	return written;
}
