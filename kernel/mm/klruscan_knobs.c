// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan's knobs: values, ranges, parsing, and their form as parameters
 *
 * A knob is set through sysfs or when the module is loaded; a bad value is
 * refused and changes nothing. Values that have to fit each other are compared
 * when one of them is set through sysfs, and all together at the start: then
 * the order in which parameters were given does not matter.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/nodemask.h>

#include "internal.h"
#include "klruscan.h"

long klruscan_knob[KLRUSCAN_NR_KNOBS] = {
#define X(name, def, lo, hi) [KLRUSCAN_KNOB_##name] = def,
	KLRUSCAN_KNOBS(X)
#undef X
};

static const struct {
	const char *name;
	long lo;
	long hi;
} knob_range[KLRUSCAN_NR_KNOBS] = {
#define X(name, def, lo, hi) [KLRUSCAN_KNOB_##name] = { #name, lo, hi },
	KLRUSCAN_KNOBS(X)
#undef X
};

/* Set once all parameters were seen: from then on values have to fit. */
static bool knobs_ready;

/* Do the intervals fit each other? */
static bool intervals_fit(long shortest, long longest)
{
	return shortest <= longest;
}

/* Does a value fit the others, and the machine? */
static bool value_fits(enum klruscan_knob knob, long new)
{
	switch (knob) {
	case KLRUSCAN_KNOB_scan_interval_min_ms:
		return intervals_fit(new, klruscan_get(scan_interval_max_ms));
	case KLRUSCAN_KNOB_scan_interval_max_ms:
		return intervals_fit(klruscan_get(scan_interval_min_ms), new);
	case KLRUSCAN_KNOB_target_nid:
		return new < 0 || klruscan_may_be_target(new);
	default:
		return true;
	}
}

/**
 * klruscan_set_knob - set a knob from text
 * @knob: which
 * @buf: a number, white space at its end is ignored
 *
 * When it takes effect is in Documentation/ABI/testing/sysfs-kernel-mm-klruscan. Not
 * serialised against itself: writers of the same file are, by sysfs; two knobs that must
 * fit each other are set under klruscan_mutex.
 *
 * Return: 0; -EINVAL for what is not a number or does not fit the other knobs,
 * -ERANGE beyond the limits. Nothing is changed then.
 */
int klruscan_set_knob(enum klruscan_knob knob, const char *buf)
{
	long new;
	int err = kstrtol(buf, 0, &new);

	if (err)
		return err;
	if (new < knob_range[knob].lo || new > knob_range[knob].hi)
		return -ERANGE;
	if (knobs_ready && !value_fits(knob, new))
		return -EINVAL;
	WRITE_ONCE(klruscan_knob[knob], new);
	return 0;
}

/**
 * klruscan_parse_slow_nodes - read a list of slow nodes
 * @buf: a node list as in "1,3-5", or nothing for "below the top memory tier"
 * @nodes: out
 *
 * Return: 0; -EINVAL for what is not a list, -ERANGE for nodes that cannot
 * exist.
 */
int klruscan_parse_slow_nodes(const char *buf, nodemask_t *nodes)
{
	nodes_clear(*nodes);
	if (!*skip_spaces(buf))
		return 0;
	return nodelist_parse(buf, *nodes);
}

/**
 * klruscan_knobs_init - check what the parameters said
 *
 * Return: 0 or -EINVAL when two of them do not fit each other.
 */
int klruscan_knobs_init(void)
{
	if (!intervals_fit(klruscan_get(scan_interval_min_ms),
			   klruscan_get(scan_interval_max_ms))) {
		pr_err("scan_interval_min_ms must not be above scan_interval_max_ms\n");
		return -EINVAL;
	}
	if (!value_fits(KLRUSCAN_KNOB_target_nid, klruscan_get(target_nid))) {
		pr_err("target_nid must be a fast node with memory, or -1\n");
		return -EINVAL;
	}
	knobs_ready = true;
	return 0;
}

static int set_param(const char *buf, const struct kernel_param *kp)
{
	return klruscan_set_knob((long *)kp->arg - klruscan_knob, buf);
}

static int get_param(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%ld\n", READ_ONCE(*(long *)kp->arg));
}

static const struct kernel_param_ops knob_ops = {
	.set = set_param,
	.get = get_param,
};

/* To be changed in /sys/kernel/mm/klruscan/, hence not writable here. */
#define X(name, def, lo, hi)						\
	module_param_cb(name, &knob_ops,				\
			&klruscan_knob[KLRUSCAN_KNOB_##name], 0444);
KLRUSCAN_KNOBS(X)
#undef X
MODULE_PARM_DESC(scan_interval_min_ms, "shortest time from pass to pass over a cgroup, ms");
MODULE_PARM_DESC(scan_interval_max_ms, "longest time from pass to pass over a cgroup, ms");
MODULE_PARM_DESC(scan_cpu_permille, "most CPU time of all scanning threads, 1/1000 of a CPU");
MODULE_PARM_DESC(tlb_flush, "1: flush the TLBs of a process when it was scanned");
MODULE_PARM_DESC(hot_threshold, "heat to promote from, 1 to 8; 0: automatic");
MODULE_PARM_DESC(promote_rate_MBps, "promotion rate limit, MiB/s; 0: none is promoted");
MODULE_PARM_DESC(exchange, "1: when fast memory is full, colder pages make room");
MODULE_PARM_DESC(target_nid, "node to promote to; -1: fast node nearest to the process");
