/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KTAP for tests in C. A test is a function; the first CHECK() that does not
 * hold ends it.
 *
 *	static const struct ktap_test tests[] = { KTAP_TEST(zero_is_empty) };
 *
 *	int main(void)
 *	{
 *		return ktap_run(tests, KTAP_NR(tests));
 *	}
 */
#ifndef TESTS_HOST_KTAP_H
#define TESTS_HOST_KTAP_H

#include <stdarg.h>
#include <stdio.h>

/**
 * struct ktap_test - one test
 * @name: of the function
 * @run: the function
 */
struct ktap_test {
	const char *name;
	void (*run)(void);
};

#define KTAP_TEST(function)	{ #function, function }
#define KTAP_NR(tests)		(sizeof(tests) / sizeof((tests)[0]))

/* What did not hold in the test that runs; empty while all does. */
static char ktap_why[256];

static inline void __attribute__((format(printf, 1, 2)))
ktap_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ktap_why, sizeof(ktap_why), format, args);
	va_end(args);
}

#define CHECK(condition)						\
	do {								\
		if (!(condition)) {					\
			ktap_fail("line %d: %s", __LINE__, #condition);	\
			return;						\
		}							\
	} while (0)

/* Both are integers; shows the values. */
#define CHECK_EQUAL(a, b)						\
	do {								\
		long long a_ = (a), b_ = (b);				\
									\
		if (a_ != b_) {						\
			ktap_fail("line %d: %s is %lld, %s is %lld",	\
				  __LINE__, #a, a_, #b, b_);		\
			return;						\
		}							\
	} while (0)

/* Returns the exit status: 0 when all passed, else 1. */
static inline int ktap_run(const struct ktap_test *tests, size_t nr)
{
	int failed = 0;
	size_t i;

	printf("KTAP version 1\n1..%zu\n", nr);
	for (i = 0; i < nr; i++) {
		ktap_why[0] = '\0';
		tests[i].run();
		if (ktap_why[0])
			printf("# %s\n", ktap_why);
		printf("%s %zu - %s\n", ktap_why[0] ? "not ok" : "ok", i + 1,
		       tests[i].name);
		failed += ktap_why[0] != '\0';
		fflush(stdout);
	}
	return failed || !nr;
}

#endif
