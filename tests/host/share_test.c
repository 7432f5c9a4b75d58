// SPDX-License-Identifier: GPL-2.0-only
/*
 * How what the rate allows is divided among cgroups.
 */
#include <string.h>

#include "internal.h"
#include "kpromoted_share.h"
#include "ktap.h"

static struct kpromoted_shares shares;
static u64 need[KPROMOTED_SHARES];

static void begin(void)
{
	memset(&shares, 0, sizeof(shares));
	kpromoted_shares_begin(&shares, false, false);
}

static void want(u64 id, unsigned int weight, u64 pages)
{
	kpromoted_share_of(&shares, id, weight)->want += pages;
}

static void divide(u64 tokens)
{
	kpromoted_shares_divide(&shares, need, tokens);
}

/* Both want more than there is. */
static void divide_between_two(u64 tokens)
{
	begin();
	want(1, 100, 10000);
	want(2, 100, 10000);
	divide(tokens);
}

static s64 part(u64 id)
{
	return kpromoted_share_of(&shares, id, 100)->tokens;
}

static s64 sum(void)
{
	s64 all = 0;

	for (unsigned int i = 0; i < shares.nr; i++)
		all += shares.share[i].tokens;
	return all;
}

static void enough_is_not_divided(void)
{
	begin();
	want(1, 100, 600);
	want(2, 1, 400);
	divide(1000);
	CHECK(!shares.divided);
	CHECK_EQUAL(sum(), 0);
}

/* The next turns of the same second: nobody is asked again. */
static void wants_can_be_kept(void)
{
	begin();
	want(1, 100, 600);
	want(2, 100, 600);
	divide(2000);
	CHECK(!shares.divided);
	for (int turn = 0; turn < 3; turn++) {
		kpromoted_shares_begin(&shares, true, false);
		divide(200);
		CHECK(shares.divided);
		CHECK_EQUAL(part(1), 100);
		CHECK_EQUAL(part(2), 100);
	}
	kpromoted_share_of(&shares, 1, 100)->tokens -= 150;
	kpromoted_shares_begin(&shares, true, false);
	divide(200);
	CHECK_EQUAL(part(1), 50);
	CHECK_EQUAL(part(2), 100);
}

static void a_lone_one_has_all(void)
{
	begin();
	want(1, 1, 5000);
	divide(1000);
	CHECK(shares.divided);
	CHECK_EQUAL(part(1), 1000);
}

static void equals_have_equal_parts(void)
{
	begin();
	want(1, 100, 1000000);
	want(2, 100, 300);
	want(3, 100, 300);
	divide(600);
	CHECK_EQUAL(part(1), 200);
	CHECK_EQUAL(part(2), 200);
	CHECK_EQUAL(part(3), 200);
}

/* A noisy one gets what the quiet ones leave, and they get all that they want. */
static void what_one_leaves_the_others_have(void)
{
	begin();
	want(1, 100, 1000000);
	for (u64 id = 2; id <= 8; id++)
		want(id, 100, 10);
	divide(1000);
	for (u64 id = 2; id <= 8; id++)
		CHECK_EQUAL(part(id), 10);
	CHECK_EQUAL(part(1), 930);
}

static void weights_count(void)
{
	begin();
	want(1, 300, 10000);
	want(2, 100, 10000);
	want(3, 100, 50);
	divide(850);
	CHECK_EQUAL(part(3), 50);
	CHECK_EQUAL(part(1), 600);
	CHECK_EQUAL(part(2), 200);
}

static void few_pages_are_for_all(void)
{
	begin();
	for (u64 id = 1; id <= 100; id++)
		want(id, 100, 10);
	divide(3);
	for (u64 id = 1; id <= 100; id++)
		CHECK_EQUAL(part(id), 1);
}

static void nothing_is_nothing(void)
{
	begin();
	divide(0);
	CHECK(!shares.divided);
	want(1, 100, 1);
	divide(0);
	CHECK(shares.divided);
	CHECK_EQUAL(part(1), 0);
}

/* A huge page for which it had not enough: it waits until the others have had as much. */
static void debts_are_paid(void)
{
	divide_between_two(200);
	kpromoted_share_of(&shares, 1, 100)->tokens -= 512;
	CHECK_EQUAL(part(1), -412);
	kpromoted_shares_begin(&shares, false, false);
	kpromoted_shares_all_asked(&shares);
	want(1, 100, 10000);
	want(2, 100, 10000);
	divide(200);
	CHECK_EQUAL(part(1), -312);
	CHECK_EQUAL(part(2), 100);
	for (int turn = 0; turn < 4; turn++) {
		kpromoted_shares_begin(&shares, false, false);
		want(1, 100, 10000);
		want(2, 100, 10000);
		divide(200);
	}
	CHECK_EQUAL(part(1), 88);
}

