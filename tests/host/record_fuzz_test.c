// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzz target of records, over records that are right, and over what becomes of them by
 * random changes, cuts and copies: nothing crashes, under AddressSanitizer and UBSan. With the
 * name of a directory, the inputs to begin with are written there instead, for libFuzzer.
 */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "fuzz.h"
#include "ktap.h"
#include "record.h"

#define ROUNDS		1500
#define SAMPLES		6
#define INPUT_MAX	65536

/* struct input - what the target gets */
struct input {
	unsigned char data[INPUT_MAX];
	size_t size;
};

static struct input lines, file;
static uint64_t state = 1;

/* xorshift64: the same each time. */
static unsigned int rnd(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)((state >> 32) % below);
}

static void make_sample(FILE *out, unsigned int i)
{
	static struct block blocks[3];
	static struct record_cgroup cgroup = { .path = "/a", .bytes = { 4096, 8192 } };
	struct klruscan_node_stats node = { .nid = 1, .threshold = 6, .heat = { 0, 500 } };
	struct record_heat heat = { .nid = 1, .pass = i + 1, .whole = true };
	struct record_memory memory[2] = { { .total_bytes = 1 << 30 }, { .kernel.nid = 1 } };
	struct record_sample sample = {
		.t_ms = 1000 * i, .status = { .nodes = &node, .nr_nodes = 1, .page_size = 4096 },
		.heat = &heat, .nr_heat = 1, .memory = memory, .nr_memory = 2,
		.cgroup = &cgroup, .nr_cgroups = 1, .has_cgroups = true,
	};

	for (unsigned int b = 0; b < 3; b++)
		blocks[b] = (struct block){ 512 + 100 * b + i, { 800, 200, 300 } };
	heat.blocks = (struct blocks){ KLRUSCAN_HEAT_BLOCK, 3, 3, blocks };
	memory[0].kernel.has[TIER_pgdemote_kswapd] = true;
	node.promoted_pages = 1000 * i;
	record_render_sample(&sample, out);
}

static void make_lines(void)
{
	struct record_head head = { .tool = "0.1.0", .kernel = "6.12", .interval_ms = 1000,
				    .page_size = 4096, .slow.bits = { 2 }, .fast.bits = { 1 } };
	FILE *out = fmemopen(lines.data, sizeof(lines.data), "w");

	fputc(FUZZ_LINES, out);
	record_render_head(&head, out);
	for (unsigned int i = 0; i < SAMPLES; i++)
		make_sample(out, i);
	record_render_end(RECORD_END_DURATION, 6000, SAMPLES, out);
	lines.size = (size_t)ftell(out);
	fclose(out);
}

/* Packed as it is, so that a change of a byte is one of the text; its CRC is then wrong. */
static void make_file(void)
{
	z_stream z = { 0 };

	file.data[0] = FUZZ_FILE;
	deflateInit2(&z, Z_NO_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = lines.data + 1;
	z.avail_in = (uInt)lines.size - 1;
	z.next_out = file.data + 1;
	z.avail_out = INPUT_MAX - 1;
	deflate(&z, Z_FINISH);
	file.size = INPUT_MAX - z.avail_out;
	deflateEnd(&z);
}

/* Numbers that are at a limit, and what JSON is made of. */
static const char *const words[] = {
	"-1", "0", "9223372036854775807", "18446744073709551615", "1e308", "4294967296", "null", "[",
	"{", "]", "}", "\"", ",", "true", "0.5", "\n",
};

static void insert(struct input *input, size_t at, const char *word)
{
	size_t length = strlen(word);

	if (input->size + length > INPUT_MAX)
		return;
	memmove(input->data + at + length, input->data + at, input->size - at);
	memcpy(input->data + at, word, length);
	input->size += length;
}

static void mutate(struct input *input)
{
	size_t at = 1 + rnd((unsigned int)input->size - 1), end;

	switch (rnd(5)) {
	case 0:
		input->data[at] = (unsigned char)rnd(256);
		break;
	case 1:
		input->size = at + 1;
		break;
	case 2:
		insert(input, at, words[rnd(sizeof(words) / sizeof(words[0]))]);
		break;
	case 3:
		/* a number becomes another one */
		for (end = at; end < input->size && input->data[end] >= '0' &&
		     input->data[end] <= '9'; end++)
			input->data[end] = (unsigned char)('0' + rnd(10));
		break;
	default:
		end = at + rnd((unsigned int)(input->size - at)) / 8;
		memmove(input->data + at, input->data + end, input->size - end);
		input->size -= end - at;
	}
}

static void run_mutants(const struct input *of)
{
	static struct input input;

	for (unsigned int round = 0; round < ROUNDS; round++) {
		input.size = of->size;
		memcpy(input.data, of->data, of->size);
		for (unsigned int times = 1 + rnd(4); times && input.size > 2; times--)
			mutate(&input);
		LLVMFuzzerTestOneInput(input.data, input.size);
	}
}

static int count(const struct record_head *head, const struct record_sample *sample, void *arg)
{
	(void)head;
	(void)sample;
	++*(unsigned int *)arg;
	return 0;
}

/* Else nothing but the refusal of bad files would be tested. */
static void what_is_changed_is_right_before(void)
{
	unsigned int samples = 0;
	struct record_reader *reader = record_reader_new(count, &samples);

	record_feed(reader, file.data + 1, file.size - 1);
	CHECK_EQUAL(record_reader_end(reader), RECORD_GOOD);
	record_reader_free(reader);
	CHECK_EQUAL(samples, SAMPLES);
}

static void every_beginning_is_truncated(void)
{
	for (size_t size = 1; size < file.size; size += 37) {
		unsigned int samples = 0;
		struct record_reader *reader = record_reader_new(count, &samples);
		enum record_verdict verdict;

		record_feed(reader, file.data + 1, size - 1);
		verdict = record_reader_end(reader);
		record_reader_free(reader);
		CHECK(verdict == RECORD_TRUNCATED || (size < 19 && verdict == RECORD_NOT_GZIP));
	}
}

static void any_piece_gives_the_same(void)
{
	unsigned int samples = 0;
	struct record_reader *reader = record_reader_new(count, &samples);

	for (size_t at = 1; at < file.size; at++)
		record_feed(reader, file.data + at, 1);
	CHECK_EQUAL(record_reader_end(reader), RECORD_GOOD);
	record_reader_free(reader);
	CHECK_EQUAL(samples, SAMPLES);
}

static void changed_lines_do_no_harm(void)
{
	run_mutants(&lines);
}

static void changed_files_do_no_harm(void)
{
	run_mutants(&file);
}

static int write_corpus(const char *directory)
{
	const struct input *const inputs[] = { &lines, &file };

	for (int i = 0; i < 2; i++) {
		char path[4096];
		FILE *out;

		snprintf(path, sizeof(path), "%s/%d", directory, i);
		out = fopen(path, "w");
		if (!out || fwrite(inputs[i]->data, 1, inputs[i]->size, out) != inputs[i]->size ||
		    fclose(out))
			return 1;
	}
	return 0;
}

static const struct ktap_test tests[] = {
	KTAP_TEST(what_is_changed_is_right_before),
	KTAP_TEST(every_beginning_is_truncated),
	KTAP_TEST(any_piece_gives_the_same),
	KTAP_TEST(changed_lines_do_no_harm),
	KTAP_TEST(changed_files_do_no_harm),
};

int main(int argc, char **argv)
{
	make_lines();
	make_file();
	if (argc > 1)
		return write_corpus(argv[1]);
	return ktap_run(tests, KTAP_NR(tests));
}
