// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints functions with the prototypes that the tool knows, in C: what is compiled from
 * it has the BTF of a kernel that the module fits: the newest, or Linux 6.1 with "6.1" as
 * an argument.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "compat/symbols.h"
#include "prototypes.h"

static void print(const char *name, const char *prototype)
{
	const char *arguments = strstr(prototype, " (");

	printf("%.*s %s%s { __builtin_trap(); }\n", (int)(arguments - prototype), prototype,
	       name, arguments + 1);
}

static const struct {
	const char *name;
	const char *prototype;
} of_6_1[] = {
#define X(symbol, prototype) { #symbol, prototype },
	PROTOTYPES_6_1(X)
#undef X
};

static const char *in_6_1(const char *name, const char *prototype)
{
	for (unsigned int i = 0; i < sizeof(of_6_1) / sizeof(*of_6_1); i++)
		if (!strcmp(name, of_6_1[i].name))
			return of_6_1[i].prototype;
	return prototype;
}

int main(int argc, char **argv)
{
	bool is_6_1 = argc > 1 && !strcmp(argv[1], "6.1");

	puts("typedef _Bool bool;\n"
	     "typedef unsigned int gfp_t;\n"
	     "typedef struct { unsigned long bits[16]; } nodemask_t;\n"
	     "typedef struct { unsigned long p4d; } p4d_t;\n"
	     "typedef struct { unsigned long pud; } pud_t;\n"
	     "typedef struct { unsigned long pmd; } pmd_t;\n"
	     "typedef struct { unsigned long pte; } pte_t;\n"
	     "typedef struct folio *new_folio_t(struct folio *, unsigned long);\n"
	     "typedef void free_folio_t(struct folio *, unsigned long);\n"
	     "typedef struct page *new_page_t(struct page *, unsigned long);\n"
	     "typedef void free_page_t(struct page *, unsigned long);\n"
	     "enum migrate_mode { MIGRATE_ASYNC };\n"
	     "enum node_stat_item { NR_LRU_BASE };");
#define X(name) print(#name, is_6_1 ? in_6_1(#name, PROTOTYPE_##name) : PROTOTYPE_##name);
#define OBJECT(name)
	COMPAT_SYMBOLS(X, X, OBJECT)
#undef OBJECT
#undef X
	return 0;
}
