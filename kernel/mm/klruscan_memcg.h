/* SPDX-License-Identifier: GPL-2.0-only */
/* Single cgroups: klruscan_memcg.c has what is set, klruscan_memcg_stats.c figures. */
#ifndef _MM_KLRUSCAN_MEMCG_H
#define _MM_KLRUSCAN_MEMCG_H

#include "klruscan.h"

struct folio;
struct mem_cgroup;

/**
 * struct klruscan_memcg - whose a folio is, and what holds there
 * @id:		the cgroup, 0 for none
 * @group:	the cgroup whose part of the rate it has: itself, or the one above it whose
 *		weight it has
 * @weight:	of that part
 * @promote:	may its pages be promoted?
 */
struct klruscan_memcg {
	u64 id;
	u64 group;
	u32 weight;
	bool promote;
};

/**
 * struct klruscan_cost - what the scan of a cgroup took
 * @ns:		wall time
 * @visited:	as in struct klruscan_node_stats, and so on
 * @tables:	likewise
 * @skipped:	likewise
 * @accessed:	likewise
 */
struct klruscan_cost {
	u64 ns;
	u64 visited;
	u64 tables;
	u64 skipped;
	u64 accessed;
};

/* klruscan_memcg.c */
u64 klruscan_memcg_id(struct mem_cgroup *memcg);
void klruscan_memcg_of(struct folio *folio, struct klruscan_memcg *of);
bool klruscan_memcg_promotes(struct mem_cgroup *memcg);
bool klruscan_memcg_any_set(void);
unsigned long klruscan_memcg_next_set(unsigned long id);
bool klruscan_memcg_is_there(u64 id);
int klruscan_memcg_read(struct klruscan_cgroup *cgroup);
int klruscan_memcg_set(struct klruscan_cgroup *cgroup);
void klruscan_memcg_reap(void);
void klruscan_memcg_exit(void);

/* klruscan_memcg_stats.c */
int klruscan_memcg_start(int nid);
void klruscan_memcg_stop(int nid);
void klruscan_memcg_scanned(struct mem_cgroup *memcg, int nid,
			    const struct klruscan_cost *cost);
void klruscan_memcg_pass_end(int nid);
void klruscan_memcg_count(u64 id, int nid, enum klruscan_outcome outcome, u64 nr);
void klruscan_memcg_promoted(u64 id, int nid, unsigned long pages);
int klruscan_memcg_read_stats(struct klruscan_cgroup_stats *stats);
void klruscan_memcg_list(struct klruscan_cgroups *cgroups, u64 *ids);

#endif /* _MM_KLRUSCAN_MEMCG_H */
