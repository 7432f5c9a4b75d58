// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "progress.h"
#include "record.h"
#include "source.h"

#define PIECE	65536

/**
 * struct record_reader - what is known of a file so far
 * @z:		unpacks it
 * @unpacked:	its end was reached, and its CRC is right
 * @got:	bytes of the file
 * @lines:	lines
 * @ended:	the end line was read
 * @verdict:	the first that was not good
 * @line:	of @length bytes, of which no end was seen yet; room for RECORD_LINE_MAX
 */
struct record_reader {
	record_each each;
	void *arg;
	struct record_parser parser;
	z_stream z;
	bool unpacked;
	uint64_t got;
	uint64_t lines;
	bool ended;
	enum record_verdict verdict;
	char *line;
	size_t length;
};

struct record_reader *record_reader_new(record_each each, void *arg)
{
	struct record_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->each = each;
	reader->arg = arg;
	reader->line = malloc(RECORD_LINE_MAX);
	if (record_parser_init(&reader->parser) || !reader->line ||
	    inflateInit2(&reader->z, RECORD_WINDOW) != Z_OK) {
		record_parser_free(&reader->parser);
		free(reader->line);
		free(reader);
		return NULL;
	}
	return reader;
}

void record_reader_free(struct record_reader *reader)
{
	inflateEnd(&reader->z);
	record_parser_free(&reader->parser);
	free(reader->line);
	free(reader);
}

const struct record_parser *record_reader_parser(const struct record_reader *reader)
{
	return &reader->parser;
}

static enum record_verdict take_line(struct record_reader *reader)
{
	struct record_parser *parser = &reader->parser;

	if (reader->ended)
		return RECORD_TRAILING;
	reader->lines++;
	switch (record_parse_line(parser, reader->line, reader->length)) {
	case RECORD_LINE_HEAD:
		return RECORD_GOOD;
	case RECORD_LINE_NEWER:
		return RECORD_NEWER;
	case RECORD_LINE_NO_MEMORY:
		return RECORD_NO_MEMORY;
	case RECORD_LINE_SAMPLE:
		if (parser->samples > RECORD_SAMPLES_MAX)
			return RECORD_TOO_MANY;
		return reader->each(&parser->head, &parser->sample, reader->arg) ?
		       RECORD_STOPPED : RECORD_GOOD;
	case RECORD_LINE_END:
		reader->ended = true;
		return parser->end_samples == parser->samples ? RECORD_GOOD : RECORD_DAMAGED;
	default:
		return reader->lines == 1 ? RECORD_NOT_OURS : RECORD_DAMAGED;
	}
}

/* Puts unpacked bytes together to lines. */
static enum record_verdict take_text(struct record_reader *reader, const char *text, size_t length)
{
	while (length) {
		const char *end = memchr(text, '\n', length);
		size_t part = end ? (size_t)(end - text) : length;

		/* the last byte of the line's room is for a NUL */
		if (part >= RECORD_LINE_MAX - reader->length)
			return reader->lines ? RECORD_DAMAGED : RECORD_NOT_OURS;
		memcpy(reader->line + reader->length, text, part);
		reader->length += part;
		reader->line[reader->length] = '\0';
		if (end) {
			enum record_verdict verdict = take_line(reader);

			if (verdict != RECORD_GOOD)
				return verdict;
			reader->length = 0;
			part++;
		}
		text += part;
		length -= part;
	}
	return RECORD_GOOD;
}

/* Unpacks what there is. */
static enum record_verdict unpack(struct record_reader *reader)
{
	unsigned char room[PIECE];
	z_stream *z = &reader->z;

	do {
		enum record_verdict verdict;
		int ret;

		z->next_out = room;
		z->avail_out = sizeof(room);
		ret = inflate(z, Z_NO_FLUSH);
		if (ret == Z_MEM_ERROR)
			return RECORD_NO_MEMORY;
		verdict = take_text(reader, (char *)room, sizeof(room) - z->avail_out);
		if (verdict != RECORD_GOOD)
			return verdict;
		if (ret == Z_STREAM_END) {
			reader->unpacked = true;
			return z->avail_in ? RECORD_TRAILING : RECORD_GOOD;
		}
		if (ret != Z_OK && ret != Z_BUF_ERROR)
			return reader->z.total_out || reader->lines ? RECORD_DAMAGED : RECORD_NOT_GZIP;
	} while (z->avail_in || !z->avail_out);
	return RECORD_GOOD;
}

enum record_verdict record_feed(struct record_reader *reader, const unsigned char *data,
				size_t length)
{
	if (reader->verdict != RECORD_GOOD || !length)
		return reader->verdict;
	reader->got += length;
	if (reader->unpacked) {
		reader->verdict = RECORD_TRAILING;
		return reader->verdict;
	}
	reader->z.next_in = (unsigned char *)(uintptr_t)data;
	reader->z.avail_in = (uInt)length;
	reader->verdict = unpack(reader);
	return reader->verdict;
}

