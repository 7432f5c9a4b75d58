/* SPDX-License-Identifier: GPL-2.0-only */
/* What this program knows of klruscan's knobs; it never asks the kernel here. */
#ifndef KLRUSCAN_KNOBS_H
#define KLRUSCAN_KNOBS_H

#include <stddef.h>

#include "failure.h"

enum knob_kind {
	KNOB_SWITCH,	/* 0 or 1 */
	KNOB_NUMBER,
	KNOB_NODES,	/* a list such as 1,3-5, or nothing */
	KNOB_UNKNOWN,	/* of a module newer than this program: taken as it is */
};

#define KNOB_NAME_LEN	64
#define KNOB_VALUE_LEN	1024

/**
 * struct knob - a knob
 * @name:	the file in sysfs
 * @kind:	what its value looks like
 * @lo:		lowest number
 * @hi:		highest
 * @def:	the value without a parameter of the module, as the kernel shows it
 * @unit:	of the number; NULL without one
 * @rank:	knobs with a lower one are set first, where several are: the kernel
 *		checks a target against the slow nodes
 * @meaning:	in a few words
 * @fit:	what the kernel wants of a value beyond its range; may be NULL
 */
struct knob {
	const char *name;
	enum knob_kind kind;
	long lo;
	long hi;
	const char *def;
	const char *unit;
	int rank;
	const char *meaning;
	const char *fit;
};

extern const struct knob knobs[];
extern const unsigned int nr_knobs;
extern const struct knob unknown_knob;

/* Returns NULL where there is none of that name. */
const struct knob *knob_find(const char *name);

/* Writes what a value may be, for people: "10 to 3600000 ms". */
void knob_range(const struct knob *knob, char *buf, size_t size);

/*
 * Reads @text as the kernel would, and writes it the way the kernel shows it into
 * @value of KNOB_VALUE_LEN. Returns 0, or a negative errno with @failure filled.
 */
int knob_parse(const struct knob *knob, const char *name, const char *text, char *value,
	       struct failure *failure);

#endif
