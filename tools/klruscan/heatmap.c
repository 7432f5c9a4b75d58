// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "heatmap.h"

int heatmap_init(struct heatmap *map, unsigned int nid)
{
	memset(map, 0, sizeof(*map));
	map->nid = nid;
	if (!blocks_init(&map->where, BLOCKS_MAX) && !blocks_init(&map->spare, BLOCKS_MAX))
		return 0;
	heatmap_free(map);
	return -ENOMEM;
}

void heatmap_free(struct heatmap *map)
{
	blocks_free(&map->where);
	blocks_free(&map->spare);
	free(map->row);
	free(map->column_pictures);
	free(map->cell);
}

static const struct blocks *blocks_of(const struct record_sample *sample, unsigned int nid)
{
	for (unsigned int i = 0; i < sample->nr_heat; i++)
		if (sample->heat[i].nid == nid)
			return &sample->heat[i].blocks;
	return NULL;
}

void heatmap_look(struct heatmap *map, const struct record_head *head,
		  const struct record_sample *sample)
{
	const struct blocks *blocks = blocks_of(sample, map->nid);

	map->page_size = head->page_size;
	map->interval_ms = head->interval_ms;
	map->end_ms = sample->t_ms;
	map->samples++;
	if (!blocks)
		return;
	map->pictures++;
	blocks_merge(&map->where, &map->spare, blocks);
}

/* A column has so many pictures that hardly any has none, and the same number of samples. */
static void choose_columns(struct heatmap *map, unsigned int max_columns)
{
	uint64_t interval = map->interval_ms ? map->interval_ms : 1;
	uint64_t samples = map->end_ms / interval + 1;

	if (max_columns > map->pictures)
		max_columns = map->pictures;
	if (!max_columns)
		max_columns = 1;
	map->column_ms = interval * ((samples + max_columns - 1) / max_columns);
	map->nr_columns = (unsigned int)(map->end_ms / map->column_ms) + 1;
}

static int choose_rows(struct heatmap *map, unsigned int max_rows)
{
	uint64_t end = 0;

	while (map->where.nr > max_rows)
		blocks_coarsen(&map->where, 2 * map->where.block_pages);
	map->row_pages = map->where.block_pages;
	map->nr_rows = map->where.nr;
	map->row = calloc(map->nr_rows + 1, sizeof(*map->row));
	if (!map->row)
		return -ENOMEM;
	for (unsigned int i = 0; i < map->nr_rows; i++) {
		map->row[i].pfn = map->where.block[i].at * map->row_pages;
		map->row[i].gap_pages = i ? map->row[i].pfn - end : 0;
		end = map->row[i].pfn + map->row_pages;
	}
	return 0;
}

int heatmap_lay_out(struct heatmap *map, unsigned int max_rows, unsigned int max_columns)
{
	choose_columns(map, max_columns);
	if (choose_rows(map, max_rows))
		return -ENOMEM;
	map->column_pictures = calloc(map->nr_columns, sizeof(*map->column_pictures));
	map->cell = calloc((size_t)map->nr_rows * map->nr_columns + 1, sizeof(*map->cell));
	return map->column_pictures && map->cell ? 0 : -ENOMEM;
}

/* Both ascend, so the row is never before the last one. */
static unsigned int row_of(const struct heatmap *map, uint64_t pfn, unsigned int from)
{
	while (from < map->nr_rows && map->row[from].pfn + map->row_pages <= pfn)
		from++;
	return from;
}

void heatmap_add(struct heatmap *map, const struct record_sample *sample)
{
	const struct blocks *blocks = blocks_of(sample, map->nid);
	uint64_t column = sample->t_ms / map->column_ms;
	unsigned int row = 0;

	if (!blocks || column >= map->nr_columns)
		return;
	map->column_pictures[column]++;
	for (unsigned int i = 0; i < blocks->nr; i++) {
		row = row_of(map, blocks->block[i].at * blocks->block_pages, row);
		if (row == map->nr_rows)
			return;
		heat_add(&map->cell[(size_t)row * map->nr_columns + column],
			 &blocks->block[i].heat);
		heat_add(&map->total, &blocks->block[i].heat);
	}
}

double heatmap_mean(const struct heatmap *map, unsigned int row, unsigned int column)
{
	double pages = (double)map->row_pages * map->column_pictures[column];

	return pages > 0 ? (double)heatmap_cell(map, row, column)->heat / pages : -1;
}

double heatmap_hottest(const struct heatmap *map)
{
	double hottest = 0;

	for (unsigned int row = 0; row < map->nr_rows; row++)
		for (unsigned int column = 0; column < map->nr_columns; column++)
			if (heatmap_mean(map, row, column) > hottest)
				hottest = heatmap_mean(map, row, column);
	return hottest;
}

int heatmap_level(const struct heatmap *map, unsigned int row, unsigned int column,
		  double hottest, unsigned int levels)
{
	double mean = heatmap_mean(map, row, column);
	int level;

	if (mean <= 0)
		return mean < 0 ? -1 : 0;
	level = (int)(mean / hottest * levels) + 1;
	return level > (int)levels ? (int)levels : level;
}
