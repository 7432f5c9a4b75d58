/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page table walk of MGLRU for others than reclaim.
 *
 * A scanner walks the page tables of processes as aging does, with its own place in
 * them. For every folio that was accessed the walk clears the accessed bit, moves the
 * folio to the youngest generation, and calls the scanner. What aging and eviction go
 * by (their iteration over the processes, sequence numbers, Bloom filters) is not
 * changed, and not used but for one thing: max_seq says what the youngest generation is.
 */
#ifndef _MM_LRU_GEN_SCAN_H
#define _MM_LRU_GEN_SCAN_H

#include <linux/types.h>

struct folio;
struct lru_gen_scan;
struct mem_cgroup;
struct mm_struct;

/**
 * struct lru_gen_scan_ops - what a scanner is told, and asked
 * @enter:	should the walk go into the PUD entry of @addr, a GiB on x86? @used:
 *		its accessed bit was set, and has just been cleared; then the answer
 *		must be yes. Called under mmap_lock and RCU, with the restrictions of
 *		@accessed. Not asked where that bit tells nothing: the walk then goes
 *		in.
 * @visit:	should the walk visit the page table of @addr, although nothing in it was
 *		used since its accessed bit was cleared? @used: it was, and it will be
 *		visited, whatever the answer, and the bit cleared. Asked where @shared is
 *		set and @tables_only is not, of the tables of a PUD entry that is gone
 *		into, with the restrictions of @accessed. Not asked where that bit tells
 *		nothing
 * @accessed:	a folio of the node and cgroup was accessed since the walk last
 *		came by. Called for each mapping that was, under the page table
 *		lock and RCU: must not sleep, allocate or take a lock.
 * @flush:	a step is over and nothing is held: may sleep.
 */
struct lru_gen_scan_ops {
	bool (*enter)(struct lru_gen_scan *scan, struct mm_struct *mm,
		      unsigned long addr, bool used);
	bool (*visit)(struct lru_gen_scan *scan, struct mm_struct *mm,
		      unsigned long addr, bool used);
	void (*accessed)(struct lru_gen_scan *scan, struct folio *folio);
	void (*flush)(struct lru_gen_scan *scan);
};

/**
 * struct lru_gen_scan - one scanner's walk, apart from reclaim's
 * @ops:	what to call
 * @nid:	the node, set by lru_gen_scan_begin()
 * @owner:	the scanner's, who is called
 * @tables_only: set by the scanner before a step: clear the accessed bits of the page
 *		tables, and visit none. For memory that was last looked at long ago or
 *		never, it costs next to nothing, and the step after it visits what was
 *		used in between. A huge page's entry is that of a page, and is cleared
 *		and reported
 * @shared:	set by the scanner before a step: others clear the accessed bits of the same
 *		page tables, for other nodes; ask @ops->visit
 * @next_addr:	where the next step begins; set by the scanner for the first
 *		step in a process, by the walk from then on
 * @end_addr:	where the scan of the process ends, above @next_addr; 0 for the end of
 *		its address space. A multiple of PUD_SIZE, set by the scanner
 * @nr_entries:	page table entries that the last step looked at
 * @nr_tables:	page tables that it visited
 * @nr_skipped:	PUD entries with a table that it did not go into
 * @nr_cleared:	PUD entries whose accessed bits it cleared
 * @nr_young:	entries that it found accessed
 * @nr_missed:	entries that it found accessed and did not report
 * @waited_ns:	time that the last step waited for its turn, where that is needed beside
 *		the steps of others
 *
 * Belongs to one thread.
 */
struct lru_gen_scan {
	const struct lru_gen_scan_ops *ops;
	int nid;
	void *owner;
	bool tables_only;
	bool shared;
	unsigned long next_addr;
	unsigned long end_addr;
	unsigned long nr_entries;
	unsigned long nr_tables;
	unsigned long nr_skipped;
	unsigned long nr_cleared;
	unsigned long nr_young;
	unsigned long nr_missed;
	u64 waited_ns;
};

struct lru_gen_scan *lru_gen_scan_alloc(const struct lru_gen_scan_ops *ops);
void lru_gen_scan_free(struct lru_gen_scan *scan);
void lru_gen_scan_begin(struct lru_gen_scan *scan, struct mem_cgroup *memcg,
			int nid);
int lru_gen_scan_step(struct lru_gen_scan *scan, struct mm_struct *mm);
bool lru_gen_scan_possible(void);
void lru_gen_age(struct mem_cgroup *memcg, int nid);

#endif /* _MM_LRU_GEN_SCAN_H */
