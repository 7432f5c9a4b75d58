// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a klruscan of the tests only (ld --wrap=open,ioctl,socket,bind,ppoll): answers for
 * /dev/klruscan as the module would. FAKE_KLRUSCAN says how: an error's name,
 * a kind of disagreement, the name of a fixture, "moving": that of "running", whose
 * counters grow with time, or "once": the same, but it is gone after a few questions. The heat
 * of a node is that of a few blocks, which move with each pass; all calls ask for a pass more.
 * "heat_full": six nodes of 128 GiB, in each block of which is heat. "refused" opens it and answers
 * nothing; "node_broken" and "heat_broken" have an error for that question. With FAKE_NO_IPV6 the
 * kernel has none; with FAKE_NO_PORT and FAKE_NO_POLL it refuses these calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "fake.h"
#include "fixture.h"

static const char *mode(void)
{
	const char *how = getenv("FAKE_KLRUSCAN");

	return how ? how : "ENOENT";
}

static bool mode_is(const char *how)
{
	return !strcmp(mode(), how);
}

static int refuse(int err)
{
	errno = err;
	return -1;
}

int __wrap_open(const char *path, int flags, ...)
{
	static unsigned int opened;
	mode_t permissions = 0;
	va_list args;

	if (flags & O_CREAT) {
		va_start(args, flags);
		permissions = va_arg(args, mode_t);
		va_end(args);
	}

	if (strcmp(path, "/dev/" KLRUSCAN_DEVICE))
		return fake_open(path, flags, permissions);
	if (mode_is("ENOENT") || (mode_is("once") && opened++ > 10))
		return refuse(ENOENT);
	if (mode_is("EACCES"))
		return refuse(EACCES);
	if (mode_is("EPERM"))
		return refuse(EPERM);
	if (mode_is("EMFILE"))
		return refuse(EMFILE);
	return __real_open("/dev/null", flags);
}

int __wrap_socket(int family, int type, int protocol)
{
	if (family == AF_INET6 && getenv("FAKE_NO_IPV6"))
		return refuse(EAFNOSUPPORT);
	return __real_socket(family, type, protocol);
}

int __wrap_bind(int fd, const struct sockaddr *address, socklen_t length)
{
	if (getenv("FAKE_NO_PORT"))
		return refuse(EACCES);
	return __real_bind(fd, address, length);
}

int __wrap_ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
		 const sigset_t *mask)
{
	if (getenv("FAKE_NO_POLL"))
		return refuse(ENOMEM);
	return __real_ppoll(fds, nr, timeout, mask);
}

