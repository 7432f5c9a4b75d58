// SPDX-License-Identifier: GPL-2.0-only
/*
 * heat_ask - ask /dev/klruscan for heat as no tool would
 *
 *	heat_ask wrong		what cannot be answered is refused, and nothing is written
 *	heat_ask pieces NID	any room gives the same blocks, while no pass ends
 *	heat_ask on SECONDS	over and over, all nodes, any position and room
 *
 * Exit status: 0 when it was as it should be, 1 with a line that says what was not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/klruscan.h>

#define ROOM 4096

static int device;
static struct klruscan_heat_block blocks[2][ROOM];

/* Returns 0 or an errno. */
static int ask(struct klruscan_heat *heat)
{
	return ioctl(device, KLRUSCAN_IOC_HEAT, heat) ? errno : 0;
}

static struct klruscan_heat question(unsigned int nid, unsigned int room)
{
	return (struct klruscan_heat){
		.size = sizeof(struct klruscan_heat), .nid = nid, .room = room,
		.blocks = (uintptr_t)blocks[0],
	};
}

static bool refused(const char *what, struct klruscan_heat heat, int wanted)
{
	int err;

	memset(blocks[0], 0x55, sizeof(blocks[0]));
	err = ask(&heat);
	for (size_t i = 0; i < sizeof(blocks[0]); i++)
		if (((unsigned char *)blocks[0])[i] != 0x55)
			err = -1;
	if (err != wanted)
		printf("%s: %d, not %d\n", what, err, wanted);
	return err == wanted;
}

static int wrong(void)
{
	struct klruscan_heat size = question(1, ROOM), nowhere = question(1, ROOM);
	struct klruscan_heat end = question(1, ROOM);
	bool ok = true;

	size.size--;
	nowhere.blocks = 1;
	end.pos = KLRUSCAN_HEAT_END;
	ok &= refused("size", size, EINVAL);
	ok &= refused("no room", question(1, 0), EINVAL);
	ok &= refused("fast node", question(0, ROOM), ENODEV);
	ok &= refused("no node", question(1 << 20, ROOM), EINVAL);
	ok &= refused("largest node", question(UINT32_MAX, ROOM), EINVAL);
	ok &= refused("nowhere to write", nowhere, EFAULT);
	ok &= refused("after the end", end, 0);
	return !ok;
}

/* All blocks of a node in calls of @room. Returns how many, at most ROOM. */
static unsigned int collect(unsigned int nid, unsigned int room, struct klruscan_heat_block *to,
			    uint64_t *pass)
{
	struct klruscan_heat heat = question(nid, room);
	unsigned int nr = 0;

	while (heat.pos != KLRUSCAN_HEAT_END && nr + room <= ROOM) {
		heat.blocks = (uintptr_t)(to + nr);
		if (ask(&heat))
			return 0;
		nr += heat.nr;
	}
	*pass = heat.pass;
	return nr;
}

static int pieces(unsigned int nid)
{
	static const unsigned int rooms[] = { 1, 2, 3, 63, 64, 65, 1000 };
	uint64_t before, after;
	unsigned int all = collect(nid, ROOM / 2, blocks[1], &before);

	if (!all) {
		puts("there is no heat");
		return 1;
	}
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		unsigned int nr = collect(nid, rooms[i], blocks[0], &after);

		if (after != before) {
			puts("a pass has ended");
			return 1;
		}
		if (nr != all || memcmp(blocks[0], blocks[1], nr * sizeof(blocks[0][0]))) {
			printf("%u blocks with room for %u, not %u\n", nr, rooms[i], all);
			return 1;
		}
	}
	printf("%u blocks\n", all);
	return 0;
}

static int on(unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long answers = 0;

	while (time(NULL) < end) {
		struct klruscan_heat heat = question((unsigned int)random() % 3,
						     1 + (unsigned int)random() % ROOM);
		int err;

		heat.pos = (uint64_t)random() << (random() % 33);
		err = ask(&heat);
		if (err && err != ENODEV) {
			printf("refused: %s\n", strerror(err));
			return 1;
		}
		answers += !err;
	}
	printf("%lu answers\n", answers);
	return !answers;
}

int main(int argc, char **argv)
{
	device = open("/dev/" KLRUSCAN_DEVICE, O_RDONLY);
	if (device < 0) {
		perror("/dev/" KLRUSCAN_DEVICE);
		return 1;
	}
	if (argc == 2 && !strcmp(argv[1], "wrong"))
		return wrong();
	if (argc == 3 && !strcmp(argv[1], "pieces"))
		return pieces((unsigned int)atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "on"))
		return on((unsigned int)atoi(argv[2]));
	fputs("usage: heat_ask wrong | pieces NID | on SECONDS\n", stderr);
	return 1;
}
