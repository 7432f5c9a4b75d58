// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>

#include "ticks.h"

/* A step that is nearly reached is. */
#define TINY 0.000001

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* 1, 2 or 5 times a power of ten. */
static double round_step(double least)
{
	double power = pow(10, floor(log10(least)));
	double factor = least / power;

	return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

static struct ticks ticks_of(double max, unsigned int most, double scale, const char *unit)
{
	struct ticks ticks = { .scale = scale, .unit = unit };

	if (!(max > 0) || !isfinite(max))
		max = scale;
	ticks.step = round_step(max / scale / (most ? most : 1)) * scale;
	ticks.max = ceil(max / ticks.step - TINY) * ticks.step;
	return ticks;
}

struct ticks ticks_number(double max, unsigned int most, const char *unit)
{
	return ticks_of(max, most, 1, unit);
}

struct ticks ticks_bytes(double max, unsigned int most)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	double scale = 1;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && max >= scale * 1024) {
		scale *= 1024;
		i++;
	}
	return ticks_of(max, most, scale, units[i]);
}

struct ticks ticks_time(double seconds, unsigned int most)
{
	static const double steps[] = {
		0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
		3600, 7200, 14400, 21600, 43200, 86400,
	};
	struct ticks ticks = { .max = seconds > 0 ? seconds : 1, .scale = 1, .unit = "s" };
	double least = ticks.max / (most ? most : 1);
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < least)
		i++;
	ticks.step = steps[i];
	if (ticks.step < least)
		ticks.step = ceil(least / 86400) * 86400;
	if (ticks.step >= 3600) {
		ticks.scale = 3600;
		ticks.unit = "h";
	} else if (ticks.step >= 60) {
		ticks.scale = 60;
		ticks.unit = "min";
	}
	return ticks;
}

void ticks_label(const struct ticks *ticks, double at, char *buf, size_t size)
{
	snprintf(buf, size, "%g%s%s", round(at / ticks->scale * 1e6) / 1e6,
		 *ticks->unit == '%' || !*ticks->unit ? "" : " ", ticks->unit);
}
