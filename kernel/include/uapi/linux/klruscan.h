/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * klruscan: what the kernel tells user space through /dev/klruscan.
 *
 * The device answers ioctls. All take a struct whose first field is its own
 * size. A struct of another size is another command, which is answered with
 * -ENOTTY; a size that is not the struct's, with -EINVAL; an ABI that the kernel
 * does not speak, with -EPROTO. So a tool never reads a field that means something
 * else. struct klruscan_info stays as it is in every ABI, and is filled in also
 * with -EPROTO: it is what tells them apart.
 */
#ifndef _UAPI_LINUX_KLRUSCAN_H
#define _UAPI_LINUX_KLRUSCAN_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KLRUSCAN_ABI_VERSION	5
#define KLRUSCAN_DEVICE		"klruscan"

/* Heat is the number of the last KLRUSCAN_HEAT_MAX passes of its cgroup that saw an access. */
#define KLRUSCAN_HEAT_MAX	8
#define KLRUSCAN_HEAT_LEVELS	(KLRUSCAN_HEAT_MAX + 1)

/* Words of a node bitmap: 1024 nodes, the most a kernel can be built for. */
#define KLRUSCAN_NODE_WORDS	16
#define KLRUSCAN_VERSION_LEN	16

/*
 * Every candidate ends in exactly one of these. The list is the counters, the
 * words of the tracepoint, the files in sysfs and the columns of the CLI:
 *
 *	X(enumerator, word, what happened)
 */
#define KLRUSCAN_OUTCOMES(X)						\
	X(PROMOTED,	promoted,	"moved to the fast node")	\
	X(RATE_LIMITED,	rate_limited,	"over promote_rate_MBps, keeps its heat") \
	X(NO_ROOM,	no_room,	"fast node at its watermark, keeps its heat") \
	X(OFFLINE,	offline,	"memory was taken offline")	\
	X(FREED,	freed,		"page was freed or split meanwhile") \
	X(MOVED,	moved,		"page is not on the slow node any more") \
	X(NOT_LRU,	not_lru,	"page is not on an LRU list")	\
	X(UNEVICTABLE,	unevictable,	"page is locked in memory")	\
	X(PINNED,	pinned,		"page is pinned") \
	X(COOLED,	cooled,		"page is not hot any more") \
	X(DYING,	dying,		"its cgroup is being removed")	\
	X(POLICY,	policy,		"a memory policy or cpuset keeps it") \
	X(SHARED_EXEC,	shared_exec,	"executable of several processes") \
	X(DIRTY_FILE,	dirty_file,	"dirty or under writeback")	\
	X(BUSY,		busy,		"a lock was held or the turn over, tried again later") \
	X(NO_MEMORY,	no_memory,	"no target page could be allocated") \
	X(FAILED,	failed,		"the migration was refused")	\
	X(WARM,		warm,		"others are accessed more often") \
	X(FORBIDDEN,	forbidden,	"promotion is off for its cgroup, keeps its heat")

enum klruscan_outcome {
#define X(name, word, text) KLRUSCAN_OUTCOME_##name,
	KLRUSCAN_OUTCOMES(X)
#undef X
	KLRUSCAN_NR_OUTCOMES
};

/* Room for outcomes to come: the array's size is part of the ABI. */
#define KLRUSCAN_OUTCOME_SLOTS	32

/*
 * What a scanning thread is doing:
 *
 *	X(enumerator, word, what it means)
 */
#define KLRUSCAN_STATES(X)						\
	X(OFF,		off,		"not begun yet")			\
	X(RUNNING,	running,	"scanning")			\
	X(NO_MGLRU,	no_mglru,	"waits: MGLRU or its page table walk is switched off") \
	X(NO_TARGET,	no_target,	"scans, but there is no fast node to promote to")

enum klruscan_state {
#define X(name, word, text) KLRUSCAN_STATE_##name,
	KLRUSCAN_STATES(X)
#undef X
	KLRUSCAN_NR_STATES
};

/**
 * struct klruscan_info - what is loaded and which nodes it works on
 * @size:		in: sizeof(struct klruscan_info)
 * @abi_version:	in: KLRUSCAN_ABI_VERSION of the caller;
 *			out: that of the kernel, also with -EPROTO
 * @enabled:		out: 1 when klruscan is enabled, also while no node is slow
 *			and no daemon runs
 * @reserved:		zero
 * @uptime_ns:		out: time since the daemons were enabled, 0 when off
 * @slow_nodes:		out: bitmap of the nodes that are scanned
 * @fast_nodes:		out: bitmap of the nodes that are promoted to
 * @version:		out: version of klruscan, NUL-terminated
 */
