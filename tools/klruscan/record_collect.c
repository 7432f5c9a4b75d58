// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "clock.h"
#include "record.h"
#include "source.h"

void record_collect_head(struct record_head *head, const struct status *status)
{
	struct utsname uts;

	memset(head, 0, sizeof(*head));
	snprintf(head->tool, sizeof(head->tool), "%s", KLRUSCAN_VERSION);
	if (!uname(&uts))
		snprintf(head->kernel, sizeof(head->kernel), "%s", uts.release);
	head->start_s = (uint64_t)time(NULL);
	head->page_size = status->page_size;
	memcpy(head->slow.bits, status->info.slow_nodes, sizeof(head->slow.bits));
	memcpy(head->fast.bits, status->info.fast_nodes, sizeof(head->fast.bits));
}

static struct record_room *room_of(struct record_collector *collector, unsigned int nid)
{
	struct record_room *room;

	for (unsigned int i = 0; i < collector->nr_room; i++)
		if (collector->room[i].heat.nid == nid)
			return &collector->room[i];
	room = reallocarray(collector->room, collector->nr_room + 1, sizeof(*room));
	if (!room)
		return NULL;
	collector->room = room;
	room += collector->nr_room;
	memset(room, 0, sizeof(*room));
	room->heat.nid = nid;
	if (blocks_init(&room->heat.blocks, BLOCKS_MAX))
		return NULL;
	collector->nr_room++;
	return room;
}

/* The slow nodes whose heat is recorded. */
static unsigned int nr_of(const struct record_sample *sample)
{
	return sample->status.nr_nodes < RECORD_NODES_MAX ? sample->status.nr_nodes :
							    RECORD_NODES_MAX;
}

/* Appends the heat of a node to the sample if there is news. */
static int collect_node(struct record_collector *collector, unsigned int nid,
			struct failure *failure)
{
	struct record_sample *sample = &collector->sample;
	struct record_room *room = room_of(collector, nid);
	int err;

	if (!room)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the heat of node %u",
			    nid);
	/* together they have to fit into a line */
	room->heat.blocks.max = BLOCKS_MAX / nr_of(sample);
	err = source_heat(nid, &room->heat.blocks, &room->heat.pass, &room->heat.whole, failure);
	if (err)
		return err == -ENODEV ? 0 : err; /* it was given up meanwhile */
	if (collector->started || room->heat.pass != room->written)
		sample->heat[sample->nr_heat++] = room->heat;
	return 0;
}

static int collect_heat(struct record_collector *collector, struct failure *failure)
{
	struct record_sample *sample = &collector->sample;
	int err = 0;

	free(sample->heat);
	sample->nr_heat = 0;
	sample->heat = calloc(sample->status.nr_nodes + 1, sizeof(*sample->heat));
	if (!sample->heat)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the heat");
	for (unsigned int i = 0; i < nr_of(sample) && !err; i++)
		err = collect_node(collector, sample->status.nodes[i].nid, failure);
	return err;
}

/* Takes "Node N Name: KB kB" from meminfo; 0 where it has no such line. */
static uint64_t meminfo_bytes(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	uint64_t kib;

	if (!at || sscanf(at + strlen(name), " %" SCNu64, &kib) != 1)
		return 0;
	return kib * 1024;
}

static void collect_memory(struct record_sample *sample)
{
	struct metrics metrics = { 0 };

	metrics_collect_nodes(&metrics);
	sample->memory = calloc(metrics.nr_nodes + 1, sizeof(*sample->memory));
	for (unsigned int i = 0; sample->memory && i < metrics.nr_nodes && i < RECORD_NODES_MAX; i++) {
		struct record_memory *memory = &sample->memory[sample->nr_memory++];
		char path[64], text[4096];

		memory->kernel = metrics.nodes[i];
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo",
			 memory->kernel.nid);
		if (source_read(path, text, sizeof(text)) < 0)
			continue;
		memory->total_bytes = meminfo_bytes(text, "MemTotal:");
		memory->free_bytes = meminfo_bytes(text, "MemFree:");
	}
	sample->machine = metrics.machine;
	metrics_free(&metrics);
}

static void release(struct record_sample *sample)
{
	source_status_free(&sample->status);
	free(sample->heat); /* whose blocks are the room's */
	free(sample->memory);
	free(sample->cgroup);
	memset(sample, 0, sizeof(*sample));
}

/* Nothing was swept between the two, so what is told of heat is of one pass. */
static bool same_pass(const struct status *a, const struct status *b)
{
	if (a->nr_nodes != b->nr_nodes)
		return false;
	for (unsigned int i = 0; i < a->nr_nodes; i++)
		if (a->nodes[i].nid != b->nodes[i].nid || a->nodes[i].passes != b->nodes[i].passes ||
		    memcmp(a->nodes[i].heat, b->nodes[i].heat, sizeof(a->nodes[i].heat)))
			return false;
	return true;
}

/* The heat that belongs to the status: asks again where a pass came in between. */
static int collect_settled(struct record_collector *collector, struct failure *failure)
{
	struct record_sample *sample = &collector->sample;
	struct status after;
	bool settled = false;
	int err = 0;

	for (int i = 0; i < 3 && !err && !settled; i++) {
		err = collect_heat(collector, failure);
		if (!err)
			err = source_status(&after, failure);
		if (err)
			break;
		settled = same_pass(&sample->status, &after);
		source_status_free(&sample->status);
		sample->status = after;
	}
	for (unsigned int i = 0; !err && i < sample->nr_heat; i++) {
		sample->heat[i].whole &= settled;
		room_of(collector, sample->heat[i].nid)->written = sample->heat[i].pass;
	}
	return err;
}

int record_collect(struct record_collector *collector, struct failure *failure)
{
	struct record_sample *sample = &collector->sample;
	uint64_t uptime_ns = sample->status.info.uptime_ns, at_ns = now_ns();
	int err;

	release(sample);
	err = source_status(&sample->status, failure);
	if (err)
		return err;
	collector->started = status_was_started(uptime_ns, sample->status.info.uptime_ns,
						at_ns - collector->at_ns);
	collector->at_ns = at_ns;
	err = collect_settled(collector, failure);
	if (err)
		return err;
	collect_memory(sample);
	if (record_collect_cgroups(sample))
		return fail(failure, ENOMEM, "free some memory", "cannot hold the cgroups");
	return 0;
}

void record_collector_free(struct record_collector *collector)
{
	release(&collector->sample);
	for (unsigned int i = 0; i < collector->nr_room; i++)
		blocks_free(&collector->room[i].heat.blocks);
	free(collector->room);
}
