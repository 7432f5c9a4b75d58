// SPDX-License-Identifier: GPL-2.0-only
/* A source of accesses beside klruscand: says all the time that some pages are hot. */
#define pr_fmt(fmt) "pghot_source: " fmt

#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/pghot.h>
#include <linux/workqueue.h>

#define MAX_PFNS	256
#define PERIOD_MS	20

static unsigned long pfns[MAX_PFNS];
static unsigned int nr_pfns;
module_param_array(pfns, ulong, &nr_pfns, 0444);
MODULE_PARM_DESC(pfns, "page frames that are hot");

static void record(struct work_struct *work);
static DECLARE_DELAYED_WORK(record_work, record);

static void record(struct work_struct *work)
{
	unsigned int i;

	/* one of them by the call for one page, the others by that for many */
	pghot_record_access(pfns[0], NUMA_NO_NODE, PGHOT_SRC_HW, jiffies);
	for (i = 1; i < nr_pfns; i++)
		pghot_record_accesses(&pfns[i], 1, NUMA_NO_NODE, PGHOT_SRC_HW,
				      jiffies);
	schedule_delayed_work(&record_work, msecs_to_jiffies(PERIOD_MS));
}

/* Page frame 0 is of node 0, the fast one. */
static int __init check_refusals(void)
{
	if (pghot_record_access(pfns[0], NUMA_NO_NODE, -1, jiffies) != -EINVAL ||
	    pghot_record_access(pfns[0], NUMA_NO_NODE, PGHOT_NR_SRCS, jiffies) != -EINVAL ||
	    pghot_record_access(pfns[0], MAX_NUMNODES, PGHOT_SRC_HW, jiffies) != -EINVAL ||
	    pghot_record_access(ULONG_MAX, NUMA_NO_NODE, PGHOT_SRC_HW, jiffies) != -EINVAL ||
	    pghot_record_access(0, NUMA_NO_NODE, PGHOT_SRC_HW, jiffies) != -ENODEV)
		return -EINVAL;
	return 0;
}

static int __init source_init(void)
{
	int err;

	if (!nr_pfns)
		return -EINVAL;
	err = check_refusals();
	if (err)
		return err;
	schedule_delayed_work(&record_work, 0);
	return 0;
}

static void __exit source_exit(void)
{
	cancel_delayed_work_sync(&record_work);
}

module_init(source_init);
module_exit(source_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: a source of page accesses");