/* The fixture to answer with. */
static const char *fixture_name(void)
{
	static const char *const others[] = {
		"node_gone", "node_broken", "moving", "once", "heat_gone", "heat_broken", "heat_stuck",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (mode_is(others[i]))
			return "running";
	return mode_is("heat_full") ? "many" : mode();
}

/* As if klruscan worked: up and down in half a minute, the first node more than others. */
static void move(struct klruscan_node_stats *node)
{
	struct timespec now;
	uint64_t ms, done;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	done = ms / 30000 * 15000 + (ms % 30000 < 15000 ? ms % 15000 : 15000);
	node->promoted_pages += done * 32 / node->nid;
	node->outcome[KLRUSCAN_OUTCOME_PROMOTED] += done * 32 / node->nid;
	node->outcome[KLRUSCAN_OUTCOME_WARM] += ms;
	node->candidates += done * 32 / node->nid + ms;
	node->passes += ms / 500;
	node->scan_cpu_ns += ms * 20000 * node->nid;
	node->promote_cpu_ns += done * 10000;
	node->gauge_cpu_ns += ms * 500;
	node->precision = (int)(500 + ms % 500);
	node->recall = (int)(1000 - ms % 300);
}

static int answer_info(struct klruscan_info *info)
{
	struct status status = { 0 };
	const struct fixture *fixture;

	if (mode_is("EINVAL") || info->size != sizeof(*info))
		return refuse(EINVAL);
	if (mode_is("ENOTTY"))
		return refuse(ENOTTY);
	if (mode_is("refused"))
		return refuse(EPERM);
	if (mode_is("abi_refused") || mode_is("abi_differs"))
		info->abi_version = KLRUSCAN_ABI_VERSION + 1;
	if (mode_is("abi_refused"))
		return refuse(EPROTO);
	if (mode_is("abi_differs"))
		return 0;
	fixture = fixture_find(fixture_name());
	if (!fixture)
		return refuse(EIO);
	fixture->fill(&status);
	*info = status.info;
	return 0;
}

static int answer_node(struct klruscan_node_stats *node)
{
	struct status status = { 0 };

	if (node->size != sizeof(*node))
		return refuse(EINVAL);
	if (mode_is("node_gone") && node->nid == 2)
		return refuse(ENODEV);
	if (mode_is("node_broken"))
		return refuse(EIO);
	fixture_find(fixture_name())->fill(&status);
	for (unsigned int i = 0; i < status.nr_nodes; i++) {
		if (status.nodes[i].nid == node->nid) {
			*node = status.nodes[i];
			if (mode_is("moving") || mode_is("once"))
				move(node);
			return 0;
		}
	}
	return refuse(ENXIO);
}

#define FULL_BLOCKS 65536

static int answer_full(struct klruscan_heat *heat)
{
	struct klruscan_heat_block *blocks = (void *)(uintptr_t)heat->blocks;
	uint64_t base = heat->nid * 1ULL * FULL_BLOCKS * KLRUSCAN_HEAT_BLOCK;
	uint64_t next = heat->pos < base ? 0 : (heat->pos - base) / KLRUSCAN_HEAT_BLOCK;

	heat->pass = 1;
	for (heat->nr = 0; heat->nr < heat->room && next < FULL_BLOCKS; next++)
		blocks[heat->nr++] = (struct klruscan_heat_block){
			.pfn = base + next * KLRUSCAN_HEAT_BLOCK,
			.heat = 3000,
			.seen = 500,
			.warm = 400,
		};
	heat->pos = next < FULL_BLOCKS ? base + next * KLRUSCAN_HEAT_BLOCK : KLRUSCAN_HEAT_END;
	return 0;
}

#define HEAT_PARTS 3

/* The hot half of a node's GiB goes on by a block each pass; in three parts. */
static int answer_heat(struct klruscan_heat *heat)
{
	static uint64_t passes;
	struct klruscan_heat_block *blocks = (void *)(uintptr_t)heat->blocks;
	uint64_t base = heat->nid * 262144ULL, part;

	if (heat->size != sizeof(*heat) || !heat->room)
		return refuse(EINVAL);
	if (mode_is("node_gone") || mode_is("heat_gone"))
		return refuse(ENODEV);
	if (mode_is("heat_broken"))
		return refuse(EIO);
	if (mode_is("heat_full"))
		return answer_full(heat);
	passes += !heat->pos;
	heat->pass = passes;
	heat->nr = 0;
	part = heat->pos < base ? 0 : (heat->pos - base) / (256 * KLRUSCAN_HEAT_BLOCK);
	if (part == HEAT_PARTS || heat->pos > UINT64_MAX / 2) {
		heat->pos = KLRUSCAN_HEAT_END;
		return 0;
	}
	for (unsigned int i = 0; i < 4; i++)
		blocks[heat->nr++] = (struct klruscan_heat_block){
			.pfn = base + (part * 256 + passes + i) * KLRUSCAN_HEAT_BLOCK,
			.heat = (__u16)(1000 * (part + 1)),
			.seen = (__u16)(100 + i),
			.warm = 400,
		};
	heat->pos = base + (part + 1) * 256 * KLRUSCAN_HEAT_BLOCK;
	if (mode_is("heat_stuck"))
		heat->pos = 0;
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == KLRUSCAN_IOC_INFO) {
		fake_clock_look();
		return answer_info(arg);
	}
	if (request == KLRUSCAN_IOC_NODE)
		return answer_node(arg);
	if (request == KLRUSCAN_IOC_HEAT)
		return answer_heat(arg);
	if (request == KLRUSCAN_IOC_CGROUPS)
		return fake_cgroups(arg);
	if (request == KLRUSCAN_IOC_CGROUP || request == KLRUSCAN_IOC_CGROUP_SET)
		return fake_cgroup(arg, request == KLRUSCAN_IOC_CGROUP_SET);
	if (request == KLRUSCAN_IOC_CGROUP_STATS)
		return fake_cgroup_stats(arg);
	return refuse(ENOTTY);
}
