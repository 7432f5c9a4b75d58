/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * klruscan: what the kernel tells user space through /dev/klruscan.
 *
 * The device answers three ioctls. All take a struct whose first field is its own
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

#define KLRUSCAN_ABI_VERSION	2
#define KLRUSCAN_DEVICE		"klruscan"

/* Heat is the number of the last KLRUSCAN_HEAT_MAX passes that saw an access. */
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
	X(WARM,		warm,		"others are accessed more often")

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
	X(OFF,		off,		"not enabled")			\
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
 * @enabled:		out: 1 while the daemons run
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
 * @interval_ms:	out: time from the start of a pass to that of the next
 * @passes:		out: passes completed since enabled
 * @pass_ns:		out: wall time of the last pass
 * @scan_cpu_ns:	out: CPU time of the scanning thread since enabled
 * @visited:		out: page table entries looked at
 * @tables:		out: page tables visited
 * @skipped:		out: PUD entries (1 GiB each on x86) that were not looked into,
 *			as nothing in them had been used
 * @accessed:		out: entries found accessed, of which a page may have many
 * @busy:		out: visits put off because a lock was held
 * @unfinished:		out: processes that a pass had to leave before their end
 * @starved_ms:		out: by how much the next pass is later than @interval_ms
 *			says, because the CPU budget was used up; 0 where it is not
 * @records:		out: accesses recorded in the store, from any source
 * @records_lost:	out: accesses not recorded, for lack of memory or because
 *			the walk's report of them was missed
 * @sections:		out: memory sections that have a table
 * @table_bytes:	out: memory that the tables take
 * @heat:		out: folios by heat (index 0 to KLRUSCAN_HEAT_MAX) as of
 *			the last completed pass; index 0 is not counted (0)
 * @threshold:		out: heat from which a folio was a candidate last time,
 *			0 before the first time
 * @target_nid:		out: the nearest fast node, -1 without one; the knob of
 *			the same name overrides it
 * @candidates:		out: folios that were considered for promotion
 * @outcome:		out: how they ended, by enum klruscan_outcome
 * @promoted_pages:	out: base pages moved to a fast node
 * @promote_cpu_ns:	out: CPU time that the promoting thread spent on this node
 * @promote_rate:	out: bytes promoted a second, over the last full second
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
	__u64 promote_cpu_ns;
	__u64 promote_rate;
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

#define KLRUSCAN_IOC_MAGIC	0xB9
#define KLRUSCAN_IOC_INFO	_IOWR(KLRUSCAN_IOC_MAGIC, 0, struct klruscan_info)
#define KLRUSCAN_IOC_NODE	_IOWR(KLRUSCAN_IOC_MAGIC, 1, struct klruscan_node_stats)
#define KLRUSCAN_IOC_HEAT	_IOWR(KLRUSCAN_IOC_MAGIC, 2, struct klruscan_heat)

#endif /* _UAPI_LINUX_KLRUSCAN_H */
