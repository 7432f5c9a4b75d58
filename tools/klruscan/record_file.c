// SPDX-License-Identifier: GPL-2.0-only
/*
 * gzip, flushed after each line, so that what is on the disk can be read up to there. A
 * line that cannot be written as a whole is taken back: the file then ends where the line
 * before did, and so does the compressor, of which a copy was kept. Nor is one written
 * when there would be no room left on the disk for the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "record.h"
#include "textfile.h"

/* Bytes that the last line never takes when it is compressed, a few numbers. */
#define END_ROOM	512

/**
 * struct record_file - a record that is being written
 * @path:	what it is to be
 * @beside:	what it is until it has something to tell; empty from then on
 * @size:	bytes of it that are good
 */
struct record_file {
	const char *path;
	char beside[PATH_MAX];
	int fd;
	off_t size;
	z_stream z;
};

uint64_t record_file_size(const struct record_file *file)
{
	return (uint64_t)file->size;
}

/* May what is at @path be moved away, if there is something? A name that is too long is not there. */
static int check_path(const char *path, struct failure *failure)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT || errno == ENAMETOOLONG ? 0 :
		       fail(failure, errno, "choose another file", "cannot write %s", path);
	if (!S_ISREG(st.st_mode))
		return fail(failure, EEXIST, "it is no regular file: choose another one",
			    "cannot write %s", path);
	return 0;
}

/* What was there is kept as PATH.old. */
int record_file_keep(struct record_file *file, struct failure *failure)
{
	char old[PATH_MAX];

	snprintf(old, sizeof(old), "%s.old", file->path);
	if ((rename(file->path, old) && errno != ENOENT) || rename(file->beside, file->path))
		return fail(failure, errno, "move it away yourself", "cannot move %s to %s",
			    file->path, old);
	file->beside[0] = '\0';
	return 0;
}

int record_file_open(const char *path, struct record_file **file, struct failure *failure)
{
	struct record_file *f = calloc(1, sizeof(*f));
	int err;

	if (!f || deflateInit2(&f->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RECORD_WINDOW, 8,
			       Z_DEFAULT_STRATEGY) != Z_OK) {
		free(f);
		return fail(failure, ENOMEM, "free some memory", "cannot begin to compress");
	}
	f->path = path;
	err = check_path(path, failure);
	if (!err) {
		f->fd = textfile_beside(path, f->beside, failure);
		err = f->fd < 0 ? f->fd : 0;
	}
	if (err) {
		deflateEnd(&f->z);
		free(f);
		return err;
	}
	*file = f;
	return 0;
}

/*
 * Room on the disk for @bytes more and the end. Where a filesystem cannot tell, it is left
 * to the writing.
 */
static int reserve(const struct record_file *file, size_t bytes)
{
	if (!fallocate(file->fd, FALLOC_FL_KEEP_SIZE, file->size, (off_t)(bytes + END_ROOM)))
		return 0;
	return errno == ENOSPC || errno == EDQUOT ? -errno : 0;
}

/* Writes what @z makes of @text, or nothing. */
static int put(struct record_file *file, z_stream *z, const char *text, size_t length, int flush)
{
	size_t room = deflateBound(z, length) + 64; /* and the mark of the flush */
	unsigned char *data = malloc(room);
	size_t made;
	int err = 0;

	if (!data)
		return -ENOMEM;
	z->next_in = (unsigned char *)(uintptr_t)text;
	z->avail_in = (uInt)length;
	z->next_out = data;
	z->avail_out = (uInt)room;
	deflate(z, flush);
	made = room - z->avail_out;
	if (z->avail_in || !z->avail_out)
		err = -EIO;
	if (!err && flush != Z_FINISH)
		err = reserve(file, made);
	if (!err)
		err = write_all(file->fd, data, made);
	free(data);
	if (!err)
		file->size += (off_t)made;
	else if (!ftruncate(file->fd, file->size))
		lseek(file->fd, file->size, SEEK_SET);
	return err;
}

static int write_line(struct record_file *file, const char *text, size_t length, int flush)
{
	z_stream next;
	int err;

	if (length > RECORD_LINE_MAX)
		return -EMSGSIZE; /* who reads it would take it for damaged */
	if (deflateCopy(&next, &file->z) != Z_OK)
		return -ENOMEM;
	err = put(file, &next, text, length, flush);
	if (err) {
		deflateEnd(&next);
		return err;
	}
	/* The state points back to the struct it is of, so a plain copy will not do. */
	deflateEnd(&file->z);
	err = deflateCopy(&file->z, &next) == Z_OK ? 0 : -ENOMEM;
	deflateEnd(&next);
	return err;
}

int record_file_write(struct record_file *file, const char *text, size_t length)
{
	return write_line(file, text, length, Z_SYNC_FLUSH);
}

int record_file_close(struct record_file *file, const char *text, size_t length)
{
	int err = put(file, &file->z, text, length, Z_FINISH);

	deflateEnd(&file->z);
	/* what was reserved is given back */
	if (ftruncate(file->fd, file->size) && !err)
		err = -errno;
	if (close(file->fd) && !err)
		err = -errno;
	if (file->beside[0])
		unlink(file->beside);
	free(file);
	return err;
}
