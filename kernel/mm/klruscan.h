/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klruscan: what its files share.
 *
 * klruscan_main.c brings everything up and down, klruscan_sysfs.c and
 * klruscan_dev.c are its faces. klruscand (scan) and kpromoted (promote) never
 * call each other: pghot, the store, is where they meet. kgauged looks at what they achieve, and
 * asks neither.
 *
 * Lock order, outermost first; each group is on its own:
 *
 *	klruscan_mutex			start, stop, set of nodes
 *	  ftrace's locks		(module) the probe comes and goes
 *	  pghot's resize mutex		tables of a node come and go
 *
 *	  RCU, gone_lock		figures of cgroups are read
 *
 *	settings_mutex			what is set for cgroups is changed
 *	  RCU				cgroups are looked up by their id
 *
 *	mem_hotplug_lock		memory notifiers
 *	  pghot's resize mutex
 *
 *	shared_step			(module) steps of several nodes take turns
 *	  mem_cgroup_trylock_pages (RCU)	a step of the walk
 *	    mmap_lock (read, trylock)
 *	      page table lock (trylock)
 *		nothing			pghot_record_access(), pghot_mark()
 *
 *	folio lock (trylock)		looks at a folio, and kpromoted's check of it
 *	  i_mmap_rwsem, anon_vma (try)	rmap walk
 *	    page table lock		does it map the folio? was it accessed?
 *	    mmap_lock (read, trylock)	policy of the VMA
 *	    task_lock, cpuset's lock	policy and cpuset of the process
 *
 *	mm_list.lock			the list of a cgroup's processes
 *	lru_lock			sizes of generations, after a step; the search for
 *					colder folios
 *	budget_lock			CPU time that the scans take together
 *
 * klruscand holds none of them from one step of the walk (1 GiB) to the next.
 */
#ifndef _MM_KLRUSCAN_H
#define _MM_KLRUSCAN_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/pghot.h>
#include <linux/wait.h>
#include <uapi/linux/klruscan.h>

/*
 * The knobs that are plain numbers:
 *
 *	X(name, default, lowest, highest)
 *
 * Defaults: eight passes at 100 ms tell hot pages from others within a second,
 * one a second keeps the picture up to date; a hundredth of a CPU is what nobody misses, and
 * with what can be saved of it (klruscand_budget.h) the hot pages of some GiB are found at
 * once; without a flush, the hottest pages are those that are seen least;
 * 200 MB/s is the rate of DAMON's and memtierd's sample policies; at 0 the
 * threshold is chosen automatically; colder pages make room for hotter ones; -1 is the
 * nearest fast node.
 */
#define KLRUSCAN_KNOBS(X)						\
	X(scan_interval_min_ms,	100,	10,	3600000)		\
	X(scan_interval_max_ms,	1000,	10,	3600000)		\
	X(scan_cpu_permille,	10,	1,	1000)			\
	X(tlb_flush,		1,	0,	1)			\
	X(hot_threshold,	0,	0,	KLRUSCAN_HEAT_MAX)	\
	X(promote_rate_MBps,	200,	0,	1048576)		\
	X(exchange,		1,	0,	1)			\
	X(target_nid,		-1,	-1,	MAX_NUMNODES - 1)

enum klruscan_knob {
#define X(name, def, lo, hi) KLRUSCAN_KNOB_##name,
	KLRUSCAN_KNOBS(X)
#undef X
	KLRUSCAN_NR_KNOBS
};

extern long klruscan_knob[KLRUSCAN_NR_KNOBS];

/* A knob's value; it may be another one the next time. */
#define klruscan_get(name) READ_ONCE(klruscan_knob[KLRUSCAN_KNOB_##name])

/* Notes of what was promoted lately. */
#define KGAUGED_TRAIL		512

/**
 * struct kgauged_note - a folio, by which it is found again without a reference
 * @pfn:	where it is; 0: there is no note
 * @index:	with @mapping: what it is
 * @mapping:	only to be compared
 * @nid:	the node of @pfn
 */
