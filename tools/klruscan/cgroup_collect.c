// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "source.h"

/* What one call may bring; the module gives no more. */
#define IDS_ROOM 1024

static int fail_memory(struct failure *failure)
{
	return fail(failure, ENOMEM, "free some memory", "cannot hold the figures");
}

static struct cgroup_row *new_row(struct cgroup_table *table, uint64_t id)
{
	struct cgroup_row *row = realloc(table->row, (table->nr + 1) * sizeof(*row));

	if (!row)
		return NULL;
	table->row = row;
	row += table->nr;
	*row = (struct cgroup_row){ .set.id = id };
	row->on = calloc(table->nr_nodes + 1, sizeof(*row->on));
	if (row->on)
		table->nr++;
	return row->on ? row : NULL;
}

static void free_row(struct cgroup_row *row)
{
	free(row->path);
	free(row->on);
}

void cgroup_release(struct cgroup_table *table)
{
	for (unsigned int i = 0; i < table->nr; i++)
		free_row(&table->row[i]);
	free(table->row);
	free(table->nid);
	memset(table, 0, sizeof(*table));
}

/* Which slow nodes there are. */
static int begin(struct cgroup_table *table, struct failure *failure)
{
	struct status status;
	int err = source_status(&status, failure);

	if (err)
		return err;
	table->enabled = status.info.enabled;
	table->page_size = status.page_size;
	table->nid = calloc(status.nr_nodes + 1, sizeof(*table->nid));
	for (unsigned int i = 0; i < status.nr_nodes && table->nid; i++)
		table->nid[table->nr_nodes++] = status.nodes[i].nid;
	source_status_free(&status);
	return table->nid ? 0 : fail_memory(failure);
}

static int list(struct cgroup_table *table, int fd, struct failure *failure)
{
	struct klruscan_cgroups cgroups = { .size = sizeof(cgroups) };
	__u64 ids[IDS_ROOM];

	while (cgroups.pos != KLRUSCAN_CGROUPS_END) {
		uint64_t pos = cgroups.pos;
		int err;

		cgroups.ids = (uintptr_t)ids;
		cgroups.room = IDS_ROOM;
		err = source_ask(fd, KLRUSCAN_IOC_CGROUPS, &cgroups, "for cgroups", failure);
		if (err)
			return err;
		if (cgroups.nr > IDS_ROOM || cgroups.pos <= pos)
			return fail(failure, EPROTO, advice_same,
				    "cannot understand what /dev/" KLRUSCAN_DEVICE
				    " says of cgroups");
		for (unsigned int i = 0; i < cgroups.nr; i++)
			if (!new_row(table, ids[i]))
				return fail_memory(failure);
	}
	return 0;
}

static int named(struct cgroup_table *table, int nr, char **words, struct failure *failure)
{
	for (int i = 0; i < nr; i++) {
		struct cgroup_row *row;
		uint64_t id;
		char *path;
		int err = cgroup_find(words[i], &path, &id, failure);

		if (err)
			return err;
		row = new_row(table, id);
		if (!row) {
			free(path);
			return fail_memory(failure);
		}
		row->path = path;
	}
	return 0;
}

static int explain(int err, const char *path, struct failure *failure)
{
	if (err == -ENOENT)
		return fail_found(failure, "it was removed meanwhile, or is of another cgroup namespace",
				  "klruscan knows no cgroup %.150s", path);
	if (err == -EOPNOTSUPP)
		return fail(failure, EOPNOTSUPP, "it has no memory controller of its own: name the cgroup"
			    " above it, or write +memory into that one's cgroup.subtree_control",
			    "nothing can be set for cgroup %.150s", path);
	return err;
}

static int ask_stats(int fd, struct cgroup_row *row, const struct cgroup_table *table,
		     struct failure *failure)
{
	int err = 0;

	for (unsigned int i = 0; i < table->nr_nodes && !err; i++) {
		struct klruscan_cgroup_stats *stats = &row->on[i];

		stats->size = sizeof(*stats);
		stats->nid = table->nid[i];
		stats->id = row->set.id;
		err = source_ask(fd, KLRUSCAN_IOC_CGROUP_STATS, stats, "for a cgroup's figures",
				 failure);
		/* the node was given up since it was asked for */
		if (err == -ENODEV)
			err = 0;
	}
	return err;
}

static int ask_row(int fd, struct cgroup_row *row, const struct cgroup_table *table,
		   struct failure *failure)
{
	int err;

	row->set.size = sizeof(row->set);
	err = source_ask(fd, KLRUSCAN_IOC_CGROUP, &row->set, "what is set for a cgroup", failure);
	return err ? err : ask_stats(fd, row, table, failure);
}

/* Of those that were listed, some may have been removed; one that was named has to be there. */
static int ask_all(struct cgroup_table *table, int fd, bool all, struct failure *failure)
{
	unsigned int kept = 0;
	int err = 0;

	for (unsigned int i = 0; i < table->nr; i++) {
		struct cgroup_row row = table->row[i];

		if (!err) {
			err = ask_row(fd, &row, table, failure);
			if (all && (err == -ENOENT || err == -EOPNOTSUPP)) {
				err = 0;
				free_row(&row);
				continue;
			}
			if (err && row.path)
				err = explain(err, row.path, failure);
		}
		table->row[kept++] = row;
	}
	table->nr = kept;
	return err;
}

static int compare_paths(const void *a, const void *b)
{
	const struct cgroup_row *one = a, *other = b;

	return strcmp(one->path, other->path);
}

/* By path; those without one were removed since. At the end, what belongs to none. */
static int finish_all(struct cgroup_table *table, int fd, struct failure *failure)
{
	struct cgroup_row *none;
	unsigned int kept = 0;

	if (cgroup_find_paths(table))
		return fail_memory(failure);
	for (unsigned int i = 0; i < table->nr; i++) {
		if (table->row[i].path)
			table->row[kept++] = table->row[i];
		else
			free_row(&table->row[i]);
	}
	table->nr = kept;
	if (kept)
		qsort(table->row, kept, sizeof(*table->row), compare_paths);
	if (!table->nr_nodes)
		return 0;
	none = new_row(table, 0);
	return none ? ask_stats(fd, none, table, failure) : fail_memory(failure);
}

int cgroup_collect(struct cgroup_table *table, int nr, char **words, struct failure *failure)
{
	int fd, err;

	memset(table, 0, sizeof(*table));
	err = begin(table, failure);
	if (err)
		return err;
	fd = source_device(false, failure);
	if (fd < 0)
		return fd;
	err = nr ? named(table, nr, words, failure) : list(table, fd, failure);
	if (!err)
		err = ask_all(table, fd, !nr, failure);
	if (!err && !nr)
		err = finish_all(table, fd, failure);
	close(fd);
	return err;
}

int cgroup_change(struct klruscan_cgroup *cgroup, const char *path, struct failure *failure)
{
	int fd = source_device(true, failure), err;

	if (fd < 0)
		return fd;
	cgroup->size = sizeof(*cgroup);
	err = source_ask(fd, KLRUSCAN_IOC_CGROUP_SET, cgroup, "to change what is set for a cgroup",
			 failure);
	close(fd);
	if (err == -EPERM)
		return fail(failure, EPERM, advice_root, "cannot set anything for cgroup %.150s", path);
	if (err == -ENOSPC)
		return fail(failure, ENOSPC, "'klruscan cgroup clear' some others",
			    "%d cgroups have settings, as many as can have", KLRUSCAN_CGROUPS_SET_MAX);
	return explain(err, path, failure);
}
