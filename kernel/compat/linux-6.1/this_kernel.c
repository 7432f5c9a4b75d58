// SPDX-License-Identifier: GPL-2.0-only
/* What differs in Linux 6.1, behind one face: see compat/internal.h. */
#define COMPAT_IMPLEMENTATION

#include <linux/string.h>
#include <linux/wait.h>

#include "internal.h"

/* More than a struct scan_control has. */
#define SCAN_CONTROL_SIZE	512

void compat_init_view(struct lruvec *view)
{
	init_waitqueue_head(&view->mm_state.wait);
}

void compat_aim_walk(struct lru_gen_mm_walk *walk, struct lruvec *view,
		     unsigned long seq)
{
	walk->lruvec = view;
	walk->max_seq = seq;
}

void compat_settle_batch(struct lru_gen_mm_walk *walk, struct lruvec *lruvec)
{
	static_call(compat_reset_batch_size)(lruvec, walk);
}

/*
 * struct scan_control is known to mm/vmscan.c alone. What is read of it here is one byte,
 * the priority, which says whether to wait when somebody else is about to age: at
 * DEF_PRIORITY, not. Where that byte is does not matter when all say so.
 */
bool compat_age(struct lruvec *lruvec, unsigned long seq)
{
	u8 control[SCAN_CONTROL_SIZE];

	memset(control, DEF_PRIORITY, sizeof(control));
	return static_call(compat_try_to_inc_max_seq)(lruvec, seq,
						      (struct scan_control *)control,
						      true, false);
}

struct migration {
	struct folio *(*new_folio)(struct folio *src, unsigned long private);
	unsigned long private;
};

static struct page *new_page(struct page *page, unsigned long private)
{
	struct migration *migration = (struct migration *)private;
	struct folio *folio;

	folio = migration->new_folio(page_folio(page), migration->private);
	return folio ? &folio->page : NULL;
}

int compat_migrate_folios(struct list_head *from,
			  struct folio *(*new_folio)(struct folio *src,
						     unsigned long private),
			  free_page_t *put_new_page, unsigned long private,
			  enum migrate_mode mode, int reason,
			  unsigned int *succeeded)
{
	struct migration migration = {
		.new_folio = new_folio,
		.private = private,
	};

	return static_call(compat_migrate_pages)(from, new_page, put_new_page,
						 (unsigned long)&migration, mode,
						 reason, succeeded);
}
