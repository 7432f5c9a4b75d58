// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgroups.h"

#define REMOVE_TRIES 100	/* of 10 ms */

/* Where cgroup2 is mounted, into @dir. Returns 0, -ENOENT or another -errno. */
static int find_mount(char *dir, size_t size)
{
	FILE *f = fopen("/proc/self/mounts", "re");
	char line[2 * PATH_MAX], at[PATH_MAX], type[64];
	int err = -ENOENT;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %4095s %63s", at, type) == 2 &&
		    !strcmp(type, "cgroup2"))
			err = snprintf(dir, size, "%s", at) < (int)size ? 0 : -ENAMETOOLONG;
	fclose(f);
	return err;
}

/* Append the cgroup of this process to @dir. Returns 0 or -errno. */
static int append_own(char *dir, size_t size)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX], own[PATH_MAX] = "";
	size_t len = strlen(dir);

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "0::", 3))
			sscanf(line + 3, "%4095[^\n]", own);
	fclose(f);
	if (!strcmp(own, "/"))
		own[0] = 0;
	return snprintf(dir + len, size - len, "%s", own) < (int)(size - len) ?
	       0 : -ENAMETOOLONG;
}

static int write_file(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int path_of(const struct cgroups *cgroups, uint32_t n, char *path, size_t size)
{
	return snprintf(path, size, "%s%u", cgroups->prefix, n) < (int)size ?
	       0 : -ENAMETOOLONG;
}

/**
 * cgroups_make - make cgroups below that of the caller
 * @cgroups: filled with 0; release it with cgroups_remove(), also after an error
 * @name: begins their names, the process id follows
 * @nr: how many
 *
 * Memory is accounted to each on its own: where the caller's cgroup does not hand
 * the memory controller down, it is made to.
 *
 * Returns 0, -ENOENT: no cgroup v2 hierarchy is mounted, -EOPNOTSUPP: the caller's
 * cgroup cannot hand the memory controller down, or another -errno.
 */
int cgroups_make(struct cgroups *cgroups, const char *name, uint32_t nr)
{
	char dir[PATH_MAX], path[PATH_MAX];
	int err = find_mount(dir, sizeof(dir));

	if (!err)
		err = append_own(dir, sizeof(dir));
	if (err)
		return err;
	if (write_file(dir, "cgroup.subtree_control", "+memory"))
		return -EOPNOTSUPP;
	if (snprintf(cgroups->prefix, sizeof(cgroups->prefix), "%s/%s-%d-", dir, name,
		     (int)getpid()) >= (int)sizeof(cgroups->prefix))
		return -ENAMETOOLONG;
	for (; cgroups->nr < nr; cgroups->nr++) {
		err = path_of(cgroups, cgroups->nr, path, sizeof(path));
		if (err)
			return err;
		if (mkdir(path, 0755))
			return -errno;
	}
	return 0;
}

/*
 * The caller moves into cgroup @n. What it allocates from then on is accounted there.
 * Returns 0 or -errno.
 */
int cgroups_join(const struct cgroups *cgroups, uint32_t n)
{
	char path[PATH_MAX];
	int err = path_of(cgroups, n, path, sizeof(path));

	return err ? err : write_file(path, "cgroup.procs", "0");
}

/*
 * Remove what cgroups_make() made; whoever was in there has been reaped. Waits for
 * at most a second: the kernel may take a moment to see that a cgroup is empty.
 */
void cgroups_remove(struct cgroups *cgroups)
{
	static const struct timespec nap = { .tv_nsec = 10000000 };
	char path[PATH_MAX];
	uint32_t tries = 0;

	while (cgroups->nr) {
		if (path_of(cgroups, cgroups->nr - 1, path, sizeof(path)) || !rmdir(path) ||
		    errno != EBUSY || tries++ == REMOVE_TRIES)
			cgroups->nr--;
		else
			nanosleep(&nap, NULL);
	}
}
