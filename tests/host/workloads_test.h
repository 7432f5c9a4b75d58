/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_TEST_H
#define WORKLOADS_TEST_H

#include "pattern.h"

#define PAGES 64000
#define DRAWS 400000	/* accesses that draw() makes */

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

bool is_hot(const struct pattern_map *map, uint32_t page);
/* Of the pages from @from to before @to. */
uint32_t count_hot(const struct pattern_map *map, uint32_t from, uint32_t to);
/* Returns how many of DRAWS accesses went to hot pages, or DRAWS + 1 when one is not of
 * the map. Counts them by page when @count is given.
 */
uint32_t draw(const struct pattern *pattern, const struct pattern_map *map,
	      uint64_t rng, uint32_t *count);

/* workloads_sample_test.c */
void sample_of_every_page_is_all_pages_in_order(void);
void sample_takes_one_in_k_and_small_strata_whole(void);
void sample_is_as_likely_to_take_any_page(void);
void sampled_share_of_accesses_is_unbiased(void);
void account_takes_the_mean_of_both_ends(void);

/* workloads_oracle_test.c */
void oracle_names_each_page_once_and_the_hot_ones_first(void);
void oracle_orders_zipf_by_rank(void);
void oracle_shares_equally_where_there_is_one_role(void);
void oracle_gives_every_tenant_its_hot_pages_if_it_can(void);
void oracle_serves_the_hottest_first_where_room_is_short(void);

/* workloads_tenants_test.c */
void tenants_are_eight_and_the_last_has_the_processes_that_are_left(void);
void tenants_have_the_claimed_number_of_hot_pages(void);
void tenants_noisy_is_hot_all_over_where_half_of_the_others_is(void);
void tenants_rates_fall_and_the_noisy_one_has_as_much_as_the_others(void);
void tenants_hot_page_of_the_last_beats_a_cold_one_of_the_first(void);
void tenants_send_98_percent_to_hot_pages(void);
void tenants_have_independent_hot_sets(void);
void tenants_stay_but_for_the_noisy_one_that_moves(void);
void tenants_other_role_is_refused(void);

/* workloads_figures_test.c */
void figures_tell_each_tenant_and_all_together(void);
void figures_count_quiet_tenants_alike(void);
void figures_tell_strata_of_all_processes_where_asked(void);
void figures_leave_out_strata_of_which_nothing_is_known(void);

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
