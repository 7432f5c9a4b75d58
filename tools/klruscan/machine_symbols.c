// SPDX-License-Identifier: GPL-2.0-only
/* The symbols that the module binds: is each there, and is it what it was taken for? */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "machine.h"
#include "prototypes.h"
#include "source.h"

/* Seconds of CPU time that reading BTF may take; that of a kernel takes a tenth of one. */
#define BTF_CPU_S 20

/* Counts the symbol of one line of /proc/kallsyms, unless it is a module's. */
static void count_line(struct machine *machine, char *line)
{
	char *save = NULL, *name;

	if (!strtok_r(line, " ", &save) || !strtok_r(NULL, " ", &save))
		return;
	name = strtok_r(NULL, " \t", &save);
	if (!name || strtok_r(NULL, " \t", &save))
		return;
	for (unsigned int i = 0; i < NR_SYMBOLS; i++)
		if (!strcmp(machine->symbols[i].name, name))
			machine->symbols[i].count++;
}

static int count_symbols(struct machine *machine)
{
	char *text, *save = NULL;
	size_t length;
	int err = source_read_all("/proc/kallsyms", &text, &length);

	if (err)
		return err;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		count_line(machine, line);
	free(text);
	return length ? 0 : -ENODATA;
}

/* struct printed - what btf_dump prints, in a buffer; what does not fit is cut off */
struct printed {
	char *buf;
	size_t size;
	size_t used;
};

static void print(void *arg, const char *format, va_list args)
{
	struct printed *printed = arg;
	int length;

	if (printed->used >= printed->size)
		return;
	length = vsnprintf(printed->buf + printed->used, printed->size - printed->used,
			   format, args);
	if (length > 0)
		printed->used += (size_t)length;
}

static void print_word(struct printed *printed, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(printed, format, args);
	va_end(args);
}

static int print_type(struct btf_dump *dump, struct printed *printed, unsigned int type)
{
	if (type)
		return btf_dump__emit_type_decl(dump, type, NULL);
	print_word(printed, "void");
	return 0;
}

/* Writes the prototype of the function @name into @printed, nothing if BTF has none. */
static int print_prototype(const struct btf *btf, struct btf_dump *dump, const char *name,
			   struct printed *printed)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	const struct btf_type *function;
	int err;

	if (id < 0)
		return id == -ENOENT ? 0 : id;
	function = btf__type_by_id(btf, btf__type_by_id(btf, (unsigned int)id)->type);
	if (!function || !btf_is_func_proto(function))
		return -EBADMSG;
	err = print_type(dump, printed, function->type);
	print_word(printed, btf_vlen(function) ? " (" : " (void");
	for (unsigned int i = 0; i < btf_vlen(function) && !err; i++) {
		print_word(printed, i ? ", " : "");
		err = print_type(dump, printed, btf_params(function)[i].type);
	}
	print_word(printed, ")");
	return err;
}

static int print_prototypes(struct machine *machine, const struct btf *btf)
{
	struct printed printed = { .size = sizeof(machine->symbols[0].prototype) };
	struct btf_dump *dump = btf_dump__new(btf, print, &printed, NULL);
	int err = 0;

	if (!dump)
		return -errno;
	for (unsigned int i = 0; i < NR_SYMBOLS && !err; i++) {
		struct symbol_fact *symbol = &machine->symbols[i];

		printed.buf = symbol->prototype;
		printed.used = 0;
		if (symbol->wanted)
			err = print_prototype(btf, dump, symbol->name, &printed);
	}
	btf_dump__free(dump);
	return err;
}

/* The library speaks on stderr of what is told as a fact. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int read_prototypes(struct machine *machine)
{
	struct btf *btf;
	size_t length;
	char *data;
	int err = source_read_all(machine->btf_path, &data, &length);

	if (err)
		return err;
	libbpf_set_print(say_nothing);
	btf = length <= UINT32_MAX ? btf__new(data, (uint32_t)length) : NULL;
	err = btf ? print_prototypes(machine, btf) : -EBADMSG;
	btf__free(btf);
	free(data);
	return err;
}

/* struct answer - what a child that reads BTF comes to; shared with it */
struct answer {
	int err;
	char prototype[NR_SYMBOLS][sizeof(((struct symbol_fact *)NULL)->prototype)];
};

