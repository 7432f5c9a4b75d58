# SPDX-License-Identifier: GPL-2.0-only
# The workloads and their host test. Included by the top Makefile; also works
# alone: make -f workloads/workloads.mk workloads

BUILD ?= build
CC ?= cc

WORKLOAD_NAMES := hotset phase polluter zipf
WORKLOADS := $(WORKLOAD_NAMES:%=$(BUILD)/bin/%)
WORKLOADS_TEST := $(BUILD)/host/workloads_test

# Static: they run in an initramfs that has no C library.
WORKLOADS_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Wshadow -Iworkloads
WORKLOADS_TEST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Iworkloads \
	-fsanitize=address,undefined -fno-sanitize-recover=all

WORKLOADS_PURE := hotset.c phase.c polluter.c zipf.c strata.c oracle.c sample.c
WORKLOADS_ENGINE := engine.c options.c crew.c worker.c measure.c nodes.c report.c
WORKLOADS_HEADERS := $(wildcard workloads/*.h)
WORKLOADS_OBJECTS := $(patsubst %.c,$(BUILD)/workloads/%.o, \
	$(WORKLOADS_PURE) $(WORKLOADS_ENGINE))

.PHONY: workloads workloads-test

workloads: $(WORKLOADS)

workloads-test: $(WORKLOADS_TEST)
	$(WORKLOADS_TEST)

$(BUILD)/workloads/%.o: workloads/%.c $(WORKLOADS_HEADERS) workloads/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOADS_CFLAGS) -c -o $@ $<

$(BUILD)/workloads/main-%.o: workloads/main.c $(WORKLOADS_HEADERS) workloads/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOADS_CFLAGS) -DPATTERN=$*_pattern -c -o $@ $<

$(WORKLOADS): $(BUILD)/bin/%: $(BUILD)/workloads/main-%.o $(WORKLOADS_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -static -o $@ $^ -lm

$(WORKLOADS_TEST): tests/host/workloads_test.c tests/host/workloads_sample_test.c \
		tests/host/workloads_oracle_test.c \
		$(WORKLOADS_PURE:%=workloads/%) $(WORKLOADS_HEADERS) \
		tests/host/workloads_test.h workloads/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOADS_TEST_CFLAGS) -o $@ $(filter %.c,$^) -lm
