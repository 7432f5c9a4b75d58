// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "blocks.h"

int blocks_init(struct blocks *blocks, unsigned int max)
{
	blocks->max = max;
	blocks_clear(blocks);
	blocks->block = calloc(max, sizeof(*blocks->block));
	return blocks->block ? 0 : -ENOMEM;
}

void blocks_free(struct blocks *blocks)
{
	free(blocks->block);
	blocks->block = NULL;
	blocks->nr = 0;
}

void blocks_clear(struct blocks *blocks)
{
	blocks->block_pages = KLRUSCAN_HEAT_BLOCK;
	blocks->nr = 0;
}

void heat_add(struct heat *sum, const struct heat *heat)
{
	sum->heat += heat->heat;
	sum->seen += heat->seen;
	sum->warm += heat->warm;
}

/* Puts neighbours together, in place. */
static void double_grain(struct blocks *blocks)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < blocks->nr; i++) {
		struct block block = blocks->block[i];

		block.at /= 2;
		if (nr && blocks->block[nr - 1].at == block.at)
			heat_add(&blocks->block[nr - 1].heat, &block.heat);
		else
			blocks->block[nr++] = block;
	}
	blocks->nr = nr;
	blocks->block_pages *= 2;
}

void blocks_coarsen(struct blocks *blocks, uint64_t block_pages)
{
	while (blocks->block_pages < block_pages)
		double_grain(blocks);
}

void blocks_add(struct blocks *blocks, uint64_t pfn, uint64_t block_pages,
		const struct heat *heat)
{
	struct block *last;

	blocks_coarsen(blocks, block_pages);
	for (;;) {
		last = blocks->nr ? &blocks->block[blocks->nr - 1] : NULL;
		if (last && last->at == pfn / blocks->block_pages) {
			heat_add(&last->heat, heat);
			return;
		}
		if (blocks->nr < blocks->max)
			break;
		double_grain(blocks);
	}
	blocks->block[blocks->nr++] = (struct block){
		.at = pfn / blocks->block_pages,
		.heat = *heat,
	};
}

void blocks_merge(struct blocks *blocks, struct blocks *spare, const struct blocks *more)
{
	struct blocks merged = *spare;
	unsigned int i = 0, j = 0;

	blocks_clear(&merged);
	while (i < blocks->nr || j < more->nr) {
		uint64_t a = i < blocks->nr ? blocks->block[i].at * blocks->block_pages : UINT64_MAX;
		uint64_t b = j < more->nr ? more->block[j].at * more->block_pages : UINT64_MAX;

		/* A coarse block may begin before a fine one that it has in it. */
		blocks_coarsen(&merged, blocks->block_pages);
		blocks_coarsen(&merged, more->block_pages);
		if (a <= b)
			blocks_add(&merged, a, blocks->block_pages, &blocks->block[i++].heat);
		else
			blocks_add(&merged, b, more->block_pages, &more->block[j++].heat);
	}
	blocks_coarsen(&merged, blocks->block_pages);
	blocks_coarsen(&merged, more->block_pages);
	*spare = *blocks;
	*blocks = merged;
}
