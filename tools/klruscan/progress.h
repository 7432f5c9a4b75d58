/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line on the terminal for who waits long. It is overwritten, and at last taken away, also
 * where a signal ends the program. Nothing is told where standard error is no terminal. One at
 * a time.
 */
#ifndef KLRUSCAN_PROGRESS_H
#define KLRUSCAN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - how far something is
 * @parts:	of about the same length, which are done one after the other
 * @part:	the one that is being done
 * @next_ns:	when the line is to be written next; in the beginning it can wait
 * @shown:	there is one
 */
struct progress {
	unsigned int parts;
	unsigned int part;
	uint64_t next_ns;
	bool shown;
};

void progress_begin(struct progress *progress, unsigned int parts);

/* What is waited for. */
void progress_tell(struct progress *progress, const char *text, ...)
	__attribute__((format(printf, 2, 3)));

/* Of a file: that @done bytes of @all were read for this part. @all is 0 where nobody knows. */
void progress_tell_reading(struct progress *progress, const char *path, uint64_t done,
			   uint64_t all);

void progress_end(struct progress *progress);

#endif
