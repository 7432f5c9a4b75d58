// SPDX-License-Identifier: GPL-2.0-only
/* The file of the module, and the kernel that it is built for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "source.h"
#include "unxz.h"
#include "utf8.h"

/*
 * What stands behind "vermagic=" in a module, up to the first blank: in its section
 * .modinfo, which is the only place with these words after a NUL.
 */
static int find_release(const char *data, size_t length, struct word_fact *release)
{
	static const char key[] = "\0vermagic=";
	const char *at = memmem(data, length, key, sizeof(key) - 1);
	size_t end;

	if (length < 4 || memcmp(data, "\177ELF", 4))
		return -ENOEXEC;
	if (!at)
		return -ENODATA;
	at += sizeof(key) - 1;
	end = strcspn(at, " "); /* the file's end is followed by a NUL */
	if (end >= sizeof(release->word))
		return -ENODATA;
	snprintf(release->word, sizeof(release->word), "%.*s", (int)end, at);
	/* it is shown, and may be of a file that somebody else made */
	return utf8_is_clean(release->word) ? 0 : -ENODATA;
}

static int find_packed_release(const char *data, size_t length, struct word_fact *release)
{
	char *unpacked;
	size_t size;
	int err = unxz(data, length, &unpacked, &size);

	if (err)
		return err;
	err = find_release(unpacked, size, release);
	free(unpacked);
	return err;
}

static void read_module(struct machine *machine, const char *path)
{
	struct word_fact *release = &machine->module_release;
	size_t length;
	char *data;

	snprintf(machine->module_path, sizeof(machine->module_path), "%s", path);
	release->err = source_read_all(path, &data, &length);
	if (release->err)
		return;
	if (is_xz(data, length))
		release->err = find_packed_release(data, length, release);
	else
		release->err = find_release(data, length, release);
	free(data);
}

/* Where packages, DKMS and "make modules_install" put it; of compressed ones .xz is read. */
static void find_installed(struct machine *machine)
{
	static const char *const places[] = { "updates/dkms", "updates", "extra", "kernel/mm" };
	static const char *const packed[] = { "", ".xz", ".zst", ".gz" };
	struct word_fact *release = &machine->module_release;
	char path[256];

	for (unsigned int i = 0; i < 4; i++) {
		for (unsigned int j = 0; j < 4; j++) {
			snprintf(path, sizeof(path), "/lib/modules/%s/%s/klruscan.ko%s",
				 machine->release.word, places[i], packed[j]);
			read_module(machine, path);
			if (release->err != -ENOENT && release->err != -ENOTDIR)
				return;
		}
	}
	machine->module_path[0] = '\0';
}

void machine_collect_module(struct machine *machine, const char *module)
{
	if (module)
		read_module(machine, module);
	else
		find_installed(machine);
}
