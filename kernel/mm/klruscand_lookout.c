// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscand: looks out for what is new between passes that are far apart
 *
 * Random folios of the slow node have their accessed bits cleared, and are looked at a moment
 * later (klruscan_look.c). When far more of them are accessed than usual, a hot set has come or
 * moved, wherever it is. What is too small for that, a pass finds.
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/bitmap.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "internal.h"
#include "klruscand.h"
#include "klruscand_lookout.h"
#include "klruscan_look.h"

static_assert(LOOKOUT_SAMPLE <= KLRUSCAN_LOOK_MAX);

/*
 * Page frames that are tried for a sample. Where less than one in sixty-four is mapped, too few
 * folios are found; to scan such a node costs little.
 */
#define LOOKOUT_TRIES		2048

/* Time from clearing to looking, in ms: a short pass has it, too. */
#define LOOKOUT_EXPOSURE_MAX	1000

/**
 * struct lookout - who looks out
 * @record:	what was seen
 * @looks:	the thread's
 * @folios:	those that are being looked at, each with a reference
 */
struct lookout {
	struct lookout_record record;
	struct klruscan_looks looks;
	struct folio *folios[LOOKOUT_SAMPLE];
};

/**
 * klruscand_lookout_alloc - get ready to look out
 *
 * Context: may sleep.
 * Return: what klruscand_look_out() wants, to be freed by kfree(); or NULL.
 */
struct lookout *klruscand_lookout_alloc(void)
{
	return kzalloc(sizeof(struct lookout), GFP_KERNEL);
}

/**
 * klruscand_lookout_reset - what was usual is so no more
 * @lookout: who looks out
 */
void klruscand_lookout_reset(struct lookout *lookout)
{
	lookout->record = (struct lookout_record){ };
}

static unsigned int draw_all(struct lookout *lookout, int nid)
{
	unsigned int tries = LOOKOUT_TRIES, nr = 0;

	while (nr < LOOKOUT_SAMPLE) {
		struct folio *folio = klruscan_draw(nid, &tries);

		if (!folio)
			break;
		lookout->folios[nr++] = folio;
		cond_resched();
	}
	return nr;
}

/* Of those at which could be looked: how many were accessed? */
static unsigned int count_seen(const struct lookout *lookout, const unsigned long *seen,
			       unsigned int nr, unsigned int *of)
{
	DECLARE_BITMAP(looked, KLRUSCAN_LOOK_MAX);

	bitmap_fill(looked, nr);
	bitmap_andnot(looked, looked, lookout->looks.missed, nr);
	*of = bitmap_weight(looked, nr);
	bitmap_and(looked, looked, seen, nr);
	return bitmap_weight(looked, nr);
}

/**
 * klruscand_look_out - is there something new?
 * @lookout: who looks out
 * @nid: the slow node
 *
 * Context: the thread of the node's scan; may sleep, for the shortest interval.
 * Return: true if a good part of the memory is accessed that was not.
 */
bool klruscand_look_out(struct lookout *lookout, int nid)
{
	DECLARE_BITMAP(seen, KLRUSCAN_LOOK_MAX) = { };
	unsigned int exposure_ms = min(klruscan_get(scan_interval_min_ms), LOOKOUT_EXPOSURE_MAX);
	unsigned int i, nr, of = 0, accessed = 0;

	nr = draw_all(lookout, nid);
	if (nr >= LOOKOUT_SAMPLE_MIN) {
		klruscan_expose(&lookout->looks, lookout->folios, nr,
				exposure_ms * USEC_PER_MSEC, nr, seen);
		accessed = count_seen(lookout, seen, nr, &of);
	}
	for (i = 0; i < nr; i++)
		folio_put(lookout->folios[i]);
	return lookout_tell(&lookout->record, accessed, of);
}
