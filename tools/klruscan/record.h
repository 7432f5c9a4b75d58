/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What 'klruscan record' writes and 'klruscan report' reads: gzip of lines of JSON, a
 * head, a line each sample, an end. klruscan-record(5) has the format.
 *
 *	record_collect.c	a sample of this machine
 *	record_render.c		a sample as a line; pure
 *	record_file.c		lines into a file
 *	record_parse.c		a line as a sample; pure
 *	record_read.c		lines out of a file; pure but for record_read_file()
 */
#ifndef KLRUSCAN_RECORD_H
#define KLRUSCAN_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "blocks.h"
#include "failure.h"
#include "metrics.h"
#include "nodes.h"
#include "status.h"

#define RECORD_FORMAT		"klruscan-record"
#define RECORD_VERSION		1

/* zlib's largest window, and gzip's own head and CRC. */
#define RECORD_WINDOW	(15 + 16)

/* Limits of a file; what is beyond them is not read. */
#define RECORD_LINE_MAX		(4u << 20)	/* bytes: 64 for each of BLOCKS_MAX blocks */
#define RECORD_SAMPLES_MAX	65536u		/* 18 hours, one a second */
#define RECORD_NODES_MAX	64u
#define RECORD_CGROUPS_MAX	64u
#define RECORD_PATH_MAX		512u
#define RECORD_DEPTH_MAX	12		/* of JSON */
#define RECORD_T_MAX		(1ULL << 40)	/* milliseconds */

/**
 * struct record_head - the first line
 * @start_s:	when it began, seconds since 1970
 * @interval_ms: between samples
 * @page_size:	bytes of a base page
 * @slow, @fast: the nodes
 */
struct record_head {
	char tool[KLRUSCAN_VERSION_LEN];
	char kernel[128];
	uint64_t start_s;
	uint64_t interval_ms;
	uint64_t page_size;
	struct nodes slow;
	struct nodes fast;
};

/**
 * struct record_heat - the heat of a slow node, where a pass was completed since
 * @pass:	which it is as of
 * @whole:	of no other one
 */
struct record_heat {
	unsigned int nid;
	uint64_t pass;
	bool whole;
	struct blocks blocks;
};

/* struct record_memory - a node with memory; @kernel has its counters. */
struct record_memory {
	uint64_t total_bytes;
	uint64_t free_bytes;
	struct node_counters kernel;
};

/* struct record_cgroup - what a cgroup has on each node, in the order of the memory */
struct record_cgroup {
	char path[RECORD_PATH_MAX];
	uint64_t total_bytes;
	uint64_t bytes[RECORD_NODES_MAX];
};

/**
 * struct record_sample - a line
 * @t_ms:	since the beginning
 * @status:	as of 'klruscan status'
 * @heat:	those slow nodes that have news
 * @memory:	nodes with memory, ascending
 * @machine:	the kernel's counters that it has for all of them together
 * @cgroup:	the largest, the largest first
 * @cgroups_left_out: how many more there are; of no meaning without @has_cgroups
 * @has_cgroups: there is cgroup v2
 */
struct record_sample {
	uint64_t t_ms;
	struct status status;
	struct record_heat *heat;
	unsigned int nr_heat;
	struct record_memory *memory;
	unsigned int nr_memory;
	struct node_counters machine;
	struct record_cgroup *cgroup;
	unsigned int nr_cgroups;
	unsigned int cgroups_left_out;
	bool has_cgroups;
};

/* Why a record ended. */
#define RECORD_ENDS(X)		\
	X(DURATION, duration)	\
	X(INTERRUPTED, interrupted) \
	X(SAMPLES, samples)	\
	X(FAILED, failed)

enum record_end {
#define X(name, word) RECORD_END_##name,
	RECORD_ENDS(X)
#undef X
	NR_RECORD_ENDS
};

/* record_render.c: a line each. Return 0 or a negative errno. */
int record_render_head(const struct record_head *head, FILE *out);
int record_render_sample(const struct record_sample *sample, FILE *out);
int record_render_end(enum record_end end, uint64_t t_ms, unsigned int samples, FILE *out);

/* struct record_room - for the heat of a slow node; @written is the pass last told of */
struct record_room {
	struct record_heat heat;
	uint64_t written;
};

