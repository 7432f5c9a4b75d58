# SPDX-License-Identifier: GPL-2.0-only
#
# What the lab makes or fetches, for the Makefile at the top to include and depend on:
#
#   $(LABDIR)/vmlinuz     the distribution kernel of FLAVOUR, with System.map, config,
#                         release and headers (a KDIR) beside it
#   $(LAB_EMULATOR)       an emulator that can be trusted with several CPUs; nothing where
#                         $LAB_QEMU names one
#   $(LAB_INIT)           process 1 of the guests
#   $(CHECKPATCH)         the kernel's style checker
#
# A fetched kernel stays until it is removed: rm -r $(LABDIR) and make fetches the
# present one. FLAVOUR is cloud-amd64 (build/lab) or amd64 (build/lab-amd64).

BUILD ?= build
FLAVOUR ?= cloud-amd64

LABDIR := $(BUILD)/lab$(if $(filter-out cloud-amd64,$(FLAVOUR)),-$(FLAVOUR))
LAB_EMULATOR := $(if $(LAB_QEMU),,$(BUILD)/lab/qemu/usr/bin/qemu-system-x86_64)
LAB_INIT := $(BUILD)/lab/init
CHECKPATCH := $(BUILD)/checkpatch/scripts/checkpatch.pl

$(LABDIR)/vmlinuz:
	@lab/kernel --flavour $(FLAVOUR) --out $(LABDIR)

$(BUILD)/lab/qemu/usr/bin/qemu-system-x86_64:
	@lab/emulator --out $(BUILD)/lab/qemu

$(LAB_INIT): lab/init.c
	@mkdir -p $(@D)
	$(CC) -static -O2 -Wall -Wextra -o $@.tmp $<
	@mv $@.tmp $@

$(CHECKPATCH):
	@lab/kernel --sources $(BUILD)/checkpatch
