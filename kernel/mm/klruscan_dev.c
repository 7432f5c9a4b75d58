// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/klruscan: figures in bulk, and single cgroups, for the command line tool
 *
 * Who may open it may ask: root, and whom root gives it to. Only what was opened for
 * writing, by somebody with CAP_SYS_ADMIN, changes anything.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "internal.h"
#include "klruscan_memcg.h"

/*
 * The most that one KLRUSCAN_IOC_HEAT gives: what 16 sections of 128 MiB have, whose
 * records are read within milliseconds.
 */
#define HEAT_SECTIONS	16
#define HEAT_BLOCKS	1024

/* Of KLRUSCAN_IOC_CGROUPS. */
#define CGROUPS		1024

static long ioctl_info(void __user *arg)
{
	struct klruscan_info info;
	u32 abi_version;

	if (copy_from_user(&info, arg, sizeof(info)))
		return -EFAULT;
	if (info.size != sizeof(info))
		return -EINVAL;
	abi_version = info.abi_version;
	memset(&info, 0, sizeof(info));
	info.size = sizeof(info);
	mutex_lock(&klruscan_mutex);
	klruscan_read_info(&info);
	mutex_unlock(&klruscan_mutex);
	if (copy_to_user(arg, &info, sizeof(info)))
		return -EFAULT;
	return abi_version == KLRUSCAN_ABI_VERSION ? 0 : -EPROTO;
}

/* A node number that comes from outside and indexes arrays. Return: can it be one? */
static bool take_nid(u32 *nid)
{
	if (*nid >= MAX_NUMNODES)
		return false;
	*nid = array_index_nospec(*nid, MAX_NUMNODES);
	return true;
}

static_assert(KLRUSCAN_NR_OUTCOMES <= KLRUSCAN_OUTCOME_SLOTS);

/* @stats is zeroed but for its size. */
static void fill_stats(struct klruscan_node *node, struct klruscan_node_stats *stats)
{
	struct pghot_stats store;
	unsigned int i;

	lockdep_assert_held(&klruscan_mutex);
	pghot_read_stats(node->nid, &store);
	stats->nid = node->nid;
	stats->state = READ_ONCE(node->scan.state);
	stats->interval_ms = READ_ONCE(node->scan.interval_ms);
	stats->passes = READ_ONCE(node->scan.passes);
	stats->pass_ns = READ_ONCE(node->scan.pass_ns);
	stats->scan_cpu_ns = READ_ONCE(node->scan.cpu_ns);
	stats->visited = READ_ONCE(node->scan.visited);
	stats->tables = READ_ONCE(node->scan.tables);
	stats->skipped = READ_ONCE(node->scan.skipped);
	stats->accessed = READ_ONCE(node->scan.accessed);
	stats->busy = READ_ONCE(node->scan.busy);
	stats->unfinished = READ_ONCE(node->scan.unfinished);
	stats->starved_ms = READ_ONCE(node->scan.starved_ms);
	stats->records = store.records;
	stats->records_lost = store.lost + READ_ONCE(node->scan.missed);
	stats->sections = store.sections;
	stats->table_bytes = store.bytes;
	memcpy(stats->heat, store.heat, sizeof(stats->heat));
	stats->threshold = READ_ONCE(node->promote.threshold);
	stats->target_nid = node->target;
	stats->candidates = READ_ONCE(node->promote.candidates);
	for (i = 0; i < KLRUSCAN_NR_OUTCOMES; i++)
		stats->outcome[i] = READ_ONCE(node->promote.outcome[i]);
	stats->promoted_pages = READ_ONCE(node->promote.pages);
	stats->demoted_pages = READ_ONCE(node->promote.demoted);
	stats->promote_cpu_ns = READ_ONCE(node->promote.cpu_ns);
	stats->promote_rate = kpromoted_rate(node);
	stats->gauge_cpu_ns = READ_ONCE(node->gauge.cpu_ns);
	stats->hot_ns = (u64)READ_ONCE(node->gauge.hot_us) * NSEC_PER_USEC;
	stats->precision = READ_ONCE(node->gauge.precision);
	stats->recall = READ_ONCE(node->gauge.recall);
}

static long ioctl_node(void __user *arg)
{
	struct klruscan_node_stats stats;
	struct klruscan_node *node;
	u32 nid;

	if (copy_from_user(&stats, arg, sizeof(stats)))
		return -EFAULT;
	if (stats.size != sizeof(stats) || !take_nid(&stats.nid))
		return -EINVAL;
	nid = stats.nid;
	memset(&stats, 0, sizeof(stats));
	stats.size = sizeof(stats);
	mutex_lock(&klruscan_mutex);
	node = klruscan_node(nid);
	if (node)
		fill_stats(node, &stats);
	mutex_unlock(&klruscan_mutex);
	if (!node)
		return -ENODEV;
	return copy_to_user(arg, &stats, sizeof(stats)) ? -EFAULT : 0;
}

/* Fills @blocks, which has room for @room. */
static int read_heat(struct klruscan_heat *heat,
		     struct klruscan_heat_block *blocks, unsigned int room)
{
	unsigned int i;

