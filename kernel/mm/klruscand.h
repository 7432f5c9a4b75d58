/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the scan share: klruscand.c is the thread, klruscand_clock.c says when
 * whose pass is due, klruscand_pass.c is what it does, klruscand_mm.c has the processes of
 * a pass, klruscand_skip.c says what is not looked into.
 */
#ifndef _MM_KLRUSCAND_H
#define _MM_KLRUSCAND_H

#include "klruscan.h"
#include "klruscan_memcg.h"
#include "klruscand_clock.h"
#include "klruscand_tempo.h"
#include "lru_gen_scan.h"

/**
 * struct mm_place - how far the scan of a process is
 * @mm:		the process; held by mmgrab(). NULL when it has exited and was let go of
 * @memcg:	its cgroup, with a reference; NULL between two passes
 * @pace:	how that is scanned, for this pass
 * @next:	address to go on from
 * @from:	what is exposed begins here, and ends at @next; how far it was looked at
 * @first:	address the scan of this pass began at, where it also ends after
 *		wrapping around, a multiple of PUD_SIZE; 0 when it began at the
 *		beginning
 * @wrapped:	the end of the address space has been passed
 * @exposed:	not all of that was looked at yet
 * @ended:	what is exposed goes to the end
 * @cleared:	accessed bits were cleared since its TLBs were flushed
 * @done:	all of it was visited, or it has exited
 */
struct mm_place {
	struct mm_struct *mm;
	struct mem_cgroup *memcg;
	struct klruscan_pace *pace;
	unsigned long next;
	unsigned long from;
	unsigned long first;
	bool wrapped;
	bool exposed;
	bool ended;
	bool cleared;
	bool done;
};

/**
 * struct mm_places - processes in a pass
 * @place:	one a process
 * @nr:		number in use
 * @max:	number allocated
 */
struct mm_places {
	struct mm_place *place;
	unsigned int nr;
	unsigned int max;
};

/**
 * struct klruscand - one scanning thread; all fields are its own
 * @node:	the slow node and its counters
 * @task:	the thread; written by klruscand_start() and klruscand_stop()
 * @scan:	the walk's private state
 * @now:	processes that are being scanned
 * @late:	processes that could not be finished by the last pass of their cgroup
 * @later:	those that this turn cannot finish
 * @clock:	what cgroups go by
 * @turn:	number of the turn, from 1; one that had to be left has the same as the next
 * @began:	when it began, in jiffies
 * @due:	bitmap of the clocks that have a pass in it
 * @to_look:	those of them whose pass has not looked at anything yet
 * @patience:	how long it waits for busy processes in the end, in jiffies
 * @pace:	of the cgroup that is being scanned
 * @anew:	the first turn: what the accessed bits say is of no use yet
 * @blind:	accessed bits are cleared, and not looked at
 * @alarm:	the lookout has seen something: all passes are to come soon. One in progress
 *		is made to its end first
 * @hurry:	something is new: the budget's savings are for that
 * @charged_ns:	CPU time of the thread that the budget knows of
 * @not_paced_ns: a part of it, for which there was no rest yet
 * @waited_ns:	time in the pass in which it let time pass, or waited for others' steps
 * @usual:	the clock of those that are scanned most often
 * @rested:	the budget has made their next pass late
 * @lookout:	looks out between passes
 * @looks_out:	when it does again, in jiffies
 */
struct klruscand {
	struct klruscan_node *node;
	struct task_struct *task;
	struct lru_gen_scan *scan;
	struct mm_places now;
	struct mm_places late;
	struct mm_places later;
	struct clock clock[PGHOT_CLOCKS];
	unsigned long turn;
	unsigned long began;
	unsigned long due;
	unsigned long to_look;
	unsigned long patience;
	struct klruscan_pace *pace;
	bool anew;
	bool blind;
	bool alarm;
	bool hurry;
	u64 charged_ns;
	u64 not_paced_ns;
	u64 waited_ns;
	unsigned int usual;
	bool rested;
	struct lookout *lookout;
	unsigned long looks_out;
};

extern const struct lru_gen_scan_ops klruscand_scan_ops;

int klruscand_pass(struct klruscand *k);

void klruscand_wait(struct klruscand *k, unsigned long until);
void klruscand_rest(struct klruscand *k);
unsigned long klruscand_rest_for(u64 cpu_ns);

void klruscand_read_bounds(unsigned int *shortest, unsigned int *longest);

void klruscand_clocks_begin(struct klruscand *k);
void klruscand_clock_looks(struct klruscand *k, unsigned int by);
struct klruscan_pace *klruscand_pace(struct klruscand *k, struct mem_cgroup *memcg);
void klruscand_clocks_end(struct klruscand *k);
void klruscand_clocks_late(struct klruscand *k, unsigned long when);
void klruscand_clocks_start(struct klruscand *k);
void klruscand_clocks_rest(struct klruscand *k);
unsigned long klruscand_clocks_next(struct klruscand *k);

unsigned int klruscand_list_mms(struct mm_places *places,
				struct mem_cgroup *memcg,
				struct klruscan_pace *pace,
				struct mm_places *late);
unsigned int klruscand_drop_done(struct mm_places *places);
void klruscand_drop_exited(struct mm_places *places);
unsigned int klruscand_keep_unfinished(struct mm_places *places,
				       struct mm_places *later);
void klruscand_keep_late(struct mm_places *late, struct mm_places *later);
void klruscand_drop_mms(struct mm_places *places);
void klruscand_free_mms(struct mm_places *places);

struct lookout *klruscand_lookout_alloc(void);
bool klruscand_look_out(struct lookout *lookout, int nid);
void klruscand_lookout_reset(struct lookout *lookout);

int klruscand_skip_start(int nid);
void klruscand_skip_stop(int nid);
void klruscand_skip_turn(int nid);
void klruscand_skip_pass(int nid, struct skip_rounds *rounds);
bool klruscand_skip_shared(int nid);
bool klruscand_enter(struct lru_gen_scan *scan, struct mm_struct *mm,
		     unsigned long addr, bool used);
bool klruscand_visit(struct lru_gen_scan *scan, struct mm_struct *mm,
		     unsigned long addr, bool used);

#endif /* _MM_KLRUSCAND_H */
