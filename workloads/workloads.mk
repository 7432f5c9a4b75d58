# SPDX-License-Identifier: GPL-2.0-only
# The workloads and their host test. Included by the top Makefile; also works
# alone: make -f workloads/workloads.mk workloads

BUILD ?= build
CC ?= cc

WORKLOAD_NAMES := hotset phase polluter tenants zipf
WORKLOADS := $(WORKLOAD_NAMES:%=$(BUILD)/bin/%) $(BUILD)/bin/redis
REDIS_TREE := $(BUILD)/redis
REDIS_SERVER := $(REDIS_TREE)/usr/bin/redis-server
WORKLOADS_TEST := $(BUILD)/host/workloads_test

# Static: they run in an initramfs that has no C library.
WORKLOADS_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Wshadow -Iworkloads
WORKLOADS_TEST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Iworkloads \
	-fsanitize=address,undefined -fno-sanitize-recover=all

WORKLOADS_PURE := hotset.c phase.c polluter.c tenants.c zipf.c strata.c oracle.c \
	sample.c values.c resp.c
WORKLOADS_ENGINE := engine.c options.c crew.c worker.c cgroups.c measure.c \
	figures.c nodes.c report.c
WORKLOADS_REDIS := redis.c server.c memory.c client.c
# What the tests call, and what that calls.
WORKLOADS_TESTED := $(WORKLOADS_PURE) figures.c measure.c nodes.c crew.c worker.c cgroups.c
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

$(WORKLOAD_NAMES:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/workloads/main-%.o

$(BUILD)/bin/redis: $(WORKLOADS_REDIS:%.c=$(BUILD)/workloads/%.o)

$(WORKLOADS): $(WORKLOADS_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -static -o $@ $^ -lm

# The server of the redis workload: Debian's, unpacked and not installed.
$(REDIS_SERVER):
	@lab/program --out $(REDIS_TREE) usr/bin/redis-server \
		redis-server redis-tools libjemalloc2 liblzf1 libatomic1

$(WORKLOADS_TEST): tests/host/workloads_test.c tests/host/workloads_sample_test.c \
		tests/host/workloads_oracle_test.c tests/host/workloads_redis_test.c \
		tests/host/workloads_tenants_test.c tests/host/workloads_figures_test.c \
		$(WORKLOADS_TESTED:%=workloads/%) $(WORKLOADS_HEADERS) \
		tests/host/workloads_test.h workloads/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOADS_TEST_CFLAGS) -o $@ $(filter %.c,$^) -lm
