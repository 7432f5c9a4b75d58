// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"
#include "stops.h"
#include "textfile.h"

int text_render(char **text, size_t *length, int (*render)(FILE *out, const void *what),
		const void *what)
{
	FILE *out = open_memstream(text, length);
	int err;

	if (!out)
		return -ENOMEM;
	err = render(out, what);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err)
		free(*text);
	return err;
}

int write_all(int fd, const void *data, size_t length)
{
	const char *text = data;

	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

/* Renaming before the contents are on the disk could leave an empty file after a crash. */
static int fill(int fd, const char *text, size_t length, mode_t mode)
{
	int err = write_all(fd, text, length);

	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int textfile_beside(const char *path, char beside[PATH_MAX], struct failure *failure)
{
	int fd;

	if (snprintf(beside, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX)
		return fail(failure, ENAMETOOLONG, "choose a shorter one", "cannot write '%.64s...'",
			    path);
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return fail(failure, errno, "the directory has to be there and writable",
			    "cannot write a file beside %s", path);
	return fd;
}

static int replace(const char *path, const char *text, size_t length, mode_t mode,
		   struct failure *failure)
{
	char beside[PATH_MAX];
	int fd = textfile_beside(path, beside, failure), err;

	if (fd < 0)
		return fd;
	err = fill(fd, text, length, mode);
	if (!err && rename(beside, path))
		err = -errno;
	if (!err)
		return 0;
	unlink(beside);
	return fail(failure, -err, "what was there before is still there", "cannot write %s", path);
}

/* A device or a pipe: a file in its place would take it away from everybody. */
static int write_to(const char *path, bool link, const char *text, size_t length,
		    struct failure *failure)
{
	int fd = source_append(path, link);
	int err = fd < 0 ? fd : write_all(fd, text, length);

	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	return err ? fail(failure, -err, "name a file", "cannot write to %s", path) : 0;
}

/*
 * Where a link leads is for the kernel to follow, which has a policy for links in directories that
 * all may write to (fs.protected_symlinks): stat() obeys it, realpath() does not. And who else made
 * it may not be let to replace what he could not. @st: of the link; then of what it leads to.
 */
static bool follow(const char *path, struct stat *st)
{
	return (st->st_uid == geteuid() || !st->st_uid) && !stat(path, st);
}

/*
 * *@file: what is to be replaced, or NULL where @path has to be written to. A link stays one: what
 * it leads to is replaced. But those in /dev and /proc lead to what a process has open, wherever
 * that is.
 */
static int find_file(const char *path, bool *link, char resolved[PATH_MAX], const char **file,
		     struct failure *failure)
{
	struct stat st;

	*link = false;
	*file = path;
	if (lstat(path, &st))
		return 0;
	*link = S_ISLNK(st.st_mode);
	if (*link && (!strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6))) {
		*file = NULL;
		return 0;
	}
	if (*link && !follow(path, &st))
		return fail_found(failure, "name the file that it is to be",
				  "%s is a link that another user made, or leads nowhere", path);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		*file = NULL;
	else if (*link)
		*file = realpath(path, resolved);
	return 0;
}

int textfile_replace(const char *path, const char *text, size_t length, mode_t mode,
		     struct failure *failure)
{
	char resolved[PATH_MAX];
	sigset_t stops, before;
	const char *file;
	bool link;
	int err;

	err = find_file(path, &link, resolved, &file, failure);
	if (err)
		return err;
	if (!file)
		return write_to(path, link, text, length, failure);
	/* no file beside it is to be left */
	stops_fill(&stops);
	sigprocmask(SIG_BLOCK, &stops, &before);
	err = replace(file, text, length, mode, failure);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}
