// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knobs.h"
#include "nodes.h"

/* What is kept of a value, with room for how the kernel writes it. */
#define VALUE_MAX (KNOB_VALUE_LEN - 17)

static const char fit_intervals[] = "scan_interval_min_ms must not be above scan_interval_max_ms";

const struct knob knobs[] = {
	{ "enabled", KNOB_SWITCH, 0, 1, "0", NULL, 3,
	  "scan and promote", NULL },
	{ "slow_nodes", KNOB_NODES, 0, 0, "", NULL, 1,
	  "empty: by memory tier",
	  "each has to be one of this machine, and a node with memory has to be left as the fast one" },
	{ "scan_interval_min_ms", KNOB_NUMBER, 10, 3600000, "100", "ms", 0,
	  "least from pass to pass", fit_intervals },
	{ "scan_interval_max_ms", KNOB_NUMBER, 10, 3600000, "1000", "ms", 0,
	  "most from pass to pass", fit_intervals },
	{ "scan_cpu_permille", KNOB_NUMBER, 1, 1000, "10", "permille", 0,
	  "most all scans may use", NULL },
	{ "tlb_flush", KNOB_SWITCH, 0, 1, "1", NULL, 0,
	  "flush TLBs after a scan", NULL },
	{ "hot_threshold", KNOB_NUMBER, 0, KLRUSCAN_HEAT_MAX, "0", "passes", 0,
	  "0: automatic", NULL },
	{ "promote_rate_MBps", KNOB_NUMBER, 0, 1048576, "200", "MiB/s", 0,
	  "0: promote nothing", NULL },
	{ "exchange", KNOB_SWITCH, 0, 1, "1", NULL, 0,
	  "colder pages make room", NULL },
	{ "target_nid", KNOB_NUMBER, -1, NR_NODES_MAX - 1, "-1", NULL, 2,
	  "-1: the nearest", "it has to be a node that has memory and is not slow, or -1" },
};

const unsigned int nr_knobs = sizeof(knobs) / sizeof(knobs[0]);

const struct knob unknown_knob = { .kind = KNOB_UNKNOWN };

const struct knob *knob_find(const char *name)
{
	for (unsigned int i = 0; i < nr_knobs; i++)
		if (!strcmp(knobs[i].name, name))
			return &knobs[i];
	return NULL;
}

void knob_range(const struct knob *knob, char *buf, size_t size)
{
	switch (knob->kind) {
	case KNOB_SWITCH:
		snprintf(buf, size, "0 or 1");
		break;
	case KNOB_NUMBER:
		snprintf(buf, size, "%ld to %ld", knob->lo, knob->hi);
		break;
	case KNOB_NODES:
		snprintf(buf, size, "nodes: 1,3-5");
		break;
	case KNOB_UNKNOWN:
		snprintf(buf, size, "?");
		break;
	}
}

static int parse_switch(const char *text, char *value)
{
	static const char *const off[] = { "0", "n", "no", "off" };
	static const char *const on[] = { "1", "y", "yes", "on" };

	for (unsigned int i = 0; i < 4; i++) {
		if (strcmp(text, off[i]) && strcmp(text, on[i]))
			continue;
		strcpy(value, strcmp(text, on[i]) ? "0" : "1");
		return 0;
	}
	return -EINVAL;
}

/* Decimal, 0x or a leading 0, as the kernel reads it; no blanks. */
static int parse_number(const struct knob *knob, const char *text, char *value)
{
	const char *digits = text + (*text == '-' || *text == '+');
	char *end;
	long number;

	if (*digits < '0' || *digits > '9')
		return -EINVAL;
	errno = 0;
	number = strtol(text, &end, 0);
	if (*end)
		return -EINVAL;
	if (errno || number < knob->lo || number > knob->hi)
		return -ERANGE;
	snprintf(value, KNOB_VALUE_LEN, "%ld", number);
	return 0;
}

static int parse_nodes(const char *text, char *value)
{
	struct nodes nodes;
	int err = nodes_parse(text, &nodes);

	if (!err)
		nodes_format(nodes.bits, KLRUSCAN_NODE_WORDS, value, KNOB_VALUE_LEN);
	return err;
}

static int parse(const struct knob *knob, const char *text, char *value)
{
	switch (knob->kind) {
	case KNOB_SWITCH:
		return parse_switch(text, value);
	case KNOB_NUMBER:
		return parse_number(knob, text, value);
	case KNOB_NODES:
		return parse_nodes(text, value);
	default:
		snprintf(value, KNOB_VALUE_LEN, "%s", text);
		return 0;
	}
}

int knob_parse(const struct knob *knob, const char *name, const char *text, char *value,
	       struct failure *failure)
{
	char advice[128], range[64];
	int err;

	if (strlen(text) > VALUE_MAX) {
		snprintf(advice, sizeof(advice), "a value has %d characters at most", VALUE_MAX);
		return fail_request(failure, advice, "%s cannot be '%.64s...', which is too long", name,
				    text);
	}
	err = parse(knob, text, value);
	if (!err)
		return 0;
	knob_range(knob, range, sizeof(range));
	if (knob->kind == KNOB_NODES)
		snprintf(advice, sizeof(advice),
			 "it takes a list of nodes from 0 to %d, such as 1,3-5, or nothing",
			 NR_NODES_MAX - 1);
	else
		snprintf(advice, sizeof(advice), "it takes %s%s%s", range,
			 knob->unit ? ", in " : "", knob->unit ? knob->unit : "");
	return fail_request(failure, advice, "%s cannot be '%.64s'%s", name, text,
			    err == -ERANGE ? ", which is out of range" : "");
}
