// SPDX-License-Identifier: GPL-2.0-only
/* Compiled once per program, with PATTERN the pattern that it runs. */
#include <stddef.h>

#include "engine.h"

int main(int argc, char **argv)
{
	return engine_run(&PATTERN, NULL, argc, argv);
}
