// SPDX-License-Identifier: GPL-2.0-only
/*
 * kgauged: is what was promoted hot, and how much of what is hot is in fast memory?
 *
 * One thread for each slow node. It asks neither the scan nor what promotion went by: folios are
 * drawn at random, from the slow node, from fast memory, and from those that were promoted
 * lately, and looked at alone (klruscan_look.c); kgauged.h has what follows from that. A round
 * is some twenty looks at each of a few hundred folios, and how often there is one depends on
 * what they cost.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "internal.h"
#include "kgauged.h"
#include "klruscan.h"
#include "klruscan_look.h"
#include "klruscand_budget.h"

/* Folios that are drawn from each part, and page frames that are tried for them. */
#define DRAWN			80
#define TRIES			2048

#define SAMPLE			(GAUGE_PARTS * DRAWN)
static_assert(SAMPLE <= KLRUSCAN_LOOK_MAX);

/* Looks beyond GAUGE_LOOKS, for exposures that took too long. */
#define DISTURBED_MOST		4

/* Notes of what was promoted a minute ago are a third of what they were. */
#define TRAIL_MEMORY_SHIFT	6

/* A wait is that exact, in ns: klruscan_wait_until() takes longer ones by ticks. */
#define STEP_NS			(10 * NSEC_PER_MSEC)

/* How often all is asked when nothing is known. */
#define FIRST_TIMES		4

/*
 * What it may cost: one in so many of what the scan may; in ns, what can be saved of that, some
 * rounds even on a slow machine; and of that, one in so many while there is no news.
 */
#define COST_SHARE		20
#define SAVED_NS		(250LL * NSEC_PER_MSEC)
#define CALM_SHARE		8

/* As long as exposures may be in which folios are held, which cannot be moved meanwhile. */
#define EXPOSURE_US_MAX		65536U

/**
 * struct kgauged - one gauging thread; all fields are its own
 * @node:	the slow node and its figures
 * @task:	the thread; written by kgauged_start() and kgauged_stop()
 * @looks:	at single folios
 * @gauge:	what is known
 * @note:	the sample
 * @first:	of each part, the first of them; and behind the last
 * @gone:	those that were not there, or could not be looked at, some time
 * @folios:	those that are being looked at, each with a reference, or NULL
 * @seen:	in how many exposures each was seen
 * @promoted:	base pages that had been promoted when the last round began
 * @calm:	nothing had been since the one before, and it found nothing hot on the slow node
 * @begun_ns:	when it began, by ktime_get_ns()
 * @took_ns:	CPU time that it took
 * @charged_ns:	CPU time of the thread that was counted
 * @look_ns:	how long the last look at all of the sample took
 * @credit_ns:	CPU time that may be taken, less than nothing when too much was
 * @filled_ns:	when that was last worked out
 */
struct kgauged {
	struct klruscan_node *node;
	struct task_struct *task;
	struct klruscan_looks looks;
	struct gauge gauge;
	struct kgauged_note note[SAMPLE];
	unsigned int first[GAUGE_PARTS + 1];
	DECLARE_BITMAP(gone, SAMPLE);
	struct folio *folios[SAMPLE];
	u8 seen[SAMPLE];
	u64 promoted;
	bool calm;
	u64 begun_ns;
	u64 took_ns;
	u64 charged_ns;
	u64 look_ns;
	s64 credit_ns;
	u64 filled_ns;
};

static struct kgauged *kgaugeds[MAX_NUMNODES];

/******************************************************************************
 *                          notes of folios
 ******************************************************************************/

/**
 * kgauged_describe - note a folio
 * @note: out: the note, which nobody reads meanwhile
 * @at: where it is, or is going to be
 * @as: what it is
 *
 * Context: any.
 */
void kgauged_describe(struct kgauged_note *note, struct folio *at, struct folio *as)
{
	note->pfn = folio_pfn(at);
	note->nid = folio_nid(at);
	note->mapping = READ_ONCE(as->mapping);
	note->index = READ_ONCE(as->index);
}

