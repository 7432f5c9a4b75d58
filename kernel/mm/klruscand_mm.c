// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: which processes a pass has to visit, and how far it is in each
 *
 * A process on the list is held by mmgrab(): its mm_struct stays, its memory need
 * not.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/log2.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "internal.h"
#include "klruscand.h"

/*
 * Processes that are listed under one hold of mm_list.lock, which fork, exec and exit
 * take. Each is a cache line or two that nobody has used lately: tens of microseconds.
 */
#define LISTED_AT_ONCE	256

/* Processes whose place is kept for the next pass; others begin anew. */
#define LATE_MAX	64

static void let_go(struct mm_place *place)
{
	if (place->mm)
		mmdrop(place->mm);
	if (place->memcg)
		css_put(&place->memcg->css);
	place->mm = NULL;
	place->memcg = NULL;
}

/**
 * klruscand_drop_mms - let go of all processes of a list
 * @places: the list; empty afterwards, its memory stays
 *
 * Context: no spinlock held.
 */
void klruscand_drop_mms(struct mm_places *places)
{
	while (places->nr)
		let_go(&places->place[--places->nr]);
}

/**
 * klruscand_drop_done - let go of the processes that are done
 * @places: the list; the others stay, in their order
 *
 * Context: no spinlock held.
 * Return: how many are left.
 */
unsigned int klruscand_drop_done(struct mm_places *places)
{
	unsigned int i, left = 0;

	for (i = 0; i < places->nr; i++) {
		if (places->place[i].done)
			let_go(&places->place[i]);
		else
			places->place[left++] = places->place[i];
	}
	places->nr = left;
	return left;
}

/**
 * klruscand_drop_exited - let go of the processes that have exited, and of their cgroups
 * @places: the list; they stay there, as done
 *
 * Context: no spinlock held.
 */
void klruscand_drop_exited(struct mm_places *places)
{
	unsigned int i;

	for (i = 0; i < places->nr; i++) {
		struct mm_place *place = &places->place[i];

		if (place->mm && !atomic_read(&place->mm->mm_users)) {
			let_go(place);
			place->cleared = false;
			place->done = true;
		}
		cond_resched();
	}
}

/**
 * klruscand_free_mms - let go of all processes and of the list's memory
 * @places: the list; empty afterwards, and usable
 *
 * Context: may sleep.
 */
void klruscand_free_mms(struct mm_places *places)
{
	klruscand_drop_mms(places);
	kvfree(places->place);
	memset(places, 0, sizeof(*places));
}

/* Room for at least @nr; what is in there stays. May sleep. */
static int grow_places(struct mm_places *places, unsigned int nr)
{
	struct mm_place *place;

	if (nr <= places->max)
		return 0;
	nr = roundup_pow_of_two(nr);
	place = kvmalloc_array(nr, sizeof(*place),
			       GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!place)
		return -ENOMEM;
	if (places->nr)
		memcpy(place, places->place, places->nr * sizeof(*place));
	kvfree(places->place);
	places->place = place;
	places->max = nr;
	return 0;
}

/*
 * Is the process still on the cgroup's list, whose lock is held? One that was moved
 * may be on that of another: then it has another cgroup, too, which lru_gen_add_mm()
 * says before it adds it. One that is being moved back has this cgroup already and is
 * on no list, until the lock is free.
 */
static bool is_listed(struct mm_struct *mm, struct mem_cgroup *memcg)
{
	lockdep_assert_held(&memcg->mm_list.lock);
	if (list_empty(&mm->lru_gen.list))
		return false;
	smp_rmb(); /* first the list, then the cgroup */
	if (READ_ONCE(mm->lru_gen.memcg) != memcg)
		return false;
	smp_rmb(); /* then the list once more */
	return !list_empty(&mm->lru_gen.list);
}

/*
 * Where to go on: behind the last one of @places that is still on the list. New ones
 * are added at the end, so all before it have had their turn. Should it be there again,
 * moved away and back since, those that it has passed have theirs in the next pass.
 */
static struct list_head *last_listed(struct mem_cgroup *memcg,
				     struct mm_places *places)
{
	unsigned int i = places->nr;

	while (i-- && places->place[i].memcg == memcg)
		if (is_listed(places->place[i].mm, memcg))
			return &places->place[i].mm->lru_gen.list;
	return &memcg->mm_list.fifo;
}

/*
 * List some more processes of a cgroup, for which there is room. An mm_struct on the
 * list has not been dropped yet: lru_gen_del_mm() comes before, under the same lock.
 *
 * Return: whether there are more.
 */