struct kgauged_note {
	unsigned long pfn;
	unsigned long index;
	const void *mapping;
	int nid;
};

/**
 * struct kgauged_trail - some of those that were promoted lately
 * @note:	the notes, of any age; written by kpromoted/@target of a node alone
 * @pages:	base pages that were promoted; those of long ago count less
 * @aged:	when they were last made to, in jiffies
 */
struct kgauged_trail {
	struct kgauged_note note[KGAUGED_TRAIL];
	u64 pages;
	unsigned long aged;
};

struct kpromoted_division;
struct kpromoted_view;

/**
 * struct klruscan_node - one slow node while the daemons run
 * @nid:	the node, fixed
 * @target:	the nearest fast node, or NUMA_NO_NODE; fixed
 * @wait:	klruscand sleeps here between passes
 * @scan:	counters written by klruscand/@nid alone
 * @promote:	counters written by kpromoted/@target alone; @promote.pass is
 *		the last pass whose picture it has worked on, @promote.again when it is
 *		to go on with it if there is no other, in jiffies, and 0 if it is not,
 *		@promote.resume,
 *		@promote.resume_level and @promote.resume_clock the page frame, the
 *		heat and the clock that its next turn begins at, @promote.division
 *		what each cgroup may promote, and @promote.views what is known of
 *		the pages by their clock, both allocated by kpromoted_prepare(),
 *		@promote.mean the accesses a second of the mean page that is
 *		accessed, in 1/1024, and @promote.means what the last two
 *		passes made it, @promote.trail what was promoted lately,
 *		allocated by kpromoted_prepare() as well
 * @gauge:	written by kgauged/@nid alone, as in struct klruscan_node_stats
 *
 * All counters start at zero when the daemons are enabled and are read without
 * a lock: each is right, they may be of slightly different moments.
 */
struct klruscan_node {
	int nid;
	int target;
	wait_queue_head_t wait;
	struct {
		u32 state;
		u32 interval_ms;
		u32 changes;
		u64 passes;
		u64 pass_ns;
		u64 cpu_ns;
		u64 visited;
		u64 tables;
		u64 skipped;
		u64 accessed;
		u64 busy;
		u64 unfinished;
		u64 starved_ms;
		u64 missed;
	} scan;
	struct {
		unsigned long pass;
		unsigned long again;
		unsigned long resume;
		unsigned int resume_level;
		unsigned int resume_clock;
		struct kpromoted_division *division;
		struct kpromoted_view *views;
		u64 mean;
		u64 means[2];
		u32 threshold;
		u64 candidates;
		u64 outcome[KLRUSCAN_NR_OUTCOMES];
		u64 pages;
		u64 demoted;
		u64 cpu_ns;
		u64 rate;
		u64 rate_pages;
		u64 rate_since;
		struct kgauged_trail *trail;
	} promote;
	struct {
		s32 precision;
		s32 recall;
		u32 hot_us;
		u64 cpu_ns;
	} gauge;
};

/* Counters have one writer each; readers come at any time. */
#define klruscan_add(counter, n) WRITE_ONCE(counter, (counter) + (n))

/* klruscan_main.c */
extern struct mutex klruscan_mutex;
int klruscan_set_enabled(bool on);
bool klruscan_enabled(void);
int klruscan_set_slow_nodes(const nodemask_t *nodes);
void klruscan_get_slow_nodes(nodemask_t *nodes);
struct klruscan_node *klruscan_node(int nid);
void klruscan_read_info(struct klruscan_info *info);
int klruscan_fixed_target(void);
int klruscan_target(int nid, const nodemask_t *allowed);
const nodemask_t *klruscan_fast_nodes(void);
bool klruscan_may_be_target(int nid);
u64 klruscan_thread_ns(void);
bool klruscan_must_leave(void);
void klruscan_changed(void);
u32 klruscan_changes(void);
extern const char klruscan_version[];

