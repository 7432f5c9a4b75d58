// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints functions with the prototypes that the tool knows, in C: what is compiled from
 * it has the BTF of a kernel that the module fits.
 */
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

int main(void)
{
	puts("typedef _Bool bool;\n"
	     "typedef unsigned int gfp_t;\n"
	     "typedef struct { unsigned long bits[16]; } nodemask_t;\n"
	     "typedef struct { unsigned long p4d; } p4d_t;\n"
	     "typedef struct { unsigned long pud; } pud_t;\n"
	     "typedef struct { unsigned long pmd; } pmd_t;\n"
	     "typedef struct { unsigned long pte; } pte_t;\n"
	     "typedef struct folio *new_folio_t(struct folio *, unsigned long);\n"
	     "typedef void free_folio_t(struct folio *, unsigned long);\n"
	     "enum migrate_mode { MIGRATE_ASYNC };\n"
	     "enum node_stat_item { NR_LRU_BASE };");
#define X(name) print(#name, PROTOTYPE_##name);
#define OBJECT(name)
	COMPAT_SYMBOLS(X, X, OBJECT)
#undef OBJECT
#undef X
	return 0;
}