static void answer(struct machine *machine, struct answer *answer)
{
	const struct rlimit no_core = { 0 };
	const struct rlimit soon = { BTF_CPU_S, BTF_CPU_S };

	setrlimit(RLIMIT_CORE, &no_core);
	setrlimit(RLIMIT_CPU, &soon);
	answer->err = read_prototypes(machine);
	for (unsigned int i = 0; i < NR_SYMBOLS; i++)
		memcpy(answer->prototype[i], machine->symbols[i].prototype,
		       sizeof(answer->prototype[i]));
	_exit(0);
}

/*
 * The library looks at no name and no type of a file before it uses them (1.1), so damage can end
 * the process, or never end: it is one that may.
 */
static int read_prototypes_apart(struct machine *machine)
{
	struct answer *made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, err;
	pid_t child;

	if (made == MAP_FAILED)
		return -errno;
	child = fork();
	if (!child)
		answer(machine, made);
	err = child < 0 ? -errno : 0;
	while (!err && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err = -errno;
	if (!err)
		err = WIFEXITED(status) && !WEXITSTATUS(status) ? made->err : -EBADMSG;
	for (unsigned int i = 0; !err && i < NR_SYMBOLS; i++)
		memcpy(machine->symbols[i].prototype, made->prototype[i],
		       sizeof(made->prototype[i]));
	munmap(made, sizeof(*made));
	return err;
}

/* Whether the release of the kernel is of @series, as 6.1.0-56-amd64 and 6.1.170 are of 6.1. */
static bool is_of(const struct machine *machine, const char *series)
{
	const char *release = machine->release.word;
	size_t length = strlen(series);

	return !strncmp(release, series, length) && strchr(".+-", release[length]);
}

bool machine_is_supported(const struct machine *machine)
{
	static const char *const all[] = {
#define X(series) series,
		KERNEL_SERIES(X)
#undef X
	};

	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (is_of(machine, all[i]))
			return true;
	return false;
}

/* What the module that fits this kernel takes the functions for. */
static void want_prototypes(struct machine *machine)
{
	static const char * const of_6_1[NR_SYMBOLS] = {
#define X(symbol, prototype) [SYMBOL_##symbol] = prototype,
		PROTOTYPES_6_1(X)
#undef X
	};

	if (!is_of(machine, "6.1"))
		return;
	for (unsigned int i = 0; i < NR_SYMBOLS; i++)
		if (of_6_1[i])
			machine->symbols[i].wanted = of_6_1[i];
}

static void list_symbols(struct machine *machine, unsigned int count)
{
	static const struct symbol_fact symbols[NR_SYMBOLS] = {
#define X(symbol) [SYMBOL_##symbol] = { .name = #symbol, .wanted = PROTOTYPE_##symbol },
#define OBJECT(symbol) [SYMBOL_##symbol] = { .name = #symbol },
		COMPAT_SYMBOLS(X, X, OBJECT)
#undef OBJECT
#undef X
	};

	memcpy(machine->symbols, symbols, sizeof(symbols));
	for (unsigned int i = 0; i < NR_SYMBOLS; i++)
		machine->symbols[i].count = count;
}

void machine_collect_symbols(struct machine *machine)
{
	list_symbols(machine, 0);
	want_prototypes(machine);
	machine->btf_path = "/sys/kernel/btf/vmlinux";
	machine->symbols_err = count_symbols(machine);
	machine->btf_err = read_prototypes_apart(machine);
}

int machine_collect_btf(struct machine *machine, const char *btf, const char *release)
{
	memset(machine, 0, sizeof(*machine));
	if (release)
		snprintf(machine->release.word, sizeof(machine->release.word), "%s", release);
	else
		source_read("/proc/sys/kernel/osrelease", machine->release.word,
			    sizeof(machine->release.word));
	list_symbols(machine, 1);
	want_prototypes(machine);
	machine->btf_path = btf;
	machine->btf_err = read_prototypes_apart(machine);
	return machine->btf_err;
}
