# SPDX-License-Identifier: GPL-2.0-only
# What tests/cli/run runs. Included by the top Makefile; also works alone:
# make -f tests/cli/cli.mk cli-test

ifndef KLRUSCAN_BIN
include tools/klruscan/klruscan.mk
endif

CLI_TEST_DIR := $(BUILD)/tests/cli
CLI_TEST_CFLAGS := $(KLRUSCAN_WARNINGS) -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
CLI_TEST_HEADERS := $(wildcard $(KLRUSCAN_DIR)/*.h tests/cli/*.h) \
	kernel/include/uapi/linux/klruscan.h

# From the package, which is not installed: that would start a server.
PROMTOOL := $(BUILD)/prometheus/usr/bin/promtool

.PHONY: cli-test cli-test-programs

cli-test: cli-test-programs
	BUILD=$(BUILD) tests/run tests/cli

cli-test-programs: $(KLRUSCAN_BIN) $(CLI_TEST_DIR)/render_test $(CLI_TEST_DIR)/klruscan_fake \
	$(CLI_TEST_DIR)/kernel_functions $(CLI_TEST_DIR)/top_test $(PROMTOOL)

$(CLI_TEST_DIR)/render_test: tests/cli/render_test.c tests/cli/fixture.c \
		$(KLRUSCAN_RENDER:%=$(KLRUSCAN_DIR)/%) $(CLI_TEST_HEADERS) tests/cli/cli.mk
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) -Itests/cli $(CLI_TEST_CFLAGS) -o $@ \
		$(filter %.c,$^) $(KLRUSCAN_LIBS)

$(CLI_TEST_DIR)/kernel_functions: tests/cli/kernel_functions.c kernel/compat/symbols.h \
		$(CLI_TEST_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) $(CLI_TEST_CFLAGS) -o $@ $<

$(CLI_TEST_DIR)/top_test: tests/cli/top_test.c tests/cli/fixture.c \
		$(addprefix $(KLRUSCAN_DIR)/,top_model.c top_view.c cgroup.c $(KLRUSCAN_RENDER)) \
		$(CLI_TEST_HEADERS) tests/cli/cli.mk
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) -Itests/cli $(CLI_TEST_CFLAGS) -o $@ \
		$(filter %.c,$^) $(KLRUSCAN_LIBS)

$(PROMTOOL):
	@lab/program --out $(BUILD)/prometheus usr/bin/promtool prometheus

# All of the tool, with a device and files that the test chooses.
$(CLI_TEST_DIR)/klruscan_fake: tests/cli/fake_device.c tests/cli/fake_files.c \
		tests/cli/fake_cgroups.c tests/cli/fake_clock.c tests/cli/fixture.c \
		$(KLRUSCAN_SOURCES:%=$(KLRUSCAN_DIR)/%) $(CLI_TEST_HEADERS) \
		tests/cli/cli.mk VERSION
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) -Itests/cli $(CLI_TEST_CFLAGS) -o $@ \
		-Wl,--wrap=open,--wrap=ioctl,--wrap=write,--wrap=fstatfs,--wrap=socket,--wrap=bind,--wrap=ppoll \
		-Wl,--wrap=clock_gettime,--wrap=sigtimedwait $(filter %.c,$^) $(KLRUSCAN_LIBS)