/* Into the trail, which is read meanwhile */
static void copy_note(struct kgauged_note *note, const struct kgauged_note *from)
{
	WRITE_ONCE(note->pfn, from->pfn);
	WRITE_ONCE(note->nid, from->nid);
	WRITE_ONCE(note->mapping, from->mapping);
	WRITE_ONCE(note->index, from->index);
}

/*
 * The folio of a note, with a reference, if it is still there. Where what is there is another
 * one, or the note is being written, they do not fit; where the same part of the same file or
 * memory came back, it is as good.
 */
static struct folio *find(const struct kgauged_note *note)
{
	unsigned long pfn = READ_ONCE(note->pfn);
	struct folio *folio = pfn ? klruscan_get_mapped(pfn, READ_ONCE(note->nid)) : NULL;

	if (!folio)
		return NULL;
	if (READ_ONCE(folio->mapping) == READ_ONCE(note->mapping) &&
	    READ_ONCE(folio->index) == READ_ONCE(note->index))
		return folio;
	folio_put(folio);
	return NULL;
}

/* A second has passed, or some: what is older counts less. There is nothing the first time. */
static void age_trail(struct kgauged_trail *trail)
{
	unsigned long s = (jiffies - trail->aged) / HZ;

	trail->aged += s * HZ;
	for (s = min(s, 64UL << TRAIL_MEMORY_SHIFT); s; s--)
		trail->pages -= trail->pages >> TRAIL_MEMORY_SHIFT;
}

/**
 * kgauged_note - a folio was promoted
 * @trail: where some of them are noted
 * @came: where to; without a page frame if that is not known
 * @pages: base pages of it
 *
 * Each base page is as likely to be noted as any other, but for those of long ago.
 *
 * Context: any; one writer at a time.
 */
void kgauged_note(struct kgauged_trail *trail, const struct kgauged_note *came,
		  unsigned int pages)
{
	unsigned int nr;

	if (!came->pfn)
		return;
	age_trail(trail);
	trail->pages += pages;
	nr = gauge_notes(pages, trail->pages, KGAUGED_TRAIL, get_random_u64());
	while (nr--)
		copy_note(&trail->note[get_random_u32_below(KGAUGED_TRAIL)], came);
}

/******************************************************************************
 *                          a round
 ******************************************************************************/

/* Base pages of a node that processes map: what a sample of it stands for. */
static u64 mapped_pages(int nid)
{
	return node_page_state(NODE_DATA(nid), NR_ANON_MAPPED) +
	       node_page_state(NODE_DATA(nid), NR_FILE_MAPPED);
}

/* A folio of fast memory: of a node by chance, by what processes map of it. */
static struct folio *draw_fast(u64 pages, unsigned int *tries)
{
	u64 at = get_random_u64() % pages;
	int nid;

	for_each_node_mask(nid, *klruscan_fast_nodes()) {
		u64 of_node = mapped_pages(nid);

		if (at < of_node)
			return klruscan_draw(nid, tries);
		at -= of_node;
	}
	/* there were more a moment ago */
	(*tries)--;
	return NULL;
}

/* Folios of a side, as many as are found, from @at on. Return: where the next part begins. */
static unsigned int draw(struct kgauged *kg, enum gauge_side side, unsigned int at)
{
	unsigned int tries = TRIES, nr;

	if (!kg->gauge.pages[side])
		return at;
	for (nr = 0; nr < DRAWN && tries; cond_resched()) {
		struct folio *folio = side == GAUGE_SLOW ?
				      klruscan_draw(kg->node->nid, &tries) :
				      draw_fast(kg->gauge.pages[side], &tries);

		if (!folio)
			continue;
		kgauged_describe(&kg->note[at + nr++], folio, folio);
		folio_put(folio);
	}
	return at + nr;
}

