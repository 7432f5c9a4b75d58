// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the module fit this kernel, may it be loaded, is it, and does it work? Of a kernel
 * that klruscan is built into, none but the last has to be asked.
 */
#include <errno.h>
#include <string.h>

#include "doctor.h"
#include "prototypes.h"

/* " 6.1 6.12" */
#define X(series) " " series
#define SERIES_WORDS KERNEL_SERIES(X)

static bool is_loaded(const struct machine *m)
{
	return !m->version.err;
}

/* The module as it is told: what is installed for this kernel, from the kernel's directory on. */
static const char *module_file(const struct machine *m)
{
	char directory[sizeof(m->release.word) + 16];
	size_t length;

	snprintf(directory, sizeof(directory), "/lib/modules/%s/", m->release.word);
	length = strlen(directory);
	return strncmp(m->module_path, directory, length) ? m->module_path :
	       m->module_path + length;
}

static bool fits(const struct machine *m)
{
	return !m->release.err && !m->module_release.err &&
	       !strcmp(m->module_release.word, m->release.word);
}

void judge_kernel(const struct machine *m, struct finding *f)
{
	const char *release = m->release.word, *built = m->module_release.word;
	const char *file = module_file(m);

	if (m->release.err) {
		finding_unread(f, m->release.err, "The release of the kernel cannot be read");
	} else if (m->built_in) {
		finding_is(f, VERDICT_OK, "%s, which klruscan is built into.", release);
	} else if (!is_loaded(m) && !fits(m) && !machine_is_supported(m)) {
		finding_is(f, VERDICT_PROBLEM, "%s is of none of the series that the module is for:"
			   SERIES_WORDS ".", release);
		finding_remedy(f, "Boot a kernel of one of them. Debian 12 has both: linux-image-amd64"
			       " and linux-image-6.12-amd64.");
	} else if (!m->module_release.err && strcmp(built, release)) {
		finding_is(f, VERDICT_PROBLEM, "%s is built for %s, and this is %s.",
			   file, built, release);
		finding_remedy(f, "Build the module for this kernel (with DKMS: dkms autoinstall), or"
			       " boot the other one.");
	} else if (is_loaded(m)) {
		finding_is(f, VERDICT_OK, "%s, which the loaded module fits.", release);
	} else if (!m->module_release.err) {
		finding_is(f, VERDICT_OK, "%s, as %s is built for.", release, file);
	} else if (*m->module_path && m->module_release.err == -ENOEXEC) {
		finding_is(f, VERDICT_UNCHECKED,
			   "%s. %s cannot be unpacked, or is no module: what it is built for"
			   " is not read.",
			   release, file);
	} else if (m->module_release.err == -ENODATA) {
		finding_is(f, VERDICT_UNCHECKED, "%s. %s does not say what kernel it is built for.",
			   release, file);
	} else if (*m->module_path) {
		finding_unread(f, m->module_release.err, file);
	} else {
		finding_is(f, VERDICT_UNCHECKED, "%s. No module of klruscan is installed for it.",
			   release);
		finding_remedy(f, "Install the headers of this kernel, and have DKMS build it out of"
			       " klruscan-dkms; 'dkms status' says what there is. One that you built"
			       " yourself is looked at with --module FILE.");
		finding_command(f, "apt install linux-headers-%s && dkms autoinstall", release);
	}
}

static bool is_enforced(const struct machine *m)
{
	return !m->sig_enforce.err && m->sig_enforce.word[0] == 'Y';
}

/* A lockdown refuses unsigned modules too. */
static bool is_locked(const struct machine *m)
{
	return !m->lockdown.err && strcmp(m->lockdown.word, "none");
}

void judge_signature(const struct machine *m, struct finding *f)
{
	bool secure_boot = !m->secure_boot.err && m->secure_boot.number;
	const char *boot = secure_boot ? "Secure Boot is on" :
			   m->secure_boot.err == -ENOENT ? "No Secure Boot is seen" :
			   m->secure_boot.err ? "Whether Secure Boot is on cannot be read" :
			   "Secure Boot is off";

	if (m->built_in) {
		finding_is(f, VERDICT_OK, "%s, and no module has to be loaded.", boot);
	} else if (is_loaded(m)) {
		finding_is(f, VERDICT_OK, "%s, and the module is loaded.", boot);
	} else if (is_enforced(m) || is_locked(m)) {
		finding_is(f, VERDICT_WARNING, "%s, and this kernel loads signed modules only.",
			   boot);
		finding_remedy(f, "Have the firmware trust the key that DKMS signs modules with:"
			       " run this, boot, and confirm in the blue screen that comes. A module"
			       " that you built yourself is signed with scripts/sign-file of the"
			       " kernel's headers.");
		finding_command(f, "mokutil --import /var/lib/dkms/mok.pub");
	} else if (m->sig_enforce.err == -ENOENT) {
		finding_is(f, VERDICT_OK, "This kernel checks no signatures of modules.");
	} else if (m->sig_enforce.err) {
		finding_unread(f, m->sig_enforce.err,
			       "Whether modules must be signed cannot be read");
	} else {
		finding_is(f, VERDICT_OK, "%s, and unsigned modules may be loaded.", boot);
	}
}

