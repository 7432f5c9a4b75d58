// SPDX-License-Identifier: GPL-2.0-only
/*
 * pester - ask klruscan's interfaces for what no tool would ask
 *
 *	pester look SECONDS SEED	the device, read-only; files of sysfs, reading
 *	pester set SECONDS SEED		the device; files of sysfs, also writing
 *	pester nobody			as a user who may do nothing
 *	pester namespace		as the same, who is root in a user namespace of his own
 *
 * The requests follow from the seed. A value that is refused has to leave the knob as it
 * was; one that is taken has to be taken again as it is read back; an ioctl must not write
 * beyond its struct, and must not fail for another reason than those that are documented.
 * Nobody else may set knobs meanwhile.
 *
 * Prints how many requests there were and how many of them were refused. Exit status: 0
 * when all was as it should be, 1 with a line that says what was not, 2 for wrong usage.
 */
#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <linux/klruscan.h>

#include "program.h"

#define DEVICE		"/dev/" KLRUSCAN_DEVICE
#define SYSFS		"/sys/kernel/mm/klruscan"
#define CGROUPS		"/sys/fs/cgroup"
#define MAX_FILES	64
#define MAX_CGROUPS	8
#define PAGE		4096UL
#define NOBODY		65534

static struct {
	char *path;
	bool writable;
} file[MAX_FILES];
static unsigned int nr_files;

/* Of cgroups that there are, but for the first, whose settings count for whoever has none. */
static uint64_t cgroup_id[MAX_CGROUPS];
static unsigned int nr_cgroups;

/* Two pages that can be used and one that cannot. */
static unsigned char *pages;

static unsigned long requests, refused;
static uint64_t state;

static uint64_t any(void)
{
	/* xorshift64 */
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n) { return any() % n; }

static bool one_in(uint64_t n) { return !below(n); }

static bool wrong(const char *what, const char *more)
{
	printf("%s: %s\n", what, more);
	return false;
}

static void count(bool was_refused)
{
	requests++;
	refused += was_refused;
}

static void find_files(const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir)
		fail(directory);
	while ((entry = readdir(dir)) && nr_files < MAX_FILES) {
		struct stat st;
		char *path;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s", directory, entry->d_name) < 0 || stat(path, &st))
			fail(directory);
		if (S_ISDIR(st.st_mode)) {
			find_files(path);
			free(path);
		} else {
			file[nr_files].path = path;
			file[nr_files++].writable = st.st_mode & 0200;
		}
	}
	closedir(dir);
}

static void find_cgroups(void)
{
	DIR *directory = opendir(CGROUPS);
	struct dirent *entry;
	struct stat is;

	while (directory && nr_cgroups < MAX_CGROUPS && (entry = readdir(directory)))
		if (entry->d_name[0] != '.' && !fstatat(dirfd(directory), entry->d_name, &is, 0) &&
		    S_ISDIR(is.st_mode))
			cgroup_id[nr_cgroups++] = is.st_ino;
	if (directory)
		closedir(directory);
}

/* ---- the device ------------------------------------------------------------ */

static const unsigned int commands[] = {
	KLRUSCAN_IOC_INFO, KLRUSCAN_IOC_NODE, KLRUSCAN_IOC_HEAT, KLRUSCAN_IOC_CGROUPS,
	KLRUSCAN_IOC_CGROUP, KLRUSCAN_IOC_CGROUP_SET, KLRUSCAN_IOC_CGROUP_STATS,
};

static unsigned int a_command(void)
{
	unsigned int cmd = commands[below(sizeof(commands) / sizeof(commands[0]))];

	if (one_in(8))
		cmd = _IOC(below(4), KLRUSCAN_IOC_MAGIC, below(256), below(1 << 13));
	if (one_in(16))
		cmd ^= 1U << below(32);
	return one_in(64) ? (unsigned int)any() : cmd;
}

static uint32_t a_node(void)
{
	static const uint32_t odd[] = { 2, 63, 64, 1023, 1024, 1 << 20, INT32_MAX, UINT32_MAX };

	return one_in(3) ? odd[below(sizeof(odd) / sizeof(odd[0]))] : below(2);
}

static void put_word(unsigned char *at, uint32_t word)
{
	memcpy(at, &word, sizeof(word));
}

/* Where an array may be: mostly in what can be used, but for its end */
static void put_array(unsigned char *at)
{
	uint64_t address = one_in(8) ? any() : (uintptr_t)pages + below(2 * PAGE);

	memcpy(at, &address, sizeof(address));
}

static uint32_t some_room(void)
{
	return one_in(4) ? (uint32_t)any() : below(64);
}

static void fill_heat(unsigned char *arg)
{
	put_array(arg + offsetof(struct klruscan_heat, blocks));
	put_word(arg + offsetof(struct klruscan_heat, room), some_room());
}

static void fill_cgroups(unsigned char *arg)
{
	put_array(arg + offsetof(struct klruscan_cgroups, ids));
	put_word(arg + offsetof(struct klruscan_cgroups, room), some_room());
}