/* The same of those that were promoted, from any of the notes on; none is drawn twice. */
static unsigned int draw_promoted(struct kgauged *kg, unsigned int at)
{
	const struct kgauged_trail *trail = kg->node->promote.trail;
	unsigned int begin = get_random_u32_below(KGAUGED_TRAIL), i;

	kg->gauge.notes = 0;
	for (i = 0; i < KGAUGED_TRAIL; i++) {
		struct folio *folio = find(&trail->note[(begin + i) % KGAUGED_TRAIL]);

		if (!folio)
			continue;
		if (kg->gauge.notes++ < DRAWN)
			kgauged_describe(&kg->note[at++], folio, folio);
		folio_put(folio);
	}
	return at;
}

static void draw_all(struct kgauged *kg)
{
	u64 *pages = kg->gauge.pages;
	unsigned int side;
	int nid;

	pages[GAUGE_SLOW] = mapped_pages(kg->node->nid);
	pages[GAUGE_FAST] = 0;
	for_each_node_mask(nid, *klruscan_fast_nodes())
		pages[GAUGE_FAST] += mapped_pages(nid);
	for (side = 0; side < GAUGE_SIDES; side++)
		kg->first[side + 1] = draw(kg, side, kg->first[side]);
	kg->first[GAUGE_PARTS] = draw_promoted(kg, kg->first[GAUGE_PROMOTED]);
	bitmap_zero(kg->gone, SAMPLE);
	memset(kg->seen, 0, sizeof(kg->seen));
}

/* The first @nr of the sample, with references: not for long, as they cannot be moved meanwhile. */
static void get_folios(struct kgauged *kg, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		kg->folios[i] = test_bit(i, kg->gone) ? NULL : find(&kg->note[i]);
		if (!kg->folios[i])
			__set_bit(i, kg->gone);
	}
}

/* Some may not have been looked at, as a lock was held. */
static void put_folios(struct kgauged *kg, unsigned int nr)
{
	unsigned int i;

	bitmap_or(kg->gone, kg->gone, kg->looks.missed, nr);
	for (i = 0; i < nr; i++)
		if (kg->folios[i])
			folio_put(kg->folios[i]);
}

static unsigned int nr_there(const struct kgauged *kg, unsigned int part)
{
	unsigned int i, nr = 0;

	for (i = kg->first[part]; i < kg->first[part + 1]; i++)
		nr += !test_bit(i, kg->gone);
	return nr;
}

/* All were exposed for so long. */
static void note_exposure(struct kgauged *kg, u64 us, const unsigned long *seen)
{
	unsigned int side, i;

	for (side = 0; side < GAUGE_SIDES; side++) {
		unsigned int nr = 0;

		for (i = kg->first[side]; i < kg->first[side + 1]; i++)
			nr += test_bit(i, seen) && !test_bit(i, kg->gone);
		gauge_exposed(&kg->gauge, side, max(us, 1ULL), nr, nr_there(kg, side));
	}
}

/* Look at all. What is seen, for how long it was exposed. */
static void look(struct kgauged *kg, unsigned long *seen)
{
	unsigned int nr = kg->first[GAUGE_PARTS];
	u64 start = ktime_get_ns();

	get_folios(kg, nr);
	klruscan_look(&kg->looks, kg->folios, nr, seen);
	put_folios(kg, nr);
	kg->look_ns = ktime_get_ns() - start;
}

/* An exposure counts: it is as long as it should be. */
static void count_seen(struct kgauged *kg, u64 took_ns, const unsigned long *seen)
{
	unsigned int nr = kg->first[GAUGE_PARTS], i;

	note_exposure(kg, div_u64(took_ns, NSEC_PER_USEC), seen);
	for (i = 0; i < nr; i++)
		kg->seen[i] += test_bit(i, seen);
}

/* To the microsecond, and in steps so short that none has to be cut short at the end. */
static void wait_until(u64 ns)
{
	u64 now;

	while ((s64)(ns - (now = ktime_get_ns())) > 0 && !klruscan_must_leave())
		klruscan_wait_until(min(ns, now + STEP_NS));
}