void judge_lockdown(const struct machine *m, struct finding *f)
{
	const char *mode = m->lockdown.word;

	if (m->built_in)
		finding_is(f, VERDICT_OK, "What is built in works under any.");
	else if (m->lockdown.err == -ENOENT && is_loaded(m))
		finding_is(f, VERDICT_OK, "None that keeps the module from working.");
	else if (m->lockdown.err == -ENOENT)
		finding_is(f, VERDICT_UNCHECKED, "This kernel has none, or securityfs is not mounted at"
			   " /sys/kernel/security.");
	else if (m->lockdown.err)
		finding_unread(f, m->lockdown.err, "The mode of lockdown cannot be read");
	else if (!strcmp(mode, "none"))
		finding_is(f, VERDICT_OK, "The kernel is not locked down.");
	else if (!strcmp(mode, "integrity"))
		finding_is(f, VERDICT_OK, "Locked down for integrity, which lets a signed module work.");
	else if (is_loaded(m))
		finding_is(f, VERDICT_WARNING, "Locked down for %s: the module could not be loaded again.",
			   mode);
	else
		finding_is(f, VERDICT_PROBLEM, "Locked down for %s: the module finds its functions by"
			   " a kprobe, which the kernel refuses.", mode);
	if (f->verdict == VERDICT_PROBLEM || f->verdict == VERDICT_WARNING)
		finding_remedy(f, "Boot with lockdown=integrity, or without a lockdown.");
}

/* Writes " name, name" of those that @wrong says are. Returns how many. */
static unsigned int name_symbols(const struct machine *m, char *buf, size_t size,
				 bool (*wrong)(const struct symbol_fact *symbol))
{
	unsigned int count = 0;
	size_t used = 0;

	*buf = '\0';
	for (unsigned int i = 0; i < NR_SYMBOLS; i++) {
		if (!wrong(&m->symbols[i]))
			continue;
		if (used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s %s", count ? "," : "",
						 m->symbols[i].name);
		count++;
	}
	return count;
}

static bool is_missing(const struct symbol_fact *symbol)
{
	return !symbol->count;
}

static bool is_ambiguous(const struct symbol_fact *symbol)
{
	return symbol->count > 1;
}

/* Only a module binds symbols. Where there is none to do so, all is said. */
static bool binds_symbols(const struct machine *m, struct finding *f)
{
	if (m->built_in)
		finding_is(f, VERDICT_OK, "What is built in binds nothing by name.");
	return !m->built_in;
}

void judge_symbols(const struct machine *m, struct finding *f)
{
	char missing[192], several[192];

	if (!binds_symbols(m, f))
		return;
	if (m->symbols_err) {
		finding_unread(f, m->symbols_err, "The kernel's symbols cannot be read");
		return;
	}
	name_symbols(m, missing, sizeof(missing), is_missing);
	name_symbols(m, several, sizeof(several), is_ambiguous);
	if (!*missing && !*several) {
		finding_is(f, VERDICT_OK, "The kernel has all %d that the module binds.", NR_SYMBOLS);
		return;
	}
	finding_is(f, VERDICT_PROBLEM, "Of the %d symbols that the module binds, %s%s%s%s%s.",
		   NR_SYMBOLS, *missing ? "the kernel lacks" : "", missing,
		   *missing && *several ? ", and " : "",
		   *several ? "it has more than one" : "", several);
	finding_remedy(f, "The module does not fit this kernel, and refuses to load: take a kernel"
		       " that README.md lists.");
}

static bool is_unknown(const struct symbol_fact *symbol)
{
	return symbol->wanted && symbol->count && !*symbol->prototype;
}

static bool differs(const struct symbol_fact *symbol)
{
	return symbol->wanted && *symbol->prototype &&
	       strcmp(symbol->wanted, symbol->prototype);
}

