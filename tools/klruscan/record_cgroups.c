// SPDX-License-Identifier: GPL-2.0-only
/* Where the memory of cgroups is: of all that cgroup v2 has, the largest. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "record.h"
#include "source.h"
#include "utf8.h"

/* What is looked at: more cgroups, or deeper ones, count as left out. */
#define LOOK_AT_MAX	4096
#define DEPTH_MAX	16

/* struct walk - through the directories below @root */
struct walk {
	struct record_sample *sample;
	const char *root;
	char path[PATH_MAX];
	unsigned int depth;
	unsigned int looked_at;
};

/* Adds what a line of memory.numa_stat has: "anon N0=4096 N1=0". */
static void add_line(struct record_cgroup *cgroup, const struct record_sample *sample,
		     const char *line)
{
	uint64_t bytes;
	unsigned int nid;

	for (const char *at = strstr(line, " N"); at; at = strstr(at + 1, " N")) {
		if (sscanf(at, " N%u=%" SCNu64, &nid, &bytes) != 2)
			continue;
		for (unsigned int i = 0; i < sample->nr_memory; i++)
			if (sample->memory[i].kernel.nid == nid)
				cgroup->bytes[i] += bytes;
		cgroup->total_bytes += bytes;
	}
}

/* Anonymous memory, and that of files, among which shared memory counts. */
static int read_numa_stat(const char *path, struct record_cgroup *cgroup,
			  const struct record_sample *sample)
{
	char *text, *save = NULL;
	size_t length;
	int err = source_read_all(path, &text, &length);

	if (err)
		return err;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "anon ", 5) || !strncmp(line, "file ", 5))
			add_line(cgroup, sample, line);
	free(text);
	return 0;
}

/* Keeps it if it is one of the largest; those are in order. */
static void keep(struct record_sample *sample, const struct record_cgroup *cgroup)
{
	struct record_cgroup *list = sample->cgroup;
	unsigned int at = sample->nr_cgroups;

	while (at && list[at - 1].total_bytes < cgroup->total_bytes)
		at--;
	if (sample->nr_cgroups == RECORD_CGROUPS_MAX)
		sample->cgroups_left_out++;
	else
		sample->nr_cgroups++;
	if (at == RECORD_CGROUPS_MAX)
		return;
	memmove(&list[at + 1], &list[at], (sample->nr_cgroups - 1 - at) * sizeof(*list));
	list[at] = *cgroup;
}

/* As it is recorded: who reads it takes names that can be printed, and no longer ones. */
static bool name_of(const struct walk *walk, char *name)
{
	char clean[UTF8_ROOM(PATH_MAX)];

	utf8_clean(clean, walk->path + strlen(walk->root), true);
	if (strlen(clean) >= RECORD_PATH_MAX)
		return false;
	strcpy(name, clean);
	return true;
}

static void look_at(struct walk *walk)
{
	struct record_cgroup cgroup = { 0 };
	char path[PATH_MAX + 20];

	snprintf(path, sizeof(path), "%s/memory.numa_stat", walk->path);
	if (read_numa_stat(path, &cgroup, walk->sample))
		return; /* it has no memory controller, or is gone */
	if (name_of(walk, cgroup.path))
		keep(walk->sample, &cgroup);
	else
		walk->sample->cgroups_left_out++;
}

static int each(const struct source_entry *entry, void *arg)
{
	struct walk *walk = arg;
	size_t length = strlen(walk->path);

	if (!entry->directory)
		return 0;
	if (++walk->looked_at > LOOK_AT_MAX || walk->depth == DEPTH_MAX ||
	    length + strlen(entry->name) + 2 > sizeof(walk->path)) {
		walk->sample->cgroups_left_out++;
		return 0;
	}
	snprintf(walk->path + length, sizeof(walk->path) - length, "/%s", entry->name);
	look_at(walk);
	walk->depth++;
	source_list(walk->path, each, walk);
	walk->depth--;
	walk->path[length] = '\0';
	return 0;
}

int record_collect_cgroups(struct record_sample *sample)
{
	struct walk walk = { .sample = sample, .root = cgroup_root() };

	if (!walk.root || !sample->nr_memory)
		return 0;
	sample->cgroup = calloc(RECORD_CGROUPS_MAX, sizeof(*sample->cgroup));
	if (!sample->cgroup)
		return -ENOMEM;
	sample->has_cgroups = true;
	snprintf(walk.path, sizeof(walk.path), "%s", walk.root);
	source_list(walk.path, each, &walk);
	return 0;
}
