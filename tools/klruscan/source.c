// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "source.h"

#define DEVICE "/dev/" KLRUSCAN_DEVICE

static const char advice_load[] =
	"the module is not loaded: run 'insmod klruscan.ko enabled=1'"
	" (installed: 'modprobe klruscan enabled=1')";
static const char advice_root[] = "only root may: run it with sudo";
static const char advice_same[] =
	"install klruscan's tools and module of the same version";

static int open_device(struct failure *failure)
{
	const char *advice = NULL;
	int fd = open(DEVICE, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		advice = advice_load;
	else if (errno == EACCES || errno == EPERM)
		advice = advice_root;
	return fail(failure, errno, advice, "cannot open " DEVICE);
}

static int fail_ask(struct failure *failure, int err, const char *what)
{
	const char *advice = NULL;

	/* The size of a struct is part of its ioctl's number. */
	if (err == EINVAL || err == ENOTTY || err == EPROTO)
		advice = advice_same;
	else if (err == EACCES || err == EPERM)
		advice = advice_root;
	return fail(failure, err, advice, "cannot ask " DEVICE " %s", what);
}

static int ask_info(int fd, struct klruscan_info *info, struct failure *failure)
{
	int err;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->abi_version = KLRUSCAN_ABI_VERSION;
	err = ioctl(fd, KLRUSCAN_IOC_INFO, info) ? errno : 0;

	if (info->abi_version != KLRUSCAN_ABI_VERSION)
		return fail(failure, err ? err : EPROTO, advice_same,
			    "the loaded module speaks ABI %u, this klruscan %s ABI %d",
			    info->abi_version, KLRUSCAN_VERSION, KLRUSCAN_ABI_VERSION);
	if (err)
		return fail_ask(failure, err, "what is loaded");
	info->version[sizeof(info->version) - 1] = '\0';
	return 0;
}

static int ask_node(int fd, unsigned int nid, struct klruscan_node_stats *node,
		    struct failure *failure)
{
	char what[48];

	memset(node, 0, sizeof(*node));
	node->size = sizeof(*node);
	node->nid = nid;
	if (!ioctl(fd, KLRUSCAN_IOC_NODE, node))
		return 0;
	snprintf(what, sizeof(what), "for the figures of node %u", nid);
	return fail_ask(failure, errno, what);
}

static unsigned int count_nodes(const __u64 *bits)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < KLRUSCAN_NODE_WORDS; i++)
		count += (unsigned int)__builtin_popcountll(bits[i]);
	return count;
}

static int collect(int fd, struct status *status, struct failure *failure)
{
	int err = ask_info(fd, &status->info, failure);

	if (err)
		return err;
	status->nodes = calloc(count_nodes(status->info.slow_nodes) + 1,
			       sizeof(*status->nodes));
	if (!status->nodes)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the figures");
	for (unsigned int nid = 0; nid < KLRUSCAN_NODE_WORDS * 64; nid++) {
		__u64 *word = &status->info.slow_nodes[nid / 64];
		__u64 bit = 1ULL << (nid % 64);

		if (!(*word & bit))
			continue;
		err = ask_node(fd, nid, &status->nodes[status->nr_nodes], failure);
		if (err && err != -ENODEV)
			return err;
		if (err)
			*word &= ~bit; /* given up since the first question */
		else
			status->nr_nodes++;
	}
	return 0;
}

int source_status(struct status *status, struct failure *failure)
{
	int fd, err;

	memset(status, 0, sizeof(*status));
	status->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	fd = open_device(failure);
	if (fd < 0)
		return fd;
	err = collect(fd, status, failure);
	close(fd);
	if (err)
		source_status_free(status);
	return err;
}

void source_status_free(struct status *status)
{
	free(status->nodes);
	status->nodes = NULL;
	status->nr_nodes = 0;
}
