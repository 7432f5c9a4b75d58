/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an axis has its ticks, and what they are called; pure. */
#ifndef KLRUSCAN_TICKS_H
#define KLRUSCAN_TICKS_H

#include <stddef.h>

/**
 * struct ticks - of an axis that begins at 0
 * @step:	from one to the next, in the unit of the axis
 * @max:	the end of the axis
 * @scale:	of a label's number
 * @unit:	of a label
 */
struct ticks {
	double step;
	double max;
	double scale;
	const char *unit;
};

/* At most about @most of them, and for a @max of 0 or less an axis up to 1. */
struct ticks ticks_number(double max, unsigned int most, const char *unit);

/* In units that people count memory in; the end is that of the data, rounded up. */
struct ticks ticks_bytes(double max, unsigned int most);

/* Seconds, minutes or hours; the axis ends where the data does. */
struct ticks ticks_time(double seconds, unsigned int most);

void ticks_label(const struct ticks *ticks, double at, char *buf, size_t size);

#endif
