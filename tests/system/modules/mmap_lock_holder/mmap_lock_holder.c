// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the mmap_lock of some processes busy whenever klruscand wants it, counted in tries,
 * not in time: it is held until klruscand was refused so many times, then free until
 * klruscand had it so many times, and so on until the module goes.
 *
 * Who else wants a lock waits meanwhile, so the processes must not end before the module.
 */
#define pr_fmt(fmt) "mmap_lock_holder: " fmt

#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/mmap_lock.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/wait.h>
#include <trace/events/mmap_lock.h>

#define MAX_PIDS	16

static int pids[MAX_PIDS];
static unsigned int nr_pids;
module_param_array(pids, int, &nr_pids, 0444);
MODULE_PARM_DESC(pids, "processes");
static unsigned int refuse = 1;
module_param(refuse, uint, 0444);
MODULE_PARM_DESC(refuse, "tries of klruscand that are refused in a row");
static unsigned int grant = 4;
module_param(grant, uint, 0444);
MODULE_PARM_DESC(grant, "tries of klruscand that succeed after it");

static struct holder {
	struct mm_struct *mm;
	struct task_struct *task;
	wait_queue_head_t wait;
	atomic_t refused;
	atomic_t granted;
} holders[MAX_PIDS];

static bool is_klruscand(void)
{
	return current->flags & PF_KTHREAD && str_has_prefix(current->comm, "klruscand/");
}

/* Called in the middle of every attempt to get any mmap_lock. */
static void acquire_returned(void *unused, struct mm_struct *mm, const char *memcg_path,
			     bool write, bool success)
{
	unsigned int i;

	if (!is_klruscand())
		return;
	for (i = 0; i < nr_pids; i++) {
		if (holders[i].mm != mm)
			continue;
		atomic_inc(success ? &holders[i].granted : &holders[i].refused);
		wake_up(&holders[i].wait);
	}
}

static int hold(void *data)
{
	struct holder *holder = data;

	while (!kthread_should_stop()) {
		atomic_set(&holder->refused, 0);
		mmap_write_lock(holder->mm);
		wait_event_idle(holder->wait, kthread_should_stop() ||
				atomic_read(&holder->refused) >= refuse);
		atomic_set(&holder->granted, 0);
		mmap_write_unlock(holder->mm);
		wait_event_idle(holder->wait, kthread_should_stop() ||
				atomic_read(&holder->granted) >= grant);
	}
	return 0;
}

static struct mm_struct *mm_of(int number)
{
	struct pid *pid = find_get_pid(number);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	struct mm_struct *mm = NULL;

	put_pid(pid);
	if (task) {
		mm = get_task_mm(task);
		put_task_struct(task);
	}
	return mm;
}

static int start(struct holder *holder, int pid)
{
	struct task_struct *task;

	init_waitqueue_head(&holder->wait);
	holder->mm = mm_of(pid);
	if (!holder->mm)
		return -ESRCH;
	task = kthread_create(hold, holder, "holder/%d", pid);
	if (IS_ERR(task))
		return PTR_ERR(task);
	holder->task = task;
	/* what it waits for is over in no time */
	sched_set_fifo(task);
	wake_up_process(task);
	return 0;
}

static void stop_all(void)
{
	unsigned int i;

	for (i = 0; i < nr_pids; i++) {
		if (holders[i].task)
			kthread_stop(holders[i].task);
		if (holders[i].mm)
			mmput(holders[i].mm);
	}
}

static int __init holder_init(void)
{
	unsigned int i;
	int err = nr_pids ? 0 : -EINVAL;

	for (i = 0; i < nr_pids && !err; i++)
		err = start(&holders[i], pids[i]);
	if (!err)
		err = register_trace_mmap_lock_acquire_returned(acquire_returned, NULL);
	if (err)
		stop_all();
	return err;
}

static void __exit holder_exit(void)
{
	unregister_trace_mmap_lock_acquire_returned(acquire_returned, NULL);
	tracepoint_synchronize_unregister();
	stop_all();
}

module_init(holder_init);
module_exit(holder_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: the mmap_lock is busy");
