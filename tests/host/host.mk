# SPDX-License-Identifier: GPL-2.0-only
# The tests of pure code, which run on this host. Included by the top Makefile;
# also works alone: make -f tests/host/host.mk host-tests

BUILD ?= build
CC ?= cc

HOST_TEST_NAMES := heat_test choice_test curve_test tempo_test clock_test skip_test budget_test lookout_test gauge_test share_test span_test
TOOL_TEST_NAMES := report_test record_fuzz_test
HOST_TESTS := $(HOST_TEST_NAMES:%=$(BUILD)/host/%) $(TOOL_TEST_NAMES:%=$(BUILD)/host/%)

ifndef KLRUSCAN_BIN
include tools/klruscan/klruscan.mk
endif
ifndef RECORD_SOURCES
include tests/fuzz/fuzz.mk
endif

# The same headers as in the kernel: internal.h is swapped, and nothing else.
HOST_TEST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow \
	-iquote tests/host -iquote kernel/mm -Ikernel/include \
	-fsanitize=address,undefined -fno-sanitize-recover=all
HOST_TEST_HEADERS := tests/host/internal.h tests/host/ktap.h \
	kernel/mm/pghot_heat.h kernel/mm/pghot_span.h kernel/mm/kpromoted_choice.h \
	kernel/mm/kpromoted_curve.h kernel/mm/klruscand_tempo.h \
	kernel/mm/klruscand_clock.h kernel/mm/klruscand_skip.h kernel/mm/klruscand_budget.h \
	kernel/mm/klruscand_lookout.h kernel/mm/kgauged.h \
	kernel/mm/kpromoted_share.h kernel/include/uapi/linux/klruscan.h

.PHONY: host-tests

host-tests: $(HOST_TESTS)

$(HOST_TEST_NAMES:%=$(BUILD)/host/%): $(BUILD)/host/%: tests/host/%.c $(HOST_TEST_HEADERS) tests/host/host.mk
	@mkdir -p $(@D)
	$(CC) $(HOST_TEST_CFLAGS) -o $@ $< -lm

# Of what 'klruscan report' is made of, with the fuzz target.
$(TOOL_TEST_NAMES:%=$(BUILD)/host/%): $(BUILD)/host/%: tests/host/%.c tests/fuzz/record.c \
		$(RECORD_SOURCES) $(RECORD_HEADERS) tests/host/ktap.h tests/host/host.mk
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) -Itests/fuzz -Itests/host $(KLRUSCAN_WARNINGS) -g -O1 \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-o $@ $(filter %.c,$^) $(KLRUSCAN_LIBS)
