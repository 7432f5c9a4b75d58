// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "utf8.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/*
 * The character that @text begins with. Returns its bytes, or 0 for what is none: longer than
 * need be, a surrogate, or beyond the last one (Unicode 15, table 3-7).
 */
static size_t take_character(const char *text, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*text;
	size_t bytes = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 :
		       first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;

	*character = bytes < 2 ? first : first & (0x7fU >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (text[i] & 0x3f);
	}
	if (!bytes || *character < least[bytes] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character < 0xe000))
		return 0;
	return bytes;
}

/*
 * Or one of those that have what follows shown in another order, or one of the two that XML refuses
 * as well, U+FFFE and U+FFFF.
 */
static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
	       character == 0x200e || character == 0x200f ||
	       (character >= 0x202a && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069) || (character | 1) == 0xffff;
}

void utf8_clean(char *clean, const char *text, bool controls)
{
	while (*text) {
		uint32_t character;
		size_t bytes = take_character(text, &character);
		bool keep = bytes && !(controls && is_control(character));
		size_t length = keep ? bytes : strlen(replacement);

		memcpy(clean, keep ? text : replacement, length);
		clean += length;
		text += bytes ? bytes : 1;
	}
	*clean = '\0';
}

bool utf8_is_clean(const char *text)
{
	while (*text) {
		uint32_t character;
		size_t bytes = take_character(text, &character);

		if (!bytes || is_control(character))
			return false;
		text += bytes;
	}
	return true;
}
