/* SPDX-License-Identifier: GPL-2.0-only */
/* What kpromoted's files share. */
#ifndef _MM_KPROMOTED_H
#define _MM_KPROMOTED_H

#include <linux/list.h>
#include <linux/types.h>
#include "klruscan.h"
#include "klruscan_look.h"
#include "kpromoted_curve.h"
#include "kpromoted_share.h"
#include "pghot_heat.h"

/*
 * Folios migrated at once. migrate_pages() unmaps up to 512 base pages before
 * it flushes the TLBs for all of them; half of that keeps the time short for
 * which a folio is isolated, and the flush shared.
 */
#define KPROMOTED_BATCH		256
static_assert(KPROMOTED_BATCH <= KLRUSCAN_LOOK_MAX);

/**
 * struct kpromoted_going - an isolated folio that is about to be migrated
 * @pfn:	where it is
 * @pages:	base pages of it
 * @memcg:	whose it is, with a reference; NULL for nobody's
 */
struct kpromoted_going {
	unsigned long pfn;
	unsigned int pages;
	struct mem_cgroup *memcg;
};

/**
 * struct kpromoted_batch - isolated folios on their way to one node
 * @node:	the slow node they come from
 * @home:	the fast node that a folio goes to when no process asks for another
 * @target:	the fast node that those in the batch go to
 * @folios:	isolated, linked by folio->lru, counted in NR_ISOLATED_*
 * @going:	each of them
 * @came:	what it becomes; without a page frame where it was split on the way
 * @cgroup:	whose it is, see struct klruscan_memcg
 * @share:	what it is charged to
 * @nr:		number of folios
 * @at:		place in @going of the last one that a copy was allocated for
 * @pages:	number of base pages
 * @full:	@home had no room for the last candidate, nor another node that it may go to
 * @failed:	folios that could not be migrated, until somebody sets it to 0
 * @refund:	their base pages
 */
struct kpromoted_batch {
	struct klruscan_node *node;
	int home;
	int target;
	struct list_head folios;
	struct kpromoted_going going[KPROMOTED_BATCH];
	struct kgauged_note came[KPROMOTED_BATCH];
	u64 cgroup[KPROMOTED_BATCH];
	struct kpromoted_share *share[KPROMOTED_BATCH];
	unsigned int nr;
	unsigned int at;
	unsigned long pages;
	bool full;
	unsigned int failed;
	unsigned long refund;
};

/* Folios of the fast node that are looked at: enough for a mean to 10 %. */
#define KPROMOTED_SAMPLE	128

/**
 * struct kpromoted_slot - a folio of the sample
 * @used:	there is one
 * @pfn:	its head
 * @pages:	base pages of it
 * @looks:	how often it was looked at, the first look that only clears included
 * @history:	one bit a look, the last one lowest
 */
struct kpromoted_slot {
	bool used;
	unsigned long pfn;
	unsigned int pages;
	unsigned int looks;
	u8 history;
};

/**
 * struct kpromoted_sample - a random sample of a fast node's folios
 * @looked_ns:		when it was last looked at
 * @interval_ns:	time between looks, on average
 * @slot:		one a folio
 */
struct kpromoted_sample {
	u64 looked_ns;
	u64 interval_ns;
	struct kpromoted_slot slot[KPROMOTED_SAMPLE];
};

/**
 * struct kpromoted_view - what is known of the pages of a slow node that go by one clock
 * @nid:	the node
 * @clock:	the clock
 * @done:	number of the pass that it is as of
 * @passes:	how many passes heat counts, 0 where they say nothing
 * @exposure_us: time from pass to pass
 * @heat:	pages by heat
 * @taken:	those that were promoted in the last passes, by heat out of @taken_of
 * @taken_of:	likewise
 * @top:	how often the hottest are accessed; of no steps where heat tells
 * @begin_us:	the longest exposure that a sample is worth, 0: any
 * @rest_ns:	until then it is good enough
 * @alike:	samples in a row of which none was accessed far more often than another
 * @pages:	base pages of a folio that was drawn, on average
 */
