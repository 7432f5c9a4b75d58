// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroups for a klruscan of the tests: the directories in FAKE_ROOT/sys/fs/cgroup, by their
 * inode numbers. Files by the names of the settings have what is set for it, figures a number
 * that its figures are made of; no_memory: it has no memory controller. FAKE_CGROUP_SET is the
 * name of an error with which changes are refused, FAKE_CGROUP_BROKEN the question that has an
 * error, list, settings or figures, or "stuck", where the list does not go on; FAKE_CGROUP_V1 that
 * they are of cgroup v1.
 */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "fake.h"

#define CGROUPS_MAX 64

static struct { uint64_t id; char path[PATH_MAX]; } all[CGROUPS_MAX];
static unsigned int nr_all;

static const char *const words[] = {
#define X(name, word, def, lo, hi) #word,
	KLRUSCAN_CGROUP_SETTINGS(X)
#undef X
};

/* What holds where nothing is set; of the intervals, the knobs, as a kernel says. */
static uint32_t default_of(unsigned int setting)
{
	static const uint32_t fixed[] = {
#define X(name, word, def, lo, hi) def,
		KLRUSCAN_CGROUP_SETTINGS(X)
#undef X
	};

	if (setting == KLRUSCAN_CGROUP_INTERVAL_MIN)
		return 100;
	return setting == KLRUSCAN_CGROUP_INTERVAL_MAX ? 1000 : fixed[setting];
}

int __wrap_fstatfs(int fd, struct statfs *fs)
{
	(void)fd;
	memset(fs, 0, sizeof(*fs));
	fs->f_type = getenv("FAKE_CGROUP_V1") ? CGROUP_SUPER_MAGIC : CGROUP2_SUPER_MAGIC;
	return 0;
}

static int keep(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type != FTW_D || nr_all == CGROUPS_MAX)
		return 0;
	all[nr_all].id = st->st_ino;
	snprintf(all[nr_all++].path, PATH_MAX, "%s", path);
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return one < other ? -1 : one > other;
}

static void look_around(void)
{
	char root[PATH_MAX];

	if (nr_all)
		return;
	snprintf(root, sizeof(root), "%s/sys/fs/cgroup", getenv("FAKE_ROOT"));
	nftw(root, keep, 8, FTW_PHYS);
	qsort(all, nr_all, sizeof(all[0]), compare);
}

static const char *path_of(uint64_t id)
{
	look_around();
	for (unsigned int i = 0; i < nr_all; i++)
		if (all[i].id == id)
			return all[i].path;
	return NULL;
}

/* The number in a file of a cgroup; false without one. */
static bool number_of(const char *path, const char *name, unsigned int *number)
{
	char file[PATH_MAX + 16];
	FILE *in;
	bool is;

	snprintf(file, sizeof(file), "%s/%s", path, name);
	in = fopen(file, "r");
	is = in && fscanf(in, "%u", number) == 1;
	if (in)
		fclose(in);
	return is;
}

