// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "source.h"

#define DEVICE "/dev/" KLRUSCAN_DEVICE

/* Seconds after which who waits wants to know for what. */
#define SLOW_S 2

const char *const advice_load =
	"the module is not loaded: run 'systemctl restart klruscan'"
	" (built by hand: 'insmod klruscan.ko enabled=1')";
const char *const advice_root = "only root may: run it with sudo";
static const char advice_device[] =
	"only root and the group klruscan, if there is one, may: run it with sudo";
const char *const advice_same =
	"install klruscan's tools and module of the same version";

int source_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int source_device(bool change, struct failure *failure)
{
	int fd = open(DEVICE, (change ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	const char *advice = NULL;

	if (fd >= 0)
		return fd;
	fd = -errno;
	if (fd == -ENOENT || fd == -ENXIO || fd == -ENODEV)
		advice = advice_load;
	else if (fd == -EACCES || fd == -EPERM)
		advice = change ? advice_root : advice_device;
	return fail(failure, -fd, advice, "cannot open " DEVICE);
}

static int fail_ask(struct failure *failure, int err, const char *what)
{
	const char *advice = NULL;

	/* The size of a struct is part of its ioctl's number. */
	if (err == EINVAL || err == ENOTTY || err == EPROTO)
		advice = advice_same;
	else if (err == EACCES || err == EPERM)
		advice = advice_device;
	return fail(failure, err, advice, "cannot ask " DEVICE " %s", what);
}

int source_ask(int fd, unsigned long request, void *arg, const char *what,
	       struct failure *failure)
{
	return ioctl(fd, request, arg) ? fail_ask(failure, errno, what) : 0;
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
	fd = source_device(false, failure);
	if (fd < 0)
		return fd;
	err = collect(fd, status, failure);
	close(fd);
	if (err)
		source_status_free(status);
	return err;
}

/* What one call may bring; the module gives no more. */
#define HEAT_ROOM 1024

static int ask_heat(int fd, struct klruscan_heat *heat, struct klruscan_heat_block *room,
		    struct failure *failure)
{
	uint64_t pos = heat->pos;
	char what[48];

	heat->size = sizeof(*heat);
	heat->blocks = (uintptr_t)room;
	heat->room = HEAT_ROOM;
	heat->nr = 0;
	snprintf(what, sizeof(what), "for the heat of node %u", heat->nid);
	if (ioctl(fd, KLRUSCAN_IOC_HEAT, heat))
		return fail_ask(failure, errno, what);
	if (heat->nr > HEAT_ROOM || heat->pos <= pos)
		return fail(failure, EPROTO, advice_same, "cannot understand what " DEVICE
			    " says of the heat of node %u", heat->nid);
	return 0;
}

/* From one end of the node to the other; says which passes it was as of. */
static int walk_heat(int fd, unsigned int nid, struct blocks *blocks, uint64_t *first,
		     uint64_t *last, struct failure *failure)
{
	struct klruscan_heat_block room[HEAT_ROOM];
	struct klruscan_heat heat = { .nid = nid };
	bool begun = false;
	int err;

	blocks_clear(blocks);
	do {
		err = ask_heat(fd, &heat, room, failure);
		if (err)
			return err;
		if (!begun)
			*first = heat.pass;
		begun = true;
		for (unsigned int i = 0; i < heat.nr; i++)
			blocks_add(blocks, room[i].pfn, KLRUSCAN_HEAT_BLOCK,
				   &(struct heat){ room[i].heat, room[i].seen, room[i].warm });
	} while (heat.pos != KLRUSCAN_HEAT_END);

	/* Did one end during the last call? */
	*last = heat.pass;
	heat.pos = KLRUSCAN_HEAT_END - 1;
	if (!ioctl(fd, KLRUSCAN_IOC_HEAT, &heat))
		*last = heat.pass;
	return 0;
}

int source_heat(unsigned int nid, struct blocks *blocks, uint64_t *pass, bool *whole,
		struct failure *failure)
{
	int fd = source_device(false, failure), err = 0;
	uint64_t last = 0;

	if (fd < 0)
		return fd;
	*whole = false;
	for (int i = 0; i < 3 && !err && !*whole; i++) {
		err = walk_heat(fd, nid, blocks, pass, &last, failure);
		*whole = *pass == last;
	}
	close(fd);
	return err;
}

void source_status_free(struct status *status)
{
	free(status->nodes);
	status->nodes = NULL;
	status->nr_nodes = 0;
}

int source_cgroup_id(const char *path, uint64_t *id)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs) || fstat(fd, &st))
		err = -errno;
	else if (fs.f_type != CGROUP2_SUPER_MAGIC)
		err = -EXDEV;
	else
		*id = st.st_ino;
	close(fd);
	return err;
}

