// SPDX-License-Identifier: GPL-2.0-only
/* From the path of a cgroup to its id in the kernel, and back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "source.h"

static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static const char advice_v2[] =
	"klruscan needs cgroup v2, mounted on /sys/fs/cgroup: boot without"
	" systemd.unified_cgroup_hierarchy=0";

const char *cgroup_root(void)
{
	char text[512], path[64];

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(path, sizeof(path), "%s/cgroup.controllers", roots[i]);
		if (source_read(path, text, sizeof(text)) >= 0)
			return roots[i];
	}
	return NULL;
}

static bool has_dots(const char *text)
{
	for (const char *at = text; (at = strstr(at, "..")); at += 2)
		if ((at == text || at[-1] == '/') && (!at[2] || at[2] == '/'))
			return true;
	return false;
}

/* Appends what @text names to @path, which has the root, without needless slashes. */
static int append(char *path, size_t size, const char *text)
{
	size_t length = strlen(path);

	while (*text) {
		size_t part = strcspn(text, "/");

		if (part && !(part == 1 && *text == '.')) {
			if (length + part + 2 > size)
				return -ENAMETOOLONG;
			length += (size_t)snprintf(path + length, size - length, "/%.*s", (int)part,
						   text);
		}
		text += part + (text[part] == '/');
	}
	return 0;
}

static int fail_find(struct failure *failure, int err, const char *path)
{
	if (err == -ENOENT || err == -ENOTDIR || err == -ENAMETOOLONG)
		return fail_found(failure, "'klruscan cgroup show' and systemd-cgls list them",
				  "there is no cgroup %.200s", path);
	if (err == -EXDEV)
		return fail_found(failure, advice_v2, "%.200s is not in cgroup v2", path);
	return fail(failure, -err, err == -EACCES ? advice_root : NULL,
		    "cannot look at %.200s", path);
}

int cgroup_find(const char *text, char **path, uint64_t *id, struct failure *failure)
{
	const char *root = cgroup_root(), *below = text;
	char whole[PATH_MAX];
	size_t length;
	int err;

	if (!root)
		return fail_found(failure, advice_v2, "there is no cgroup v2");
	if (!*text || has_dots(text))
		return fail_request(failure, "name it by its path below the root of cgroup v2, such as"
				    " /system.slice, without '..'",
				    "'%.100s' is outside of %s", text, root);
	length = strlen(root);
	if (!strncmp(text, root, length) && (!text[length] || text[length] == '/'))
		below += length;
	snprintf(whole, sizeof(whole), "%s", root);
	err = append(whole, sizeof(whole), below);
	if (!err)
		err = source_cgroup_id(whole, id);
	if (err)
		return fail_find(failure, err, err == -ENAMETOOLONG ? text : whole);
	*path = strdup(whole[length] ? whole + length : "/");
	return *path ? 0 : fail(failure, ENOMEM, "free some memory", "cannot keep a path");
}

/* struct walk - through all directories, for the rows of @table, which are by id */
struct walk {
	struct cgroup_table *table;
	char path[PATH_MAX];
	size_t root;
	unsigned int missing;
};

static int compare_ids(const void *key, const void *row)
{
	uint64_t id = *(const uint64_t *)key, other = ((const struct cgroup_row *)row)->set.id;

	return id < other ? -1 : id > other;
}

static int name(struct walk *walk, uint64_t id)
{
	struct cgroup_row *row = bsearch(&id, walk->table->row, walk->table->nr,
					 sizeof(*row), compare_ids);

	if (!row || row->path)
		return 0;
	row->path = strdup(walk->path[walk->root] ? walk->path + walk->root : "/");
	walk->missing--;
	return row->path ? 0 : -ENOMEM;
}

/* Stops when all are found. */
static int each(const struct source_entry *entry, void *arg)
{
	struct walk *walk = arg;
	size_t length = strlen(walk->path);
	int err;

	if (!entry->directory || length + strlen(entry->name) + 2 > sizeof(walk->path))
		return 0;
	snprintf(walk->path + length, sizeof(walk->path) - length, "/%s", entry->name);
	err = name(walk, entry->inode);
	if (!err && walk->missing)
		err = source_list(walk->path, each, walk);
	walk->path[length] = '\0';
	/* one that was removed meanwhile is no error */
	return err == -ENOMEM ? err : !walk->missing;
}

int cgroup_find_paths(struct cgroup_table *table)
{
	struct walk walk = { .table = table, .missing = table->nr };
	const char *root = cgroup_root();
	uint64_t id;
	int err = 0;

	if (!root || !table->nr)
		return 0;
	snprintf(walk.path, sizeof(walk.path), "%s", root);
	walk.root = strlen(root);
	if (!source_cgroup_id(root, &id))
		err = name(&walk, id);
	if (!err)
		err = source_list(root, each, &walk);
	return err == -ENOMEM ? err : 0;
}
