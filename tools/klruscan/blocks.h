/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which parts of a node's memory are hot: blocks of pages, of any power of two, with sums
 * over their pages. A list that is full gets a coarser grain: its sums stay exact.
 */
#ifndef KLRUSCAN_BLOCKS_H
#define KLRUSCAN_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/klruscan.h>

/* Page frames that can be: 52 bits of physical address, in pages of 4 KiB. */
#define PFN_BITS	40

/* In the grain of the kernel, 128 GiB with heat in every block. */
#define BLOCKS_MAX	65536u

struct heat {
	uint64_t heat;
	uint64_t seen;
	uint64_t warm;
};

/* struct block - @at is its first page frame over the list's @block_pages. */
struct block {
	uint64_t at;
	struct heat heat;
};

/**
 * struct blocks - blocks with heat, ascending, each at most once
 * @block_pages: pages of a block, a power of two, at least KLRUSCAN_HEAT_BLOCK
 * @nr:		how many, at most @max
 * @max:	room
 * @block:	of @max
 */
struct blocks {
	uint64_t block_pages;
	unsigned int nr;
	unsigned int max;
	struct block *block;
};

/* With room for @max blocks, at least 2. Returns 0 or -ENOMEM. */
int blocks_init(struct blocks *blocks, unsigned int max);
void blocks_free(struct blocks *blocks);
void blocks_clear(struct blocks *blocks);

void heat_add(struct heat *sum, const struct heat *heat);

/*
 * Adds a block of @block_pages pages, whose first is @pfn, not before the last one. What
 * is coarser than the list makes the list so.
 */
void blocks_add(struct blocks *blocks, uint64_t pfn, uint64_t block_pages,
		const struct heat *heat);

/* Makes it as coarse as @block_pages at least. */
void blocks_coarsen(struct blocks *blocks, uint64_t block_pages);

/* Adds all of @more to @blocks, which has a @spare of the same room. */
void blocks_merge(struct blocks *blocks, struct blocks *spare, const struct blocks *more);

#endif
