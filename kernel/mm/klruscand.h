/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the scan share: klruscand_mm.c has the processes of a pass,
 * klruscand_skip.c says what is not looked into.
 */
#ifndef _MM_KLRUSCAND_H
#define _MM_KLRUSCAND_H

#include "klruscan.h"

struct lru_gen_scan;

/**
 * struct mm_place - how far the scan of a process is
 * @mm:		the process; held by mmgrab()
 * @next:	address to go on from
 * @first:	address the scan of this pass began at, where it also ends after
 *		wrapping around, a multiple of PUD_SIZE; 0 when it began at the
 *		beginning
 * @wrapped:	the end of the address space has been passed
 * @done:	all of it was visited, or it has exited
 */
struct mm_place {
	struct mm_struct *mm;
	unsigned long next;
	unsigned long first;
	bool wrapped;
	bool done;
};

/**
 * struct mm_places - the processes of a cgroup in a pass
 * @place:	one a process
 * @nr:		number in use
 * @max:	number allocated
 */
struct mm_places {
	struct mm_place *place;
	unsigned int nr;
	unsigned int max;
};

unsigned int klruscand_list_mms(struct mm_places *places,
				struct mem_cgroup *memcg,
				const struct mm_places *late);
unsigned int klruscand_keep_unfinished(struct mm_places *places,
				       struct mm_places *later);
void klruscand_drop_mms(struct mm_places *places);
void klruscand_free_mms(struct mm_places *places);

int klruscand_skip_start(int nid);
void klruscand_skip_stop(int nid);
void klruscand_skip_pass(int nid);
bool klruscand_enter(struct lru_gen_scan *scan, struct mm_struct *mm,
		     unsigned long addr, bool used);

#endif /* _MM_KLRUSCAND_H */