	heat->nr = 0;
	heat->pass = pghot_passes(heat->nid);
	for (i = 0; i < HEAT_SECTIONS; i++) {
		int nr = pghot_read_blocks(heat->nid, &heat->pos,
					   blocks + heat->nr, room - heat->nr);

		if (nr < 0)
			return nr;
		heat->nr += nr;
		if (heat->nr == room || heat->pos == KLRUSCAN_HEAT_END)
			break;
		cond_resched();
	}
	return 0;
}

/* The store is read under RCU, so without klruscan_mutex, and copied after that. */
static long ioctl_heat(void __user *arg)
{
	struct klruscan_heat_block *blocks;
	struct klruscan_heat heat;
	unsigned int room;
	long err;

	if (copy_from_user(&heat, arg, sizeof(heat)))
		return -EFAULT;
	if (heat.size != sizeof(heat) || !take_nid(&heat.nid) || !heat.room)
		return -EINVAL;
	room = min(heat.room, HEAT_BLOCKS);
	blocks = kvmalloc_array(room, sizeof(*blocks), GFP_KERNEL);
	if (!blocks)
		return -ENOMEM;
	err = read_heat(&heat, blocks, room);
	if (!err && (copy_to_user(u64_to_user_ptr(heat.blocks), blocks,
				  heat.nr * sizeof(*blocks)) ||
		     copy_to_user(arg, &heat, sizeof(heat))))
		err = -EFAULT;
	kvfree(blocks);
	return err;
}

static long ioctl_cgroups(void __user *arg)
{
	struct klruscan_cgroups cgroups;
	long err = 0;
	u64 *ids;

	if (copy_from_user(&cgroups, arg, sizeof(cgroups)))
		return -EFAULT;
	if (cgroups.size != sizeof(cgroups) || !cgroups.room)
		return -EINVAL;
	cgroups.room = min(cgroups.room, CGROUPS);
	cgroups.reserved = 0;
	ids = kvmalloc_array(cgroups.room, sizeof(*ids), GFP_KERNEL);
	if (!ids)
		return -ENOMEM;
	mutex_lock(&klruscan_mutex);
	klruscan_memcg_list(&cgroups, ids);
	mutex_unlock(&klruscan_mutex);
	if (copy_to_user(u64_to_user_ptr(cgroups.ids), ids,
			 cgroups.nr * sizeof(*ids)) ||
	    copy_to_user(arg, &cgroups, sizeof(cgroups)))
		err = -EFAULT;
	kvfree(ids);
	return err;
}

static bool may_set(const struct file *file)
{
	return file->f_mode & FMODE_WRITE;
}

/* What is set for a cgroup, which is changed first when @set. */
static long ioctl_cgroup(struct file *file, void __user *arg, bool set)
{
	struct klruscan_cgroup cgroup;
	long err;

	if (set && !may_set(file))
		return -EBADF;
	if (set && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&cgroup, arg, sizeof(cgroup)))
		return -EFAULT;
	if (cgroup.size != sizeof(cgroup) || cgroup.reserved ||
	    (!set && cgroup.change))
		return -EINVAL;
	err = set ? klruscan_memcg_set(&cgroup) : klruscan_memcg_read(&cgroup);
	if (err)
		return err;
	return copy_to_user(arg, &cgroup, sizeof(cgroup)) ? -EFAULT : 0;
}

static long ioctl_cgroup_stats(void __user *arg)
{
	struct klruscan_cgroup_stats stats, asked;
	long err;

	if (copy_from_user(&asked, arg, sizeof(asked)))
		return -EFAULT;
	if (asked.size != sizeof(asked) || !take_nid(&asked.nid))
		return -EINVAL;
	memset(&stats, 0, sizeof(stats));
	stats.size = sizeof(stats);
	stats.nid = asked.nid;
	stats.id = asked.id;
	mutex_lock(&klruscan_mutex);
	err = klruscan_memcg_read_stats(&stats);
	mutex_unlock(&klruscan_mutex);
	if (err)
		return err;
	return copy_to_user(arg, &stats, sizeof(stats)) ? -EFAULT : 0;
}

static long klruscan_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	switch (cmd) {
	case KLRUSCAN_IOC_INFO:
		return ioctl_info((void __user *)arg);
	case KLRUSCAN_IOC_NODE:
		return ioctl_node((void __user *)arg);
	case KLRUSCAN_IOC_HEAT:
		return ioctl_heat((void __user *)arg);
	case KLRUSCAN_IOC_CGROUPS:
		return ioctl_cgroups((void __user *)arg);
	case KLRUSCAN_IOC_CGROUP:
		return ioctl_cgroup(file, (void __user *)arg, false);
	case KLRUSCAN_IOC_CGROUP_SET:
		return ioctl_cgroup(file, (void __user *)arg, true);
	case KLRUSCAN_IOC_CGROUP_STATS:
		return ioctl_cgroup_stats((void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations klruscan_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.unlocked_ioctl = klruscan_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice klruscan_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KLRUSCAN_DEVICE,
	.fops = &klruscan_fops,
	.mode = 0600,
};

/**
 * klruscan_dev_init - make the device
 *
 * Return: 0 or what misc_register() answered.
 */
int klruscan_dev_init(void)
{
	return misc_register(&klruscan_misc);
}

/**
 * klruscan_dev_exit - take the device away
 *
 * No file is open: an open one keeps the module in place.
 */
void klruscan_dev_exit(void)
{
	misc_deregister(&klruscan_misc);
}
