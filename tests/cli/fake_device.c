// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a klruscan of the tests only (ld --wrap=open,ioctl): answers for
 * /dev/klruscan as the module would. FAKE_KLRUSCAN says how: an error's name,
 * a kind of disagreement, or the name of a fixture.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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
	if (strcmp(path, "/dev/" KLRUSCAN_DEVICE))
		return fake_open(path, flags);
	if (mode_is("ENOENT"))
		return refuse(ENOENT);
	if (mode_is("EACCES"))
		return refuse(EACCES);
	if (mode_is("EPERM"))
		return refuse(EPERM);
	if (mode_is("EMFILE"))
		return refuse(EMFILE);
	return __real_open("/dev/null", flags);
}

static int answer_info(struct klruscan_info *info)
{
	struct status status = { 0 };
	const struct fixture *fixture;

	if (mode_is("EINVAL") || info->size != sizeof(*info))
		return refuse(EINVAL);
	if (mode_is("ENOTTY"))
		return refuse(ENOTTY);
	if (mode_is("abi_refused") || mode_is("abi_differs"))
		info->abi_version = KLRUSCAN_ABI_VERSION + 1;
	if (mode_is("abi_refused"))
		return refuse(EPROTO);
	if (mode_is("abi_differs"))
		return 0;
	fixture = fixture_find(mode_is("node_gone") ? "running" : mode());
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
	fixture_find(mode_is("node_gone") ? "running" : mode())->fill(&status);
	for (unsigned int i = 0; i < status.nr_nodes; i++) {
		if (status.nodes[i].nid == node->nid) {
			*node = status.nodes[i];
			return 0;
		}
	}
	return refuse(ENXIO);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == KLRUSCAN_IOC_INFO)
		return answer_info(arg);
	if (request == KLRUSCAN_IOC_NODE)
		return answer_node(arg);
	return refuse(ENOTTY);
}
