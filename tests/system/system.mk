# SPDX-License-Identifier: GPL-2.0-only
# Programs that the system tests run in the guest, static because there is no C
# library, and modules. Included by the top Makefile; the programs also alone:
# make -f tests/system/system.mk system-programs

BUILD ?= build
CC ?= cc

SYSTEM_TEST_SOURCES := $(wildcard tests/system/programs/*.c)
SYSTEM_TEST_BINARIES := $(SYSTEM_TEST_SOURCES:tests/system/programs/%.c=$(BUILD)/tests/system/%)
SYSTEM_TEST_PROGRAMS = $(SYSTEM_TEST_BINARIES) $(SELFTEST_PROGRAM) $(SYSTEM_TEST_MODULES)
SYSTEM_TEST_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Wshadow -D_GNU_SOURCE \
	-Ikernel/include/uapi

.PHONY: system-programs

system-programs: $(SYSTEM_TEST_BINARIES)

$(SYSTEM_TEST_BINARIES): $(BUILD)/tests/system/%: tests/system/programs/%.c \
		tests/system/programs/program.h kernel/include/uapi/linux/klruscan.h tests/system/system.mk
	@mkdir -p $(@D)
	$(CC) $(SYSTEM_TEST_CFLAGS) -static -o $@ $<

# What the kernel's selftests of klruscan call
SELFTEST_PROGRAM := $(BUILD)/tests/system/hot_and_cold
$(SELFTEST_PROGRAM): series/new/tools/testing/selftests/klruscan/hot_and_cold.c
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -static -o $@ $<

# Modules of the tests: where their sources are. They are built beside the kernel and the
# klruscan that they are loaded into (LABDIR, MODDIR).
namesake_FROM := tests/system/modules/namesake
pghot_source_FROM := tests/system/modules/pghot_source
mmap_lock_holder_FROM := tests/system/modules/mmap_lock_holder
pghot_faults_FROM := kernel/samples/pghot
# for kernels of ours alone: Debian's make no function fail
injectable_FROM := tests/system/modules/injectable
SYSTEM_TEST_MODULE_DIR := $(BUILD)/tests/modules$(LAB_VARIANT)
SYSTEM_TEST_MODULE_NAMES := namesake mmap_lock_holder pghot_source pghot_faults
SYSTEM_TEST_MODULES := $(foreach name,$(SYSTEM_TEST_MODULE_NAMES),$(SYSTEM_TEST_MODULE_DIR)/$(name)/$(name).ko)

# $(call source_module,NAME,KERNEL_MAKE,INCLUDE) - the recipe: a copy, made by the kernel's make
define source_module
	@mkdir -p $(@D)
	@cp $($(1)_FROM)/* $(@D)/
	$(2) M=$(CURDIR)/$(@D) KCFLAGS=-I$(CURDIR)/$(3) CONFIG_SAMPLE_PGHOT=m modules
endef

define source_module_rule
$(SYSTEM_TEST_MODULE_DIR)/$(1)/$(1).ko: $(wildcard $($(1)_FROM)/*) $(BUILD)/.lab-ready
	$$(call source_module,$(1),$$(MAKE) -C $$(LABDIR)/headers \
		KBUILD_EXTRA_SYMBOLS=$$(CURDIR)/$$(MODDIR)/Module.symvers \
		CONFIG_DEBUG_INFO_BTF_MODULES=,kernel/include)
endef
$(foreach name,$(SYSTEM_TEST_MODULE_NAMES),$(eval $(call source_module_rule,$(name))))
