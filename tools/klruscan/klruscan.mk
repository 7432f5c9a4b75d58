# SPDX-License-Identifier: GPL-2.0-only
# The command line tool, with libraries that scripts/install-needed installs: until
# then pkg-config may be missing. Included by the top Makefile; also works alone:
# make -f tools/klruscan/klruscan.mk klruscan-tool

BUILD ?= build
CC ?= cc
PKG_CONFIG ?= pkg-config

KLRUSCAN_DIR := tools/klruscan
KLRUSCAN_BIN := $(BUILD)/bin/klruscan

# What renders, and knows neither files nor the command line.
KLRUSCAN_RENDER := status.c fields.c metrics.c tune.c knobs.c nodes.c failure.c \
	emit.c emit_format.c emit_csv.c emit_json.c emit_text.c emit_tables.c emit_item.c utf8.c
KLRUSCAN_SOURCES := main.c options.c source.c progress.c cmd_status.c \
	cmd_doctor.c doctor.c doctor_kernel.c doctor_memory.c \
	machine.c machine_module.c unxz.c machine_symbols.c \
	cmd_top.c top_model.c top_view.c \
	cmd_tune.c tune_request.c tune_plan.c tune_apply.c \
	cmd_cgroup.c cgroup.c cgroup_path.c cgroup_collect.c \
	cmd_export.c metrics_collect.c textfile.c \
	http_address.c http_request.c http_server.c \
	cmd_record.c record_collect.c record_cgroups.c record_file.c record_render.c blocks.c \
	cmd_report.c record_read.c record_parse.c \
	heatmap.c heatmap_text.c series.c ticks.c report_emit.c \
	report_picture.c svg.c svg_heatmap.c svg_charts.c \
	$(KLRUSCAN_RENDER)
KLRUSCAN_OBJECTS := $(KLRUSCAN_SOURCES:%.c=$(BUILD)/tools/klruscan/%.o)

KLRUSCAN_PACKAGES := json-c smartcols libbpf ncursesw liblzma zlib
KLRUSCAN_CPPFLAGS := -Ikernel/include/uapi -Ikernel -I$(KLRUSCAN_DIR) -D_GNU_SOURCE \
	-DKLRUSCAN_VERSION='"$(shell cat VERSION)"' \
	$(shell $(PKG_CONFIG) --cflags $(KLRUSCAN_PACKAGES) 2>/dev/null)
KLRUSCAN_WARNINGS := -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes
KLRUSCAN_CFLAGS := $(KLRUSCAN_WARNINGS) -O2 -g -ffile-prefix-map=$(CURDIR)=.
KLRUSCAN_LIBS := $(shell $(PKG_CONFIG) --libs $(KLRUSCAN_PACKAGES) 2>/dev/null) -lm

.PHONY: klruscan-tool

klruscan-tool: $(KLRUSCAN_BIN)

$(KLRUSCAN_BIN): $(KLRUSCAN_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(KLRUSCAN_LIBS)

$(BUILD)/tools/klruscan/%.o: $(KLRUSCAN_DIR)/%.c $(KLRUSCAN_DIR)/klruscan.mk VERSION
	@mkdir -p $(@D)
	$(CC) $(KLRUSCAN_CPPFLAGS) $(CPPFLAGS) $(KLRUSCAN_CFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

-include $(KLRUSCAN_OBJECTS:.o=.d)