/* klruscand.c */
int klruscand_start(struct klruscan_node *node);
void klruscand_stop(int nid);

/* kpromoted.c */
int kpromoted_prepare(struct klruscan_node *node);
void kpromoted_release(struct klruscan_node *node);
int kpromoted_start(int nid);
void kpromoted_stop(int nid);
u64 kpromoted_rate(struct klruscan_node *node);

/* kgauged.c */
int kgauged_start(struct klruscan_node *node);
void kgauged_stop(int nid);
void kgauged_describe(struct kgauged_note *note, struct folio *at, struct folio *as);
void kgauged_note(struct kgauged_trail *trail, const struct kgauged_note *came,
		  unsigned int pages);

/* klruscan_knobs.c, klruscan_sysfs.c, klruscan_dev.c */
int klruscan_knobs_init(void);
int klruscan_parse_slow_nodes(const char *buf, nodemask_t *nodes);
int klruscan_set_knob(enum klruscan_knob knob, const char *buf);
int klruscan_sysfs_init(void);
void klruscan_sysfs_exit(void);
int klruscan_dev_init(void);
void klruscan_dev_exit(void);

/**
 * struct pghot_stats - the figures of one node's store
 * @records:	accesses recorded, once a page and pass
 * @lost:	accesses that found no table, for lack of memory
 * @sections:	memory sections with a table
 * @bytes:	memory the tables take
 * @heat:	pages by heat as of the last completed pass of their clock, index 0 unused
 */
struct pghot_stats {
	u64 records;
	u64 lost;
	u64 sections;
	u64 bytes;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
};

/**
 * struct pghot_picture - the pages that go by one clock
 * @done:	number of its last completed pass, which it is as of
 * @passes:	how many passes count as heat
 * @exposed_ms:	time from clearing a page's accessed bit to looking at it, the mean of those
 * @heat:	pages by heat, index 0 unused
 */
struct pghot_picture {
	unsigned long done;
	unsigned int passes;
	unsigned int exposed_ms;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
};

/* What pghot_mark() and pghot_keep() return. */
#define PGHOT_FRESH	1
#define PGHOT_CAME	2
#define PGHOT_AGAIN	4

/* pghot*.c: the store as its clock (klruscand) and its readers see it */
int pghot_init(void);
void pghot_exit(void);
int pghot_node_start(int nid);
void pghot_node_stop(int nid);
int pghot_mark(unsigned long pfn, int nid, unsigned int by);
int pghot_keep(unsigned long pfn, int nid);
void pghot_pass_begin(int nid, unsigned int by, unsigned long exposed);
unsigned long pghot_pass_end(int nid);
void pghot_clock_start(int nid, unsigned int by, unsigned int interval_ms,
		       unsigned int like, unsigned int skip);
void pghot_clock_set(int nid, unsigned int by, unsigned int interval_ms,
		     unsigned int passes);
void pghot_clock_join(int nid, unsigned int by);
bool pghot_clock_is_used(int nid, unsigned int by);
void pghot_set_usual(int nid, unsigned int by);
void pghot_age_out(int nid);
unsigned long pghot_passes(int nid);
void pghot_refill(int nid);
unsigned int pghot_collect(int nid, unsigned int by, unsigned int level,
			   unsigned long *pos, unsigned long *pfns,
			   unsigned int max);
u64 pghot_skip(int nid, unsigned int by, unsigned int level, unsigned long *pos, u64 skip);
u8 pghot_history(unsigned long pfn, int nid);
void pghot_forget(unsigned long pfn, int nid);
void pghot_read_picture(int nid, unsigned int by, struct pghot_picture *picture);
void pghot_read_stats(int nid, struct pghot_stats *stats);
int pghot_read_blocks(int nid, u64 *pos, struct klruscan_heat_block *blocks,
		      unsigned int max);
extern wait_queue_head_t pghot_pass_wait;

#endif /* _MM_KLRUSCAN_H */
