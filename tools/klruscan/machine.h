/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What 'klruscan doctor' looks at: facts of this machine, as they were read. What they
 * mean is for doctor_*.c to say.
 */
#ifndef KLRUSCAN_MACHINE_H
#define KLRUSCAN_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "compat/symbols.h"
#include "failure.h"
#include "nodes.h"
#include "status.h"

/* Each has @err: 0, or why it could not be read, as a negative errno. */
struct number_fact {
	int err;
	long number;
};

struct word_fact {
	int err;
	char word[128];
};

struct nodes_fact {
	int err;
	struct nodes nodes;
};

/* The symbols that the module binds, in the order of compat/symbols.h. */
enum symbol {
#define X(name) SYMBOL_##name,
	COMPAT_SYMBOLS(X, X, X)
#undef X
	NR_SYMBOLS
};

/**
 * struct symbol_fact - a symbol that the module binds
 * @name:	of it
 * @wanted:	its prototype, NULL for an object
 * @count:	how many of that name the kernel has
 * @prototype:	what the kernel's BTF says, "" where it says nothing
 */
struct symbol_fact {
	const char *name;
	const char *wanted;
	unsigned int count;
	char prototype[256];
};

/* struct tier - memory_tier@number; a lower number is faster memory. */
struct tier {
	unsigned int number;
	struct nodes nodes;
};

#define NR_TIERS_MAX 16

/**
 * struct zone_sums - memory of a node, in pages
 * @free:	free
 * @room:	free above the high watermark, zone by zone
 */
struct zone_sums {
	uint64_t free;
	uint64_t room;
};

/**
 * struct machine - all of it
 * @release:	of the kernel
 * @version:	of the loaded module or of what is in the kernel; -ENOENT without
 * @built_in:	it is part of the kernel
 * @module_path: a module that was found, or that the user named
 * @module_release: the kernel that it is built for
 * @device:	0 when the device answered; what it said is in @status, why it did not
 *		in @refusal
 * @symbols_err, @btf_err: why @symbols have no counts, or no prototypes
 * @btf_path:	where these prototypes are from
 * @slow_nodes, @promote_rate, @exchange: knobs
 * @lru_gen:	bits of lru_gen/enabled
 * @memory, @cpus: nodes that have some
 * @tiers:	ascending by number
 * @zones:	by node
 * @damon_on:	kdamonds that run; @damon_name is one of them, and @damon_actions
 *		are what their schemes do
 * @damon_reclaim, @damon_lru_sort: whether these run
 * @cgroup2:	controllers of the root of cgroup v2; -ENOENT without it
 * @memcg:	whether memory cgroups are enabled
 * @lockdown:	"none", "integrity" or "confidentiality"
 * @secure_boot: whether the firmware checks signatures; -ENOENT without EFI
 * @sig_enforce: whether the kernel loads signed modules only
 */
struct machine {
	struct word_fact release;
	struct word_fact version;
	bool built_in;
	char module_path[256];
	struct word_fact module_release;
	int device;
	struct status status;
	struct failure refusal;
	int symbols_err;
	int btf_err;
	const char *btf_path;
	struct symbol_fact symbols[NR_SYMBOLS];
	struct nodes_fact slow_nodes;
	struct number_fact promote_rate;
	struct number_fact exchange;
	struct number_fact lru_gen;
	struct nodes_fact memory;
	struct nodes_fact cpus;
	int tiers_err;
	struct tier tiers[NR_TIERS_MAX];
	unsigned int nr_tiers;
	int zones_err;
	struct zone_sums zones[NR_NODES_MAX];
	uint64_t page_size;
	struct word_fact demotion;
	struct number_fact numa_balancing;
	struct number_fact damon_on;
	char damon_name[16];
	char damon_actions[128];
	struct word_fact damon_reclaim;
	struct word_fact damon_lru_sort;
	struct word_fact cgroup2;
	struct number_fact memcg;
	struct word_fact lockdown;
	struct number_fact secure_boot;
	struct word_fact sig_enforce;
};

/*
 * Reads all of it; what cannot be read is a fact as well. @module is a file to look
 * at, or NULL: the one that is installed. Release it with machine_free().
 */
void machine_collect(struct machine *machine, const char *module);
void machine_free(struct machine *machine);

/*
 * Reads nothing but the prototypes in @btf, the BTF of some kernel, whose symbols are taken
 * to be there. @release is that of the kernel, NULL: of the running one. Returns 0 or a
 * negative errno.
 */
int machine_collect_btf(struct machine *machine, const char *btf, const char *release);

/* Whether its release is of a series that there is a module for. */
bool machine_is_supported(const struct machine *machine);

/* machine_symbols.c */
void machine_collect_symbols(struct machine *machine);

/* machine_module.c: finds the file of the module, and what it is built for. */
void machine_collect_module(struct machine *machine, const char *module);

#endif
