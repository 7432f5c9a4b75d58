// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "command.h"
#include "doctor.h"
#include "options.h"

static const char doctor_help[] =
"Usage: klruscan doctor [--module FILE | --btf FILE [--release R]] [--json]\n"
"\n"
"Says whether klruscan can work on this machine and does, and what to do if not:\n"
"kernel and module, signatures and lockdown, the kernel's functions by name and\n"
"by prototype, MGLRU, cgroups, memory tiers, free fast memory, demotion, and who\n"
"else moves pages. Changes nothing. Run it as root: others cannot read all of it.\n"
"\n"
"  --module FILE  look at this module (klruscan.ko) rather than the installed one\n"
"  --btf FILE     only compare prototypes, with the BTF of a kernel in FILE\n"
"  --release R    of that kernel: 6.1 and 6.12 differ (the running one's)\n"
"  --json         print one JSON object\n"
"  --help         print this\n"
"\n"
"Examples:\n"
"  klruscan doctor                         nothing is promoted: why?\n"
"  klruscan doctor --module klruscan.ko    before it is loaded: does it fit?\n"
"  klruscan doctor --btf /sys/kernel/btf/vmlinux\n"
"                                          are functions what the module takes\n"
"                                          them for?\n"
"  klruscan doctor --json | jq -r '.checks[] | .command // empty'\n"
"                                          what to run\n"
"\n"
"Exit status: 0 no problem, though there may be warnings; 1 a problem, or the\n"
"checks could not be made; 2 usage.\n";

/* Of the BTF in a file the prototypes, and no more. */
static int collect_btf(struct machine *machine, const char *btf, const char *release,
		       struct failure *failure)
{
	int err = machine_collect_btf(machine, btf, release);

	if (!err || err == -EBADMSG)
		return 0;
	return fail(failure, -err, "name a file with the BTF of a kernel", "cannot read %s", btf);
}

static int render(const struct machine *machine, const char *only, bool json,
		  struct failure *failure)
{
	int problems = doctor_render(machine, only, json ? FORMAT_JSON : FORMAT_TEXT, stdout);

	if (problems < 0)
		return fail(failure, -problems, "the output is incomplete",
			    "cannot print the findings");
	return problems ? fail_said(failure) : 0;
}

static int cmd_doctor(int argc, char **argv, struct failure *failure)
{
	bool json = false;
	const char *module = NULL, *btf = NULL, *release = NULL;
	const struct option_spec options[] = {
		{ .name = "--json", .flag = &json },
		{ .name = "--module", .value = &module },
		{ .name = "--btf", .value = &btf },
		{ .name = "--release", .value = &release },
		{ 0 },
	};
	int problems = parse_options(argc, argv, options, 0, failure);
	struct machine *machine;

	if (problems < 0)
		return problems;
	if (module && btf)
		return fail_usage(failure, "doctor", "--module and --btf exclude each other");
	if (release && !btf)
		return fail_usage(failure, "doctor", "--release goes with --btf");
	machine = malloc(sizeof(*machine));
	if (!machine)
		return fail(failure, ENOMEM, "free some memory", "cannot hold the facts");
	if (btf)
		problems = collect_btf(machine, btf, release, failure);
	else
		machine_collect(machine, module);
	if (!problems)
		problems = render(machine, btf ? "prototypes" : NULL, json, failure);
	machine_free(machine);
	free(machine);
	return problems;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "can klruscan work here, does it, and what to do if not",
	.help = doctor_help,
	.run = cmd_doctor,
};
