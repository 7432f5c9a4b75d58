// SPDX-License-Identifier: GPL-2.0-only
/* What differs in Linux 6.12, behind one face: see compat/internal.h. */
#define COMPAT_IMPLEMENTATION

#include "internal.h"

void compat_init_view(struct lruvec *view)
{
}

/* The generation is that of the lruvec, the filters are those of walk->seq. */
void compat_aim_walk(struct lru_gen_mm_walk *walk, struct lruvec *view,
		     unsigned long seq)
{
	view->lrugen.max_seq = seq;
	walk->lruvec = view;
	walk->seq = seq;
}

void compat_settle_batch(struct lru_gen_mm_walk *walk, struct lruvec *lruvec)
{
	walk->lruvec = lruvec;
	static_call(compat_reset_batch_size)(walk);
}

bool compat_age(struct lruvec *lruvec, unsigned long seq)
{
	return static_call(compat_try_to_inc_max_seq)(lruvec, seq, true, false);
}
