# SPDX-License-Identifier: GPL-2.0-only
#
# The in-tree home, for the Makefile at the top to include:
#
#   $(LINUX)              the source of Debian's kernel, as it is
#   $(SERIES)             the series for it: git-format patches beside this file
#   $(TREE)               that source with the series in it
#   $(KERNEL)             a small kernel of it, for the lab
#   $(DEBUG_KERNEL)       the same, which checks itself
#
# Kernels are built outside of the source, and only what has changed: a build that was
# interrupted goes on.

LINUX := $(BUILD)/linux/Makefile
SERIES := $(BUILD)/series/.assembled
TREE := $(BUILD)/tree/.made
KERNEL := $(BUILD)/kernel/arch/x86/boot/bzImage
DEBUG_KERNEL := $(BUILD)/kernel-debug/arch/x86/boot/bzImage
SERIES_SOURCES := $(wildcard series/*.patch series/cover) series/assemble VERSION \
	$(shell find kernel/mm kernel/include kernel/samples kernel/Documentation series/new -type f)

$(LINUX):
	@lab/kernel --tree $(BUILD)/linux

$(SERIES): $(LINUX) $(SERIES_SOURCES)
	@mkdir -p $(@D)
	@series/assemble --base $(BUILD)/linux --out $(BUILD)/series
	@touch $@

$(TREE): $(SERIES) series/tree
	@series/tree --base $(BUILD)/linux --series $(BUILD)/series --out $(BUILD)/tree
	@touch $@

# $(call kernel_make,NAME) - make in the kernel build NAME
kernel_make = $(MAKE) -C $(BUILD)/tree O=$(CURDIR)/$(BUILD)/$(1) -j $(shell nproc)

# A configuration made of fragments, later ones go before earlier ones.
$(BUILD)/kernel/.config: series/kernel.config
$(BUILD)/kernel-debug/.config: series/kernel.config series/debug.config
$(BUILD)/check/.config: series/check.config
$(BUILD)/kernel/.config $(BUILD)/kernel-debug/.config $(BUILD)/check/.config: series/config
	@series/config $(BUILD)/tree $(@D) $(filter %.config,$^)

$(BUILD)/%/arch/x86/boot/bzImage: $(BUILD)/%/.config $(TREE)
	$(call kernel_make,$*) bzImage modules
	@touch $@
$(BUILD)/kernel/.config $(BUILD)/kernel-debug/.config $(BUILD)/check/.config: | $(TREE)

# The modules of the tests (tests/system/system.mk), for a kernel of ours, where tests/run
# looks for them.
define tree_source_module_rule
$(BUILD)/%/test-modules/$(1)/$(1).ko: $(wildcard $($(1)_FROM)/*) $(BUILD)/%/arch/x86/boot/bzImage
	$$(call source_module,$(1),$$(call kernel_make,$$*),$(BUILD)/tree/include)
endef
TREE_TEST_MODULE_NAMES := $(SYSTEM_TEST_MODULE_NAMES) injectable
$(foreach name,$(TREE_TEST_MODULE_NAMES),$(eval $(call tree_source_module_rule,$(name))))

TREE_TEST_PROGRAMS := $(DEBUG_KERNEL) $(SELFTEST_PROGRAM) $(foreach name,$(TREE_TEST_MODULE_NAMES),\
	$(BUILD)/kernel-debug/test-modules/$(name)/$(name).ko)

# Debian's own configuration and the two options. Keys and debug information that only
# Debian's build needs are left out.
.PHONY: deb-packages
deb-packages: $(LABDIR)/vmlinuz $(TREE)
	@mkdir -p $(BUILD)/kernel-deb
	@cp $(LABDIR)/config $(BUILD)/kernel-deb/.config
	@$(BUILD)/tree/scripts/config --file $(BUILD)/kernel-deb/.config \
		--enable PGHOT --enable KLRUSCAND --set-str LOCALVERSION -klruscan \
		--set-str SYSTEM_TRUSTED_KEYS "" --set-str MODULE_SIG_KEY certs/signing_key.pem \
		--enable DEBUG_INFO_NONE --disable DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT \
		--disable DEBUG_INFO_BTF
	$(call kernel_make,kernel-deb) olddefconfig
	@for option in PGHOT KLRUSCAND; do grep -qx "CONFIG_$$option=y" $(BUILD)/kernel-deb/.config || \
		{ echo "make deb-kernel: the kernel has not taken $$option" >&2; exit 1; }; done
	$(call kernel_make,kernel-deb) bindeb-pkg