/*
 * Expose the sample again and again: from the end of a look, when the TLBs are flushed, to the
 * middle of the next. What takes half as long again as it should, as a CPU was busy or slept,
 * does not count. Return: were there GAUGE_LOOKS exposures that do?
 */
static bool judge(struct kgauged *kg)
{
	u64 exposure_ns = (u64)kg->gauge.us * NSEC_PER_USEC;
	unsigned int looks = 0, tries;
	u64 flushed_ns = ktime_get_ns();

	for (tries = 0; tries <= GAUGE_LOOKS + DISTURBED_MOST && looks < GAUGE_LOOKS; tries++) {
		DECLARE_BITMAP(seen, KLRUSCAN_LOOK_MAX) = { };
		u64 took;

		if (tries)
			wait_until(flushed_ns + exposure_ns - kg->look_ns / 2);
		if (klruscan_must_leave())
			return false;
		took = ktime_get_ns() - flushed_ns;
		look(kg, seen);
		took += kg->look_ns / 2;
		flushed_ns = ktime_get_ns();
		/* the first look only clears */
		if (!tries || 2 * took > 3 * exposure_ns)
			continue;
		count_seen(kg, took, seen);
		looks++;
	}
	return looks == GAUGE_LOOKS;
}

/* Return: how much of a part is hot, in halves of a folio. */
static int count_halves(const struct kgauged *kg, unsigned int part)
{
	unsigned int i;
	int halves = 0;

	for (i = kg->first[part]; i < kg->first[part + 1]; i++)
		halves += test_bit(i, kg->gone) ? 0 : gauge_halves(kg->seen[i]);
	return halves;
}

/* Shorter and shorter exposures, until none of them is seen. */
static void measure(struct kgauged *kg, unsigned int us)
{
	unsigned int nr = kg->first[GAUGE_SIDES];
	bool seen_any = true;

	for (; seen_any && us >= GAUGE_BIN_US && !klruscan_must_leave(); us /= 4) {
		DECLARE_BITMAP(seen, KLRUSCAN_LOOK_MAX) = { };
		unsigned int took;

		get_folios(kg, nr);
		took = klruscan_expose(&kg->looks, kg->folios, nr, us, nr, seen);
		put_folios(kg, nr);
		note_exposure(kg, took, seen);
		seen_any = bitmap_weight(seen, nr);
	}
}

/* Where the line may be anywhere, one sample says too little. */
static void find_line(struct kgauged *kg)
{
	unsigned int i;

	for (i = 0; i < FIRST_TIMES; i++)
		measure(kg, EXPOSURE_US_MAX);
}

static void publish(struct kgauged *kg)
{
	WRITE_ONCE(kg->node->gauge.precision, gauge_precision(&kg->gauge));
	WRITE_ONCE(kg->node->gauge.recall, gauge_recall(&kg->gauge));
	WRITE_ONCE(kg->node->gauge.hot_us, kg->gauge.us);
}

/* No line is so short that the first of the sample is exposed for far less than the last. */
static unsigned int shortest_us(const struct kgauged *kg)
{
	return min_t(u64, div_u64(GAUGE_US_LOOKS * kg->look_ns, NSEC_PER_USEC), GAUGE_US_MAX);
}

static void judge_all(struct kgauged *kg)
{
	unsigned int part;

	for (part = 0; part < GAUGE_PARTS; part++)
		gauge_judged(&kg->gauge, part, count_halves(kg, part), nr_there(kg, part));
}

static void take_round(struct kgauged *kg)
{
	u64 promoted = READ_ONCE(kg->node->promote.pages);
	bool calm = promoted == kg->promoted;

	kg->promoted = promoted;
	gauge_begin(&kg->gauge);
	draw_all(kg);
	if (!kg->gauge.us) {
		find_line(kg);
		calm = false;
	} else {
		bool judged = judge(kg);

		if (judged)
			judge_all(kg);
		calm = calm && judged && count_halves(kg, GAUGE_SLOW) <= 0;
		measure(kg, min(kg->gauge.us / 4, EXPOSURE_US_MAX));
	}
	kg->calm = calm;
	/* a round that had to be left says nothing */
	if (klruscan_must_leave())
		return;
	gauge_end(&kg->gauge, shortest_us(kg));
	publish(kg);
}

