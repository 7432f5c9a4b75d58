// SPDX-License-Identifier: GPL-2.0-only
/*
 * replace OLD NEW - copy stdin to stdout with every OLD replaced by NEW
 *
 * For binary files, which sed is not for. Both strings have the same length, so
 * that nothing moves. Exit status: 0 done, 1 OLD is not there or no memory, 2
 * usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST	(16 << 20)

int main(int argc, char **argv)
{
	size_t length, wanted;
	int found = 0;
	char *data, *at;

	if (argc != 3 || !*argv[1] || strlen(argv[1]) != strlen(argv[2])) {
		fputs("usage: replace OLD NEW, of the same length\n", stderr);
		return 2;
	}
	data = malloc(LARGEST);
	if (!data)
		return 1;
	length = fread(data, 1, LARGEST, stdin);
	wanted = strlen(argv[1]);
	at = data;
	while ((at = memmem(at, data + length - at, argv[1], wanted))) {
		memcpy(at, argv[2], wanted);
		at += wanted;
		found++;
	}
	if (fwrite(data, 1, length, stdout) != length || fflush(stdout))
		return 1;
	free(data);
	return !found;
}
