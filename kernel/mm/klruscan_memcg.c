// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: what is set for single cgroups
 *
 * A cgroup is known by its id in cgroup v2, which is never used again, and not by a
 * reference: nothing here keeps one that was removed. What was set for it is of no use
 * to anybody then, is not shown any more, and is freed by one of the next passes.
 *
 * Only root sets anything, and for so many cgroups at most; who makes cgroups costs
 * nothing here. Settings are replaced as a whole and read under RCU: who reads them
 * sees those from before a change or those from after it.
 *
 * Where the memory controller is one of cgroup v1, its cgroups have other ids, which are
 * not looked at: all memory is that of nobody (id 0) then, without settings.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/cgroup.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "internal.h"
#include "klruscan_memcg.h"

#define ALL_SETTINGS	GENMASK(KLRUSCAN_NR_CGROUP_SETTINGS - 1, 0)

static_assert(KLRUSCAN_NR_CGROUP_SETTINGS <= KLRUSCAN_CGROUP_SLOTS);
/* an id is an index of an xarray */
static_assert(sizeof(unsigned long) == sizeof(u64));

static const struct {
	u32 def;
	u32 lowest;
	u32 highest;
} ranges[] = {
#define X(name, word, def, lo, hi) { def, lo, hi },
	KLRUSCAN_CGROUP_SETTINGS(X)
#undef X
};

/**
 * struct settings - what is set for one cgroup; never changed
 * @rcu:	frees it after its last reader
 * @set:	bitmap of those that have a value
 * @value:	the values
 */
struct settings {
	struct rcu_head rcu;
	u32 set;
	u32 value[KLRUSCAN_NR_CGROUP_SETTINGS];
};

/* Serialises changes of @all_settings and @nr_settings. */
static DEFINE_MUTEX(settings_mutex);
static DEFINE_XARRAY(all_settings);	/* by id */
static unsigned int nr_settings;

/******************************************************************************
 *                          what holds
 ******************************************************************************/

/* Those that are removed are no cgroups any more: what they left is their parent's. */
static struct mem_cgroup *online_memcg(struct mem_cgroup *memcg)
{
	while (memcg && !mem_cgroup_online(memcg))
		memcg = parent_mem_cgroup(memcg);
	return memcg;
}

/* Under RCU. Return: 0 where it is none of cgroup v2. */
static u64 id_of(struct mem_cgroup *memcg)
{
	struct cgroup *cgroup = memcg ? memcg->css.cgroup : NULL;

	return cgroup && cgroup->root == &cgrp_dfl_root ? cgroup_id(cgroup) : 0;
}

/* Take over what an upper one has for settings that are @missing. Return: those still. */
static u32 inherit(struct klruscan_cgroup *cgroup, u64 id, u32 missing)
{
	const struct settings *settings = xa_load(&all_settings, id);
	unsigned int i;

	for (i = 0; settings && i < KLRUSCAN_NR_CGROUP_SETTINGS; i++) {
		if (!(missing & settings->set & BIT(i)))
			continue;
		cgroup->holds[i] = settings->value[i];
		cgroup->from[i] = id;
	}
	return settings ? missing & ~settings->set : missing;
}

/* What holds where nothing is set. */
static u32 default_of(unsigned int setting)
{
	switch (setting) {
	case KLRUSCAN_CGROUP_INTERVAL_MIN:
		return klruscan_get(scan_interval_min_ms);
	case KLRUSCAN_CGROUP_INTERVAL_MAX:
		return klruscan_get(scan_interval_max_ms);
	default:
		return ranges[setting].def;
	}
}

/* Fill in what holds. Under RCU. */
static void resolve(struct mem_cgroup *memcg, struct klruscan_cgroup *cgroup)
{
	u32 missing = ALL_SETTINGS;
	unsigned int i;
	u64 id;

	for (i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++) {
		cgroup->holds[i] = default_of(i);
		cgroup->from[i] = 0;
	}
	if (xa_empty(&all_settings))
		return;
	for (; memcg && missing; memcg = parent_mem_cgroup(memcg)) {
		id = id_of(memcg);
		if (id)
			missing = inherit(cgroup, id, missing);
	}
}

/**
 * klruscan_memcg_id - which cgroup is this?
 * @memcg: the cgroup; the caller holds a reference
 *
 * Context: any.
 * Return: its id or, where it was removed, that of the one above it; 0 for none.
 */
u64 klruscan_memcg_id(struct mem_cgroup *memcg)
{
	u64 id;

	rcu_read_lock();
	id = id_of(online_memcg(memcg));
	rcu_read_unlock();
	return id;
}

/**
 * klruscan_memcg_of - whose memory is it, and what holds there?
 * @folio: a folio; the caller need not hold a reference: what is said of one that is
 *	   freed meanwhile is of no use, and does no harm
 * @of: out
 *
 * Context: any.
 */
