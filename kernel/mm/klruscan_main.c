// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: hot page promotion for tiered memory
 *
 * This file knows which nodes are slow and which are fast, and starts and stops
 * the daemons: a store (pghot), a scanning thread (klruscand) and a gauging one
 * (kgauged) for each slow node, a promoting thread (kpromoted) for each fast node.
 *
 * Enabled is a wish: while no node is slow, nothing runs, and the daemons start
 * when memory of a lower tier comes online.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/freezer.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/memory.h>
#include <linux/memory-tiers.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/workqueue.h>

#include "internal.h"
#include "klruscan_memcg.h"

/* From the build. */
const char klruscan_version[] = KLRUSCAN_VERSION;

/* Serialises start, stop and the choice of nodes. Held while threads end. */
DEFINE_MUTEX(klruscan_mutex);

/* Written under klruscan_mutex while no daemon runs, which may read it. */
static struct klruscan_node *nodes[MAX_NUMNODES];
static nodemask_t slow_nodes;		/* that are scanned */
static nodemask_t fast_nodes;		/* that are promoted to */

/* Written under klruscan_mutex at any time, or before there is anything to start. */
static nodemask_t wanted_slow_nodes;	/* the knob; none: by memory tier */
static bool wanted;			/* enabled, says the knob */
static u64 started_ns;

/* What the parameter said, before there was anything to start. */
static bool enabled_param;
module_param_named(enabled, enabled_param, bool, 0444);
MODULE_PARM_DESC(enabled, "start the daemons at once");

static int set_slow_nodes_param(const char *buf, const struct kernel_param *kp)
{
	return klruscan_parse_slow_nodes(buf, &wanted_slow_nodes);
}

static int get_slow_nodes_param(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%*pbl\n", nodemask_pr_args(&wanted_slow_nodes));
}

static const struct kernel_param_ops slow_nodes_ops = {
	.set = set_slow_nodes_param,
	.get = get_slow_nodes_param,
};

module_param_cb(slow_nodes, &slow_nodes_ops, NULL, 0444);
MODULE_PARM_DESC(slow_nodes, "list of slow nodes; none: by memory tier");

/**
 * klruscan_thread_ns - CPU time of the current thread
 *
 * As of the last tick or reschedule, which is exact for a thread that just
 * woke up.
 *
 * Return: nanoseconds.
 */
u64 klruscan_thread_ns(void)
{
	return current->se.sum_exec_runtime;
}

/**
 * klruscan_must_leave - is it time to end what is being done where it stands?
 *
 * Return: true when the current thread, which is a daemon, has to stop or to freeze.
 */
bool klruscan_must_leave(void)
{
	return kthread_should_stop() || freezing(current);
}

/******************************************************************************
 *                          which nodes
 ******************************************************************************/

static int nearest(int nid, const nodemask_t *mask)
{
	int best = NUMA_NO_NODE;
	int other;

	for_each_node_mask(other, *mask)
		if (best == NUMA_NO_NODE ||
		    node_distance(nid, other) < node_distance(nid, best))
			best = other;
	return best;
}

/**
 * klruscan_fixed_target - the only node that is promoted to
 *
 * Context: a daemon, so that the set of fast nodes does not change.
 * Return: what target_nid says, or NUMA_NO_NODE when that is -1 or no fast node.
 */
int klruscan_fixed_target(void)
{
	long fixed = klruscan_get(target_nid);

	return fixed >= 0 && node_isset(fixed, fast_nodes) ? fixed : NUMA_NO_NODE;
}

/**
 * klruscan_target - where to promote to
 * @nid: a node that the page is used from
 * @allowed: nodes that the page may be on
 *
 * Context: a daemon, so that the set of fast nodes does not change.
 * Return: target_nid where it is set and is a fast node, else the fast node
 * nearest to @nid; of @allowed only, or NUMA_NO_NODE when there is none.
 */
