/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM klruscan

#if !defined(_TRACE_KLRUSCAN_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KLRUSCAN_H

#include <linux/tracepoint.h>
#include <uapi/linux/klruscan.h>

#define KLRUSCAN_OUTCOME_EXPORT(name, word, text) \
	TRACE_DEFINE_ENUM(KLRUSCAN_OUTCOME_##name);
KLRUSCAN_OUTCOMES(KLRUSCAN_OUTCOME_EXPORT)
#undef KLRUSCAN_OUTCOME_EXPORT

#ifndef show_klruscan_outcome
#define KLRUSCAN_OUTCOME_WORD(name, word, text) \
	{ KLRUSCAN_OUTCOME_##name, #word },
#define show_klruscan_outcome(outcome)			\
	__print_symbolic(outcome,			\
			 KLRUSCAN_OUTCOMES(KLRUSCAN_OUTCOME_WORD) { -1, "" })
#endif

TRACE_EVENT(klruscan_pass,

	TP_PROTO(int nid, u64 pass, u64 ns, u64 visited, u64 accessed, u64 tables),

	TP_ARGS(nid, pass, ns, visited, accessed, tables),

	TP_STRUCT__entry(
		__field(int,	nid)
		__field(u64,	pass)
		__field(u64,	ns)
		__field(u64,	visited)
		__field(u64,	accessed)
		__field(u64,	tables)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->pass = pass;
		__entry->ns = ns;
		__entry->visited = visited;
		__entry->accessed = accessed;
		__entry->tables = tables;
	),

	TP_printk("nid=%d pass=%llu ns=%llu visited=%llu accessed=%llu tables=%llu",
		  __entry->nid, __entry->pass, __entry->ns, __entry->visited,
		  __entry->accessed, __entry->tables)
);

TRACE_EVENT(klruscan_interval,

	TP_PROTO(int nid, u64 cgroup, unsigned int old_ms, unsigned int new_ms,
		 u64 new_hot, u64 visited),

	TP_ARGS(nid, cgroup, old_ms, new_ms, new_hot, visited),

	TP_STRUCT__entry(
		__field(int,		nid)
		__field(u64,		cgroup)
		__field(unsigned int,	old_ms)
		__field(unsigned int,	new_ms)
		__field(u64,		new_hot)
		__field(u64,		visited)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->cgroup = cgroup;
		__entry->old_ms = old_ms;
		__entry->new_ms = new_ms;
		__entry->new_hot = new_hot;
		__entry->visited = visited;
	),

	TP_printk("nid=%d cgroup=%llu old_ms=%u new_ms=%u new_hot=%llu visited=%llu",
		  __entry->nid, __entry->cgroup, __entry->old_ms,
		  __entry->new_ms, __entry->new_hot, __entry->visited)
);

TRACE_EVENT(klruscan_admit,

	TP_PROTO(int nid, int target, u64 hot, unsigned int threshold,
		 u64 rate_pages, u64 room_pages),

	TP_ARGS(nid, target, hot, threshold, rate_pages, room_pages),

	TP_STRUCT__entry(
		__field(int,		nid)
		__field(int,		target)
		__field(u64,		hot)
		__field(unsigned int,	threshold)
		__field(u64,		rate_pages)
		__field(u64,		room_pages)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->target = target;
		__entry->hot = hot;
		__entry->threshold = threshold;
		__entry->rate_pages = rate_pages;
		__entry->room_pages = room_pages;
	),

	TP_printk("nid=%d target=%d hot=%llu threshold=%u rate_pages=%llu room_pages=%llu",
		  __entry->nid, __entry->target, __entry->hot,
		  __entry->threshold, __entry->rate_pages, __entry->room_pages)
);

TRACE_EVENT(klruscan_refuse,

	TP_PROTO(int nid, unsigned long pfn, int outcome),

	TP_ARGS(nid, pfn, outcome),

	TP_STRUCT__entry(
		__field(int,		nid)
		__field(unsigned long,	pfn)
		__field(int,		outcome)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->pfn = pfn;
		__entry->outcome = outcome;
	),

	TP_printk("nid=%d pfn=0x%lx outcome=%s", __entry->nid, __entry->pfn,
		  show_klruscan_outcome(__entry->outcome))
);

TRACE_EVENT(klruscan_promote,

	TP_PROTO(int nid, int target, unsigned int folios,
		 unsigned int promoted, unsigned int pages),

	TP_ARGS(nid, target, folios, promoted, pages),

	TP_STRUCT__entry(
		__field(int,		nid)
		__field(int,		target)
		__field(unsigned int,	folios)
		__field(unsigned int,	promoted)
		__field(unsigned int,	pages)
	),

	TP_fast_assign(
		__entry->nid = nid;
		__entry->target = target;
		__entry->folios = folios;
		__entry->promoted = promoted;
		__entry->pages = pages;
	),

	TP_printk("nid=%d target=%d folios=%u promoted=%u pages=%u",
		  __entry->nid, __entry->target, __entry->folios,
		  __entry->promoted, __entry->pages)
);

#endif /* _TRACE_KLRUSCAN_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
