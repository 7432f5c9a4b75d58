// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroup_ask - ask /dev/klruscan about cgroups as no tool would
 *
 *	cgroup_ask wrong DIRECTORY	what cannot be is refused, and changes nothing
 *	cgroup_ask sums NID		all cgroups together have what the node has
 *	cgroup_ask fill PARENT		as many have settings as can have, below PARENT
 *	cgroup_ask on SECONDS PARENT	over and over, all of it, while the cgroups below
 *					PARENT come and go
 *
 * Exit status: 0 when it was as it should be, 1 with a line that says what was not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/klruscan.h>

#include "program.h"

#define ROOM 1024
#define NOBODY 65534

static int device;
static uint64_t ids[ROOM];

static uint64_t id_of(const char *directory)
{
	struct stat st;

	return stat(directory, &st) ? 0 : st.st_ino;
}

static int ask_at(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? errno : 0;
}

static int ask(unsigned long request, void *arg)
{
	return ask_at(device, request, arg);
}

static struct klruscan_cgroup setting(uint64_t id, uint32_t weight)
{
	return (struct klruscan_cgroup){
		.size = sizeof(struct klruscan_cgroup), .id = id,
		.change = 1 << KLRUSCAN_CGROUP_WEIGHT, .set = 1 << KLRUSCAN_CGROUP_WEIGHT,
		.value[KLRUSCAN_CGROUP_WEIGHT] = weight,
	};
}

static struct klruscan_cgroup question(uint64_t id)
{
	return (struct klruscan_cgroup){ .size = sizeof(struct klruscan_cgroup), .id = id };
}

static bool is(const char *what, long got, long wanted)
{
	if (got != wanted)
		printf("%s: %ld, not %ld\n", what, got, wanted);
	return got == wanted;
}

/* What is set for it: its weight, 0 for none. */
static uint32_t weight_of(uint64_t id)
{
	struct klruscan_cgroup cgroup = question(id);
	int err = ask(KLRUSCAN_IOC_CGROUP, &cgroup);

	if (err)
		printf("asking what is set: %s\n", strerror(err));
	return err ? ~0U : cgroup.value[KLRUSCAN_CGROUP_WEIGHT];
}

static bool refuses(const char *what, struct klruscan_cgroup cgroup, int wanted)
{
	return is(what, ask(KLRUSCAN_IOC_CGROUP_SET, &cgroup), wanted);
}

static bool refuses_bad_settings(uint64_t id)
{
	struct klruscan_cgroup size = setting(id, 7), reserved = setting(id, 7);
	struct klruscan_cgroup nothing = setting(id, 7), unknown = setting(id, 7);
	struct klruscan_cgroup beyond = setting(id, 7), both = setting(id, 7);
	bool ok = true;

	size.size--;
	reserved.reserved = 1;
	nothing.change = 0;
	nothing.set = 0;
	unknown.change |= 1U << KLRUSCAN_NR_CGROUP_SETTINGS;
	beyond.set |= 1 << KLRUSCAN_CGROUP_PROMOTE;
	both.change = beyond.set;
	both.set = beyond.set;
	both.value[KLRUSCAN_CGROUP_PROMOTE] = 2;
	ok &= refuses("size", size, EINVAL);
	ok &= refuses("reserved", reserved, EINVAL);
	ok &= refuses("nothing to change", nothing, EINVAL);
	ok &= refuses("unknown setting", unknown, EINVAL);
	ok &= refuses("set but not changed", beyond, EINVAL);
	ok &= refuses("one good and one bad", both, ERANGE);
	ok &= refuses("no weight", setting(id, 0), ERANGE);
	ok &= refuses("too much weight", setting(id, 10001), ERANGE);
	ok &= refuses("nobody", setting(0, 7), ENOENT);
	ok &= refuses("no such cgroup", setting(id + (1ULL << 40), 7), ENOENT);
	ok &= refuses("largest id", setting(UINT64_MAX, 7), ENOENT);
	return ok;
}

