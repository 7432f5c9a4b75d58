/* SPDX-License-Identifier: GPL-2.0-only */
/* Single cgroups: klruscan_memcg.c has what is set, klruscan_memcg_stats.c figures. */
#ifndef _MM_KLRUSCAN_MEMCG_H
#define _MM_KLRUSCAN_MEMCG_H

#include "klruscan.h"
#include "klruscand_skip.h"
#include "klruscand_tempo.h"

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

/**
 * struct klruscan_pace - how a cgroup is scanned on a slow node; all is klruscand's
 * @seen:	the turn that found memory of it last, from 1; 0: none did
 * @scanned:	the turn that was a pass of it last
 * @shortest:	bound of its interval in ms
 * @longest:	likewise
 * @tempo:	how often it wants to be scanned
 * @yield:	what its last pass has found so far
 * @pages:	its pages that have been promoted, as klruscan_memcg_next_pace() found
 * @promoted:	those at the end of its last pass
 * @kept:	what was kept for its passes, likewise found
 * @taken:	that at the end of its last pass
 * @clock:	what it goes by
 * @anew:	what its accessed bits say is of no use yet: clear the tables' first
 * @rounds:	what is not looked into
 * @interval_ms: that of @clock, for whom asks; 0 while it has no memory on the node
 * @came:	pages that became hot, for whom asks
 */
struct klruscan_pace {
	unsigned long seen;
	unsigned long scanned;
	unsigned int shortest;
	unsigned int longest;
	struct tempo tempo;
	struct tempo_yield yield;
	u64 pages;
	u64 promoted;
	struct tempo_yield kept;
	struct tempo_yield taken;
	unsigned int clock;
	bool anew;
	struct skip_rounds rounds;
	unsigned int interval_ms;
	u64 came;
};

/* klruscan_memcg.c */
u64 klruscan_memcg_id(struct mem_cgroup *memcg);
void klruscan_memcg_of(struct folio *folio, struct klruscan_memcg *of);
bool klruscan_memcg_promotes(struct mem_cgroup *memcg);
void klruscan_memcg_bounds(struct mem_cgroup *memcg, unsigned int *shortest,
			   unsigned int *longest);
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
void klruscan_memcg_scanned(struct klruscan_pace *pace);
void klruscan_memcg_charge(struct klruscan_pace *pace, const struct klruscan_cost *cost);
struct klruscan_pace *klruscan_memcg_pace(struct mem_cgroup *memcg, int nid);
struct klruscan_pace *klruscan_memcg_next_pace(int nid, unsigned long *id);
void klruscan_memcg_pass_end(int nid);
void klruscan_memcg_count(u64 id, int nid, enum klruscan_outcome outcome, u64 nr);
void klruscan_memcg_promoted(u64 id, int nid, unsigned long pages);
void klruscan_memcg_kept(u64 id, int nid, int was);
int klruscan_memcg_read_stats(struct klruscan_cgroup_stats *stats);
void klruscan_memcg_list(struct klruscan_cgroups *cgroups, u64 *ids);

#endif /* _MM_KLRUSCAN_MEMCG_H */