int klruscan_target(int nid, const nodemask_t *allowed)
{
	int fixed = klruscan_fixed_target();
	nodemask_t mask;

	nodes_and(mask, fast_nodes, *allowed);
	if (fixed != NUMA_NO_NODE)
		return node_isset(fixed, mask) ? fixed : NUMA_NO_NODE;
	return nearest(nid, &mask);
}

/**
 * klruscan_fast_nodes - the nodes that can be promoted to
 *
 * Context: a daemon, so that the set does not change.
 * Return: the set.
 */
const nodemask_t *klruscan_fast_nodes(void)
{
	return &fast_nodes;
}

static bool is_slow(int nid)
{
	return nodes_empty(wanted_slow_nodes) ? !node_is_toptier(nid) :
						node_isset(nid, wanted_slow_nodes);
}

/**
 * klruscan_may_be_target - can pages be promoted to a node?
 * @nid: 0 to MAX_NUMNODES - 1
 *
 * Return: true for a node with memory that is not slow.
 */
bool klruscan_may_be_target(int nid)
{
	return node_state(nid, N_MEMORY) && !is_slow(nid);
}

/* Slow and fast nodes as things are. */
static void choose_nodes(nodemask_t *slow, nodemask_t *fast)
{
	int nid;

	nodes_clear(*slow);
	nodes_clear(*fast);
	for_each_node_state(nid, N_MEMORY) {
		nodemask_t *mask = is_slow(nid) ? slow : fast;

		node_set(nid, *mask);
	}
}

/******************************************************************************
 *                          start and stop
 ******************************************************************************/

static void stop_all(void)
{
	int nid;

	lockdep_assert_held(&klruscan_mutex);
	/* the other way round than start_all() */
	for_each_node(nid)
		kgauged_stop(nid);
	for_each_node(nid)
		klruscand_stop(nid);
	for_each_node(nid)
		kpromoted_stop(nid);
	for_each_node(nid) {
		if (!nodes[nid])
			continue;
		kpromoted_release(nodes[nid]);
		klruscan_memcg_stop(nid);
		pghot_node_stop(nid);
		kfree(nodes[nid]);
		WRITE_ONCE(nodes[nid], NULL);
	}
	nodes_clear(slow_nodes);
	nodes_clear(fast_nodes);
}

static int prepare_node(int nid)
{
	struct klruscan_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int err;

	if (!node)
		return -ENOMEM;
	node->nid = nid;
	node->target = nearest(nid, &fast_nodes);
	node->promote.rate_since = ktime_get_ns();
	init_waitqueue_head(&node->wait);
	err = pghot_node_start(nid);
	if (err)
		goto no_store;
	err = klruscan_memcg_start(nid);
	if (err)
		goto no_figures;
	err = kpromoted_prepare(node);
	if (err)
		goto no_division;
	WRITE_ONCE(nodes[nid], node);
	return 0;

no_division:
	klruscan_memcg_stop(nid);
no_figures:
	pghot_node_stop(nid);
no_store:
	kfree(node);
	return err;
}

/* Stores first, then those who read them, those who fill them, and who looks on. */
static int start_all(void)
{
	int nid, err = 0;

	lockdep_assert_held(&klruscan_mutex);
	choose_nodes(&slow_nodes, &fast_nodes);
	if (nodes_empty(slow_nodes) && nodes_empty(wanted_slow_nodes))
		pr_notice("no slow node: all nodes are in the top memory tier; name the slow ones in slow_nodes\n");
	else if (nodes_empty(slow_nodes))
		pr_notice("no slow node: none of slow_nodes (%*pbl) has memory\n",
			  nodemask_pr_args(&wanted_slow_nodes));
	for_each_node_mask(nid, slow_nodes)
		err = err ?: prepare_node(nid);
	if (!nodes_empty(slow_nodes))
		for_each_node_mask(nid, fast_nodes)
			err = err ?: kpromoted_start(nid);
	for_each_node_mask(nid, slow_nodes)
		err = err ?: klruscand_start(nodes[nid]);
	for_each_node_mask(nid, slow_nodes)
		err = err ?: kgauged_start(nodes[nid]);
	if (err)
		stop_all();
	started_ns = ktime_get_ns();
	return err;
}