/******************************************************************************
 *                          the thread
 ******************************************************************************/

/* Time in which so much CPU time may be taken, both in ns. */
static u64 time_for(u64 cpu_ns)
{
	return budget_time(cpu_ns * COST_SHARE, klruscan_get(scan_cpu_permille));
}

/* What has come to the credit since the last time. */
static void fill_credit(struct kgauged *kg, u64 now)
{
	u64 since = min(now - kg->filled_ns, time_for(SAVED_NS));

	kg->credit_ns += div_u64(since * klruscan_get(scan_cpu_permille), 1000 * COST_SHARE);
	kg->credit_ns = min(kg->credit_ns, SAVED_NS);
	kg->filled_ns = now;
}

static bool is_due(struct kgauged *kg)
{
	u64 now = ktime_get_ns();
	u64 since = now - kg->begun_ns;

	fill_credit(kg, now);
	if (since < NSEC_PER_SEC)
		return false;
	if (kg->calm && READ_ONCE(kg->node->promote.pages) == kg->promoted)
		return since >= CALM_SHARE * time_for(kg->took_ns);
	return kg->credit_ns > 0;
}

/* Charge the time since the last time: known exactly after a sleep, and to a tick otherwise. */
static void charge_cpu(struct kgauged *kg)
{
	u64 now = klruscan_thread_ns();

	kg->took_ns = now - kg->charged_ns;
	kg->charged_ns = now;
	kg->credit_ns -= kg->took_ns;
	klruscan_add(kg->node->gauge.cpu_ns, kg->took_ns);
}

static void take_turn(struct kgauged *kg)
{
	kg->begun_ns = ktime_get_ns();
	take_round(kg);
	charge_cpu(kg);
}

static int kgauged(void *data)
{
	struct kgauged *kg = data;

	set_freezable();
	while (!kthread_freezable_should_stop(NULL)) {
		if (is_due(kg))
			take_turn(kg);
		set_current_state(TASK_INTERRUPTIBLE);
		if (!klruscan_must_leave())
			schedule_timeout(HZ);
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

/**
 * kgauged_start - start to gauge what promotion from a slow node achieves
 * @node: the node; stays valid until kgauged_stop()
 *
 * Context: may sleep; holds klruscan_mutex.
 * Return: 0 or a negative error; nothing is left behind then.
 */
int kgauged_start(struct klruscan_node *node)
{
	struct kgauged *kg;
	int err;

	lockdep_assert_held(&klruscan_mutex);
	kg = kvzalloc(sizeof(*kg), GFP_KERNEL);
	if (!kg)
		return -ENOMEM;
	kg->node = node;
	kg->looks.all = true;
	kg->credit_ns = SAVED_NS;
	kg->filled_ns = ktime_get_ns();
	publish(kg);
	kg->task = kthread_run(kgauged, kg, "kgauged/%d", node->nid);
	err = PTR_ERR_OR_ZERO(kg->task);
	if (err) {
		kvfree(kg);
		return err;
	}
	kgaugeds[node->nid] = kg;
	return 0;
}

/**
 * kgauged_stop - stop to gauge
 * @nid: the slow node; nothing happens when it is not gauged
 *
 * Returns when the thread has ended: after one look at a sample.
 *
 * Context: may sleep; holds klruscan_mutex.
 */
void kgauged_stop(int nid)
{
	struct kgauged *kg = kgaugeds[nid];

	lockdep_assert_held(&klruscan_mutex);
	if (!kg)
		return;
	kthread_stop(kg->task);
	kgaugeds[nid] = NULL;
	kvfree(kg);
}
