/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where figures come from: the only part that opens files of the kernel. It
 * fills plain structs; who renders them never knows where they came from.
 */
#ifndef KLRUSCAN_SOURCE_H
#define KLRUSCAN_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

#include "blocks.h"
#include "failure.h"
#include "nodes.h"
#include "status.h"

#define SYSFS_KLRUSCAN "/sys/kernel/mm/klruscan"

extern const char *const advice_load, *const advice_root, *const advice_same;

/*
 * Returns 0, or a negative errno with @failure filled. On success the caller
 * releases @status with source_status_free().
 */
int source_status(struct status *status, struct failure *failure);
void source_status_free(struct status *status);

/*
 * Which parts of a slow node are hot, as of the pass @pass; @whole is false when passes
 * ended all the time meanwhile, so that it is of several. Returns 0 or a negative errno,
 * -ENODEV for a node that is not scanned any more, with @failure filled.
 */
int source_heat(unsigned int nid, struct blocks *blocks, uint64_t *pass, bool *whole,
		struct failure *failure);

/*
 * The device, opened for changes or for questions alone; a question or a change. Both
 * return a negative errno with @failure filled.
 */
int source_device(bool change, struct failure *failure);
int source_ask(int fd, unsigned long request, void *arg, const char *what,
	       struct failure *failure);

/* The id of the cgroup whose directory is at @path. -EXDEV: not in cgroup v2. */
int source_cgroup_id(const char *path, uint64_t *id);

/*
 * Opens whichever of the standard streams was closed, so that nothing else becomes one of them. To
 * use it fails as before.
 */
void source_fill_standard(void);

/*
 * Files of the user: to be read, or, as a device or a pipe, to be written to. Negative errnos.
 */
int source_open(const char *path);
int source_append(const char *path, bool link);

/*
 * Waits until nobody else sets knobs by this program; @slow is called when that takes seconds.
 * What is locked is a file of the module that root alone can open, as whoever holds it holds up
 * the service too. Returns what is to be closed afterwards, or a negative errno: who may not
 * lock may not set anything either.
 */
int source_lock(void (*slow)(void *arg), void *arg);

/* Characters in a line of the terminal on standard output, 0 where it is none. */
unsigned int source_terminal_width(void);

/*
 * Reads a small file, without the newline at its end. Returns its length, or a
 * negative errno: -EFBIG when it is longer than @size - 1.
 */
ssize_t source_read(const char *path, char *buf, size_t size);

/* Reads a file that has a list of nodes. Returns 0 or a negative errno. */
int source_read_nodes(const char *path, struct nodes *nodes);

/* The same of a file of any size, newlines and all, which the caller frees. */
int source_read_all(const char *path, char **text, size_t *length);

/* Writes @text and a newline in one go, as sysfs wants it. */
int source_write(const char *path, const char *text);

/**
 * struct source_entry - what is in a directory
 * @name:	without the directory
 * @directory:	it is one itself
 * @writable:	its owner may write it
 * @inode:	its number
 */
struct source_entry {
	const char *name;
	bool directory;
	bool writable;
	uint64_t inode;
};

/* Calls @each for all in @directory, in no order, until one returns other than 0. */
int source_list(const char *directory,
		int (*each)(const struct source_entry *entry, void *arg), void *arg);

#endif
