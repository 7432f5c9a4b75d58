# SPDX-License-Identifier: GPL-2.0-only
# Fuzzing with libFuzzer, which comes with clang. Included by the top Makefile.

FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_DIR := $(BUILD)/fuzz

# What reads and shows records, and is pure but for the opening of files.
RECORD_SOURCES := $(addprefix $(KLRUSCAN_DIR)/,record_read.c record_parse.c record_render.c blocks.c \
	heatmap.c heatmap_text.c series.c ticks.c report_emit.c report_picture.c svg.c svg_heatmap.c \
	svg_charts.c source.c progress.c $(KLRUSCAN_RENDER))
RECORD_HEADERS := $(wildcard $(KLRUSCAN_DIR)/*.h tests/fuzz/*.h) kernel/include/uapi/linux/klruscan.h

$(FUZZ_DIR)/record: tests/fuzz/record.c $(RECORD_SOURCES) $(RECORD_HEADERS) tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(KLRUSCAN_CPPFLAGS) -Itests/fuzz -std=gnu11 -g -O1 \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(filter %.c,$^) $(KLRUSCAN_LIBS)

# Inputs that are nearly right to begin with.
$(FUZZ_DIR)/corpus: $(BUILD)/host/record_fuzz_test
	@mkdir -p $@
	$< $@ && touch $@
