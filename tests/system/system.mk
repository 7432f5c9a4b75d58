# SPDX-License-Identifier: GPL-2.0-only
# Programs that the system tests run in the guest, static because there is no C
# library, and modules. Included by the top Makefile; the programs also alone:
# make -f tests/system/system.mk system-programs

BUILD ?= build
CC ?= cc

SYSTEM_TEST_SOURCES := $(wildcard tests/system/programs/*.c)
SYSTEM_TEST_BINARIES := $(SYSTEM_TEST_SOURCES:tests/system/programs/%.c=$(BUILD)/tests/system/%)
SYSTEM_TEST_MODULE := $(BUILD)/tests/modules/pghot_source/pghot_source.ko
SYSTEM_TEST_PROGRAMS := $(SYSTEM_TEST_BINARIES) $(SYSTEM_TEST_MODULE)
SYSTEM_TEST_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Wshadow -D_GNU_SOURCE \
	-Ikernel/include/uapi

.PHONY: system-programs

system-programs: $(SYSTEM_TEST_BINARIES)

$(SYSTEM_TEST_BINARIES): $(BUILD)/tests/system/%: tests/system/programs/%.c \
		tests/system/programs/program.h kernel/include/uapi/linux/klruscan.h tests/system/system.mk
	@mkdir -p $(@D)
	$(CC) $(SYSTEM_TEST_CFLAGS) -static -o $@ $<

# Beside the kernel and the klruscan that it is loaded into (LABDIR, MODDIR).
$(SYSTEM_TEST_MODULE): $(wildcard tests/system/modules/pghot_source/*) $(BUILD)/.lab-ready
	@mkdir -p $(@D)
	@cp tests/system/modules/pghot_source/* $(@D)/
	$(MAKE) -C $(LABDIR)/headers M=$(CURDIR)/$(@D) \
		KLRUSCAN_INCLUDE=$(CURDIR)/kernel/include \
		KBUILD_EXTRA_SYMBOLS=$(CURDIR)/$(MODDIR)/Module.symvers \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules
