# SPDX-License-Identifier: GPL-2.0-only
# klruscan: `make help` lists what there is to make.

BUILD := build
FLAVOUR ?= cloud-amd64
VERSION := $(shell cat VERSION)
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

include lab/lab.mk
include workloads/workloads.mk
include tools/klruscan/klruscan.mk
include tests/cli/cli.mk
include tests/fuzz/fuzz.mk
include tests/host/host.mk
include tests/system/system.mk
include series/series.mk
include debian/deb.mk

# The module of one kernel.
MODDIR := $(BUILD)/module$(LAB_VARIANT)
MODULE := $(MODDIR)/klruscan.ko
# tests/mutants/run has its own copies of it.
KERNEL_DIR := kernel
KERNEL_SOURCES := $(shell find $(KERNEL_DIR) -type f -not -path "*/Documentation/*" \
	-not -path "*/samples/*")

# Builds what a verb needs; V=1 shows the commands.
BUILDING = echo "building what is not up to date"; $(MAKE) $(if $(V),,-s)

.PHONY: all bench bench-quick module sample demo test test-host test-stock test-tree test-core fuzz mutants check help clean deps
.PHONY: series check-series kernel deb-kernel deb test-deb

## all         the module, the command line tool and the workloads
all: module klruscan-tool workloads

# These two are in the files that are included.
## klruscan-tool  build/bin/klruscan, the command line tool
## workloads   build/bin/hotset and others: programs with a known hot set

## module      build/module/klruscan.ko, for Debian's kernel (FLAVOUR=amd64: the generic one; LINUX_SERIES=6.1)
module: $(MODULE)

# Kbuild writes beside the sources, so it is given a copy. Without BTF, which
# would need pahole and which nothing here reads, and without this directory's name.
$(MODULE): $(LABDIR)/vmlinuz $(KERNEL_SOURCES) VERSION
	@mkdir -p $(MODDIR)
	@cp -ru $(KERNEL_DIR)/. $(MODDIR)/
	$(MAKE) -C $(LABDIR)/headers M=$(CURDIR)/$(MODDIR) \
		KLRUSCAN_VERSION=$(VERSION) KCFLAGS=-ffile-prefix-map=$(CURDIR)/= \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules
	@touch $@

## sample      the module kernel/samples/pghot, which feeds the store from page faults
SAMPLE := $(SYSTEM_TEST_MODULE_DIR)/pghot_faults/pghot_faults.ko
sample: $(SAMPLE)
	@echo "load it after klruscan: insmod $(SAMPLE)"

# What a virtual machine with klruscan in it needs.
$(BUILD)/.lab-ready: $(MODULE) $(LAB_EMULATOR) $(LAB_INIT) $(KLRUSCAN_BIN) $(WORKLOADS)
	@touch $@

## demo        see it work: a hot set on slow memory moves to fast memory
demo:
	@scripts/install-needed demo
	@$(BUILDING) $(BUILD)/.lab-ready
	@demo/run

## test        all tests: on this host, then on Debian's kernel in a virtual machine
test:
	@scripts/install-needed test
	@$(BUILDING) test-programs
	@tests/run host stock

## test-host   the quick ones: pure code under sanitizers, the command line tool
test-host:
	@scripts/install-needed test
	@$(BUILDING) host-test-programs
	@tests/run host

## test-stock  the module on Debian's kernel in a virtual machine (FLAVOUR=, LINUX_SERIES= as for module)
test-stock:
	@scripts/install-needed test
	@$(BUILDING) system-test-programs
	@tests/run stock

## test-tree   the same tests on a kernel with the series, which checks itself
test-tree: tree-test-programs
	@tests/run tree

## test-core   those of them that such a kernel has most to say about
test-core: tree-test-programs
	@tests/run core

## test-deb    the Debian packages, in a Debian: DKMS, service, upgrade, purge (as root; 10 minutes, and 10 more once)
test-deb:
	@scripts/install-needed deb test-deb
	@$(BUILDING) $(DEB) $(DEB_OLDER) $(DEB_BASE) $(LABDIR)/vmlinuz \
		$(LAB_EMULATOR) $(LAB_INIT) $(WORKLOADS) $(CLI_TEST_DIR)/kernel_functions
	@$(MAKE) $(if $(V),,-s) LINUX_SERIES=6.1 $(BUILD)/lab-6.1/vmlinuz
	@tests/run deb