/* Settings that make sense, more often than not */
static void fill_cgroup(unsigned char *arg, unsigned int cmd)
{
	static_assert(offsetof(struct klruscan_cgroup, id) ==
		      offsetof(struct klruscan_cgroup_stats, id), "one place for both");
	uint64_t id = nr_cgroups && !one_in(4) ? cgroup_id[below(nr_cgroups)] : any();

	memcpy(arg + offsetof(struct klruscan_cgroup, id), &id, sizeof(id));
	if (cmd != KLRUSCAN_IOC_CGROUP_SET)
		return;
	put_word(arg + offsetof(struct klruscan_cgroup, change), below(1 << below(8)));
	put_word(arg + offsetof(struct klruscan_cgroup, set), below(1 << below(8)));
	for (unsigned int i = 0; i < KLRUSCAN_CGROUP_SLOTS; i++)
		put_word(arg + offsetof(struct klruscan_cgroup, value[i]), below(1 << below(20)));
}

/* A struct that is mostly as @cmd wants it, in random bytes or in zeros. */
static void fill(unsigned char *arg, unsigned int size, unsigned int cmd)
{
	bool in_bytes = one_in(2);
	uint32_t word = _IOC_SIZE(cmd);

	for (unsigned int i = 0; i < size; i++)
		arg[i] = in_bytes && one_in(4) ? any() : 0;
	if (one_in(8))
		word += below(9) - 4;
	if (size >= 8) {
		put_word(arg, word);
		put_word(arg + 4, cmd == KLRUSCAN_IOC_INFO && !one_in(4) ? KLRUSCAN_ABI_VERSION :
								     a_node());
	}
	if (one_in(8))
		return;
	switch (cmd) {
	case KLRUSCAN_IOC_HEAT:
		return fill_heat(arg);
	case KLRUSCAN_IOC_CGROUPS:
		return fill_cgroups(arg);
	case KLRUSCAN_IOC_CGROUP:
	case KLRUSCAN_IOC_CGROUP_SET:
	case KLRUSCAN_IOC_CGROUP_STATS:
		return fill_cgroup(arg, cmd);
	}
}

/* Where a struct is that can be read and written up to @size bytes, or cannot at all. */
static unsigned char *a_place(unsigned int size, bool *usable)
{
	static unsigned char * const bad[] = {
		NULL, (void *)1, (void *)0x7fffffffffff, (void *)0xffff888000000000UL,
		(void *)~0UL,
	};

	*usable = !one_in(16);
	if (!*usable)
		return bad[below(sizeof(bad) / sizeof(bad[0]))];
	/* its end is that of what can be used, or a few bytes beyond it */
	if (one_in(16)) {
		*usable = false;
		return pages + 2 * PAGE - size / 2;
	}
	return pages + 2 * PAGE - size;
}

static bool an_errno(int err)
{
	static const int documented[] = { 0, EINVAL, EPROTO, ENODEV, ENOTTY, EFAULT, EPERM,
					  ENOENT, ERANGE, EBADF, EOPNOTSUPP, ENOSPC };

	for (size_t i = 0; i < sizeof(documented) / sizeof(documented[0]); i++)
		if (err == documented[i])
			return true;
	return false;
}

/* Does it say where an array is to be filled? */
static bool has_array(unsigned int cmd)
{
	return cmd == KLRUSCAN_IOC_HEAT || cmd == KLRUSCAN_IOC_CGROUPS;
}

static bool is_filled_with(const unsigned char *from, const unsigned char *to, unsigned char byte)
{
	while (from < to && *from == byte)
		from++;
	return from == to;
}

static bool pester_ioctl(int fd)
{
	unsigned int cmd = a_command(), size = _IOC_SIZE(cmd);
	bool usable, whole = false;
	unsigned char *arg;
	int err;

	if (size > PAGE || size < 8)
		size = 8;
	arg = a_place(size, &usable);
	memset(pages, 0x5a, 2 * PAGE - size);
	if (usable) {
		uint32_t says;

		fill(arg, size, cmd);
		memcpy(&says, arg, sizeof(says));
		whole = says == _IOC_SIZE(cmd) && says == size;
	}
	err = ioctl(fd, cmd, arg) ? errno : 0;
	count(err);
	if (!an_errno(err))
		return wrong("an ioctl is refused", strerror(err));
	if (!usable && !err)
		return wrong("an ioctl", "succeeds without a place for its struct");
	if (has_array(cmd) || !usable)
		return true;
	if (!is_filled_with(pages, arg, 0x5a))
		return wrong("an ioctl", "has written before its struct");
	if (whole && err == EFAULT)
		return wrong("an ioctl", "reads or writes beyond its struct");
	return true;
}