/**
 * struct record_collector - what is kept from one sample to the next
 * @sample:	the present one
 * @room:	for each slow node that there was
 * @at_ns:	when it was taken
 * @started:	klruscan was enabled since the one before
 */
struct record_collector {
	struct record_sample sample;
	uint64_t at_ns;
	bool started;
	struct record_room *room;
	unsigned int nr_room;
};

/*
 * record_collect.c. Fills collector->sample but for its time. Returns 0, or a negative
 * errno with @failure filled when the module does not answer.
 */
int record_collect(struct record_collector *collector, struct failure *failure);
void record_collect_head(struct record_head *head, const struct status *status);
void record_collector_free(struct record_collector *collector);

/* record_cgroups.c: fills the cgroups of @sample by its memory. */
int record_collect_cgroups(struct record_sample *sample);

/* record_file.c: a file that always ends where a line does, unless it is killed. */
struct record_file;

/*
 * To begin with it is beside @path, which stays as it is until record_file_keep(): then what was
 * there becomes PATH.old. A file that is closed before that leaves nothing. @path has to stay.
 */
int record_file_open(const char *path, struct record_file **file, struct failure *failure);
int record_file_keep(struct record_file *file, struct failure *failure);

/*
 * What was written before is still good after an error, and can be gone on from. A line that
 * is longer than RECORD_LINE_MAX is one.
 */
int record_file_write(struct record_file *file, const char *text, size_t length);
uint64_t record_file_size(const struct record_file *file);

/* Writes @text as the last, closes and releases. Returns 0 or a negative errno. */
int record_file_close(struct record_file *file, const char *text, size_t length);

/**
 * struct record_parser - lines of a record into structs
 * @head:	of the record, once it was parsed
 * @sample:	the last one; of the slow nodes' heat only what is in the line
 * @samples:	how many were parsed
 * @end_samples: how many there should be, once the end was parsed
 * @version:	that the head has, if it is newer than RECORD_VERSION
 */
struct record_parser {
	struct record_head head;
	struct record_sample sample;
	unsigned int samples;
	uint64_t end_samples;
	uint64_t version;
};

enum record_line {
	RECORD_LINE_BAD,	/* none of this format */
	RECORD_LINE_NO_MEMORY,
	RECORD_LINE_HEAD,
	RECORD_LINE_NEWER,	/* the head of a newer version */
	RECORD_LINE_SAMPLE,
	RECORD_LINE_END,
};

/* record_parse.c. Returns 0 or -ENOMEM; free it in any case. */
int record_parser_init(struct record_parser *parser);
void record_parser_free(struct record_parser *parser);

/* @text without a newline. The first line has to be a head, the others not. */
enum record_line record_parse_line(struct record_parser *parser, const char *text, size_t length);

/* How a file is; all but RECORD_GOOD are errors. */
enum record_verdict {
	RECORD_GOOD,
	RECORD_NOT_GZIP,
	RECORD_NOT_OURS,	/* gzip of something else */
	RECORD_NEWER,
	RECORD_DAMAGED,		/* after so many good samples */
	RECORD_TRUNCATED,	/* likewise */
	RECORD_TRAILING,	/* something follows its end */
	RECORD_EMPTY,		/* no samples */
	RECORD_TOO_MANY,	/* samples */
	RECORD_NO_MEMORY,
	RECORD_STOPPED,		/* by @each */
};

/* Gets each sample; ends the reading by other than 0. */
typedef int (*record_each)(const struct record_head *head, const struct record_sample *sample,
			   void *arg);

/*
 * record_read.c: a reader is fed with the bytes of a file, in pieces of any size, until
 * record_feed() returns other than RECORD_GOOD or the file ends; record_reader_end() then
 * says how it is.
 */
struct record_reader;

struct record_reader *record_reader_new(record_each each, void *arg);
enum record_verdict record_feed(struct record_reader *reader, const unsigned char *data,
				size_t length);
enum record_verdict record_reader_end(struct record_reader *reader);
const struct record_parser *record_reader_parser(const struct record_reader *reader);
void record_reader_free(struct record_reader *reader);

struct progress;

/*
 * Reads all of a file, which is the part of @progress that is being done. @partial: one that
 * ends early, or is damaged, is good up to there. Returns 0 or a negative errno with @failure
 * filled.
 */
int record_read_file(const char *path, bool partial, record_each each, void *arg,
		     struct progress *progress, struct failure *failure);

#endif
