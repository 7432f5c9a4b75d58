/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that the linker's --wrap gives; no header can have them. */
#ifndef CLI_FAKE_H
#define CLI_FAKE_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include <linux/klruscan.h>

struct statfs;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
ssize_t __real_write(int fd, const void *buf, size_t count);
ssize_t __wrap_write(int fd, const void *buf, size_t count);

int __real_socket(int family, int type, int protocol);
int __wrap_socket(int family, int type, int protocol);
int __real_bind(int fd, const struct sockaddr *address, socklen_t length);
int __wrap_bind(int fd, const struct sockaddr *address, socklen_t length);
int __real_ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
		 const sigset_t *mask);
int __wrap_ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
		 const sigset_t *mask);
int __wrap_fstatfs(int fd, struct statfs *fs);

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);

/* The device was asked for its state, which takes time on the test's own clock. */
void fake_clock_look(void);

/* As the module answers to KLRUSCAN_IOC_CGROUPS and so on: 0, or -1 with errno set. */
int fake_cgroups(struct klruscan_cgroups *list);
int fake_cgroup(struct klruscan_cgroup *cgroup, bool set);
int fake_cgroup_stats(struct klruscan_cgroup_stats *stats);

/* Opens a file of the machine that the test made up, or one of the test's own. */
int fake_open(const char *path, int flags, mode_t permissions);

#endif