static bool list_some(struct mem_cgroup *memcg, struct klruscan_pace *pace,
		      struct mm_places *places)
{
	unsigned int end = min(places->nr + LISTED_AT_ONCE, places->max);
	struct list_head *fifo = &memcg->mm_list.fifo;
	struct list_head *pos;

	spin_lock(&memcg->mm_list.lock);
	pos = last_listed(memcg, places)->next;
	for (; pos != fifo && places->nr < end; pos = pos->next) {
		struct mm_struct *mm = list_entry(pos, struct mm_struct,
						  lru_gen.list);

		mmgrab(mm);
		css_get(&memcg->css);
		places->place[places->nr++] = (struct mm_place){
			.mm = mm,
			.memcg = memcg,
			.pace = pace,
		};
	}
	spin_unlock(&memcg->mm_list.lock);
	return pos != fifo;
}

/*
 * How many processes of a cgroup are not listed, for lack of memory: at least so many, as the
 * lock is not held for more of them either.
 */
static unsigned int count_rest(struct mem_cgroup *memcg, struct mm_places *places)
{
	struct list_head *pos;
	unsigned int nr = 0;

	spin_lock(&memcg->mm_list.lock);
	pos = last_listed(memcg, places)->next;
	for (; pos != &memcg->mm_list.fifo && nr < LISTED_AT_ONCE; pos = pos->next)
		nr++;
	spin_unlock(&memcg->mm_list.lock);
	return nr;
}

/*
 * Where the last pass had to leave a process, this one begins, if it is one of those from
 * number @first on: with all of a PUD entry, whose accessed bit is one for all that is in it.
 */
static void resume_places(struct mm_places *places, unsigned int first,
			  struct mm_places *late)
{
	unsigned int i, j;

	for (i = 0; i < late->nr; i++) {
		unsigned long next = late->place[i].next & PUD_MASK;

		for (j = first; j < places->nr; j++) {
			if (places->place[j].mm != late->place[i].mm)
				continue;
			places->place[j].next = next;
			places->place[j].first = next;
			late->place[i].done = true;
		}
		cond_resched();
	}
}

/**
 * klruscand_list_mms - list the processes of a cgroup
 * @places: out: the list, to which they are added
 * @memcg: the cgroup; the caller holds a reference, and each place another one
 * @pace: how it is scanned
 * @late: processes that the last pass had to leave: they begin where they were
 *	  left, and are done there
 *
 * Context: may sleep.
 * Return: how many processes did not fit, for lack of memory; of many, a part.
 */
unsigned int klruscand_list_mms(struct mm_places *places,
				struct mem_cgroup *memcg,
				struct klruscan_pace *pace,
				struct mm_places *late)
{
	unsigned int missed = 0, first = places->nr;

	while (!missed && list_some(memcg, pace, places)) {
		if (places->nr == places->max &&
		    grow_places(places, places->nr + LISTED_AT_ONCE))
			missed = count_rest(memcg, places);
		cond_resched();
	}
	resume_places(places, first, late);
	return missed;
}

/**
 * klruscand_keep_unfinished - remember who was not finished, let go of all
 * @places: the list; empty afterwards
 * @later: out: up to LATE_MAX of those that are not done are added
 *
 * Context: may sleep.
 * Return: how many were not done.
 */
unsigned int klruscand_keep_unfinished(struct mm_places *places,
				       struct mm_places *later)
{
	unsigned int i, unfinished = 0;

	for (i = 0; i < places->nr; i++) {
		if (places->place[i].done)
			continue;
		unfinished++;
		if (later->nr == LATE_MAX || grow_places(later, later->nr + 1))
			continue;
		mmgrab(places->place[i].mm);
		later->place[later->nr] = places->place[i];
		later->place[later->nr++].memcg = NULL;
	}
	klruscand_drop_mms(places);
	return unfinished;
}

/**
 * klruscand_keep_late - remember who was not finished and had no pass since
 * @late: the list; empty afterwards
 * @later: out: up to LATE_MAX of those that are not done, and have not exited, are added
 *
 * Context: may sleep.
 */
void klruscand_keep_late(struct mm_places *late, struct mm_places *later)
{
	unsigned int i;

	for (i = 0; i < late->nr; i++)
		if (!atomic_read(&late->place[i].mm->mm_users))
			late->place[i].done = true;
	klruscand_keep_unfinished(late, later);
}
