/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which PUD entries klruscand goes into, and which page tables it visits, although their
 * accessed bits are clear.
 *
 * Each has a key, a number. Where two have the same slot, that costs a visit too many, and
 * loses nothing.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KLRUSCAND_SKIP_H
#define _MM_KLRUSCAND_SKIP_H

/*
 * Each PUD entry is gone into in one pass of so many. Of 1 TiB that is idle, these are 32
 * GiB a pass: 16384 PMD entries to look at, as many as pages of a hot set of 64 MiB.
 */
#define SKIP_ROUND		32

/* For PUD entries: 16 TiB of one process without two in a slot. */
#define SKIP_SLOTS_MIN		16384

/*
 * Passes of a cgroup in which a note of a PUD entry counts. Two are enough where each pass comes
 * by; a process whose lock was busy is late by one or two.
 */
#define SKIP_NOTE_PASSES	4

/**
 * struct skip_notes - what the scan of a node has to know about those of others
 * @pass:	its turn, in which it scans some cgroups or all; written by the scan itself
 * @mask:	one less than there are slots, a power of two
 * @note:	by slot: its pass when another scan last cleared the accessed bit; written
 *		by the others
 */
struct skip_notes {
	u32 pass;
	unsigned long mask;
	u32 note[];
};

/**
 * skip_slots - how many slots are wanted
 * @tables: page tables that memory suffices to fill; those of a process may be more
 *
 * Return: a power of two.
 */
static inline unsigned long skip_slots(unsigned long tables)
{
	return 1UL << (ilog2(SKIP_SLOTS_MIN + tables - 1) + 1);
}

/**
 * struct skip_rounds - what the scan of a cgroup has to know of its passes
 * @passes:	how many there were
 * @since:	the node's turns at the last ones, by number modulo SKIP_NOTE_PASSES
 *
 * Memory of zeros had none.
 */
struct skip_rounds {
	u32 passes;
	u32 since[SKIP_NOTE_PASSES];
};

/* Before the first pass, and after @notes were filled with zeros. No note is of them then. */
static inline void skip_start(struct skip_notes *notes, unsigned long slots)
{
	notes->pass = SKIP_NOTE_PASSES;
	notes->mask = slots - 1;
}

/* A pass of a cgroup begins, or of one of those that have their rounds together. */
static inline void skip_pass(struct skip_rounds *rounds,
			     const struct skip_notes *notes)
{
	unsigned int i;

	if (rounds->since[rounds->passes % SKIP_NOTE_PASSES] == notes->pass)
		return;
	/* before the first one, notes are those of others' last turns */
	for (i = 0; !rounds->passes && i < SKIP_NOTE_PASSES; i++)
		rounds->since[i] = notes->pass - (SKIP_NOTE_PASSES - 1);
	rounds->passes++;
	rounds->since[rounds->passes % SKIP_NOTE_PASSES] = notes->pass;
}

/* The accessed bit was cleared, or is about to be, which @notes's scan might have wanted to see. */
static inline void skip_note(struct skip_notes *notes, unsigned long key)
{
	WRITE_ONCE(notes->note[key & notes->mask], READ_ONCE(notes->pass));
}

/* Was it cleared since? By age: a note of long ago is not to seem new when the numbers wrap. */
static inline bool skip_is_noted(const struct skip_notes *notes,
				 unsigned long key, u32 since)
{
	u32 note = READ_ONCE(notes->note[key & notes->mask]);

	return notes->pass - note <= notes->pass - since;
}

/* Must it be gone into, although its accessed bit is clear? */
static inline bool skip_must_enter(const struct skip_notes *notes,
				   const struct skip_rounds *rounds,
				   unsigned long key)
{
	/* the oldest of those that are kept */
	u32 since = rounds->since[(rounds->passes + 1) % SKIP_NOTE_PASSES];

	return (key + rounds->passes) % SKIP_ROUND == 0 ||
	       skip_is_noted(notes, key, since);
}

/*
 * Must a page table be visited, although its accessed bit is clear? A note counts in the pass
 * that it was made in and in the next one: what came between the visit of the former and the
 * clearing is seen then. There may be many page tables, so not for longer: of one that no pass
 * comes by in that time, as a lock of the process is busy, say, or the pass was left, what was not
 * used since is seen late.
 */
static inline bool skip_must_visit(const struct skip_notes *notes,
				   const struct skip_rounds *rounds,
				   unsigned long key)
{
	u32 last = rounds->since[(rounds->passes + SKIP_NOTE_PASSES - 1) % SKIP_NOTE_PASSES];

	return skip_is_noted(notes, key, last);
}

#endif /* _MM_KLRUSCAND_SKIP_H */