/**
 * klruscan_set_enabled - start or stop everything
 * @on: which
 *
 * Context: may sleep; waits for the daemons to end.
 * Return: 0 or why the daemons could not be started; none runs then.
 */
int klruscan_set_enabled(bool on)
{
	int err = 0;

	mutex_lock(&klruscan_mutex);
	if (on && !wanted)
		err = start_all();
	else if (!on && wanted)
		stop_all();
	if (!err)
		WRITE_ONCE(wanted, on);
	mutex_unlock(&klruscan_mutex);
	return err;
}

/**
 * klruscan_enabled - is it on?
 *
 * Return: what klruscan_set_enabled() last achieved.
 */
bool klruscan_enabled(void)
{
	return READ_ONCE(wanted);
}

/* Start again on the nodes as they are now; counters begin at zero. */
static int restart(void)
{
	lockdep_assert_held(&klruscan_mutex);
	if (!wanted)
		return 0;
	stop_all();
	return start_all();
}

/* Those that have no memory yet may get it: it is hotplugged later. A fast one is left. */
static bool slow_nodes_fit(const nodemask_t *mask)
{
	return nodes_subset(*mask, node_states[N_POSSIBLE]) &&
	       !nodes_subset(node_states[N_MEMORY], *mask);
}

/**
 * klruscan_set_slow_nodes - say which nodes are slow
 * @mask: the nodes, none for "below the top memory tier"
 *
 * Restarts the daemons when they run. Where they cannot be started on these nodes,
 * they are on the nodes that they were on, or, where that fails too, disabled.
 *
 * Context: may sleep; waits for the daemons to end.
 * Return: 0; -EINVAL for a node that cannot exist or when no fast node would be
 * left; or why the daemons could not be started. But for 0 the knob stays as it was.
 */
int klruscan_set_slow_nodes(const nodemask_t *mask)
{
	nodemask_t old;
	int err = -EINVAL;

	mutex_lock(&klruscan_mutex);
	if (slow_nodes_fit(mask)) {
		old = wanted_slow_nodes;
		wanted_slow_nodes = *mask;
		err = restart();
		if (err) {
			wanted_slow_nodes = old;
			if (restart())
				WRITE_ONCE(wanted, false);
		}
	}
	mutex_unlock(&klruscan_mutex);
	return err;
}

/**
 * klruscan_get_slow_nodes - what klruscan_set_slow_nodes() was told
 * @mask: out
 */
void klruscan_get_slow_nodes(nodemask_t *mask)
{
	mutex_lock(&klruscan_mutex);
	*mask = wanted_slow_nodes;
	mutex_unlock(&klruscan_mutex);
}

/* How often what a scan goes by has changed; who sees the number sees the change. */
static atomic_t changes;

/**
 * klruscan_changes - has a knob or a setting of a cgroup been changed?
 *
 * Return: another number than before if so.
 */
u32 klruscan_changes(void)
{
	return atomic_read_acquire(&changes);
}

/**
 * klruscan_changed - let sleeping daemons see that a knob or a setting has changed
 *
 * Context: may sleep.
 */
void klruscan_changed(void)
{
	int nid;

	atomic_inc_return_release(&changes);
	mutex_lock(&klruscan_mutex);
	for_each_node_mask(nid, slow_nodes)
		wake_up(&nodes[nid]->wait);
	mutex_unlock(&klruscan_mutex);
}

/******************************************************************************
 *                          figures
 ******************************************************************************/

/**
 * klruscan_node - a slow node and its counters
 * @nid: any node
 *
 * Context: a daemon, or holds klruscan_mutex.
 * Return: the node, NULL when it is not scanned.
 */
struct klruscan_node *klruscan_node(int nid)
{
	return READ_ONCE(nodes[nid]);
}