struct klruscan_info {
	__u32 size;
	__u32 abi_version;
	__u32 enabled;
	__u32 reserved;
	__u64 uptime_ns;
	__u64 slow_nodes[KLRUSCAN_NODE_WORDS];
	__u64 fast_nodes[KLRUSCAN_NODE_WORDS];
	char version[KLRUSCAN_VERSION_LEN];
};

/**
 * struct klruscan_node_stats - the figures of one slow node
 * @size:		in: sizeof(struct klruscan_node_stats)
 * @nid:		in: the slow node
 * @state:		out: enum klruscan_state
 * @interval_ms:	out: time from the start of a pass to that of the next, of the
 *			cgroups that are scanned most often
 * @passes:		out: passes completed since enabled, of any cgroups
 * @pass_ns:		out: wall time of the last pass
 * @scan_cpu_ns:	out: CPU time of the scanning thread since enabled
 * @visited:		out: page table entries looked at
 * @tables:		out: page tables visited
 * @skipped:		out: PUD entries (1 GiB each on x86) that were not looked into,
 *			as nothing in them had been used
 * @accessed:		out: entries found accessed, of which a page may have many
 * @busy:		out: visits put off because a lock was held
 * @unfinished:		out: processes that a pass had to leave before their end
 * @starved_ms:		out: by how much the last pass was later than @interval_ms
 *			says, or the present one is already, because the CPU budget was used
 *			up; 0 where it was not
 * @records:		out: accesses recorded in the store, from any source
 * @records_lost:	out: accesses not recorded, for lack of memory or because
 *			the walk's report of them was missed
 * @sections:		out: memory sections that have a table
 * @table_bytes:	out: memory that the tables take
 * @heat:		out: folios by heat (index 0 to KLRUSCAN_HEAT_MAX) as of
 *			the last completed pass of their cgroups, in the last eight or, while
 *			an interval is short for something new or has just become longer,
 *			four or more; index 0 is not counted (0)
 * @threshold:		out: heat from which a folio was a candidate last time,
 *			0 before the first time; the lowest, where it is not the same for
 *			all cgroups
 * @target_nid:		out: the nearest fast node, -1 without one; the knob of
 *			the same name overrides it
 * @candidates:		out: folios that were considered for promotion
 * @outcome:		out: how they ended, by enum klruscan_outcome
 * @promoted_pages:	out: base pages moved to a fast node
 * @demoted_pages:	out: base pages that were moved off a fast node to make room for
 *			those
 * @promote_cpu_ns:	out: CPU time that the promoting thread spent on this node
 * @promote_rate:	out: bytes promoted a second, over the last full second or, with
 *			passes further apart, since the last one
 * @gauge_cpu_ns:	out: CPU time that it took to find out the following
 * @hot_ns:		out: a page is hot that is accessed more often than once in so many
 *			ns: about half as often as the mean page, once a second at least; 0
 *			while that is not known
 * @precision:		out: of what was promoted in the last minute or, where that is little,
 *			before, and is still there: how much is hot, in 1/1000; -1 while
 *			that is not known
 * @recall:		out: of the base pages on this node and in fast memory that are hot: how
 *			much is in fast memory, in 1/1000; -1 while that is not known
 *
 * Precision and recall are of random samples of a few hundred folios, over the last rounds, and
 * told when their standard error is 5 % or less.
 *
 * While a promotion turn runs, up to 256 candidates have no outcome yet; when it
 * is over, the sum of outcomes equals the candidates.
 *
 * Every counter starts at zero when the daemons are enabled and is gone when
 * they are disabled. KLRUSCAN_IOC_NODE answers -ENODEV for a node that is not
 * scanned. MB in knobs are 2^20 bytes, as in NUMA balancing's.
 */
struct klruscan_node_stats {
	__u32 size;
	__u32 nid;
	__u32 state;
	__u32 interval_ms;
	__u64 passes;
	__u64 pass_ns;
	__u64 scan_cpu_ns;
	__u64 visited;
	__u64 tables;
	__u64 skipped;
	__u64 accessed;
	__u64 busy;
	__u64 unfinished;
	__u64 starved_ms;
	__u64 records;
	__u64 records_lost;
	__u64 sections;
	__u64 table_bytes;
	__u64 heat[KLRUSCAN_HEAT_LEVELS];
	__u32 threshold;
	__s32 target_nid;
	__u64 candidates;
	__u64 outcome[KLRUSCAN_OUTCOME_SLOTS];
	__u64 promoted_pages;
	__u64 demoted_pages;
	__u64 promote_cpu_ns;
	__u64 promote_rate;
	__u64 gauge_cpu_ns;
	__u64 hot_ns;
	__s32 precision;
	__s32 recall;
};

