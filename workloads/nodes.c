// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nodes.h"
#include "oracle.h"
#include "prng.h"

/* From linux/mempolicy.h, which not every C library's users have. */
#define MPOL_DEFAULT 0
#define MPOL_BIND 2
#define MPOL_F_MEMS_ALLOWED (1 << 2)

#define MASK_BITS 1024		/* the most nodes that x86 can be built for */
#define MASK_WORDS (MASK_BITS / (8 * sizeof(unsigned long)))
#define QUERY_PAGES 1024	/* per system call */
#define SPARE_PAGES 1024	/* of a node, for what else it will be asked for */

#define MPOL_MF_MOVE (1 << 1)

/*
 * nodes_allowed - the nodes that this task may use
 * @nodes: bit n for node n, 0..63
 *
 * Returns 0, or -errno (-ENOSYS: a kernel without NUMA).
 */
int nodes_allowed(uint64_t *nodes)
{
	unsigned long mask[MASK_WORDS] = { 0 };

	if (syscall(SYS_get_mempolicy, NULL, mask, (unsigned long)MASK_BITS, NULL,
		    (unsigned long)MPOL_F_MEMS_ALLOWED))
		return -errno;
	*nodes = mask[0];
	return 0;
}

/*
 * nodes_free_mib - memory of @node that is free or clean page cache, in MiB
 *
 * Returns 0, or -errno where sysfs does not tell.
 */
int nodes_free_mib(int node, uint64_t *mib)
{
	uint64_t kib = 0, value;
	char line[128], key[64];
	FILE *f;

	snprintf(line, sizeof(line), "/sys/devices/system/node/node%d/meminfo", node);
	f = fopen(line, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Node %*d %63[^:]: %" SCNu64, key, &value) != 2)
			continue;
		if (!strcmp(key, "MemFree") || !strcmp(key, "Active(file)") ||
		    !strcmp(key, "Inactive(file)"))
			kib += value;
	}
	fclose(f);
	*mib = kib >> 10;
	return 0;
}

/*
 * nodes_bind - from now on this task's new pages come from @node (0..63) only
 *
 * A policy of the task, not of a mapping: it leaves no trace on the pages, and
 * promotion stays free to move them. Returns 0 or -errno.
 */
int nodes_bind(int node)
{
	unsigned long mask[MASK_WORDS] = { 1UL << node };

	return syscall(SYS_set_mempolicy, MPOL_BIND, mask,
		       (unsigned long)MASK_BITS) ? -errno : 0;
}

/* Undo nodes_bind(). Returns 0 or -errno. */
int nodes_unbind(void)
{
	return syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL) ? -errno : 0;
}

/*
 * nodes_room - base pages that the nodes in @nodes (bit n: node n) can take before
 * one of their zones is below its high watermark, where reclaim would begin
 *
 * From /proc/zoneinfo: of each zone what is free above that mark and above what it
 * keeps for allocations that cannot use another zone; a few MiB less for each node.
 * Returns 0 or -errno.
 */
int nodes_room(uint64_t nodes, uint64_t *pages)
{
	long long free = 0, boost = 0, high = 0, kept = 0, room[64] = { 0 };
	char line[512], *last;
	unsigned int node = 64, i;
	FILE *f = fopen("/proc/zoneinfo", "re");

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Node %u, zone", &node) == 1 ||
		    sscanf(line, " pages free %lld", &free) == 1 ||
		    sscanf(line, " boost %lld", &boost) == 1 ||
		    sscanf(line, " high %lld", &high) == 1 ||
		    !strstr(line, "protection: ("))
			continue;
		/* what zone MOVABLE may not take of it, the last of the list */
		last = strrchr(line, ' ');
		kept = last ? atoll(last) : 0;
		/* a boost is for a while, until kswapd has run */
		if (node < 64 && free > high - boost + kept)
			room[node] += free - (high - boost) - kept;
	}
	fclose(f);
	*pages = 0;
	for (i = 0; i < 64; i++)
		if (nodes >> i & 1 && room[i] > SPARE_PAGES)
			*pages += room[i] - SPARE_PAGES;
	return 0;
}

static char *address_of(const struct nodes_pages *pages, uint32_t page)
{
	if (pages->at)
		return (char *)(uintptr_t)pages->at[page];
	return pages->base + page * pages->page_bytes;
}