void klruscan_memcg_of(struct folio *folio, struct klruscan_memcg *of)
{
	struct klruscan_cgroup cgroup;
	struct mem_cgroup *memcg;

	rcu_read_lock();
	memcg = online_memcg(folio_memcg_check(folio));
	of->id = id_of(memcg);
	resolve(memcg, &cgroup);
	rcu_read_unlock();
	of->promote = cgroup.holds[KLRUSCAN_CGROUP_PROMOTE];
	of->weight = cgroup.holds[KLRUSCAN_CGROUP_WEIGHT];
	of->group = cgroup.from[KLRUSCAN_CGROUP_WEIGHT] ?: of->id;
}

/**
 * klruscan_memcg_promotes - may pages of a cgroup be promoted?
 * @memcg: the cgroup; the caller holds a reference. For one that was removed, what holds for
 *	   the one above it does
 *
 * Context: any.
 * Return: true if so.
 */
bool klruscan_memcg_promotes(struct mem_cgroup *memcg)
{
	struct klruscan_cgroup cgroup;

	rcu_read_lock();
	resolve(online_memcg(memcg), &cgroup);
	rcu_read_unlock();
	return cgroup.holds[KLRUSCAN_CGROUP_PROMOTE];
}

/**
 * klruscan_memcg_bounds - how often may a cgroup be scanned?
 * @memcg: the cgroup; the caller holds a reference. For one that was removed, what holds for
 *	   the one above it does, as whose it is scanned
 * @shortest: out: the shortest interval in ms
 * @longest: out: the longest one, not below it
 *
 * Context: any.
 */
void klruscan_memcg_bounds(struct mem_cgroup *memcg, unsigned int *shortest,
			   unsigned int *longest)
{
	struct klruscan_cgroup cgroup;

	rcu_read_lock();
	resolve(online_memcg(memcg), &cgroup);
	rcu_read_unlock();
	*shortest = cgroup.holds[KLRUSCAN_CGROUP_INTERVAL_MIN];
	*longest = max(*shortest, cgroup.holds[KLRUSCAN_CGROUP_INTERVAL_MAX]);
}

/**
 * klruscan_memcg_any_set - is anything set for any cgroup?
 *
 * Return: true if so.
 */
bool klruscan_memcg_any_set(void)
{
	return !xa_empty(&all_settings);
}

/**
 * klruscan_memcg_next_set - the next cgroup for which something is set
 * @id: id to go on from
 *
 * Return: its id, which may be one that was removed; ULONG_MAX when there is none.
 */
unsigned long klruscan_memcg_next_set(unsigned long id)
{
	return xa_find(&all_settings, &id, ULONG_MAX, XA_PRESENT) ? id : ULONG_MAX;
}

/******************************************************************************
 *                          asking and setting
 ******************************************************************************/

/**
 * klruscan_memcg_is_there - is there such a cgroup?
 * @id: its id
 *
 * Context: may sleep; goes by the cgroup namespace of the current task.
 * Return: true if so.
 */
bool klruscan_memcg_is_there(u64 id)
{
	struct cgroup *cgroup = cgroup_get_from_id(id);

	if (IS_ERR(cgroup))
		return false;
	cgroup_put(cgroup);
	return true;
}

/* All but @cgroup->id and @cgroup->size are filled in. */
static int read_settings(struct cgroup *cgrp, struct klruscan_cgroup *cgroup)
{
	struct cgroup_subsys_state *css;
	const struct settings *settings;
	int err = -EOPNOTSUPP;

	cgroup->set = 0;
	memset(cgroup->value, 0, sizeof(cgroup->value));
	memset(cgroup->holds, 0, sizeof(cgroup->holds));
	memset(cgroup->from, 0, sizeof(cgroup->from));
	rcu_read_lock();
	css = rcu_dereference(cgrp->subsys[memory_cgrp_id]);
	if (css) {
		settings = xa_load(&all_settings, cgroup->id);
		if (settings) {
			cgroup->set = settings->set;
			memcpy(cgroup->value, settings->value, sizeof(settings->value));
		}
		resolve(mem_cgroup_from_css(css), cgroup);
		err = 0;
	}
	rcu_read_unlock();
	return err;
}

