// SPDX-License-Identifier: GPL-2.0-only
/* Values as people read them: three digits and a unit. */
#include <inttypes.h>
#include <string.h>

#include "emit_backend.h"
#include "nodes.h"

#define BAR_WIDTH 6

/* Three significant digits: 1.23, 12.3, 123. */
static int decimals(double number)
{
	return number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
}

static void scale(char *buf, size_t size, double number, double step,
		  const char *const *units)
{
	while (number >= step - 0.5 && units[1]) {
		number /= step;
		units++;
	}
	snprintf(buf, size, "%.*f%s", decimals(number), number, *units);
}

/* Exact up to six digits. */
static void format_count(uint64_t count, char *buf, size_t size)
{
	static const char *const units[] = { "k", "M", "G", "T", "P", "E", NULL };

	if (count < 1000000)
		snprintf(buf, size, "%" PRIu64, count);
	else
		scale(buf, size, (double)count / 1e3, 1e3, units);
}

static void format_bytes(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {
		" KiB", " MiB", " GiB", " TiB", " PiB", " EiB", NULL
	};

	if (bytes < 1024)
		snprintf(buf, size, "%" PRIu64 " B", bytes);
	else
		scale(buf, size, (double)bytes / 1024, 1024, units);
}

/* Always MiB/s, which is what the knob promote_rate_MBps counts in. */
static void format_rate(uint64_t rate, char *buf, size_t size)
{
	double mib = (double)rate / (1 << 20);

	snprintf(buf, size, mib < 1e7 ? "%.1f MiB/s" : "%.2e MiB/s", mib);
}

static void format_nsec(uint64_t nsec, char *buf, size_t size)
{
	static const char *const units[] = { " us", " ms", NULL };

	if (!nsec)
		snprintf(buf, size, "0 s");
	else if (nsec < 999500000)
		scale(buf, size, (double)nsec / 1e3, 1e3, units);
	else
		snprintf(buf, size, "%.*f s", decimals((double)nsec / 1e9), (double)nsec / 1e9);
}

static void format_msec(uint64_t msec, char *buf, size_t size)
{
	if (msec < 10000)
		snprintf(buf, size, "%" PRIu64 " ms", msec);
	else
		snprintf(buf, size, "%.1f s", (double)msec / 1e3);
}

/* The two largest units: 3d 4h, 2h 13m, 13m 20s. */
static void format_uptime(uint64_t nsec, char *buf, size_t size)
{
	uint64_t s = nsec / 1000000000;

	if (s >= 86400)
		snprintf(buf, size, "%" PRIu64 "d %" PRIu64 "h", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		snprintf(buf, size, "%" PRIu64 "h %" PRIu64 "m", s / 3600, s % 3600 / 60);
	else if (s >= 60)
		snprintf(buf, size, "%" PRIu64 "m %" PRIu64 "s", s / 60, s % 60);
	else
		snprintf(buf, size, "%" PRIu64 "s", s);
}

/* "###  12.3M"; what is not nothing but rounds to it has a dot. */
static void format_bar(const struct value *value, char *buf, size_t size)
{
	char bar[BAR_WIDTH + 1] = "", count[16];
	double part = value->max ? (double)value->u / (double)value->max : 0;
	size_t length = (size_t)(part * BAR_WIDTH + 0.5);

	if (length > BAR_WIDTH)
		length = BAR_WIDTH;
	memset(bar, '#', length);
	if (!length && value->u)
		bar[0] = '.';
	format_count(value->u, count, sizeof(count));
	snprintf(buf, size, "%s %6s", bar, count);
}

/* Kinds that are one quantity; the others are in emit_format(). */
static void (*const quantity[])(uint64_t quantity, char *buf, size_t size) = {
	[KIND_COUNT] = format_count,
	[KIND_BYTES] = format_bytes,
	[KIND_RATE] = format_rate,
	[KIND_NSEC] = format_nsec,
	[KIND_MSEC] = format_msec,
	[KIND_UPTIME] = format_uptime,
};

void emit_format(const struct value *value, char *buf, size_t size)
{
	switch (value->kind) {
	case KIND_NONE:
		snprintf(buf, size, "-");
		break;
	case KIND_NUMBER:
		snprintf(buf, size, "%" PRIu64, value->u);
		break;
	case KIND_SIGNED:
		snprintf(buf, size, "%" PRId64, value->i);
		break;
	case KIND_SHARE:
		snprintf(buf, size, "%.2f %%", value->d * 100);
		break;
	case KIND_PERMILLE:
		snprintf(buf, size, "%.1f %%", (double)value->u / 10);
		break;
	case KIND_BAR:
		format_bar(value, buf, size);
		break;
	case KIND_BOOL:
		snprintf(buf, size, value->u ? "yes" : "no");
		break;
	case KIND_WORD:
		snprintf(buf, size, "%s", value->word);
		break;
	case KIND_NODES:
		nodes_format(value->bits, value->words, buf, size);
		if (!*buf)
			snprintf(buf, size, "none");
		break;
	default:
		quantity[value->kind](value->u, buf, size);
	}
}