/* Base pages of a block, of which one struct klruscan_heat_block tells. */
#define KLRUSCAN_HEAT_BLOCK	512

/* The position after the last block. */
#define KLRUSCAN_HEAT_END	(~0ULL)

/**
 * struct klruscan_heat_block - the heat of KLRUSCAN_HEAT_BLOCK base pages
 * @pfn:	the first page frame, a multiple of KLRUSCAN_HEAT_BLOCK
 * @heat:	sum of the folios' heat
 * @seen:	folios that the last completed pass saw accessed
 * @warm:	folios with a heat of 1 or more
 * @reserved:	zero
 *
 * A folio counts once, in the block of its first page.
 */
struct klruscan_heat_block {
	__u64 pfn;
	__u16 heat;
	__u16 seen;
	__u16 warm;
	__u16 reserved;
};

/**
 * struct klruscan_heat - which parts of a slow node are hot
 * @size:	in: sizeof(struct klruscan_heat)
 * @nid:	in: the slow node
 * @pos:	in: page frame to go on from, 0 at first; out: that of the next call,
 *		KLRUSCAN_HEAT_END when there is nothing beyond
 * @pass:	out: number of the last completed pass when the call began, which the
 *		blocks are as of unless one ended meanwhile; numbers may be skipped
 * @blocks:	in: address of an array of struct klruscan_heat_block
 * @room:	in: how many it holds, at least 1
 * @nr:		out: how many were filled in, ascending; those without heat are
 *		left out
 *
 * A call does a bounded amount of work, so @nr may be 0 or less than @room before
 * the end. A picture is of one pass when @pass is the same from the first call to
 * one after the last. Nothing is recorded or forgotten by looking. -ENODEV for a
 * node that is not scanned.
 */
struct klruscan_heat {
	__u32 size;
	__u32 nid;
	__u64 pos;
	__u64 pass;
	__u64 blocks;
	__u32 room;
	__u32 nr;
};

/*
 * What can be set for a cgroup:
 *
 *	X(enumerator, word, default, lowest, highest)
 *
 * PROMOTE: 0 leaves its pages where they are, and does not look for hot ones. WEIGHT:
 * where more is hot than the rate allows, each cgroup gets a part of it by its weight, and
 * what one does not use, the others do. INTERVAL_MIN and INTERVAL_MAX: bounds of the time
 * from pass to pass in ms; where the first is above the second, it is the interval. Their
 * default is the value of the knob of the same name.
 *
 * A value holds for the cgroup and for those below it that have none of their own. All
 * for which one value of WEIGHT holds have one part together.
 */
#define KLRUSCAN_CGROUP_SETTINGS(X)					\
	X(PROMOTE,	promote,	1,	0,	1)		\
	X(WEIGHT,	weight,		100,	1,	10000)		\
	X(INTERVAL_MIN,	scan_interval_min_ms,	0,	10,	3600000) \
	X(INTERVAL_MAX,	scan_interval_max_ms,	0,	10,	3600000)

enum klruscan_cgroup_setting {
#define X(name, word, def, lo, hi) KLRUSCAN_CGROUP_##name,
	KLRUSCAN_CGROUP_SETTINGS(X)
#undef X
	KLRUSCAN_NR_CGROUP_SETTINGS
};

/* Room for settings to come: the array's size is part of the ABI. */
#define KLRUSCAN_CGROUP_SLOTS	8

/**
 * struct klruscan_cgroup - what is set for a cgroup
 * @size:	in: sizeof(struct klruscan_cgroup)
 * @change:	KLRUSCAN_IOC_CGROUP_SET: bitmap of the settings to change, by enum
 *		klruscan_cgroup_setting; zero otherwise
 * @id:		in: the cgroup's id in cgroup v2, which is the inode number of its
 *		directory
 * @set:	bitmap of those that have a value of their own. _SET: in: of @change, those
 *		that get the one in @value; the others lose theirs
 * @reserved:	zero
 * @value:	the values of their own, 0 for others
 * @holds:	out: the values that hold
 * @from:	out: id of the cgroup whose value holds; 0 for the default, which may be
 *		another one the next time where it is that of a knob, and for a cgroup
 *		outside of the caller's cgroup namespace
 *
 * KLRUSCAN_IOC_CGROUP asks, KLRUSCAN_IOC_CGROUP_SET changes and then answers likewise.
 * The latter changes all or nothing, and needs CAP_SYS_ADMIN and a device that was
 * opened for writing: -EPERM, -EBADF. -ENOENT: there is no such cgroup (any more).
 * -EOPNOTSUPP: it has no memory controller, or that is one of cgroup v1. -EINVAL: a bit
 * of @change or @set that means nothing. -ERANGE: a value out of range. -ENOSPC: too
 * many cgroups have settings.
 *
 * Settings last until they are changed, the cgroup is removed or the module unloaded,
 * whether the daemons are enabled or not.
 */