/**
 * nodes_move - move pages to a node
 * @pages: whose, and where they are in its address space
 * @list: which, by number
 * @nr: how many
 * @node: where to, 0..63
 *
 * Pages that are there already stay. A page that the kernel will not move (it is
 * busy, or the node is full) stays where it is.
 *
 * Returns 0 or -errno.
 */
int nodes_move(const struct nodes_pages *pages, const uint32_t *list, uint32_t nr, int node)
{
	int status[QUERY_PAGES], target[QUERY_PAGES];
	void *address[QUERY_PAGES];
	uint32_t at, i, n;

	for (at = 0; at < nr; at += n) {
		n = nr - at < QUERY_PAGES ? nr - at : QUERY_PAGES;
		for (i = 0; i < n; i++) {
			address[i] = address_of(pages, list[at + i]);
			target[i] = node;
		}
		if (syscall(SYS_move_pages, pages->pid, (unsigned long)n, address, target,
			    status, MPOL_MF_MOVE) < 0 && errno != ENOMEM)
			return -errno;
	}
	return 0;
}

/*
 * nodes_migrate - move all memory of process @pid that is on the nodes @from (bit n: node n)
 * to @node
 *
 * As nodes_move(), what cannot be moved stays. Returns 0 or -errno.
 */
int nodes_migrate(pid_t pid, uint64_t from, int node)
{
	unsigned long old[MASK_WORDS] = { from & ~(1UL << node) };
	unsigned long new[MASK_WORDS] = { 1UL << node };

	return syscall(SYS_migrate_pages, pid, (unsigned long)MASK_BITS, old, new) < 0 ?
		-errno : 0;
}

/**
 * nodes_arrange - place all pages of a map as who knows the future
 * @pages: where they are
 * @map: the truth
 * @fits: so many of those that will be accessed most go to
 * @fast: this node,
 * @slow: the others to this one, first, so that there is room
 *
 * Returns 0 or -errno.
 */
int nodes_arrange(const struct nodes_pages *pages, const struct pattern_map *map,
		  uint32_t fits, int fast, int slow)
{
	uint32_t *order = malloc(map->pages * sizeof(*order));
	int err;

	if (!order)
		return -ENOMEM;
	oracle_order(map, order);
	if (fits > map->pages)
		fits = map->pages;
	err = nodes_move(pages, order + fits, map->pages - fits, slow);
	if (!err)
		err = nodes_move(pages, order, fits, fast);
	free(order);
	return err;
}

/**
 * nodes_query - where are the pages of a process?
 * @pages: whose; needs to be a child or the caller. Of a huge page one base page, which
 *	follows from its number, stands for all
 * @map: which pages are in which stratum
 * @sample: which pages to ask about
 * @fast_nodes: bit n when node n counts as fast
 * @node: the node to count in @census, or -1
 * @tally: one per stratum; added to
 * @census: added to
 *
 * Asks with move_pages(2) without target nodes, which neither moves a page nor
 * marks it as accessed; the kernel holds mmap_lock for 16 pages at a time.
 *
 * Returns 0 or -errno (-ESRCH: the process is gone).
 */
int nodes_query(const struct nodes_pages *pages, const struct pattern_map *map,
		const struct sample *sample, uint64_t fast_nodes, int node,
		struct tally *tally, struct nodes_census *census)
{
	const size_t base_bytes = sysconf(_SC_PAGESIZE);
	const size_t parts = pages->page_bytes / base_bytes;
	const uint32_t nr = sample->pages ? sample->nr : map->pages;
	uint32_t index[QUERY_PAGES], at, i, n;
	void *address[QUERY_PAGES];
	int status[QUERY_PAGES];

	for (at = 0; at < nr; at += n) {
		n = nr - at < QUERY_PAGES ? nr - at : QUERY_PAGES;
		for (i = 0; i < n; i++) {
			index[i] = sample->pages ? sample->pages[at + i] : at + i;
			address[i] = address_of(pages, index[i]) +
				     prng_mix(index[i]) % parts * base_bytes;
		}
		if (syscall(SYS_move_pages, pages->pid, (unsigned long)n, address, NULL,
			    status, 0))
			return -errno;
		for (i = 0; i < n; i++) {
			bool fast = status[i] >= 0 && status[i] < 64 &&
				    (fast_nodes >> status[i] & 1);

			tally_add(tally, map, index[i], fast);
			census->on_node += node >= 0 && status[i] == node;
			census->absent += status[i] < 0;
		}
	}
	return 0;
}
