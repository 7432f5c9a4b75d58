/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The random numbers of the workloads: SplitMix64 (Steele, Lea, Flood 2014).
 * One addition and two multiplications a number, any seed is a good seed, and
 * the same seed gives the same sequence on every machine.
 */
#ifndef WORKLOADS_PRNG_H
#define WORKLOADS_PRNG_H

#include <stdint.h>

#define PRNG_GAMMA 0x9e3779b97f4a7c15ULL

/* Scramble @x: a bijection of 64 bits, used as a hash. */
static inline uint64_t prng_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* The next 64 random bits; @state may start at any value. */
static inline uint64_t prng_next(uint64_t *state)
{
	*state += PRNG_GAMMA;
	return prng_mix(*state);
}

/* A seed of its own for stream @n of @seed. */
static inline uint64_t prng_seed(uint64_t seed, uint64_t n)
{
	return prng_mix(prng_mix(seed + PRNG_GAMMA) + n * PRNG_GAMMA);
}

/*
 * Map the 32 random bits @r to 0..@n-1. The bias between two results is below
 * n / 2^32, i.e. 0.0015 % for 64000 pages.
 */
static inline uint32_t prng_scale(uint32_t r, uint32_t n)
{
	return (uint32_t)(((uint64_t)r * n) >> 32);
}

#endif