static bool refuses_bad_questions(uint64_t id)
{
	struct klruscan_cgroup_stats stats = { .size = sizeof(stats), .nid = 1, .id = id };
	struct klruscan_cgroups list = { .size = sizeof(list), .ids = 1, .room = ROOM };
	struct klruscan_cgroup cgroup = question(id);
	bool ok = true;

	ok &= is("a list for nowhere", ask(KLRUSCAN_IOC_CGROUPS, &list), EFAULT);
	list.room = 0;
	ok &= is("a list of nothing", ask(KLRUSCAN_IOC_CGROUPS, &list), EINVAL);
	cgroup.change = 1;
	ok &= is("a question that changes", ask(KLRUSCAN_IOC_CGROUP, &cgroup), EINVAL);
	stats.nid = 0;
	ok &= is("a fast node", ask(KLRUSCAN_IOC_CGROUP_STATS, &stats), ENODEV);
	stats.nid = UINT32_MAX;
	ok &= is("no node", ask(KLRUSCAN_IOC_CGROUP_STATS, &stats), EINVAL);
	stats.nid = 1;
	stats.id++;
	ok &= is("figures of no cgroup", ask(KLRUSCAN_IOC_CGROUP_STATS, &stats), ENOENT);
	return ok;
}

/* Who may not. */
static bool refuses_others(uint64_t id)
{
	struct klruscan_cgroup cgroup = setting(id, 7);
	int reader = open("/dev/" KLRUSCAN_DEVICE, O_RDONLY);
	bool ok;

	ok = is("root, only reading", ask_at(reader, KLRUSCAN_IOC_CGROUP_SET, &cgroup), EBADF);
	if (setresuid(NOBODY, NOBODY, NOBODY))
		fail("setresuid");
	ok &= refuses("a plain user who was given it", cgroup, EPERM);
	ok &= is("opening by a plain user", open("/dev/" KLRUSCAN_DEVICE, O_RDWR), -1);
	ok &= is("nothing has changed", weight_of(id), 5);
	return ok;
}

static int wrong(const char *directory)
{
	struct klruscan_cgroup cgroup = setting(id_of(directory), 5);
	bool ok = is("setting a weight", ask(KLRUSCAN_IOC_CGROUP_SET, &cgroup), 0);

	ok &= refuses_bad_settings(cgroup.id);
	ok &= refuses_bad_questions(cgroup.id);
	ok &= is("nothing has changed", weight_of(cgroup.id), 5);
	return !(refuses_others(cgroup.id) && ok);
}

/* Calls @each with all ids that are listed. */
static int list(int (*each)(uint64_t id, void *arg), void *arg)
{
	struct klruscan_cgroups list = {
		.size = sizeof(list), .ids = (uintptr_t)ids, .room = ROOM,
	};
	uint64_t last = 0;
	int err = 0;

	while (!err && list.pos != KLRUSCAN_CGROUPS_END) {
		err = ask(KLRUSCAN_IOC_CGROUPS, &list);
		for (unsigned int i = 0; i < list.nr && !err; i++) {
			err = ids[i] > last ? each(ids[i], arg) : EPROTO;
			last = ids[i];
		}
	}
	return err;
}

static int add(uint64_t id, void *arg)
{
	struct klruscan_cgroup_stats *sum = arg;
	struct klruscan_cgroup_stats stats = { .size = sizeof(stats), .nid = sum->nid, .id = id };
	int err = ask(KLRUSCAN_IOC_CGROUP_STATS, &stats);

	sum->visited += stats.visited;
	sum->tables += stats.tables;
	sum->skipped += stats.skipped;
	sum->accessed += stats.accessed;
	sum->promoted_pages += stats.promoted_pages;
	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		sum->outcome[i] += stats.outcome[i];
	return err;
}

/* Nothing goes on meanwhile, says who calls. */
static int sums(unsigned int nid)
{
	struct klruscan_node_stats node = { .size = sizeof(node), .nid = nid };
	struct klruscan_cgroup_stats sum = { .nid = nid };
	bool ok = is("the list", list(add, &sum) ?: add(0, &sum), 0);

	ok &= is("the node", ask(KLRUSCAN_IOC_NODE, &node), 0);
	ok &= is("visited", sum.visited, node.visited);
	ok &= is("tables", sum.tables, node.tables);
	ok &= is("skipped", sum.skipped, node.skipped);
	ok &= is("accessed", sum.accessed, node.accessed);
	ok &= is("promoted pages", sum.promoted_pages, node.promoted_pages);
	for (unsigned int i = 0; i < KLRUSCAN_OUTCOME_SLOTS; i++)
		ok &= is("an outcome", sum.outcome[i], node.outcome[i]);
	return !ok;
}