struct klruscan_cgroup {
	__u32 size;
	__u32 change;
	__u64 id;
	__u32 set;
	__u32 reserved;
	__u32 value[KLRUSCAN_CGROUP_SLOTS];
	__u32 holds[KLRUSCAN_CGROUP_SLOTS];
	__u64 from[KLRUSCAN_CGROUP_SLOTS];
};

/**
 * struct klruscan_cgroup_stats - the figures of a cgroup on a slow node
 * @size:		in: sizeof(struct klruscan_cgroup_stats)
 * @nid:		in: the slow node
 * @id:			in: the cgroup; 0: what belongs to none that is there, which is
 *			what those had that are gone, candidates that no turn got to,
 *			and all where the memory controller is one of cgroup v1
 * @interval_ms:	out: time from the start of a pass of it to that of the next, 0
 *			while it has no memory on the node
 * @reserved:		zero
 * @passes:		out: passes that found memory of it on the node
 * @scan_ns:		out: wall time that they spent on it
 * @visited:		out: as in struct klruscan_node_stats, and so on
 * @tables:		out
 * @skipped:		out
 * @accessed:		out
 * @new_hot:		out: folios that became hot: seen by two passes in a row, and by
 *			none of the six before
 * @promoted_pages:	out
 * @outcome:		out
 *
 * What processes of a cgroup use is charged to it or, where it has no memory controller,
 * to one above it. Memory below a cgroup is not counted as its own: the sum over all
 * cgroups and id 0 is what the node has. Of cgroups beyond KLRUSCAN_CGROUPS_MAX on a node,
 * figures go to id 0. All are zero for a cgroup that had no memory on the node.
 *
 * -ENODEV for a node that is not scanned, -ENOENT where there is no such cgroup.
 */
struct klruscan_cgroup_stats {
	__u32 size;
	__u32 nid;
	__u64 id;
	__u32 interval_ms;
	__u32 reserved;
	__u64 passes;
	__u64 scan_ns;
	__u64 visited;
	__u64 tables;
	__u64 skipped;
	__u64 accessed;
	__u64 new_hot;
	__u64 promoted_pages;
	__u64 outcome[KLRUSCAN_OUTCOME_SLOTS];
};

/* Cgroups that can have figures on a node, and those that can have settings. */
#define KLRUSCAN_CGROUPS_MAX		4096
#define KLRUSCAN_CGROUPS_SET_MAX	1024

/* The position after the last cgroup. */
#define KLRUSCAN_CGROUPS_END	(~0ULL)

/**
 * struct klruscan_cgroups - which cgroups have settings or figures
 * @size:	in: sizeof(struct klruscan_cgroups)
 * @room:	in: how many @ids holds, at least 1
 * @pos:	in: id to go on from, 0 at first; out: that of the next call,
 *		KLRUSCAN_CGROUPS_END when there is nothing beyond
 * @ids:	in: address of an array of __u64
 * @nr:		out: how many were filled in, ascending
 * @reserved:	zero
 *
 * A call does a bounded amount of work, so @nr may be 0 or less than @room before the end.
 * Cgroups outside of the caller's cgroup namespace are left out.
 */
struct klruscan_cgroups {
	__u32 size;
	__u32 room;
	__u64 pos;
	__u64 ids;
	__u32 nr;
	__u32 reserved;
};

#define KLRUSCAN_IOC_MAGIC	0xB9
#define KLRUSCAN_IOC_INFO	_IOWR(KLRUSCAN_IOC_MAGIC, 0, struct klruscan_info)
#define KLRUSCAN_IOC_NODE	_IOWR(KLRUSCAN_IOC_MAGIC, 1, struct klruscan_node_stats)
#define KLRUSCAN_IOC_HEAT	_IOWR(KLRUSCAN_IOC_MAGIC, 2, struct klruscan_heat)
#define KLRUSCAN_IOC_CGROUPS	_IOWR(KLRUSCAN_IOC_MAGIC, 3, struct klruscan_cgroups)
#define KLRUSCAN_IOC_CGROUP	_IOWR(KLRUSCAN_IOC_MAGIC, 4, struct klruscan_cgroup)
#define KLRUSCAN_IOC_CGROUP_SET	_IOWR(KLRUSCAN_IOC_MAGIC, 5, struct klruscan_cgroup)
#define KLRUSCAN_IOC_CGROUP_STATS \
	_IOWR(KLRUSCAN_IOC_MAGIC, 6, struct klruscan_cgroup_stats)

#endif /* _UAPI_LINUX_KLRUSCAN_H */
