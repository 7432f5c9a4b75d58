/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_TEST_H
#define WORKLOADS_TEST_H

#include "pattern.h"

#define PAGES 64000

extern const struct pattern_params defaults;
extern const char *why;		/* the check that failed, or NULL */

#define CHECK(condition)					\
	do {							\
		if (!(condition)) {				\
			why = #condition;			\
			return;					\
		}						\
	} while (0)

/* Returns a map to be released with free(), or NULL with errno. */
struct pattern_map *build(const struct pattern *pattern,
			  const struct pattern_params *params, uint32_t phase);

/* workloads_sample_test.c */
void sample_of_every_page_is_all_pages_in_order(void);
void sample_takes_one_in_k_and_small_strata_whole(void);
void sample_is_as_likely_to_take_any_page(void);
void sampled_share_of_accesses_is_unbiased(void);
void account_takes_the_mean_of_both_ends(void);

/* workloads_oracle_test.c */
void oracle_names_each_page_once_and_the_hot_ones_first(void);
void oracle_orders_zipf_by_rank(void);

/* workloads_redis_test.c */
void resp_waits_for_the_whole_reply(void);
void resp_tells_nil_status_and_error_apart(void);
void resp_refuses_what_is_no_reply(void);
void resp_asks_for_the_key(void);
void values_are_found_once_however_memory_is_cut(void);
void values_missing_or_twice_are_noticed(void);
void values_do_not_take_other_text_for_a_stamp(void);
void values_on_two_pages_belong_to_both(void);
void page_weights_add_up_to_those_of_their_values(void);
void accesses_go_to_pages_as_their_weights_say(void);

#endif