struct kpromoted_view {
	int nid;
	unsigned int clock;
	unsigned long done;
	unsigned int passes;
	u64 exposure_us;
	u64 heat[KLRUSCAN_HEAT_LEVELS];
	u64 taken[KLRUSCAN_HEAT_LEVELS];
	unsigned int taken_of;
	struct kpromoted_curve top;
	u64 begin_us;
	u64 rest_ns;
	unsigned int alike;
	unsigned int pages;
};

/**
 * struct kpromoted_supply - what can be had of a fast node
 * @room:	base pages that are free
 * @rate:	base pages that the rate limit allows
 * @exchange:	colder pages can make more room
 */
struct kpromoted_supply {
	unsigned long room;
	unsigned long rate;
	bool exchange;
};

/**
 * struct kpromoted_judge - what tells kpromoted which pages are worth promoting
 * @nid:	the fast node
 * @looks:	at single folios
 * @news:	bitmap of the clocks that have had a pass since the last turn
 * @sample:	what is on the fast node
 * @fast:	what it says of the fast node
 * @hottest:	folios of the slow node that each pass saw
 * @kinds:	pages of both, by clock and heat
 * @folios:	those that are being looked at
 * @which:	which candidates they are
 */
struct kpromoted_judge {
	int nid;
	struct klruscan_looks looks;
	unsigned long news;
	struct kpromoted_sample sample;
	struct kpromoted_view fast;
	u64 hottest;
	struct kpromoted_kind kinds[(PGHOT_CLOCKS + 1) * KLRUSCAN_HEAT_MAX];
	struct folio *folios[KPROMOTED_BATCH];
	u16 which[KPROMOTED_BATCH];
};

/**
 * struct kpromoted_verdict - which pages that go by a clock are worth promoting
 * @threshold:	those of this heat or more, and
 * @cut_us:	where not 0, those alone that are accessed in so short a time as well
 * @rate:	accesses a second of the pages by heat, in 1/1024
 */
struct kpromoted_verdict {
	unsigned int threshold;
	unsigned int cut_us;
	u64 rate[KLRUSCAN_HEAT_LEVELS];
};

/**
 * struct kpromoted_step - pages of a slow node that are alike
 * @clock:	they go by this one
 * @level:	and are at this heat
 * @rate:	so often they are accessed in a second, in 1/1024
 */
struct kpromoted_step {
	u8 clock;
	u8 level;
	u64 rate;
};

/**
 * struct kpromoted_steps - all that are worth promoting, hottest first
 * @nr:		how many
 * @step:	the steps
 */
struct kpromoted_steps {
	unsigned int nr;
	struct kpromoted_step step[PGHOT_CLOCKS * KLRUSCAN_HEAT_MAX];
};

/* Folios of the fast node that are looked at together, with as many witnesses. */
#define KPROMOTED_VICTIMS	(KPROMOTED_BATCH / 2)

/**
 * struct kpromoted_exchange - what it takes to demote the colder for the hotter
 * @nid:	the fast node
 * @looks:	the thread's
 * @aged_ns:	when the node was last aged for it
 * @took_ns:	how long that took
 * @gap_ns:	how long it is not to be again, at least
 * @until_ns:	until when others may be looked for, by ktime_get_ns()
 * @found:	folios of the fast node, each with a reference
 * @folios:	those and others, while they are exposed
 * @going:	those of @found that are demoted
 */
struct kpromoted_exchange {
	int nid;
	struct klruscan_looks *looks;
	u64 aged_ns;
	u64 took_ns;
	u64 gap_ns;
	u64 until_ns;
	struct folio *found[KPROMOTED_VICTIMS];
	struct folio *folios[KPROMOTED_BATCH];
	struct kpromoted_going going[KPROMOTED_VICTIMS];
};

