// SPDX-License-Identifier: GPL-2.0-only
/*
 * pghot_faults - a source of accesses beside klruscand: minor page faults
 *
 * What is in memory and not mapped is found by a minor fault when it is accessed.
 * klruscand looks at page tables once an interval; who maps a file, reads it and goes
 * away again in between (a short-lived process, say) it does not see. Its faults are
 * seen here, by perf's software event, which needs no PMU.
 *
 * It is a sample, of how a source is made. A page that stays mapped faults once,
 * however hot it is: faults are no replacement for the scan. Where a fault maps the
 * pages around it as well, these are not recorded. CPUs that come online later are not
 * listened to. And each minor fault of the machine costs a little more.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/pghot.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/topology.h>

static DEFINE_PER_CPU(struct perf_event *, fault_event);

static struct perf_event_attr minor_faults = {
	.type = PERF_TYPE_SOFTWARE,
	.config = PERF_COUNT_SW_PAGE_FAULTS_MIN,
	.size = sizeof(minor_faults),
	.sample_period = 1,
};

/*
 * In the task that has faulted, after the fault, with preemption off. The page is looked
 * up without a lock or sleep; where it is gone again, it is not recorded. A source whose
 * events are NMIs, as a PMU's are, has to keep the address for an irq_work: neither the
 * lookup nor the store is for an NMI.
 */
static void on_fault(struct perf_event *event, struct perf_sample_data *data,
		     struct pt_regs *regs)
{
	struct page *page;

	if (!current->mm ||
	    !get_user_page_fast_only(data->addr & PAGE_MASK, 0, &page))
		return;
	/* what is not on a slow node is refused, and that is all right */
	pghot_record_access(folio_pfn(page_folio(page)), numa_node_id(),
			    PGHOT_SRC_FAULT, jiffies);
	put_page(page);
}

static void stop_listening(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (per_cpu(fault_event, cpu))
			perf_event_release_kernel(per_cpu(fault_event, cpu));
	/* on_fault() may have been interrupted by its event's end */
	synchronize_rcu();
}

static int __init pghot_faults_init(void)
{
	struct perf_event *event;
	int cpu, err = 0;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		event = perf_event_create_kernel_counter(&minor_faults, cpu,
							 NULL, on_fault, NULL);
		err = PTR_ERR_OR_ZERO(event);
		if (err)
			break;
		per_cpu(fault_event, cpu) = event;
	}
	cpus_read_unlock();
	if (err)
		stop_listening();
	return err;
}
module_init(pghot_faults_init);
module_exit(stop_listening);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample source for pghot: minor page faults");