/* What a device may be asked for besides. Whatever the answer is, there has to be one. */
static void pester_device(int fd)
{
	struct pollfd ask = { .fd = fd, .events = (short)any() };
	void *map;

	switch (below(6)) {
	case 0:
		count(read(fd, pages, below(2 * PAGE)) < 0);
		break;
	case 1:
		count(pread(fd, pages, below(2 * PAGE), (off_t)any()) < 0);
		break;
	case 2:
		count(write(fd, pages, below(2 * PAGE)) < 0);
		break;
	case 3:
		count(lseek(fd, (off_t)any(), (int)below(5)) < 0);
		break;
	case 4:
		count(poll(&ask, 1, 0) < 0);
		break;
	default:
		map = mmap(NULL, PAGE, PROT_READ, one_in(2) ? MAP_SHARED : MAP_PRIVATE, fd, 0);
		count(map == MAP_FAILED);
		if (map != MAP_FAILED)
			munmap(map, PAGE);
	}
}

/* ---- sysfs ----------------------------------------------------------------- */

/* Returns the length, 0 when it cannot be read. */
static size_t contents(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return n > 0 ? (size_t)n : 0;
}

static void pester_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	count(pread(fd, pages, below(2 * PAGE), one_in(2) ? (off_t)below(PAGE) : (off_t)any()) < 0);
	close(fd);
}

/* Something to write into a knob. Returns its length. */
static size_t a_value(char *text, size_t size)
{
	static const char * const odd[] = {
		"", "\n", " ", "-1", "-0", "+1", "0x10", "010", "1 2", "1\n2", "1,", ",1", "0-1",
		"1-0", "0-1048576", "all", "none", "on", "off", "y", "N", "1e3", "1.5", "%s%n", "NaN",
		"2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
		"18446744073709551616", "-9223372036854775809", "\xff\xfe", "1\t", " 1",
	};
	size_t n;

	switch (below(5)) {
	case 0:
		n = (size_t)snprintf(text, size, "%s", odd[below(sizeof(odd) / sizeof(odd[0]))]);
		return n + one_in(8);	/* with the NUL */
	case 1:
		n = 1 + below(size - 1);
		for (size_t i = 0; i < n; i++)
			text[i] = one_in(2) ? '0' + (char)below(10) : (char)any();
		return n;
	case 2:
		return (size_t)snprintf(text, size, "%lld", (long long)any() >> below(64));
	default:
		return (size_t)snprintf(text, size, "%llu%s",
					(unsigned long long)below(1ULL << below(21)),
					one_in(2) ? "\n" : "");
	}
}

static bool put(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, length) == (ssize_t)length;

	if (fd >= 0)
		close(fd);
	return done;
}

static bool pester_write(const char *path, bool writable)
{
	char before[PAGE], after[PAGE], value[600];
	size_t length = a_value(value, sizeof(value));
	size_t was = contents(path, before, sizeof(before));
	bool done = put(path, value, length);
	size_t is = contents(path, after, sizeof(after));

	count(!done);
	/* writing nothing succeeds everywhere and says nothing */
	if (!length)
		return true;
	if (!writable)
		return done ? wrong(path, "can be written") : true;
	if (!done && (was != is || memcmp(before, after, is)))
		return wrong(path, "has changed though the value was refused");
	if (done && !put(path, after, is))
		return wrong(path, "does not take what it says");
	return true;
}

/* ---- the ways -------------------------------------------------------------- */

static bool pester(int fd, bool set)
{
	unsigned int which = (unsigned int)below(nr_files);

	switch (below(set ? 4 : 3)) {
	case 0:
		pester_read(file[which].path);
		return true;
	case 1:
		pester_device(fd);
		return true;
	case 2:
		return pester_ioctl(fd);
	default:
		return pester_write(file[which].path, file[which].writable);
	}
}

static int go_on(bool set, unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	int fd = open(DEVICE, set ? O_RDWR : O_RDONLY);

	if (fd < 0)
		fail(DEVICE);
	find_files(SYSFS);
	find_cgroups();
	pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || mprotect(pages + 2 * PAGE, PAGE, PROT_NONE))
		fail("memory");
	while (time(NULL) < end)
		if (!pester(fd, set))
			return 1;
	printf("%lu requests, %lu of them refused\n", requests, refused);
	return 0;
}

/* Can this be opened by who may not? */
static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0 && errno != EACCES && errno != EPERM)
		fail(path);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool keeps_out(const char *who)
{
	bool good = true;

	if (opens(DEVICE, O_RDONLY) || opens(DEVICE, O_RDWR))
		good = wrong(who, "opens the device");
	for (unsigned int i = 0; i < nr_files; i++)
		if (opens(file[i].path, O_WRONLY))
			good = wrong(who, file[i].path);
	return good;
}

static int nobody(const char *who)
{
	find_files(SYSFS);
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		fail("nobody");
	if (!strcmp(who, "namespace") && unshare(CLONE_NEWUSER))
		fail("unshare");
	return !keeps_out(who);
}

int main(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "nobody") || !strcmp(argv[1], "namespace")))
		return nobody(argv[1]);
	if (argc == 4 && (!strcmp(argv[1], "look") || !strcmp(argv[1], "set"))) {
		state = strtoull(argv[3], NULL, 0) * 2 + 1;
		return go_on(argv[1][0] == 's', (unsigned int)atoi(argv[2]));
	}
	fputs("usage: pester look SECONDS SEED | set SECONDS SEED | nobody | namespace\n", stderr);
	return 2;
}