/* Nothing is told of upper cgroups that are not there for the current task. May sleep. */
static void hide_others(struct klruscan_cgroup *cgroup)
{
	unsigned int i;

	for (i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (cgroup->from[i] && !klruscan_memcg_is_there(cgroup->from[i]))
			cgroup->from[i] = 0;
}

/**
 * klruscan_memcg_read - what is set for a cgroup?
 * @cgroup: @cgroup->id is given, the rest filled in
 *
 * Context: may sleep; goes by the cgroup namespace of the current task.
 * Return: 0 or an error as struct klruscan_cgroup says.
 */
int klruscan_memcg_read(struct klruscan_cgroup *cgroup)
{
	struct cgroup *cgrp = cgroup_get_from_id(cgroup->id);
	int err;

	if (IS_ERR(cgrp))
		return -ENOENT;
	err = read_settings(cgrp, cgroup);
	cgroup_put(cgrp);
	hide_others(cgroup);
	return err;
}

/* Those of cgroups that were removed. In no namespace of its own: a kernel thread. */
static void reap_settings(struct work_struct *work)
{
	struct settings *settings;
	unsigned long id;

	mutex_lock(&settings_mutex);
	xa_for_each(&all_settings, id, settings) {
		if (klruscan_memcg_is_there(id))
			continue;
		xa_erase(&all_settings, id);
		kfree_rcu(settings, rcu);
		nr_settings--;
	}
	mutex_unlock(&settings_mutex);
}

static DECLARE_WORK(reap_work, reap_settings);

/**
 * klruscan_memcg_reap - a pass is over: free what belongs to removed cgroups, soon
 */
void klruscan_memcg_reap(void)
{
	if (klruscan_memcg_any_set())
		schedule_work(&reap_work);
}

/* The old ones (NULL: none) with a change. */
static void change_settings(struct settings *new, const struct settings *old,
			    const struct klruscan_cgroup *cgroup)
{
	unsigned int i;

	if (old)
		*new = *old;
	new->set = (new->set & ~cgroup->change) | cgroup->set;
	for (i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (cgroup->change & BIT(i))
			new->value[i] = cgroup->set & BIT(i) ? cgroup->value[i] : 0;
}

/* Put @new in the place of what is there. Return: 0, and @new is not the caller's. */
static int replace_settings(u64 id, struct settings *old, struct settings *new)
{
	int err = 0;

	lockdep_assert_held(&settings_mutex);
	if (new->set && !old && nr_settings >= KLRUSCAN_CGROUPS_SET_MAX)
		return -ENOSPC;
	if (new->set)
		err = xa_err(xa_store(&all_settings, id, new, GFP_KERNEL));
	else
		xa_erase(&all_settings, id);
	if (err)
		return err;
	nr_settings += !!new->set - !!old;
	if (old)
		kfree_rcu(old, rcu);
	if (!new->set)
		kfree(new);
	return 0;
}

static int set_settings(const struct klruscan_cgroup *cgroup)
{
	struct settings *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct settings *old;
	int err;

	if (!new)
		return -ENOMEM;
	mutex_lock(&settings_mutex);
	old = xa_load(&all_settings, cgroup->id);
	change_settings(new, old, cgroup);
	err = replace_settings(cgroup->id, old, new);
	mutex_unlock(&settings_mutex);
	if (err)
		kfree(new);
	return err;
}

static int check_change(const struct klruscan_cgroup *cgroup)
{
	unsigned int i;

	if (!cgroup->change || cgroup->change & ~ALL_SETTINGS ||
	    cgroup->set & ~cgroup->change)
		return -EINVAL;
	for (i = 0; i < KLRUSCAN_NR_CGROUP_SETTINGS; i++)
		if (cgroup->set & BIT(i) && (cgroup->value[i] < ranges[i].lowest ||
					     cgroup->value[i] > ranges[i].highest))
			return -ERANGE;
	return 0;
}

/**
 * klruscan_memcg_set - change what is set for a cgroup
 * @cgroup: what to change, see struct klruscan_cgroup; what holds then is filled in
 *
 * Context: may sleep; goes by the cgroup namespace of the current task. The caller has
 * checked who it is.
 * Return: 0 or an error as struct klruscan_cgroup says; nothing is changed then.
 */
int klruscan_memcg_set(struct klruscan_cgroup *cgroup)
{
	struct klruscan_cgroup old = { .id = cgroup->id };
	struct cgroup *cgrp;
	int err = check_change(cgroup);

	if (err)
		return err;
	cgrp = cgroup_get_from_id(cgroup->id);
	if (IS_ERR(cgrp))
		return -ENOENT;
	err = read_settings(cgrp, &old) ?: set_settings(cgroup);
	if (err == -ENOSPC) {
		/* some of them may be there no more */
		schedule_work(&reap_work);
		flush_work(&reap_work);
		err = set_settings(cgroup);
	}
	if (!err)
		err = read_settings(cgrp, cgroup);
	if (!err) {
		hide_others(cgroup);
		klruscan_changed();
	}
	cgroup_put(cgrp);
	return err;
}

/**
 * klruscan_memcg_exit - forget all that is set
 *
 * Context: may sleep. No daemon runs and nobody asks any more.
 */
void klruscan_memcg_exit(void)
{
	struct settings *settings;
	unsigned long id;

	cancel_work_sync(&reap_work);
	xa_for_each(&all_settings, id, settings)
		kfree(settings);
	xa_destroy(&all_settings);
}
