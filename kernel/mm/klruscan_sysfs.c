// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/mm/klruscan/: the knobs and, in outcomes/, how candidates ended
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sysfs.h>

#include "internal.h"
#include "klruscan.h"

/**
 * struct number_attribute - a file that stands for a place in an array
 * @attr:	the file
 * @index:	enum klruscan_knob or enum klruscan_outcome
 */
struct number_attribute {
	struct kobj_attribute attr;
	unsigned int index;
};

#define NUMBER_ATTR(number) (&(number).attr.attr)

static unsigned int index_of(struct kobj_attribute *attr)
{
	return container_of(attr, struct number_attribute, attr)->index;
}

static ssize_t knob_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%ld\n",
			  READ_ONCE(klruscan_knob[index_of(attr)]));
}

static ssize_t knob_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	unsigned int i = index_of(attr);
	int err;

	mutex_lock(&klruscan_mutex);
	err = klruscan_set_knob(i, buf);
	mutex_unlock(&klruscan_mutex);
	klruscan_changed();
	return err ?: count;
}

#define X(name, def, lo, hi)						\
	static struct number_attribute knob_##name = {			\
		__ATTR(name, 0644, knob_show, knob_store),		\
		KLRUSCAN_KNOB_##name					\
	};
KLRUSCAN_KNOBS(X)
#undef X

static ssize_t enabled_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", klruscan_enabled());
}

static ssize_t enabled_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	bool on;
	int err = kstrtobool(buf, &on);

	return err ?: klruscan_set_enabled(on) ?: count;
}

static struct kobj_attribute enabled_attr = __ATTR_RW(enabled);

static ssize_t slow_nodes_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	nodemask_t mask;

	klruscan_get_slow_nodes(&mask);
	return sysfs_emit(buf, "%*pbl\n", nodemask_pr_args(&mask));
}

static ssize_t slow_nodes_store(struct kobject *kobj,
				struct kobj_attribute *attr, const char *buf,
				size_t count)
{
	nodemask_t mask;
	int err = klruscan_parse_slow_nodes(buf, &mask);

	return err ?: klruscan_set_slow_nodes(&mask) ?: count;
}

static struct kobj_attribute slow_nodes_attr = __ATTR_RW(slow_nodes);

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", klruscan_version);
}

static struct kobj_attribute version_attr = __ATTR_RO(version);

static struct attribute *klruscan_attrs[] = {
	&enabled_attr.attr,
	&slow_nodes_attr.attr,
	&version_attr.attr,
#define X(name, def, lo, hi) NUMBER_ATTR(knob_##name),
	KLRUSCAN_KNOBS(X)
#undef X
	NULL
};

static const struct attribute_group klruscan_group = {
	.attrs = klruscan_attrs,
};

/* The sum over all slow nodes since the daemons were enabled. */
static ssize_t outcome_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	unsigned int i = index_of(attr);
	u64 sum = 0;
	int nid;

	mutex_lock(&klruscan_mutex);
	for_each_node(nid) {
		struct klruscan_node *node = klruscan_node(nid);

		if (node)
			sum += READ_ONCE(node->promote.outcome[i]);
	}
	mutex_unlock(&klruscan_mutex);
	return sysfs_emit(buf, "%llu\n", sum);
}

#define X(name, word, text)						\
	static struct number_attribute outcome_##word = {		\
		__ATTR(word, 0444, outcome_show, NULL),			\
		KLRUSCAN_OUTCOME_##name					\
	};
KLRUSCAN_OUTCOMES(X)
#undef X

static struct attribute *outcome_attrs[] = {
#define X(name, word, text) NUMBER_ATTR(outcome_##word),
	KLRUSCAN_OUTCOMES(X)
#undef X
	NULL
};

static const struct attribute_group outcome_group = {
	.name = "outcomes",
	.attrs = outcome_attrs,
};

static const struct attribute_group *klruscan_groups[] = {
	&klruscan_group,
	&outcome_group,
	NULL
};

static struct kobject *klruscan_kobj;

/**
 * klruscan_sysfs_init - show the knobs
 *
 * Return: 0 or -ENOMEM and what sysfs answered.
 */
int klruscan_sysfs_init(void)
{
	int err;

	klruscan_kobj = kobject_create_and_add("klruscan", mm_kobj);
	if (!klruscan_kobj)
		return -ENOMEM;
	err = sysfs_create_groups(klruscan_kobj, klruscan_groups);
	if (err)
		kobject_put(klruscan_kobj);
	return err;
}

/**
 * klruscan_sysfs_exit - take the knobs away; waits for those using them
 *
 * Context: may sleep; must not hold klruscan_mutex.
 */
void klruscan_sysfs_exit(void)
{
	sysfs_remove_groups(klruscan_kobj, klruscan_groups);
	kobject_put(klruscan_kobj);
}