static void debts_are_forgotten_when_there_is_enough(void)
{
	begin();
	want(1, 100, 10000);
	divide(10);
	kpromoted_share_of(&shares, 1, 100)->tokens -= 512;
	kpromoted_shares_begin(&shares, false, false);
	want(1, 100, 10);
	kpromoted_shares_all_asked(&shares);
	divide(10);
	CHECK(!shares.divided);
	kpromoted_shares_begin(&shares, false, false);
	want(1, 100, 100);
	divide(10);
	CHECK_EQUAL(part(1), 10);
}

/* Then, and until those that are hot are asked the next time. */
static void who_was_overlooked_gets_something(void)
{
	divide_between_two(100);
	CHECK_EQUAL(part(3), 51);
	kpromoted_shares_begin(&shares, true, false);
	divide(99);
	CHECK_EQUAL(part(1), 33);
	CHECK_EQUAL(part(3), 33);
}

/* In a sample, who was in the one before is not nobody. */
static void who_is_missed_once_keeps_its_part(void)
{
	begin();
	want(1, 100, 10000);
	want(2, 100, 1000);
	divide(200);
	for (int missed = 1; missed <= 3; missed++) {
		kpromoted_shares_begin(&shares, false, false);
		want(1, 100, 10000);
		divide(200);
		CHECK_EQUAL(part(2), 100);
	}
	for (int missed = 4; missed <= 10; missed++) {
		kpromoted_shares_begin(&shares, false, false);
		want(1, 100, 10000);
		divide(200);
	}
	CHECK_EQUAL(shares.nr, 1);
	CHECK_EQUAL(part(1), 200);
}

static void a_new_weight_counts(void)
{
	divide_between_two(200);
	kpromoted_shares_begin(&shares, false, false);
	want(1, 300, 10000);
	want(2, 100, 10000);
	divide(200);
	CHECK_EQUAL(part(2), 50);
}

/* A turn that could not look at all: who was not reached has twice as much in the next. */
static void who_was_not_reached_keeps_its_part(void)
{
	divide_between_two(200);
	kpromoted_share_of(&shares, 1, 100)->tokens -= 100;
	kpromoted_shares_begin(&shares, true, true);
	divide(100 + 200);
	CHECK_EQUAL(part(1), 100);
	CHECK_EQUAL(part(2), 200);
	kpromoted_shares_begin(&shares, false, true);
	kpromoted_shares_all_asked(&shares);
	want(1, 100, 10000);
	want(2, 100, 250);
	divide(300 + 200);
	CHECK_EQUAL(part(2), 250);
	CHECK_EQUAL(part(1), 250);
}

/*
 * One whose pages cannot move, and are so many that no turn looks at all of them, does not
 * gather what is there for all.
 */
static void what_cannot_be_used_is_not_kept(void)
{
	const u64 bucket = 1000;
	u64 tokens = 0, promoted = 0;

	begin();
	want(1, 100, 100000);
	want(2, 100, 100000);
	for (int turn = 0; turn < 50; turn++) {
		struct kpromoted_share *other;

		tokens = min(tokens + 200, bucket);
		kpromoted_shares_begin(&shares, true, true);
		divide(tokens);
		kpromoted_share_of(&shares, 1, 100)->refused = true;
		other = kpromoted_share_of(&shares, 2, 100);
		promoted += other->tokens;
		tokens -= other->tokens;
		other->tokens = 0;
	}
	CHECK(promoted >= 50 * 200 / 2);
}

/* Who is not reached because it is not there any more does not keep it for ever. */
static void who_has_gone_keeps_nothing(void)
{
	divide_between_two(200);
	kpromoted_shares_begin(&shares, false, true);
	kpromoted_shares_all_asked(&shares);
	want(1, 100, 10000);
	divide(200);
	CHECK_EQUAL(part(2), 0);
	CHECK_EQUAL(part(1), 200);
}