## fuzz        libFuzzer on the reader of records, for FUZZ_SECONDS (60); needs clang
fuzz:
	@scripts/install-needed fuzz
	@$(BUILDING) $(FUZZ_DIR)/record $(FUZZ_DIR)/corpus
	@$(FUZZ_DIR)/record -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix=$(FUZZ_DIR)/ $(FUZZ_DIR)/corpus

## mutants     do the tests notice it when an old defect is put back? (half an hour)
mutants:
	@scripts/install-needed mutants
	@$(BUILDING) system-test-programs
	@tests/mutants/run

.PHONY: test-programs host-test-programs system-test-programs tree-test-programs
test-programs: host-test-programs system-test-programs
host-test-programs: $(HOST_TESTS) $(WORKLOADS) $(WORKLOADS_TEST) cli-test-programs
system-test-programs: $(BUILD)/.lab-ready $(SYSTEM_TEST_PROGRAMS)
tree-test-programs:
	@scripts/install-needed test kernel
	@$(BUILDING) $(TREE_TEST_PROGRAMS) $(SYSTEM_TEST_BINARIES) $(LAB_EMULATOR) $(LAB_INIT) \
		$(KLRUSCAN_BIN) $(WORKLOADS)

## bench       the scoreboard: every policy on every workload, three times; runs what is not there yet
bench: bench-programs
	@$(BUILDING) $(REDIS_SERVER)
	@bench/run

## bench-quick the same, four workloads once: a quarter of an hour
bench-quick: bench-programs
	@bench/run --quick

.PHONY: bench-programs
bench-programs:
	@scripts/install-needed bench
	@$(BUILDING) $(BUILD)/.lab-ready

## check       style, sparse, cppcheck, shellcheck and the layering of the sources
check:
	@scripts/install-needed check
	@$(BUILDING) $(CHECKPATCH) $(MODULE)
	@CHECKPATCH=$(CHECKPATCH) KDIR=$(LABDIR)/headers scripts/check

## series      build/series: klruscan as patches for the source of Debian's kernel
series:
	@scripts/install-needed series
	@$(BUILDING) $(SERIES)

## check-series  each patch by itself: checkpatch, and builds with the options on and off
check-series: series
	@scripts/install-needed kernel
	@$(BUILDING) $(BUILD)/check/.config
	@series/check --base $(BUILD)/linux --series $(BUILD)/series --config $(BUILD)/check/.config

## kernel      build/kernel: a small kernel with the series in it, for the lab
kernel:
	@scripts/install-needed kernel
	@$(BUILDING) $(KERNEL)
	@echo "try it: lab/vm --kernel $(KERNEL) -- grep -r . /sys/kernel/mm/klruscan"

## deb         build/deb: the Debian packages klruscan-dkms and klruscan-tools
deb:
	@scripts/install-needed deb
	@$(BUILDING) $(DEB)
	@ls $(BUILD)/deb/*.deb

## deb-kernel  Debian's kernel with the series in it, as packages, in build/ (hours)
deb-kernel:
	@scripts/install-needed deb-kernel
	@$(BUILDING) deb-packages
	@ls $(BUILD)/linux-*.deb

## deps        install what building, testing and checking needs
deps:
	@scripts/install-needed demo test bench check kernel

## clean       remove what was built; what was fetched, kernels and what bench measured stay
clean:
	rm -rf $(BUILD)/bin $(BUILD)/module* $(BUILD)/host $(BUILD)/tests $(BUILD)/fuzz \
		$(BUILD)/tools $(BUILD)/workloads $(BUILD)/demo \
		$(BUILD)/sparse $(BUILD)/series $(BUILD)/.lab-ready $(BUILD)/deb

## help        this list
help:
	@sed -n 's/^## \([^ ]*\) */\1 /p' $(firstword $(MAKEFILE_LIST)) | \
		while read -r verb what; do printf '  make %-14s %s\n' "$$verb" "$$what"; done