/* A new one with settings; the one before is removed with its own. */
static int make(const char *parent, unsigned int n)
{
	struct klruscan_cgroup cgroup;
	char path[256];
	int err;

	snprintf(path, sizeof(path), "%s/%u", parent, n - 1);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/%u", parent, n);
	if (mkdir(path, 0755))
		fail(path);
	cgroup = setting(id_of(path), 1 + n % 10000);
	err = ask(KLRUSCAN_IOC_CGROUP_SET, &cgroup);
	if (err || cgroup.holds[KLRUSCAN_CGROUP_WEIGHT] != 1 + n % 10000)
		printf("setting it for %s: %s\n", path, strerror(err));
	return err;
}

/* They may be gone by now, or all of them when klruscan is switched off. */
static int look(uint64_t id, void *arg)
{
	struct klruscan_cgroup_stats stats = { .size = sizeof(stats), .nid = 1, .id = id };
	struct klruscan_cgroup cgroup = question(id);
	int err = ask(KLRUSCAN_IOC_CGROUP, &cgroup);

	*(uint64_t *)arg += 1;
	if (!err || err == ENOENT)
		err = ask(KLRUSCAN_IOC_CGROUP_STATS, &stats);
	return err == ENOENT || err == ENODEV ? 0 : err;
}

static int on(unsigned int seconds, const char *parent)
{
	time_t end = time(NULL) + seconds;
	unsigned int n = 0;
	uint64_t seen = 0;
	int err = 0;

	while (!err && time(NULL) < end)
		err = make(parent, ++n) ?: list(look, &seen);
	printf("%u made, %llu seen%s%s\n", n, (unsigned long long)seen, err ? ": " : "",
	       err ? strerror(err) : "");
	return err != 0;
}

/* Makes number @n below @parent, or removes it. Returns its id. */
static uint64_t child(const char *parent, unsigned int n, bool remove)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%u", parent, n);
	if (remove ? rmdir(path) : mkdir(path, 0755))
		fail(path);
	return id_of(path);
}

static int give(uint64_t id)
{
	struct klruscan_cgroup cgroup = setting(id, 7);

	return ask(KLRUSCAN_IOC_CGROUP_SET, &cgroup);
}

/* What removed ones had is free again. */
static int fill(const char *parent)
{
	uint64_t first = child(parent, 0, false), last;
	unsigned int n;
	bool ok = is("the first", give(first), 0);

	for (n = 1; n < KLRUSCAN_CGROUPS_SET_MAX; n++)
		ok &= is("one of many", give(child(parent, n, false)), 0);
	last = child(parent, n, false);
	ok &= is("one too many", give(last), ENOSPC);
	ok &= is("it has none", weight_of(last), 0);
	ok &= is("one that has some", give(first), 0);
	child(parent, 1, true);
	ok &= is("after another was removed", give(last), 0);
	ok &= is("it has them", weight_of(last), 7);
	child(parent, 0, true);
	while (--n > 1)
		child(parent, n, true);
	ok &= is("after all were removed", give(child(parent, 0, false)), 0);
	return !ok;
}

int main(int argc, char **argv)
{
	device = open("/dev/" KLRUSCAN_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		fail("/dev/" KLRUSCAN_DEVICE);
	if (argc == 3 && !strcmp(argv[1], "wrong"))
		return wrong(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "sums"))
		return sums((unsigned int)atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "fill"))
		return fill(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "on"))
		return on((unsigned int)atoi(argv[2]), argv[3]);
	fprintf(stderr, "usage: cgroup_ask wrong DIRECTORY | sums NID | fill PARENT | on SECONDS PARENT\n");
	return 1;
}