/* One has not as much as it seemed to want: what is left is the others'. */
static void the_rest_is_divided_again(void)
{
	begin();
	want(1, 100, 10000);
	want(2, 100, 10000);
	want(3, 100, 10000);
	divide(300);
	kpromoted_share_of(&shares, 1, 100)->tokens -= 100;
	kpromoted_share_of(&shares, 2, 100)->tokens -= 40;
	kpromoted_share_of(&shares, 3, 100)->tokens -= 100;
	CHECK(kpromoted_shares_rest(&shares, need, 60));
	CHECK_EQUAL(part(1), 30);
	CHECK_EQUAL(part(2), 0);
	CHECK_EQUAL(part(3), 30);
	CHECK(!kpromoted_shares_rest(&shares, need, 60));
}

/* When there were too many, it is not always the same ones that have to share. */
static void too_many_are_forgotten(void)
{
	begin();
	for (u64 id = 1; id <= 2 * KPROMOTED_SHARES; id++)
		want(id, 100, 1000);
	divide(KPROMOTED_SHARES);
	for (u64 id = 1; id < KPROMOTED_SHARES; id++)
		kpromoted_share_of(&shares, id, 100)->tokens = 0;
	kpromoted_share_of(&shares, KPROMOTED_SHARES, 100)->tokens = -3;
	kpromoted_shares_begin(&shares, false, false);
	CHECK_EQUAL(shares.nr, 1);
	for (u64 id = 2 * KPROMOTED_SHARES; id > KPROMOTED_SHARES; id--)
		want(id, 100, 1000);
	divide(KPROMOTED_SHARES);
	CHECK_EQUAL(part(2 * KPROMOTED_SHARES), 1);
}

/* Those beyond have one part together, and nothing is written beyond the array. */
static void there_may_be_too_many(void)
{
	begin();
	for (u64 id = 1; id <= 2 * KPROMOTED_SHARES; id++)
		want(id, 100, 10);
	CHECK_EQUAL(shares.nr, KPROMOTED_SHARES);
	divide(KPROMOTED_SHARES);
	CHECK_EQUAL(part(1), 1);
	CHECK_EQUAL(part(2 * KPROMOTED_SHARES), 1);
	CHECK_EQUAL(part(2 * KPROMOTED_SHARES - 1), 1);
}

/* Whatever is wanted, no more is given than there is, but for rounding, nor than is wanted. */
static void nothing_is_given_twice(void)
{
	u64 seed = 1;

	for (int round = 0; round < 2000; round++) {
		u64 wanted = 0, tokens;
		unsigned int nr;

		begin();
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		nr = 1 + (seed >> 33) % KPROMOTED_SHARES;
		for (u64 id = 1; id <= nr; id++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			want(id, 1 + (seed >> 40) % 10000, (seed >> 20) % 4096);
			wanted += (seed >> 20) % 4096;
		}
		tokens = (seed >> 13) % 300000;
		divide(tokens);
		CHECK_EQUAL(shares.divided, wanted > tokens);
		if (!shares.divided)
			continue;
		CHECK(sum() >= (s64)tokens);
		CHECK(sum() <= (s64)(tokens + nr));
		for (unsigned int i = 0; i < nr; i++)
			CHECK(shares.share[i].tokens <= (s64)shares.share[i].want);
	}
}

static const struct ktap_test tests[] = {
	KTAP_TEST(enough_is_not_divided),
	KTAP_TEST(wants_can_be_kept),
	KTAP_TEST(a_lone_one_has_all),
	KTAP_TEST(equals_have_equal_parts),
	KTAP_TEST(what_one_leaves_the_others_have),
	KTAP_TEST(weights_count),
	KTAP_TEST(few_pages_are_for_all),
	KTAP_TEST(nothing_is_nothing),
	KTAP_TEST(debts_are_paid),
	KTAP_TEST(debts_are_forgotten_when_there_is_enough),
	KTAP_TEST(who_was_overlooked_gets_something),
	KTAP_TEST(who_is_missed_once_keeps_its_part),
	KTAP_TEST(a_new_weight_counts),
	KTAP_TEST(who_was_not_reached_keeps_its_part),
	KTAP_TEST(what_cannot_be_used_is_not_kept),
	KTAP_TEST(who_has_gone_keeps_nothing),
	KTAP_TEST(the_rest_is_divided_again),
	KTAP_TEST(too_many_are_forgotten),
	KTAP_TEST(there_may_be_too_many),
	KTAP_TEST(nothing_is_given_twice),
};

int main(void)
{
	return ktap_run(tests, KTAP_NR(tests));
}
