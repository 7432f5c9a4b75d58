// SPDX-License-Identifier: GPL-2.0-only
/*
 * init - process 1 of a guest of lab/vm.
 *
 * Runs one command and reports how it ended:
 *
 *	/dev/ttyS0	kernel log; nothing here writes to it except through /dev/kmsg
 *	/dev/ttyS1	"begun\n" before the command is started, and the verdict,
 *			"verdict STATUS\n", written last
 *	/dev/ttyS2	stdout and stderr of the command, byte for byte
 *
 * The command comes from the initramfs: /lab/argv holds its arguments and
 * /lab/env additional NAME=VALUE strings, each ended by a NUL.
 *
 * STATUS is the command's exit status, or 128 + signal, 126 or 127 if it could
 * not be executed.
 *
 * Where there is a file /lab/disk, the machine has a disk, and the command is not begun
 * before it can be used. Where there is a directory /lab/root, the system on that disk is
 * booted: what is in that directory is laid over its root, its /sbin/init becomes process
 * 1, and the rest of this happens in a child of it.
 *
 * Whatever keeps init from telling it truly (a full table, a
 * channel that fails) ends without a verdict, which lab/vm reports as a lost VM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_STRINGS	4096
#define CONSOLE_LEVEL	8	/* syslog(2): 8 lets every level through */
#define DISK		"/dev/nvme0n1"
#define NEW_ROOT	"/newroot"
#define KLOG_SET_LEVEL	8	/* SYSLOG_ACTION_CONSOLE_LEVEL */

static const struct {
	const char *type, *dir, *options;
	bool required, early;
} mounts[] = {
	{ "devtmpfs",	"/dev",			NULL,		true, true },
	{ "proc",	"/proc",		NULL,		true, true },
	{ "sysfs",	"/sys",			NULL,		true, true },
	{ "tmpfs",	"/tmp",			"mode=1777",	true, false },
	{ "tmpfs",	"/dev/shm",		"mode=1777",	false, false },
	{ "devpts",	"/dev/pts",		NULL,		false, false },
	{ "debugfs",	"/sys/kernel/debug",	NULL,		false, false },
	{ "tracefs",	"/sys/kernel/tracing",	NULL,		false, false },
	{ "cgroup2",	"/sys/fs/cgroup",	NULL,		false, false },
};

/*
 * As by a reset, which ends QEMU, as it runs with -no-reboot: how drivers shut devices down is not
 * what is tested here, and after swapping to an NVMe disk lockdep has something against it.
 */
static noreturn void end_machine(void)
{
	int fd;

	sync();
	fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "b", 1) != 1)
		reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

/* Say why in the kernel log, where a lost VM is looked for, and end without a verdict. */
static noreturn void lose(const char *what)
{
	char line[256];
	int length, fd;

	length = snprintf(line, sizeof(line), "<3>lab init: %s: %s; no verdict\n",
			  what, strerror(errno));
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, line, length) < 0)
		fputs(line, stderr);	/* /dev/console, if the kernel had one */
	end_machine();
}

/* What a system mounts itself is left to it, unless @all is wanted. */
static void mount_all(bool all)
{
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		if (!all && !mounts[i].early)
			continue;
		mkdir(mounts[i].dir, 0755);
		if (!mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0,
			   mounts[i].options))
			continue;
		if (errno == EBUSY)
			continue;
		if (mounts[i].required)
			lose(mounts[i].dir);
	}
}

/* Each controller is asked for alone: a kernel may lack one of them. */
static void enable_controllers(void)
{
	static const char * const controllers[] = { "+memory", "+cpu", "+cpuset" };
	int fd = open("/sys/fs/cgroup/cgroup.subtree_control", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(controllers); i++)
		if (write(fd, controllers[i], strlen(controllers[i])) < 0)
			errno = 0;
	close(fd);
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
}

/* A serial port that passes every byte as it is. */
static int open_channel(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios tio;

	if (fd < 0 || tcgetattr(fd, &tio))
		lose(path);
	cfmakeraw(&tio);
	tio.c_cflag |= CLOCAL | CREAD;
	tio.c_cflag &= ~(CRTSCTS | HUPCL);
	cfsetspeed(&tio, B115200);
	if (tcsetattr(fd, TCSANOW, &tio))
		lose(path);
	return fd;
}

/*
 * Wait until the last byte has left the port. tcdrain() gives up on the
 * transmitter after the time that its FIFO takes at this baud rate, but here the
 * other end is a pipe whose reader may be slow: ask for "transmitter empty" itself.
 */
static void drain(int fd)
{
	const struct timespec pause_between = { .tv_nsec = 1000 * 1000 };
	unsigned int lsr;

	while (tcdrain(fd))
		if (errno != EINTR)
			lose("tcdrain");
	while (!ioctl(fd, TIOCSERGETLSR, &lsr) && !(lsr & TIOCSER_TEMT))
		nanosleep(&pause_between, NULL);
}

