/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_COMMAND_H
#define KLRUSCAN_COMMAND_H

#include "failure.h"

/* Exit statuses; 0 is fine. --help and the man page list them. */
#define EXIT_COULD_NOT	1
#define EXIT_USAGE	2

/**
 * struct command - one word after "klruscan"
 * @name:	the word
 * @summary:	one line of 'klruscan --help'
 * @help:	what 'klruscan NAME --help' prints, complete
 * @run:	gets its own name as argv[0]; writes to stdout; prints no error
 *		but fills the failure and returns a negative errno
 */
struct command {
	const char *name;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv, struct failure *failure);
};

extern const struct command command_cgroup, command_doctor, command_export, command_record,
	command_report, command_status, command_top, command_tune;

#endif
