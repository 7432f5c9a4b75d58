# SPDX-License-Identifier: GPL-2.0-only
#
# What the lab makes or fetches, for the Makefile at the top to include and depend on:
#
#   $(LABDIR)/vmlinuz     the distribution kernel of LINUX_SERIES and FLAVOUR, with System.map,
#                         config, release, headers (a KDIR) and modules beside it
#   $(LAB_EMULATOR)       an emulator that can be trusted with several CPUs; nothing where
#                         $LAB_QEMU names one
#   $(LAB_INIT)           process 1 of the guests
#   $(CHECKPATCH)         the kernel's style checker
#
# A fetched kernel stays until it is removed: rm -r $(LABDIR) and make fetches the
# present one. LINUX_SERIES is 6.12 or 6.1, FLAVOUR is cloud-amd64 or amd64; what belongs to a
# kernel other than the first of each has both in its name: build/lab-6.1,
# build/lab-amd64, build/lab-6.1-amd64 (LAB_VARIANT; tests/run has it too).

BUILD ?= build
FLAVOUR ?= cloud-amd64
LINUX_SERIES ?= 6.12

LAB_VARIANT := $(if $(filter-out 6.12,$(LINUX_SERIES)),-$(LINUX_SERIES))$(if $(filter-out cloud-amd64,$(FLAVOUR)),-$(FLAVOUR))
LABDIR := $(BUILD)/lab$(LAB_VARIANT)
LAB_EMULATOR := $(if $(LAB_QEMU),,$(BUILD)/lab/qemu/usr/bin/qemu-system-x86_64)
LAB_INIT := $(BUILD)/lab/init
CHECKPATCH := $(BUILD)/checkpatch/scripts/checkpatch.pl

$(LABDIR)/vmlinuz:
	@lab/kernel --series $(LINUX_SERIES) --flavour $(FLAVOUR) --out $(LABDIR)

$(BUILD)/lab/qemu/usr/bin/qemu-system-x86_64:
	@lab/emulator --out $(BUILD)/lab/qemu

$(LAB_INIT): lab/init.c
	@mkdir -p $(@D)
	$(CC) -static -O2 -Wall -Wextra -o $@.tmp $<
	@mv $@.tmp $@

$(CHECKPATCH):
	@lab/kernel --sources $(BUILD)/checkpatch