/* Is anything set for it? */
static bool is_any_set(const char *path)
{
	unsigned int number;

	for (unsigned int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (number_of(path, words[i], &number))
			return true;
	return false;
}

static void write_number(const char *path, const char *name, bool is, unsigned int number)
{
	char file[PATH_MAX + 16];
	FILE *out;

	snprintf(file, sizeof(file), "%s/%s", path, name);
	if (!is) {
		unlink(file);
		return;
	}
	out = fopen(file, "w");
	fprintf(out, "%u\n", number);
	fclose(out);
}

static int refuse(int err)
{
	errno = err;
	return -1;
}

static bool is_broken(const char *question)
{
	const char *broken = getenv("FAKE_CGROUP_BROKEN");

	return broken && !strcmp(broken, question);
}

int fake_cgroups(struct klruscan_cgroups *list)
{
	__u64 *ids = (void *)(uintptr_t)list->ids;
	unsigned int number;

	if (list->size != sizeof(*list) || !list->room)
		return refuse(EINVAL);
	if (is_broken("list"))
		return refuse(EIO);
	look_around();
	list->nr = 0;
	if (is_broken("stuck"))
		return 0;
	for (unsigned int i = 0; i < nr_all && list->nr < list->room; i++) {
		if (all[i].id < list->pos ||
		    (!is_any_set(all[i].path) && !number_of(all[i].path, "figures", &number)))
			continue;
		ids[list->nr++] = all[i].id;
		/* two in a call, as if it were much work */
		list->pos = all[i].id + 1;
		if (list->nr == 2)
			return 0;
	}
	list->pos = KLRUSCAN_CGROUPS_END;
	return 0;
}

/* What holds at @path, which is cut at the slashes on the way up. */
static void resolve(struct klruscan_cgroup *cgroup, const char *path)
{
	size_t root = strlen(getenv("FAKE_ROOT")) + strlen("/sys/fs/cgroup");
	char upper[PATH_MAX];
	unsigned int number;

	snprintf(upper, sizeof(upper), "%s", path);
	for (;;) {
		for (unsigned int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++) {
			if (cgroup->from[i] || !number_of(upper, words[i], &number))
				continue;
			cgroup->holds[i] = number;
			for (unsigned int j = 0; j < nr_all; j++)
				if (!strcmp(all[j].path, upper))
					cgroup->from[i] = all[j].id;
		}
		if (strlen(upper) <= root)
			break;
		*strrchr(upper, '/') = '\0';
	}
}

static int refusal(void)
{
	const char *name = getenv("FAKE_CGROUP_SET");

	if (!name)
		return 0;
	return !strcmp(name, "EPERM") ? EPERM : !strcmp(name, "ENOSPC") ? ENOSPC :
	       !strcmp(name, "EIO") ? EIO : ENOENT;
}

int fake_cgroup(struct klruscan_cgroup *cgroup, bool set)
{
	const char *path = path_of(cgroup->id);
	unsigned int number;

	if (cgroup->size != sizeof(*cgroup) || (!set && cgroup->change))
		return refuse(EINVAL);
	if (!path)
		return refuse(ENOENT);
	if (!set && is_broken("settings"))
		return refuse(EIO);
	if (number_of(path, "no_memory", &number))
		return refuse(EOPNOTSUPP);
	if (set && refusal())
		return refuse(refusal());
	for (unsigned int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (set && cgroup->change & (1U << i))
			write_number(path, words[i], cgroup->set & (1U << i), cgroup->value[i]);
	cgroup->set = 0;
	for (unsigned int i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++) {
		cgroup->value[i] = 0;
		cgroup->holds[i] = default_of(i);
		cgroup->from[i] = 0;
		if (!number_of(path, words[i], &number))
			continue;
		cgroup->set |= 1U << i;
		cgroup->value[i] = number;
	}
	resolve(cgroup, path);
	return 0;
}

int fake_cgroup_stats(struct klruscan_cgroup_stats *stats)
{
	const char *path = stats->id ? path_of(stats->id) : "";
	unsigned int number = 1;

	if (stats->size != sizeof(*stats))
		return refuse(EINVAL);
	if (!path)
		return refuse(ENOENT);
	if (is_broken("figures"))
		return refuse(EIO);
	if (stats->id && !number_of(path, "figures", &number))
		return 0;
	stats->interval_ms = stats->id ? 100U * stats->nid : 0;
	stats->passes = number;
	stats->scan_ns = 1000000ULL * number / stats->nid;
	stats->visited = 512ULL * number;
	stats->tables = number;
	stats->skipped = 2ULL * number;
	stats->accessed = 100ULL * number;
	stats->new_hot = 3ULL * number;
	stats->promoted_pages = 256ULL * number / stats->nid;
	stats->outcome[KLRUSCAN_OUTCOME_PROMOTED] = 256ULL * number / stats->nid;
	stats->outcome[KLRUSCAN_OUTCOME_RATE_LIMITED] = 30ULL * number;
	stats->outcome[KLRUSCAN_OUTCOME_WARM] = 7ULL * number;
	return 0;
}