/* The NUL-ended strings of a file as a NULL-ended vector; lasts for ever. */
static char **read_strings(const char *path)
{
	static char *none[1];
	char **vector, *data;
	struct stat st;
	size_t count = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		lose(path);
	if (!st.st_size)
		return none;
	data = calloc(1, st.st_size + 1);
	vector = calloc(MAX_STRINGS + 1, sizeof(*vector));
	if (!data || !vector || read(fd, data, st.st_size) != st.st_size)
		lose(path);
	close(fd);
	for (char *p = data; p < data + st.st_size; p += strlen(p) + 1) {
		if (count == MAX_STRINGS) {
			errno = E2BIG;
			lose(path);
		}
		vector[count++] = p;
	}
	return vector;
}

static void set_environment(char **extra)
{
	clearenv();
	putenv("PATH=/bin:/sbin:/usr/bin:/usr/sbin");
	putenv("HOME=/");
	putenv("TERM=dumb");
	for (; *extra; extra++)
		putenv(*extra);
}

static noreturn void run_command(char **argv, int out)
{
	int in = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	if (in > 2)
		close(in);
	execvp(argv[0], argv);
	dprintf(2, "lab init: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Start the command, reap whatever falls to process 1, return its status. */
static int command_status(char **argv, int out)
{
	pid_t command = fork(), pid;
	int status;

	if (command < 0)
		lose("fork");
	if (!command)
		run_command(argv, out);
	do {
		pid = wait(&status);
		if (pid < 0 && errno != EINTR)
			lose("wait");
	} while (pid != command);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What the command left behind must not write after the verdict. */
static void end_all_processes(void)
{
	kill(-1, SIGKILL);
	for (;;)
		if (wait(NULL) < 0 && errno == ECHILD)
			return;
}

static void run_or_lose(char **argv)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		lose(argv[0]);
}

/* Its controller may still be looking for it: the kernel does not wait for that. */
static void await_disk(void)
{
	const struct timespec pause_between = { .tv_nsec = 10 * 1000 * 1000 };

	for (int left = 6000; left; left--) {	/* a minute */
		int fd = open(DISK, O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			close(fd);
			return;
		}
		if (errno != ENOENT && errno != ENXIO)
			break;
		nanosleep(&pause_between, NULL);
	}
	lose(DISK);
}

/* As switch_root does it, for this process and those to come. */
static void enter(const char *root)
{
	static const char * const dirs[] = { "/dev", "/proc", "/sys" };
	char there[64];

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(there, sizeof(there), "%s%s", root, dirs[i]);
		if (mount(dirs[i], there, NULL, MS_MOVE, NULL))
			lose(there);
	}
	if (chdir(root) || mount(root, "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		lose(root);
}

/*
 * Process 1 goes on as the disk's /sbin/init; returns in a child of it. This one is no
 * service of that system: it is there from before its first one.
 */
static void boot_disk(void)
{
	static char * const copy[] = { "/bin/cp", "-a", "/lab/root/.", NEW_ROOT, NULL };
	static char * const system[] = { "/sbin/init", NULL };
	sigset_t none;
	pid_t pid;

	mkdir(NEW_ROOT, 0755);
	if (mount(DISK, NEW_ROOT, "ext4", 0, NULL))
		lose(DISK);
	run_or_lose((char **)copy);
	enter(NEW_ROOT);
	pid = fork();
	if (pid < 0)
		lose("fork");
	if (!pid)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(system[0], system);
	lose(system[0]);
}

static void report(int fd, const char *word, int status)
{
	int length = status < 0 ? dprintf(fd, "%s\n", word) : dprintf(fd, "%s %d\n", word, status);

	if (length < 0)
		lose("/dev/ttyS1");
}

int main(void)
{
	bool boots = !access("/lab/root", F_OK);
	int out, verdict, status;
	char **argv, **environment;

	umask(022);
	mount_all(!boots);
	klogctl(KLOG_SET_LEVEL, NULL, CONSOLE_LEVEL);
	out = open_channel("/dev/ttyS2");
	verdict = open_channel("/dev/ttyS1");
	argv = read_strings("/lab/argv");
	if (!argv[0]) {
		errno = EINVAL;
		lose("/lab/argv");
	}
	environment = read_strings("/lab/env");
	if (!access("/lab/disk", F_OK))
		await_disk();
	if (boots) {
		boot_disk();
	} else {
		enable_controllers();
		loopback_up();
	}
	set_environment(environment);

	report(verdict, "begun", -1);
	status = command_status(argv, out);

	end_all_processes();
	drain(out);
	report(verdict, "verdict", status);
	drain(verdict);
	end_machine();
}
