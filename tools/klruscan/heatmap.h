/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where it was hot, and when: the blocks of a record in rows of addresses and columns of
 * time. Every count of the record is in exactly one cell. Pure.
 *
 * A record is read twice: heatmap_look() finds out what there is to be laid out.
 */
#ifndef KLRUSCAN_HEATMAP_H
#define KLRUSCAN_HEATMAP_H

#include "record.h"

/**
 * struct heatmap_row - memory from @pfn on
 * @gap_pages:	memory without any record between the row before and this one
 */
struct heatmap_row {
	uint64_t pfn;
	uint64_t gap_pages;
};

/**
 * struct heatmap - of one slow node
 * @nid:	the node
 * @page_size, @interval_ms: of the record
 * @where, @spare: the memory that was hot at any time
 * @end_ms:	the last sample
 * @samples:	how many there are
 * @pictures:	how many have heat of the node: a pass was completed since the one before
 * @row_pages, @nr_rows, @row: ascending
 * @column_ms, @nr_columns: from 0 on
 * @column_pictures: how many are in each column
 * @cell:	sums over the pages of the row and the pictures of the column
 * @total:	of all cells
 */
struct heatmap {
	unsigned int nid;
	uint64_t page_size;
	uint64_t interval_ms;
	struct blocks where;
	struct blocks spare;
	uint64_t end_ms;
	unsigned int samples;
	unsigned int pictures;
	uint64_t row_pages;
	unsigned int nr_rows;
	struct heatmap_row *row;
	uint64_t column_ms;
	unsigned int nr_columns;
	unsigned int *column_pictures;
	struct heat *cell;
	struct heat total;
};

int heatmap_init(struct heatmap *map, unsigned int nid);
void heatmap_free(struct heatmap *map);

void heatmap_look(struct heatmap *map, const struct record_head *head,
		  const struct record_sample *sample);

/* Chooses rows and columns, at most so many. Returns 0 or -ENOMEM. */
int heatmap_lay_out(struct heatmap *map, unsigned int max_rows, unsigned int max_columns);
void heatmap_add(struct heatmap *map, const struct record_sample *sample);

static inline const struct heat *heatmap_cell(const struct heatmap *map, unsigned int row,
					      unsigned int column)
{
	return &map->cell[(size_t)row * map->nr_columns + column];
}

/* Where a row begins, in GiB of physical address. */
static inline double heatmap_gib(const struct heatmap *map, unsigned int row)
{
	return (double)map->row[row].pfn * (double)map->page_size / (1 << 30);
}

/* Heat of a page of it, 0 to 8, the mean over all its pages and pictures; -1 without any. */
double heatmap_mean(const struct heatmap *map, unsigned int row, unsigned int column);
double heatmap_hottest(const struct heatmap *map);

/*
 * What it is drawn as, 0 for no heat, 1 to @levels: in equal parts up to the hottest cell;
 * -1 where there is no picture.
 */
int heatmap_level(const struct heatmap *map, unsigned int row, unsigned int column,
		  double hottest, unsigned int levels);

/* heatmap_text.c: for a terminal of @width characters. */
void heatmap_print(const struct heatmap *map, unsigned int width, bool colours, FILE *out);
unsigned int heatmap_text_columns(unsigned int width);

#define HEATMAP_TEXT_ROWS	32

#endif