enum record_verdict record_reader_end(struct record_reader *reader)
{
	if (reader->verdict != RECORD_GOOD)
		return reader->verdict;
	if (!reader->lines && reader->unpacked)
		return RECORD_NOT_OURS;
	/* less than an empty file of gzip */
	if (reader->got < 18)
		return RECORD_NOT_GZIP;
	if (!reader->unpacked || !reader->ended)
		return RECORD_TRUNCATED;
	if (reader->length)
		return RECORD_TRAILING;
	return reader->parser.samples ? RECORD_GOOD : RECORD_EMPTY;
}

/******************************************************************************
 *                          a file, and what is wrong with it
 ******************************************************************************/

static int fail_verdict(enum record_verdict verdict, const char *path,
			const struct record_parser *parser, struct failure *failure)
{
	static const char *const other = "give it a file that 'klruscan record' wrote";
	const char *partial = parser->samples ? "--partial reports on what is good" : "record again";

	switch (verdict) {
	case RECORD_NOT_GZIP:
		return fail_found(failure, other, "%s is no record: it is not gzip", path);
	case RECORD_NOT_OURS:
		return fail_found(failure, other, "%s is gzip, but no record of klruscan", path);
	case RECORD_NEWER:
		return fail_found(failure, "use the klruscan that wrote it, or a newer one",
				  "%s is a record of version %llu, and klruscan %s reads version %d",
				  path, (unsigned long long)parser->version, KLRUSCAN_VERSION,
				  RECORD_VERSION);
	case RECORD_DAMAGED:
		return fail_found(failure, partial, "%s is damaged after %u good samples", path,
				  parser->samples);
	case RECORD_TRUNCATED:
		return fail_found(failure, partial, "%s ends early: %u samples are good, and its end"
				  " is missing", path, parser->samples);
	case RECORD_TRAILING:
		return fail_found(failure, partial, "%s goes on after its end, which is after %u samples",
				  path, parser->samples);
	case RECORD_EMPTY:
		return fail_found(failure, "record for longer", "%s has no samples", path);
	case RECORD_TOO_MANY:
		return fail_found(failure, partial, "%s has more than %u samples", path,
				  RECORD_SAMPLES_MAX);
	default:
		return fail(failure, ENOMEM, "free some memory", "cannot read %s", path);
	}
}

static bool is_partial(enum record_verdict verdict)
{
	return verdict == RECORD_DAMAGED || verdict == RECORD_TRUNCATED ||
	       verdict == RECORD_TRAILING || verdict == RECORD_TOO_MANY;
}

/* Hours of samples take a while; of a pipe nobody knows how long it is. */
static int feed_all(int fd, const char *path, struct record_reader *reader,
		    struct progress *progress)
{
	unsigned char piece[PIECE];
	struct stat st = { 0 };
	uint64_t sum = 0, size;
	ssize_t got;
	int err = 0;

	fstat(fd, &st);
	size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	do {
		got = read(fd, piece, sizeof(piece));
		if (got < 0 && errno != EINTR)
			err = -errno;
		sum += got > 0 ? (uint64_t)got : 0;
		progress_tell_reading(progress, path, sum, size);
	} while (got && !err && (got < 0 || record_feed(reader, piece, (size_t)got) == RECORD_GOOD));
	return err;
}

int record_read_file(const char *path, bool partial, record_each each, void *arg,
		     struct progress *progress, struct failure *failure)
{
	int fd = source_open(path), err;
	struct record_reader *reader;
	enum record_verdict verdict;

	if (fd < 0)
		return fail(failure, -fd, fd == -EACCES ?
			    "a record is for who wrote it: read it as that user, or as root" :
			    "give it a file that 'klruscan record' wrote", "cannot open %s", path);
	reader = record_reader_new(each, arg);
	if (!reader) {
		close(fd);
		return fail(failure, ENOMEM, "free some memory", "cannot read %s", path);
	}
	err = feed_all(fd, path, reader, progress);
	close(fd);
	verdict = record_reader_end(reader);
	if (err)
		fail(failure, -err, "give it a file that 'klruscan record' wrote", "cannot read %s", path);
	else if (verdict == RECORD_STOPPED)
		err = -ECANCELED; /* @each has filled the failure */
	else if (verdict != RECORD_GOOD &&
		 !(partial && is_partial(verdict) && record_reader_parser(reader)->samples))
		err = fail_verdict(verdict, path, record_reader_parser(reader), failure);
	record_reader_free(reader);
	return err;
}
