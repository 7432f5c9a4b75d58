// SPDX-License-Identifier: GPL-2.0-only
/* Reads the memory of the server: to find its values, and to see whether they are there. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "redis.h"

#define CHUNK (1UL << 20)

/* Scan the mapping [@from, @to); the @kept bytes before it are in @buf already. */
static int scan_mapping(struct redis *redis, uint64_t from, uint64_t to, char *buf,
			size_t *kept)
{
	while (from < to) {
		size_t want = to - from < CHUNK ? to - from : CHUNK;
		ssize_t got = pread(redis->memory, buf + *kept, want, (off_t)from);
		size_t have;

		if (got <= 0)
			return redis_fail(redis, got ? errno : EIO, "reading the server's memory at 0x%" PRIx64,
					  from);
		have = *kept + got;
		*kept = values_scan(&redis->values, buf, have, from - (have - got));
		from += got;
		memmove(buf, buf + have - *kept, *kept);
	}
	return 0;
}

/*
 * All mappings that malloc() may have made: private, writable, without a file. What lies
 * side by side is one piece of memory. The server does nothing meanwhile.
 */
static int scan(struct redis *redis, FILE *maps, char *buf)
{
	char line[512], mode[5], name[64];
	uint64_t from, to, inode, last = 0;
	size_t kept = 0;
	int err;

	while (fgets(line, sizeof(line), maps)) {
		name[0] = '\0';
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %" SCNu64 " %63s",
			   &from, &to, mode, &inode, name) < 4)
			return redis_fail(redis, 0, "a line of the server's /proc/PID/maps is not as known");
		if (inode || strcmp(mode, "rw-p") || !strcmp(name, "[stack]"))
			continue;
		if (from != last)
			kept = 0;
		err = scan_mapping(redis, from, to, buf, &kept);
		if (err)
			return err;
		last = to;
	}
	return 0;
}

/**
 * memory_find_values - learn where the server keeps its values
 * @redis: filled; @memory and @values are set
 * @keys: how many there must be, each once
 *
 * Returns 0, or -errno with service.why.
 */
int memory_find_values(struct redis *redis, uint32_t keys)
{
	struct values *values = &redis->values;
	const pid_t pid = redis->service.pages.pid;
	char path[64], *buf = malloc(CHUNK + VALUE_BYTES);
	FILE *maps;
	int err;

	if (!buf || values_init(values, keys)) {
		free(buf);
		return redis_fail(redis, ENOMEM, "no memory for the addresses of the values");
	}
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	redis->memory = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (redis->memory < 0 || !maps)
		err = redis_fail(redis, errno, "opening /proc/PID/mem and maps of the server");
	else
		err = scan(redis, maps, buf);
	if (maps)
		fclose(maps);
	free(buf);
	if (!err && (values->found != keys || values->twice))
		err = redis_fail(redis, 0, "of %u values %u were found in the server's memory, %u more than once: it does not keep them as Redis 7 does, or it copied some",
				 keys, values->found, values->twice);
	return err;
}

/*
 * The keys order[@from] and on whose values are so close that they can be read at once.
 * Returns how many; *@bytes from the first's start to the last's end.
 */
static uint32_t close_by(const struct values *values, uint32_t from, size_t *bytes)
{
	const uint64_t start = values->at[values->order[from]];
	uint64_t before = start;
	uint32_t n;

	for (n = 1; from + n < values->found; n++) {
		uint64_t at = values->at[values->order[from + n]];

		/* in between could be a gap of the address space */
		if (at - before > values->page_bytes || at + VALUE_BYTES - start > CHUNK)
			break;
		before = at;
	}
	*bytes = before + VALUE_BYTES - start;
	return n;
}

/**
 * memory_wrong_pages - read all values once more, where they were found
 * @redis: after memory_find_values(); the server does nothing meanwhile
 *
 * Returns the number of pages that have a wrong byte of a value, or -errno.
 */
int64_t memory_wrong_pages(const struct redis *redis)
{
	const struct values *values = &redis->values;
	char *buf = malloc(CHUNK);
	uint64_t page, last = 0;
	uint32_t at, n, i;
	int64_t wrong = 0;

	if (!buf)
		return -ENOMEM;
	for (at = 0; at < values->found; at += n) {
		const uint64_t start = values->at[values->order[at]];
		size_t bytes;

		n = close_by(values, at, &bytes);
		if (pread(redis->memory, buf, bytes, (off_t)start) != (ssize_t)bytes) {
			wrong = errno ? -errno : -EIO;
			break;
		}
		for (i = at; i < at + n; i++) {
			const uint32_t key = values->order[i];
			int byte = values_wrong_byte(key, buf + (values->at[key] - start));

			if (byte < 0)
				continue;
			page = (values->at[key] + byte) / values->page_bytes;
			wrong += page != last;
			last = page;
		}
	}
	free(buf);
	return wrong;
}
