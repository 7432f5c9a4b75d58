/* SPDX-License-Identifier: GPL-2.0-only */
/* A fuzz target, by the name that libFuzzer looks for. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The first byte says what the others are: a file as it is, or the lines in it. */
#define FUZZ_FILE	'f'
#define FUZZ_LINES	'l'

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
