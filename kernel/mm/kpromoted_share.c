// SPDX-License-Identifier: GPL-2.0-only
/*
 * kpromoted: what cgroups may promote
 *
 * Where more is hot than the rate allows, what it allows is divided among the cgroups at
 * the beginning of a turn (kpromoted_share.h): before it, all candidates, or a sample
 * where they are many, are asked whose they are. Candidates of a cgroup that has had its
 * part are left for the next turn. Nobody gets less because another one has more that is
 * hot, hotter, or at lower addresses; but when those of another one are so many that a turn
 * cannot pass over all of them, it gets it later.
 *
 * Whose a page is, is asked without a reference to it, as /proc/kpagecgroup does. An
 * answer that is wrong, because the page has been freed, gives or takes a page.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/jiffies.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>

#include "internal.h"
#include "klruscan_memcg.h"
#include "kpromoted.h"

/* Candidates that are asked before a division, about, and those of them from one place. */
#define CENSUS		4096
#define ASKED_AT_ONCE	64

/* Sections that are visited for it, each of which takes up to some tens of microseconds. */
#define CENSUS_VISITS	256

/* What cgroups want is known for so long, unless far more is hot. */
#define CENSUS_JIFFIES	HZ

/*
 * It is not ours: it may be split right now, and its size be anything, or become a tail,
 * of which folio_nr_pages() must not be asked.
 */
static unsigned long size_of(struct folio *folio)
{
	return min_t(unsigned long, compound_nr(&folio->page), MAX_ORDER_NR_PAGES);
}

/**
 * kpromoted_size_of - how large is a candidate?
 * @pfn: the candidate
 *
 * Context: any; without a reference.
 * Return: base pages, 0 when it is offline; not more than the largest folio has.
 */
unsigned long kpromoted_size_of(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page ? size_of(page_folio(page)) : 0;
}

/* Whose is the page, and how many base pages are its folio? */
static unsigned long owner_of(unsigned long pfn, struct klruscan_memcg *of)
{
	struct page *page = pfn_to_online_page(pfn);
	struct folio *folio;

	if (!page) {
		*of = (struct klruscan_memcg){ .weight = 1 };
		return 0;
	}
	folio = page_folio(page);
	klruscan_memcg_of(folio, of);
	return size_of(folio);
}

/* Each of those that were found wants its pages, as do the @step - 1 that were not asked. */
static void add_wants(struct kpromoted_division *d, unsigned int nr,
		      unsigned int step)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct klruscan_memcg of;
		unsigned long pages = owner_of(d->pfns[i], &of);

		if (of.promote)
			kpromoted_share_of(&d->shares, of.group,
					   of.weight)->want += pages * step;
	}
}

/*
 * Ask the candidates of a clock and heat, one in @step, from @start on and around. Where the visits
 * do not suffice, it is others that are asked next time.
 */
static void ask_step(struct kpromoted_division *d, int nid,
		     const struct kpromoted_step *which, unsigned int step,
		     unsigned long start)
{
	unsigned long pos = start;
	bool around = false;

	while (d->visits && !(around && pos >= start) && !klruscan_must_leave()) {
		unsigned int nr;

		nr = pghot_collect(nid, which->clock, which->level, &pos,
				   d->pfns, ASKED_AT_ONCE);
		add_wants(d, nr, step);
		d->visits--;
		/* as far as these went, so many times further, on average */
		if (nr && pos != ULONG_MAX)
			pos += (pos - d->pfns[0]) *
			       get_random_u32_below(2 * step - 1);
		if (pos == ULONG_MAX && !around) {
			around = true;
			pos = 0;
		}
		cond_resched();
	}
}

/* Ask the candidates, from a random place on: all, or as many as may be asked. */
static void ask(struct kpromoted_division *d, int nid,
		const struct kpromoted_steps *steps, u64 hot)
{
	struct pglist_data *pgdat = NODE_DATA(nid);
	unsigned int step = min(hot / CENSUS + 1, 1U << 16);
	unsigned long start;
	unsigned int i;

	start = pgdat->node_start_pfn +
		get_random_u64() % (READ_ONCE(pgdat->node_spanned_pages) ?: 1);
	d->visits = CENSUS_VISITS;
	for (i = 0; i < steps->nr; i++)
		ask_step(d, nid, &steps->step[i], step, start);
	if (step == 1 && d->visits)
		kpromoted_shares_all_asked(&d->shares);
	d->hot = hot;
	d->asked = jiffies;
}