/* Of the first that differs, both are shown; of the others the names. */
static void judge_different(const struct machine *m, struct finding *f, const char *names,
			    unsigned int count)
{
	const struct symbol_fact *symbol = m->symbols;

	while (!differs(symbol))
		symbol++;
	finding_is(f, VERDICT_PROBLEM, "%s is %s in this kernel, and the module takes it for %s.%s%s",
		   symbol->name, symbol->prototype, symbol->wanted,
		   count > 1 ? " These differ:" : "", count > 1 ? names : "");
	finding_remedy(f, "Do not load the module, even if it was built for this kernel: a call"
		       " with other arguments can corrupt memory. Take a kernel that README.md"
		       " lists.");
}

void judge_prototypes(const struct machine *m, struct finding *f)
{
	char names[192];
	unsigned int count;

	if (!binds_symbols(m, f))
		return;
	if (m->btf_err == -ENOENT) {
		finding_is(f, VERDICT_UNCHECKED, "The kernel has no BTF (CONFIG_DEBUG_INFO_BTF), which"
			   " describes its functions.");
		return;
	}
	if (m->btf_err == -EBADMSG) {
		finding_is(f, VERDICT_UNCHECKED, "%s is damaged, or of a form that"
			   " libbpf does not know here.", m->btf_path);
		return;
	}
	if (m->btf_err) {
		finding_unread(f, m->btf_err, m->btf_path);
		return;
	}
	count = name_symbols(m, names, sizeof(names), differs);
	if (count) {
		judge_different(m, f, names, count);
		return;
	}
	if (name_symbols(m, names, sizeof(names), is_unknown)) {
		finding_is(f, VERDICT_UNCHECKED, "The kernel's BTF does not describe%s. All others"
			   " are what the module takes them for.", names);
		return;
	}
	finding_is(f, VERDICT_OK, "All functions are what the module takes them for, by the"
		   " kernel's BTF.");
}

/* A file that was named is for who built it; else there are the packages, and their service. */
static void advise_loading(const struct machine *m, struct finding *f)
{
	static const char installed[] = "/lib/modules/";

	if (*m->module_path && strncmp(m->module_path, installed, strlen(installed))) {
		finding_remedy(f, "Load it. If that fails, the kernel log (dmesg) says why.");
		finding_command(f, "insmod %s enabled=1", m->module_release.err == -ENOENT ?
				"klruscan.ko" : m->module_path);
	} else if (!*m->module_path || (!m->module_release.err && !fits(m))) {
		finding_remedy(f, "There is none to load: see kernel, above.");
	} else {
		finding_remedy(f, "Start the service, which loads it. If that fails, its journal and the"
			       " kernel log (dmesg) say why. Without the service: modprobe klruscan"
			       " enabled=1.");
		finding_command(f, "systemctl restart klruscan");
	}
}

void judge_module(const struct machine *m, struct finding *f)
{
	const char *version = m->version.word;

	if (m->version.err == -ENOENT) {
		finding_is(f, VERDICT_PROBLEM, "Not loaded.");
		advise_loading(m, f);
	} else if (m->version.err) {
		finding_unread(f, m->version.err, "/sys/kernel/mm/klruscan/version cannot be read");
	} else if (strcmp(version, KLRUSCAN_VERSION)) {
		finding_is(f, VERDICT_WARNING, "%s is %s, this program is %s.",
			   m->built_in ? "In the kernel" : "Loaded", version, KLRUSCAN_VERSION);
		finding_remedy(f, m->built_in ? "Install the program of the kernel's version." :
			       "Install both of the same version, and load the module anew.");
	} else {
		finding_is(f, VERDICT_OK, "%s, version %s, as this program is.",
			   m->built_in ? "Built in" : "Loaded", version);
	}
}

void judge_device(const struct machine *m, struct finding *f)
{
	const struct failure *why = &m->refusal;

	if (!m->device) {
		finding_is(f, VERDICT_OK, "/dev/klruscan answers, with ABI %u.",
			   m->status.info.abi_version);
	} else if (!is_loaded(m)) {
		finding_is(f, VERDICT_UNCHECKED, "The module is not loaded.");
	} else if (m->device == -EACCES || m->device == -EPERM) {
		finding_unread(f, m->device, "/dev/klruscan cannot be opened");
		finding_remedy(f, "%s", why->advice);
	} else {
		finding_is(f, VERDICT_PROBLEM, "%s: %s.", why->tried, strerror(why->err));
		finding_remedy(f, "%s", why->advice);
	}
}
