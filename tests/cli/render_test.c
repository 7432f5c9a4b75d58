// SPDX-License-Identifier: GPL-2.0-only
/*
 * Renders a fixture for tests/cli/run to compare.
 *
 *	render_test list		the names of the fixtures
 *	render_test text NAME		as text
 *	render_test json NAME		as JSON, once json-c has read it back and
 *					it says what the ABI promises
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "fixture.h"

static int complain(const char *what)
{
	fprintf(stderr, "render_test: %s\n", what);
	return 1;
}

static struct json_object *member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, key, &value))
		fprintf(stderr, "render_test: no key '%s'\n", key);
	return value;
}

/* Every outcome is there, and @exact: they add up to the candidates. */
static int check_outcomes(struct json_object *part, bool exact)
{
	static const char *const words[] = {
#define X(name, word, text) #word,
		KLRUSCAN_OUTCOMES(X)
#undef X
		"unknown",
	};
	struct json_object *outcomes = member(part, "outcomes");
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct json_object *count = member(outcomes, words[i]);

		if (!json_object_is_type(count, json_type_int))
			return complain("an outcome is missing or no number");
		sum += json_object_get_uint64(count);
	}
	if (exact && sum != json_object_get_uint64(member(part, "candidates")))
		return complain("the outcomes do not add up to the candidates");
	if (json_object_array_length(member(part, "heat")) != KLRUSCAN_HEAT_LEVELS)
		return complain("the heat has not one number a level");
	return 0;
}

/* The total has the keys of a node, in the same order. */
static int check_keys(struct json_object *node, struct json_object *total)
{
	struct json_object_iterator a = json_object_iter_begin(node);
	struct json_object_iterator b = json_object_iter_begin(total);
	struct json_object_iterator end = json_object_iter_end(node);

	if (json_object_object_length(node) != json_object_object_length(total))
		return complain("the total has other keys than a node");
	for (; !json_object_iter_equal(&a, &end);
	     json_object_iter_next(&a), json_object_iter_next(&b))
		if (strcmp(json_object_iter_peek_name(&a), json_object_iter_peek_name(&b)))
			return complain("the total has other keys than a node");
	return 0;
}

static int check_document(struct json_object *document, const struct status *status)
{
	struct json_object *nodes = member(document, "nodes");
	struct json_object *total = member(document, "total");
	bool exact = status->info.uptime_ns < 1ULL << 60; /* sums did not overflow */

	if (json_object_array_length(nodes) != status->nr_nodes)
		return complain("not one object a node");
	for (size_t i = 0; i < json_object_array_length(nodes); i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);

		if (check_outcomes(node, true) || check_keys(node, total))
			return 1;
	}
	return check_outcomes(total, exact);
}

static int check_json(const char *text, size_t length, const struct status *status)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *document;
	int ret;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	document = json_tokener_parse_ex(tokener, text, (int)length);
	if (!document)
		ret = complain(json_tokener_error_desc(json_tokener_get_error(tokener)));
	else if (json_tokener_get_parse_end(tokener) + 1 < length)
		ret = complain("something follows the JSON");
	else
		ret = check_document(document, status);
	json_object_put(document);
	json_tokener_free(tokener);
	return ret;
}

static int render(const struct fixture *fixture, enum format format)
{
	struct status status = { 0 };
	size_t length = 0;
	char *text = NULL;
	FILE *out;
	int err;

	fixture->fill(&status);
	out = open_memstream(&text, &length);
	err = status_render(&status, format, out);
	fclose(out);
	if (err)
		err = complain(strerror(-err));
	else if (format == FORMAT_JSON)
		err = check_json(text, length, &status);
	fputs(text, stdout);
	free(text);
	return err;
}

int main(int argc, char **argv)
{
	const struct fixture *fixture;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (unsigned int i = 0; i < nr_fixtures; i++)
			puts(fixtures[i].name);
		return 0;
	}
	fixture = argc == 3 ? fixture_find(argv[2]) : NULL;
	if (!fixture)
		return complain("usage: render_test list | text NAME | json NAME");
	return render(fixture, strcmp(argv[1], "json") ? FORMAT_TEXT : FORMAT_JSON);
}