void source_fill_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return; /* then nothing else can be opened either */
}

int source_append(const char *path, bool link)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | (link ? 0 : O_NOFOLLOW));

	return fd < 0 ? -errno : fd;
}

unsigned int source_terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

/* Reads on until the buffer is full or the file ends; the kernel gives bits of it. */
static ssize_t read_on(int fd, char *buf, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, buf + length, size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

ssize_t source_read(const char *path, char *buf, size_t size)
{
	int fd = source_open(path);
	ssize_t length;

	if (fd < 0)
		return fd;
	length = read_on(fd, buf, size);
	close(fd);
	if (length < 0)
		return length;
	if ((size_t)length == size)
		return -EFBIG;
	if (length && buf[length - 1] == '\n')
		length--;
	buf[length] = '\0';
	return length;
}

int source_read_nodes(const char *path, struct nodes *nodes)
{
	char text[4096];
	ssize_t length = source_read(path, text, sizeof(text));

	return length < 0 ? (int)length : nodes_parse(text, nodes);
}

/* Bytes of a file that is read as a whole: far more than the types of a kernel, or a module. */
#define FILE_MAX (1UL << 30)

static int read_all(int fd, char **text, size_t *length)
{
	size_t size = 0;
	ssize_t got;

	*text = NULL;
	*length = 0;
	do {
		char *more;

		if (size >= FILE_MAX)
			return -EFBIG;
		size = size ? 2 * size : 65536;
		more = realloc(*text, size);
		if (!more)
			return -ENOMEM;
		*text = more;
		got = read_on(fd, *text + *length, size - 1 - *length);
		if (got < 0)
			return (int)got;
		*length += (size_t)got;
	} while (*length == size - 1);
	(*text)[*length] = '\0';
	return 0;
}

int source_read_all(const char *path, char **text, size_t *length)
{
	int fd = source_open(path);
	int err;

	if (fd < 0)
		return fd;
	err = read_all(fd, text, length);
	close(fd);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

int source_write(const char *path, const char *text)
{
	size_t length = strlen(text) + 1;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	char line[length + 1];
	int err = 0;

	if (fd < 0)
		return -errno;
	errno = 0;
	snprintf(line, sizeof(line), "%s\n", text);
	if (write(fd, line, length) != (ssize_t)length)
		err = errno ? -errno : -EIO;
	close(fd);
	return err;
}

static void interrupt(int number)
{
	(void)number;
}

int source_lock(void (*slow)(void *arg), void *arg)
{
	const struct sigaction action = { .sa_handler = interrupt };
	int fd = open("/sys/module/klruscan/uevent", O_WRONLY | O_CLOEXEC);
	struct sigaction before;
	int err = 0;

	if (fd < 0)
		return -errno;
	sigaction(SIGALRM, &action, &before);
	alarm(SLOW_S);
	while (!err && flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			slow(arg);
		else
			err = -errno;
	}
	alarm(0);
	sigaction(SIGALRM, &before, NULL);
	if (err)
		close(fd);
	return err ? err : fd;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int list(DIR *dir, int (*each)(const struct source_entry *entry, void *arg), void *arg)
{
	const struct dirent *dirent;
	int err = 0;

	while (!err && (dirent = readdir(dir))) {
		struct source_entry entry = { .name = dirent->d_name };
		struct stat st;

		if (is_dots(dirent->d_name) || fstatat(dirfd(dir), dirent->d_name, &st, 0))
			continue;
		entry.directory = S_ISDIR(st.st_mode);
		entry.writable = st.st_mode & 0200;
		entry.inode = st.st_ino;
		err = each(&entry, arg);
	}
	return err;
}

int source_list(const char *directory,
		int (*each)(const struct source_entry *entry, void *arg), void *arg)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;
	int err;

	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	err = list(dir, each, arg);
	closedir(dir);
	return err;
}
