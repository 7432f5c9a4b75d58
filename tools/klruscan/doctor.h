/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KLRUSCAN_DOCTOR_H
#define KLRUSCAN_DOCTOR_H

#include <stdio.h>

#include "emit.h"
#include "machine.h"

/*
 * X(enumerator, word, how it looks). A problem keeps klruscan from working, a
 * warning makes it work worse.
 */
#define VERDICTS(X)						\
	X(OK,		"ok",		EMIT_GOOD)		\
	X(WARNING,	"warning",	EMIT_DOUBTFUL)		\
	X(PROBLEM,	"problem",	EMIT_BAD)		\
	X(UNCHECKED,	"not checked",	0)

enum verdict {
#define X(name, word, look) VERDICT_##name,
	VERDICTS(X)
#undef X
	NR_VERDICTS
};

/**
 * struct finding - what one check came to
 * @verdict:	of it
 * @reason:	what was seen, and what follows
 * @remedy:	what to do, "" for nothing
 * @command:	that does it, or some, a line each; "" without one
 * @file:	where the next boot, or start of the service, undoes it: the file in which a line makes
 *		it last; else ""
 * @line:	that line
 */
struct finding {
	enum verdict verdict;
	char reason[512];
	char remedy[512];
	char command[256];
	char file[64];
	char line[128];
};

/* All of these take words as printf() does. */
void finding_is(struct finding *finding, enum verdict verdict, const char *reason, ...)
	__attribute__((format(printf, 3, 4)));
void finding_remedy(struct finding *finding, const char *remedy, ...)
	__attribute__((format(printf, 2, 3)));
void finding_command(struct finding *finding, const char *command, ...)
	__attribute__((format(printf, 2, 3)));
void finding_line(struct finding *finding, const char *file, const char *line, ...)
	__attribute__((format(printf, 3, 4)));

/* The command is 'klruscan tune' with this, and the line the same in the file of the service. */
void finding_tune(struct finding *finding, const char *setting, ...)
	__attribute__((format(printf, 2, 3)));

/* What could not be read, for a reason that is a negative errno. */
void finding_unread(struct finding *finding, int err, const char *what);

/**
 * struct check - something that can be wrong
 * @id:		its name in JSON
 * @label:	its name in text
 * @judge:	says what the facts mean; touches nothing else
 */
struct check {
	const char *id;
	const char *label;
	void (*judge)(const struct machine *machine, struct finding *finding);
};

/* In the order in which they are best put right. */
#define CHECKS(X)						\
	X(kernel,		"kernel")			\
	X(signature,		"module signature")		\
	X(lockdown,		"lockdown")			\
	X(symbols,		"kernel symbols")		\
	X(prototypes,		"prototypes")			\
	X(module,		"module")			\
	X(device,		"device")			\
	X(mglru,		"MGLRU")			\
	X(cgroups,		"memory cgroups")		\
	X(tiers,		"memory tiers")			\
	X(daemons,		"at work")			\
	X(fast_memory,		"free fast memory")		\
	X(demotion,		"demotion")			\
	X(numa_balancing,	"NUMA balancing")		\
	X(damon,		"DAMON")

#define X(id, label) void judge_##id(const struct machine *machine, struct finding *finding);
CHECKS(X)
#undef X

/* The nodes that klruscan takes for slow, as far as can be told; none: false. */
bool slow_nodes_of(const struct machine *machine, struct nodes *slow);

/*
 * Renders all checks, or @only the one with that id. Returns how many found a problem, or
 * a negative errno.
 */
int doctor_render(const struct machine *machine, const char *only, enum format format, FILE *out);

#endif