/**
 * struct kpromoted_division - what the rate allows a slow node, divided among cgroups
 * @shares:	the parts
 * @all:	what is charged where nothing is divided; it says nothing
 * @hot:	how many candidates there were when they were asked last; 0 when never
 * @asked:	when, in jiffies
 * @unreached:	the turn before did not get to all candidates: who has tokens left keeps them
 * @visits:	how many sections may still be visited for it
 * @need:	for the division
 * @pfns:	candidates that are asked whose they are
 */
struct kpromoted_division {
	struct kpromoted_shares shares;
	struct kpromoted_share all;
	u64 hot;
	unsigned long asked;
	bool unreached;
	unsigned int visits;
	u64 need[KPROMOTED_SHARES];
	unsigned long pfns[KPROMOTED_BATCH];
};

/**
 * struct kpromoted - one promoting thread; all fields are its own
 * @nid:	the fast node
 * @task:	the thread; written by kpromoted_start() and kpromoted_stop()
 * @tokens:	base pages that the rate limit allows now
 * @filled_ns:	when @tokens was last filled
 * @last:	the slow node whose turn was the last one
 * @charged:	slow node that CPU time since @charged_ns goes to
 * @charged_ns:	CPU time of the thread when its last turn began
 * @pfns:	candidates that are being looked at
 * @picked:	those that others are to go for
 * @batch:	those that are on their way
 * @came:	base pages that were promoted since the judge last looked
 * @limited:	the last round was ended by the rate limit
 * @picks:	in the last round those were picked that are accessed most
 * @judge:	tells which are worth it
 * @verdict:	what it said last, by clock
 * @steps:	the same in the order of a turn
 * @exchange:	makes room for them
 */
struct kpromoted {
	int nid;
	struct task_struct *task;
	s64 tokens;
	u64 filled_ns;
	int last;
	struct klruscan_node *charged;
	u64 charged_ns;
	unsigned long pfns[KPROMOTED_BATCH];
	unsigned long picked[KPROMOTED_BATCH];
	struct kpromoted_batch batch;
	struct kpromoted_judge judge;
	struct kpromoted_verdict verdict[PGHOT_CLOCKS];
	struct kpromoted_steps steps;
	struct kpromoted_exchange exchange;
	unsigned long came;
	bool limited;
	bool picks;
};

/* Time from pass to pass of a slow node, in ns. */
static inline u64 kpromoted_interval_ns(const struct klruscan_node *node)
{
	return (u64)READ_ONCE(node->scan.interval_ms) * NSEC_PER_MSEC;
}

/* Have an isolated folio go to the young generations, as an active one does. */
static inline void kpromoted_set_young(struct folio *folio)
{
	/* since it was found it may have been locked in memory, and moved to that list */
	if (!folio_test_unevictable(folio))
		folio_set_active(folio);
}

/* kpromoted_room.c */
unsigned long kpromoted_room(int nid);
unsigned long kpromoted_shortage(int nid);
unsigned long kpromoted_demotion_room(int nid);
bool kpromoted_has_room(const struct kpromoted_batch *batch, int target,
			unsigned long pages);
int kpromoted_room_elsewhere(const struct kpromoted_batch *batch, int target,
			     unsigned long pages);
bool kpromoted_any_room(const struct kpromoted_batch *batch);

/* kpromoted_sample.c */
void kpromoted_sample_renew(struct kpromoted_sample *sample, int nid,
			    unsigned long came);
void kpromoted_sample_look(struct kpromoted_sample *sample, int nid,
			   struct klruscan_looks *looks, struct folio **folios,
			   u64 interval_ns);
void kpromoted_sample_heat(const struct kpromoted_sample *sample, int nid,
			   unsigned int passes, u64 *heat);
unsigned int kpromoted_sample_hottest(const struct kpromoted_sample *sample,
				      int nid, unsigned int passes,
				      struct folio **folios, unsigned int max);