static_assert(KLRUSCAN_NODE_WORDS * 64 >= MAX_NUMNODES);

static void copy_nodes(u64 *words, const nodemask_t *mask)
{
	int nid;

	for_each_node_mask(nid, *mask)
		words[nid / 64] |= BIT_ULL(nid % 64);
}

/**
 * klruscan_read_info - fill in what the device answers about the whole
 * @info: zeroed but for @info->size
 *
 * Context: holds klruscan_mutex.
 */
void klruscan_read_info(struct klruscan_info *info)
{
	lockdep_assert_held(&klruscan_mutex);
	info->abi_version = KLRUSCAN_ABI_VERSION;
	info->enabled = wanted;
	info->uptime_ns = wanted ? ktime_get_ns() - started_ns : 0;
	copy_nodes(info->slow_nodes, &slow_nodes);
	copy_nodes(info->fast_nodes, &fast_nodes);
	strscpy(info->version, klruscan_version, sizeof(info->version));
}

/******************************************************************************
 *                          coming and going
 ******************************************************************************/

/* A node got its first or lost its last memory: does the choice still hold? */
static void follow_nodes(struct work_struct *work)
{
	nodemask_t slow, fast;

	mutex_lock(&klruscan_mutex);
	choose_nodes(&slow, &fast);
	if (wanted && (!nodes_equal(slow, slow_nodes) ||
		       !nodes_equal(fast, fast_nodes)) && restart()) {
		pr_err("stopped: the daemons could not be started on the nodes as they are now\n");
		WRITE_ONCE(wanted, false);
	}
	mutex_unlock(&klruscan_mutex);
}

static DECLARE_WORK(follow_work, follow_nodes);

/* The memory hotplug lock is held here: the restart is for later. */
static int klruscan_memory_notify(struct notifier_block *nb,
				  unsigned long action, void *arg)
{
	struct memory_notify *mem = arg;

	if ((action == MEM_ONLINE || action == MEM_OFFLINE) &&
	    mem->status_change_nid != NUMA_NO_NODE)
		schedule_work(&follow_work);
	return NOTIFY_OK;
}

/* After the memory tiers, which put a new node into one at priority 100. */
static struct notifier_block klruscan_memory_nb = {
	.notifier_call = klruscan_memory_notify,
	.priority = -1,
};

static int __init klruscan_init(void)
{
	int err;

	if (mem_cgroup_disabled()) {
		pr_err("needs memory cgroups: boot without cgroup_disable=memory\n");
		return -EOPNOTSUPP;
	}
	err = klruscan_knobs_init();
	if (err)
		return err;
	if (!slow_nodes_fit(&wanted_slow_nodes)) {
		pr_err("slow_nodes must be nodes that can exist and leave a fast one\n");
		return -EINVAL;
	}
	err = pghot_init();
	if (err)
		return err;
	err = register_memory_notifier(&klruscan_memory_nb);
	if (err)
		goto pghot;
	err = klruscan_sysfs_init();
	if (err)
		goto notifier;
	err = enabled_param ? klruscan_set_enabled(true) : 0;
	if (err)
		goto sysfs;
	/* last: a module that cannot be loaded goes, even if its device is open */
	err = klruscan_dev_init();
	if (err)
		goto sysfs;
	return 0;
sysfs:
	klruscan_sysfs_exit();
notifier:
	unregister_memory_notifier(&klruscan_memory_nb);
	cancel_work_sync(&follow_work);
	/* somebody may have written to enabled meanwhile */
	klruscan_set_enabled(false);
	klruscan_memcg_exit();
pghot:
	pghot_exit();
	return err;
}
late_initcall(klruscan_init);

static void __maybe_unused klruscan_exit(void)
{
	klruscan_sysfs_exit();
	klruscan_dev_exit();
	unregister_memory_notifier(&klruscan_memory_nb);
	cancel_work_sync(&follow_work);
	klruscan_set_enabled(false);
	klruscan_memcg_exit();
	pghot_exit();
}
module_exit(klruscan_exit);