/**
 * kpromoted_divide - divide what the rate allows, if it is not enough
 * @node: the slow node
 * @steps: the candidates
 * @hot: how many they are
 * @tokens: base pages that the rate allows
 *
 * Once a turn.
 *
 * Context: may sleep.
 */
void kpromoted_divide(struct klruscan_node *node, const struct kpromoted_steps *steps,
		      u64 hot, u64 tokens)
{
	struct kpromoted_division *d = node->promote.division;
	/* without tokens, what comes in during the turn is for the next one to divide */
	bool keep = !tokens || (hot <= 2 * d->hot &&
				time_before(jiffies, d->asked + CENSUS_JIFFIES));

	kpromoted_shares_begin(&d->shares, keep, d->unreached);
	if (!tokens) {
		d->shares.divided = true;
		return;
	}
	/* were all of them huge, would it do? */
	if (!keep && hot * PTRS_PER_PTE > tokens)
		ask(d, node->nid, steps, hot);
	kpromoted_shares_divide(&d->shares, d->need, tokens);
}

/**
 * kpromoted_divide_rest - divide what is left when all candidates were looked at
 * @d: the division
 * @tokens: base pages that are left
 *
 * Who has some left of its part does not want them.
 *
 * Context: any.
 * Return: true when there is somebody who does.
 */
bool kpromoted_divide_rest(struct kpromoted_division *d, u64 tokens)
{
	return d->shares.divided && kpromoted_shares_rest(&d->shares, d->need, tokens);
}

static void leave_one(struct klruscan_node *node, unsigned long pfn, u64 cgroup,
		      enum klruscan_outcome outcome)
{
	klruscan_add(node->promote.candidates, 1);
	kpromoted_refuse(node, pfn, cgroup, outcome);
}

/* Why a page may not be promoted, KLRUSCAN_NR_OUTCOMES if it may, with its part. */
static int part_of(struct kpromoted_division *d, unsigned long pfn,
		   struct klruscan_memcg *of, struct kpromoted_share **share)
{
	if (!owner_of(pfn, of))
		return KLRUSCAN_OUTCOME_OFFLINE;
	if (!of->promote)
		return KLRUSCAN_OUTCOME_FORBIDDEN;
	if (!d->shares.divided)
		return KLRUSCAN_NR_OUTCOMES;
	*share = kpromoted_share_of(&d->shares, of->group, of->weight);
	return (*share)->tokens > 0 ? KLRUSCAN_NR_OUTCOMES :
				      KLRUSCAN_OUTCOME_RATE_LIMITED;
}

/**
 * kpromoted_part - may a candidate be promoted, says its cgroup?
 * @node: the slow node
 * @pfn: the candidate
 *
 * Context: the thread that promotes from the node.
 * Return: what it is to be charged to; NULL if not, and that is counted.
 */
struct kpromoted_share *kpromoted_part(struct klruscan_node *node, unsigned long pfn)
{
	struct kpromoted_division *d = node->promote.division;
	struct kpromoted_share *share = &d->all;
	struct klruscan_memcg of;
	int outcome;

	if (!d->shares.divided && !klruscan_memcg_any_set())
		return share;
	outcome = part_of(d, pfn, &of, &share);
	if (outcome == KLRUSCAN_NR_OUTCOMES)
		return share;
	leave_one(node, pfn, of.id, outcome);
	return NULL;
}

/**
 * kpromoted_leave_page - a candidate ended that was not even looked at
 * @node: the slow node
 * @pfn: the page
 * @outcome: how
 *
 * Context: the thread that promotes from the node.
 */
void kpromoted_leave_page(struct klruscan_node *node, unsigned long pfn,
			  enum klruscan_outcome outcome)
{
	struct klruscan_memcg of;

	owner_of(pfn, &of);
	leave_one(node, pfn, of.id, outcome);
}

/**
 * kpromoted_leave_held - leave candidates that their cgroups hold back
 * @node: the slow node
 * @pfns: the candidates; those that are left over are moved to the front
 * @nr: how many
 *
 * Context: the thread that promotes from the node.
 * Return: how many are left over.
 */
unsigned int kpromoted_leave_held(struct klruscan_node *node, unsigned long *pfns,
				  unsigned int nr)
{
	unsigned int i, kept = 0;

	for (i = 0; i < nr; i++)
		if (kpromoted_part(node, pfns[i]))
			pfns[kept++] = pfns[i];
	return kept;
}
