// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find and bind what the kernel does not export.
 *
 * A kprobe on kallsyms_lookup_name() yields its address, and that function all
 * others. Nothing checks that a symbol found by name still is what it was, so
 * the module fits the one release it was built for and refuses any other.
 */
#define pr_fmt(fmt) "klruscan: " fmt
#define COMPAT_IMPLEMENTATION

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include "internal.h"

unsigned long compat_address[COMPAT_NR_SYMBOLS];

static const char * const compat_name[COMPAT_NR_SYMBOLS] = {
#define X(name) #name,
	COMPAT_SYMBOLS(X, X, X)
#undef X
};

#define X(name) DEFINE_STATIC_CALL_NULL(compat_##name, name);
#define NOTHING(name)
COMPAT_SYMBOLS(X, X, NOTHING)
#undef NOTHING
#undef X

DEFINE_STATIC_CALL_NULL(compat_lookup, kallsyms_lookup_name);
DEFINE_STATIC_CALL_NULL(compat_on_each_match, kallsyms_on_each_match_symbol);

static int find_lookup(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };
	int err = register_kprobe(&kp);

	if (err) {
		pr_err("cannot find kallsyms_lookup_name by a kprobe (error %d): is the kernel built with KPROBES, and not locked down for confidentiality?\n",
		       err);
		return err;
	}
	static_call_update(compat_lookup, (void *)kp.addr);
	unregister_kprobe(&kp);
	return 0;
}

static int count_match(void *data, unsigned long address)
{
	(*(unsigned int *)data)++;
	return 0;
}

/*
 * How many the kernel itself has of a name: a static function of another file may have
 * the same one, and prototype. So may one of a module, which is not counted, but would be
 * found where the kernel has none.
 */
static unsigned int count_matches(const char *name)
{
	unsigned int matches = 0;

	compat_call(on_each_match, count_match, name, &matches);
	return matches;
}

static int find_on_each_match(void)
{
	unsigned long address = compat_call(lookup,
					    "kallsyms_on_each_match_symbol");

	if (!address) {
		pr_err("does not fit this kernel (%s), which lacks: kallsyms_on_each_match_symbol\n",
		       init_utsname()->release);
		return -ENOENT;
	}
	static_call_update(compat_on_each_match, (void *)address);
	return 0;
}

/* Look all of them up, so that all that do not fit are named at once. */
static int find_symbols(void)
{
	char missing[256] = "", several[256] = "";
	const char *release = init_utsname()->release;
	unsigned int i;

	for (i = 0; i < COMPAT_NR_SYMBOLS; i++) {
		unsigned int matches = count_matches(compat_name[i]);
		char *list = matches ? several : missing;

		compat_address[i] = compat_call(lookup, compat_name[i]);
		if (compat_address[i] && matches == 1)
			continue;
		strlcat(list, " ", sizeof(missing));
		strlcat(list, compat_name[i], sizeof(missing));
	}
	if (missing[0])
		pr_err("does not fit this kernel (%s), which lacks:%s\n",
		       release, missing);
	if (several[0])
		pr_err("does not fit this kernel (%s), which has more than one:%s\n",
		       release, several);
	return missing[0] || several[0] ? -ENOENT : 0;
}

/**
 * compat_bind_symbols - bind every symbol of compat/symbols.h
 *
 * Says in the kernel log what is missing.
 *
 * Return: 0; -ENOEXEC on another release than the one this was built for;
 * -ENOENT when a symbol is missing; or why kallsyms cannot be asked.
 */
int __init compat_bind_symbols(void)
{
	int err;

	/* vermagic lets another release pass where MODVERSIONS is set */
	if (strcmp(init_utsname()->release, compat_release)) {
		pr_err("built for %s, this is %s: build it for this kernel\n",
		       compat_release, init_utsname()->release);
		return -ENOEXEC;
	}
	err = find_lookup();
	if (!err)
		err = find_on_each_match();
	if (!err)
		err = find_symbols();
	if (err)
		return err;
#define X(name) \
	static_call_update(compat_##name, compat_pointer(void *, name));
#define NOTHING(name)
	COMPAT_SYMBOLS(X, X, NOTHING)
#undef NOTHING
#undef X
	return 0;
}
