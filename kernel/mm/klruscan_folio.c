// SPDX-License-Identifier: GPL-2.0-only
/*
 * klruscan: folios that are known by their page frame alone, and who maps them
 */
#define pr_fmt(fmt) "klruscan: " fmt

#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/random.h>
#include <linux/rmap.h>

#include "internal.h"
#include "klruscan.h"
#include "klruscan_look.h"

/**
 * klruscan_get_folio - take a reference to a folio
 * @pfn: its head
 * @outcome: out: why there is none
 *
 * Memory that goes offline here has first been emptied, so its pages have no
 * reference to get.
 *
 * Context: any.
 * Return: the folio whose head is at @pfn, or NULL.
 */
struct folio *klruscan_get_folio(unsigned long pfn, int *outcome)
{
	struct page *page = pfn_to_online_page(pfn);
	struct folio *folio;

	*outcome = KLRUSCAN_OUTCOME_OFFLINE;
	if (!page)
		return NULL;
	*outcome = KLRUSCAN_OUTCOME_FREED;
	folio = page_folio(page);
	if (!folio_try_get(folio))
		return NULL;
	/* freed and used anew, or merged into a larger folio, before the get */
	if (page_folio(page) == folio && folio_pfn(folio) == pfn)
		return folio;
	folio_put(folio);
	return NULL;
}

/**
 * klruscan_get_mapped - take a reference to a folio that processes map
 * @pfn: any page frame of it
 * @nid: the node that it has to be on
 *
 * Context: any.
 * Return: the folio, which reclaim could take; or NULL.
 */
struct folio *klruscan_get_mapped(unsigned long pfn, int nid)
{
	struct page *page = pfn_to_online_page(pfn);
	struct folio *folio;
	int outcome;

	if (!page || page_to_nid(page) != nid)
		return NULL;
	folio = klruscan_get_folio(folio_pfn(page_folio(page)), &outcome);
	if (!folio)
		return NULL;
	if (folio_test_lru(folio) && folio_mapped(folio) &&
	    !folio_test_hugetlb(folio))
		return folio;
	folio_put(folio);
	return NULL;
}

/**
 * klruscan_draw - take a reference to a folio that processes map, drawn at random
 * @nid: the node
 * @tries: page frames that may be tried; becomes less
 *
 * Page frames are drawn: a large folio comes as often as all of its pages together.
 *
 * Context: any.
 * Return: as klruscan_get_mapped(); NULL when all tries were in vain.
 */
struct folio *klruscan_draw(int nid, unsigned int *tries)
{
	struct pglist_data *pgdat = NODE_DATA(nid);

	while (*tries) {
		/* hotplug changes both: then what is drawn is of another node, or none */
		unsigned long pages = READ_ONCE(pgdat->node_spanned_pages) ?: 1;
		unsigned long pfn = READ_ONCE(pgdat->node_start_pfn) +
				    get_random_u64() % pages;
		struct folio *folio = klruscan_get_mapped(pfn, nid);

		(*tries)--;
		if (folio)
			return folio;
	}
	return NULL;
}

/**
 * klruscan_walk_rmap - call a function for each mapping that may hold a folio
 * @folio: the folio; the caller holds a reference
 * @one: the function, as in struct rmap_walk_control; must not sleep
 * @arg: for it
 *
 * Waits for no lock.
 *
 * Context: a thread; takes the folio's lock, if nobody else has it.
 * Return: 0, or -EBUSY when a lock was held and not all mappings were visited.
 */
int klruscan_walk_rmap(struct folio *folio,
		       bool (*one)(struct folio *folio,
				   struct vm_area_struct *vma,
				   unsigned long addr, void *arg), void *arg)
{
	struct rmap_walk_control rwc = {
		.rmap_one = one,
		.arg = arg,
		.anon_lock = folio_lock_anon_vma_read,
		.try_lock = true,
	};

	if (!folio_trylock(folio))
		return -EBUSY;
	rmap_walk(folio, &rwc);
	folio_unlock(folio);
	return rwc.contended ? -EBUSY : 0;
}