unsigned long kpromoted_lru_pages(int nid);

/* kpromoted_demote.c */
unsigned long kpromoted_lruvec_pages(struct lruvec *lruvec);
unsigned int kpromoted_find_victims(int nid, unsigned long idle,
				    struct folio **folios, unsigned int max);
void kpromoted_put_among_young(struct folio *folio);
unsigned long kpromoted_demote_unseen(struct kpromoted_exchange *x, int target,
				      struct folio **folios, unsigned int nr,
				      const unsigned long *seen, unsigned long want);

/* kpromoted_exchange.c */
unsigned long kpromoted_make_room(struct kpromoted_exchange *x, int slow_nid,
				  const unsigned long *pfns, unsigned int nr,
				  u64 rate, unsigned long want, u64 until_ns);

/* kpromoted_judge.c */
void kpromoted_judge_look(struct kpromoted_judge *judge, unsigned long came,
			  u64 interval_ns);
void kpromoted_judge_node(struct kpromoted_judge *judge,
			  struct klruscan_node *node,
			  const struct kpromoted_supply *supply,
			  struct kpromoted_verdict *verdicts);
u64 kpromoted_judge_steps(const struct kpromoted_verdict *verdicts, int nid,
			  struct kpromoted_steps *steps);

/* kpromoted_measure.c */
bool kpromoted_measured_lately(const struct kpromoted_view *view);
void kpromoted_measure_slow(struct kpromoted_judge *judge, struct kpromoted_view *view,
			    u64 want);
void kpromoted_measure_fast(struct kpromoted_judge *judge, unsigned int passes,
			    u64 longest_us);
void kpromoted_judge_cut(struct kpromoted_judge *judge,
			 const unsigned long *pfns, unsigned int nr,
			 unsigned int cut_us, unsigned long *warm);
bool kpromoted_judge_chance(struct kpromoted_judge *judge,
			    const unsigned long *pfns, unsigned int nr,
			    unsigned int cut_us);

/* kpromoted.c */
void kpromoted_count(struct klruscan_node *node, u64 cgroup,
		     enum klruscan_outcome outcome, u64 nr);
void kpromoted_refuse(struct klruscan_node *node, unsigned long pfn, u64 cgroup,
		      enum klruscan_outcome outcome);

/* kpromoted_turn.c */
void kpromoted_fill_tokens(struct kpromoted *kp);
void kpromoted_turn(struct kpromoted *kp, struct klruscan_node *node);
unsigned long kpromoted_pause(const struct kpromoted *kp);

/* kpromoted_share.c */
void kpromoted_divide(struct klruscan_node *node, const struct kpromoted_steps *steps,
		      u64 hot, u64 tokens);
bool kpromoted_divide_rest(struct kpromoted_division *d, u64 tokens);
struct kpromoted_share *kpromoted_part(struct klruscan_node *node, unsigned long pfn);
unsigned long kpromoted_size_of(unsigned long pfn);
void kpromoted_leave_page(struct klruscan_node *node, unsigned long pfn,
			  enum klruscan_outcome outcome);
unsigned int kpromoted_leave_held(struct klruscan_node *node, unsigned long *pfns,
				  unsigned int nr);

/* kpromoted_folio.c */
u64 kpromoted_cgroup_of(struct folio *folio);
bool kpromoted_may_go(struct folio *folio, int target);
int kpromoted_add(struct kpromoted_batch *batch, unsigned long pfn,
		  unsigned int threshold, struct kpromoted_share *share);

/* kpromoted_move.c */
unsigned long kpromoted_flush(struct kpromoted_batch *batch);
void kpromoted_goes(struct kpromoted_going *going, struct folio *folio);
void kpromoted_went(struct kpromoted_going *going, unsigned int nr, struct list_head *list,
		    int nid, enum node_stat_item item, unsigned long pages,
		    unsigned long *left);

#endif /* _MM_KPROMOTED_H */
