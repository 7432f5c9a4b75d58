/* SPDX-License-Identifier: GPL-2.0-only */
/* mm/internal.h as the pure headers of kernel/mm need it on the host. */
#ifndef TESTS_HOST_INTERNAL_H
#define TESTS_HOST_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int32_t s32;
typedef int64_t s64;

#define U64_MAX UINT64_MAX

/* Here is one thread. */
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, val) ((x) = (val))

static inline unsigned int hweight8(unsigned int w)
{
	return (unsigned int)__builtin_popcount(w & 0xff);
}

#define min(a, b) ((a) < (b) ? (a) : (b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(n, lo, hi) ((n) < (lo) ? (lo) : (n) > (hi) ? (hi) : (n))
#define clamp_t(type, n, lo, hi) clamp((type)(n), (type)(lo), (type)(hi))

static inline unsigned int ilog2(u64 n)
{
	return 63 - (unsigned int)__builtin_clzll(n);
}

static inline unsigned long int_sqrt(unsigned long n)
{
	unsigned long root = 0, bit = 1UL << 31;

	for (; bit; bit >>= 1)
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	return root;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

#endif
