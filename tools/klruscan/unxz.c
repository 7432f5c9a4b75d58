// SPDX-License-Identifier: GPL-2.0-only
/* DKMS packs a module the way the kernel's own are packed, and Debian's are .ko.xz. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lzma.h>

#include "unxz.h"

#define UNPACKED_MAX	((size_t)64 << 20)	/* no module is as large, debug info included */
#define MEMORY_MAX	(64 << 20)		/* the kernel's modules need 2 MiB */

bool is_xz(const char *data, size_t length)
{
	static const char magic[] = { '\375', '7', 'z', 'X', 'Z', '\0' };

	return length >= sizeof(magic) && !memcmp(data, magic, sizeof(magic));
}

/* Twice the room for what is unpacked, and some to begin with. */
static int make_room(lzma_stream *stream, char **text)
{
	size_t used = stream->total_out, room = used ? 2 * used : (size_t)1 << 20;
	char *more;

	if (room > UNPACKED_MAX)
		return -EFBIG;
	more = realloc(*text, room + 1);
	if (!more)
		return -ENOMEM;
	*text = more;
	stream->next_out = (uint8_t *)more + used;
	stream->avail_out = room - used;
	return 0;
}

static int unpack(lzma_stream *stream, char **text)
{
	lzma_ret ret = LZMA_OK;

	while (ret == LZMA_OK) {
		int err = stream->avail_out ? 0 : make_room(stream, text);

		if (err)
			return err;
		ret = lzma_code(stream, LZMA_FINISH);
	}
	if (ret == LZMA_STREAM_END)
		return 0;
	return ret == LZMA_MEM_ERROR ? -ENOMEM : -ENOEXEC;
}

int unxz(const char *data, size_t length, char **text, size_t *size)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	int err;

	*text = NULL;
	stream.next_in = (const uint8_t *)data;
	stream.avail_in = length;
	if (lzma_stream_decoder(&stream, MEMORY_MAX, 0) != LZMA_OK)
		return -ENOMEM;
	err = unpack(&stream, text);
	*size = stream.total_out;
	lzma_end(&stream);
	if (!err) {
		(*text)[*size] = '\0';
		return 0;
	}
	free(*text);
	*text = NULL;
	return err;
}
