// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what klruscan top would show, for tests/cli/top to compare.
 *
 *	top_test SCENE WIDTH HEIGHT utf8|ascii
 *
 * A scene is the name of a fixture, looked at once, or one of those below.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "top.h"

#define SECOND 1000000000ULL

static struct top top = { .delay_ms = 1000 };
static uint64_t uptime_s;	/* of klruscan; 0: the fixture's */

static void look(const char *fixture, unsigned int second,
		 void (*change)(struct klruscan_node_stats *node, unsigned int second))
{
	struct status status = { 0 };

	fixture_find(fixture)->fill(&status);
	if (uptime_s)
		status.info.uptime_ns = uptime_s * SECOND;
	for (unsigned int i = 0; change && i < status.nr_nodes; i++)
		change(&status.nodes[i], second);
	if (top_update(&top, &status, (second + 1) * SECOND))
		abort();
}

/* Busy for a minute, quiet for a minute; the first node does more, the second costs more. */
static void work(struct klruscan_node_stats *node, unsigned int second)
{
	unsigned int busy = second / 120 * 60 + (second % 120 < 60 ? second % 120 : 60);

	node->promoted_pages += 25600ULL * busy / node->nid;
	node->outcome[KLRUSCAN_OUTCOME_PROMOTED] += 25600ULL * busy / node->nid;
	node->outcome[KLRUSCAN_OUTCOME_WARM] += 7ULL * second;
	node->outcome[KLRUSCAN_OUTCOME_SLOTS - 1] += second / 2;
	node->candidates += 25600ULL * busy / node->nid + 7ULL * second + second / 2;
	node->passes += 2ULL * second;
	node->scan_cpu_ns += 12345678ULL * second * node->nid;
	node->promote_cpu_ns += 3000000ULL * busy;
}

static void work_for(unsigned int seconds)
{
	for (unsigned int second = 0; second <= seconds; second++)
		look("running", second, work);
}

static void restart(struct klruscan_node_stats *node, unsigned int second)
{
	node->promoted_pages = second ? 256 : 1000000;
	node->scan_cpu_ns = second ? 1000000 : SECOND;
}

/* Counters that begin anew are not taken for a huge rate. */
static void scene_restarted(void)
{
	look("single", 0, restart);
	look("single", 1, restart);
}

static void overtake(struct klruscan_node_stats *node, unsigned int second)
{
	node->promoted_pages = second ? 256 * 1500 : 256 * 1000;
	node->scan_cpu_ns = second ? 4 * SECOND : SECOND;
}

/* Nor are those that have overtaken what they were by the next look. */
static void scene_overtaken(void)
{
	uptime_s = 5000;
	look("single", 0, overtake);
	uptime_s = 30;
	look("single", 60, overtake);
}

/* A peak of an hour ago, and one of a minute ago, which is more than the mean of its column. */
static void peaks(struct klruscan_node_stats *node, unsigned int second)
{
	node->promoted_pages = (second >= 60 ? 9000000 : 0) + (second >= 4000 ? 384000 : 0);
}

static void scene_peaks(void)
{
	top.delay_ms = 10000;
	for (unsigned int second = 0; second < 4060; second += 10)
		look("single", second, peaks);
}

/* Three cgroups, one of a name that is not nice, which is found idle at last. */
static void look_at_cgroups(unsigned int second)
{
	static const char *const paths[] = { "/db.service", "/user.slice/\033[2J\303\244", NULL };
	unsigned int nid = 1;
	struct klruscan_cgroup_stats stats[3] = { { 0 } };
	struct cgroup_row rows[3] = { { 0 } };
	const struct cgroup_table table = {
		.page_size = 4096, .nid = &nid, .nr_nodes = 1, .row = rows, .nr = 3,
	};

	for (unsigned int i = 0; i < 3; i++) {
		rows[i].set.id = i;
		rows[i].path = (char *)paths[i];
		rows[i].on = &stats[i];
		stats[i].promoted_pages = i ? 1000 : 2560ULL * second;
		stats[i].outcome[KLRUSCAN_OUTCOME_PROMOTED] = stats[i].promoted_pages;
		stats[i].outcome[KLRUSCAN_OUTCOME_RATE_LIMITED] = i == 1 ? 700ULL * second : 0;
		stats[i].new_hot = 12ULL * second * (i + 1);
		stats[i].scan_ns = 1234567ULL * second * (2 - i);
	}
	if (top_update_cgroups(&top, &table, (second + 1) * SECOND))
		abort();
}

static void scene_cgroups(void)
{
	work_for(3);
	look_at_cgroups(0);
	look_at_cgroups(5);
}

static void scene_cgroups_sorted(void)
{
	scene_cgroups();
	top_sort(&top, TOP_SORT_HOT);
}

static void scene_cgroups_lost(void)
{
	struct failure failure;

	scene_cgroups();
	fail(&failure, ENOENT, "load it", "cannot open /dev/klruscan");
	top_lost(&top, &failure);
	look("running", 32, work);
	look_at_cgroups(7);
}

static void scene_lost(void)
{
	struct failure failure;

	work_for(30);
	fail(&failure, ENOENT, "load it", "cannot open /dev/klruscan");
	top_lost(&top, &failure);
}

static void scene_found(void)
{
	scene_lost();
	look("running", 32, work);
	look("running", 33, work);
}

static void scene_working(void)
{
	work_for(50);
}

static void scene_long(void)
{
	work_for(4000);
}

static void scene_sorted(void)
{
	work_for(50);
	top_sort(&top, TOP_SORT_SCAN);
}

static void scene_help(void)
{
	work_for(3);
	top.help = true;
}

static void scene_paused(void)
{
	work_for(3);
	top.paused = true;
	top_sort(&top, TOP_SORT_RATE);
}

static const struct {
	const char *name;
	void (*play)(void);
} scenes[] = {
	{ "working", scene_working },
	{ "long", scene_long },
	{ "sorted", scene_sorted },
	{ "paused", scene_paused },
	{ "help", scene_help },
	{ "lost", scene_lost },
	{ "found", scene_found },
	{ "restarted", scene_restarted },
	{ "overtaken", scene_overtaken },
	{ "peaks", scene_peaks },
	{ "cgroups", scene_cgroups },
	{ "cgroups_sorted", scene_cgroups_sorted },
	{ "cgroups_lost", scene_cgroups_lost },
};

static int play(const char *name)
{
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		if (!strcmp(scenes[i].name, name)) {
			scenes[i].play();
			return 0;
		}
	}
	if (!fixture_find(name))
		return -ENOENT;
	look(name, 0, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const looks[] = { " ", "T", "H", "c", "!" };
	struct top_screen screen = { 0 };

	if (argc != 5 || play(argv[1])) {
		fprintf(stderr, "usage: top_test SCENE WIDTH HEIGHT utf8|ascii\n");
		return 2;
	}
	screen.width = (unsigned int)atoi(argv[2]);
	screen.height = (unsigned int)atoi(argv[3]);
	screen.utf8 = !strcmp(argv[4], "utf8");
	screen.lines = calloc(screen.height, sizeof(*screen.lines));
	if (!screen.lines)
		return 1;
	top_view(&top, &screen);
	for (unsigned int i = 0; i < screen.nr_lines; i++)
		printf("%s|%s|\n", looks[screen.lines[i].look], screen.lines[i].text);
	free(screen.lines);
	top_free(&top);
	return 0;
}
