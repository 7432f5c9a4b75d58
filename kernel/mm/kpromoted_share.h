/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How what the rate allows is divided among cgroups.
 *
 * Each gets what it wants or a part by its weight, whichever is less, and what is left
 * of that goes to those that want more, in the same way: nobody's part becomes smaller
 * by what another one wants beyond its own.
 *
 * What each wants may be known from a sample, in which a small one is easily missed. So who
 * was in the one before still wants half of that, and who is only met while the parts are
 * being used wants the next time what it got then.
 *
 * Pure arithmetic, shared with the unit tests on the host.
 */
#ifndef _MM_KPROMOTED_SHARE_H
#define _MM_KPROMOTED_SHARE_H

/* Cgroups among which is divided; those beyond have the last part together. */
#define KPROMOTED_SHARES	256

/**
 * struct kpromoted_share - the part of one
 * @id:		whose, see struct klruscan_memcg
 * @weight:	1 to 10000
 * @want:	base pages of its candidates
 * @wanted:	half of what it wanted when they were asked the time before
 * @tokens:	base pages that it may still promote; below zero when the last folio was
 *		larger than what it had, which it owes until the next division
 * @refused:	one of its candidates was looked at, and stays: it was reached
 */
struct kpromoted_share {
	u64 id;
	unsigned int weight;
	u64 want;
	u64 wanted;
	s64 tokens;
	bool refused;
};

/**
 * struct kpromoted_shares - the parts of all
 * @divided:	they want more than there is; otherwise everybody may take what it wants
 * @nr:		how many
 * @last:	the one that was asked for last: neighbours often have the same
 * @overlooked:	what one gets that was not there at the division
 * @share:	one each
 */
struct kpromoted_shares {
	bool divided;
	unsigned int nr;
	unsigned int last;
	s64 overlooked;
	struct kpromoted_share share[KPROMOTED_SHARES];
};

/**
 * kpromoted_share_of - the part of a cgroup
 * @shares: all
 * @id: the cgroup
 * @weight: its weight
 *
 * Return: the part; never NULL.
 */
static inline struct kpromoted_share *
kpromoted_share_of(struct kpromoted_shares *shares, u64 id, unsigned int weight)
{
	unsigned int i = shares->last;

	if (i >= shares->nr || shares->share[i].id != id)
		for (i = 0; i < shares->nr; i++)
			if (shares->share[i].id == id)
				break;
	if (i == KPROMOTED_SHARES)
		return &shares->share[i - 1];
	if (i == shares->nr)
		shares->share[shares->nr++] = (struct kpromoted_share){
			.id = id,
			.want = shares->overlooked,
			.tokens = shares->overlooked,
		};
	shares->share[i].weight = weight;
	shares->last = i;
	return &shares->share[i];
}

/**
 * kpromoted_shares_begin - take back all parts, but not forget who owes
 * @shares: all
 * @keep: what each wants is still known; otherwise they are about to be asked
 * @unreached: some were not reached: what they have left is theirs; not what those have
 *	left who were, and could not use it
 *
 * When there is no place for more, all are forgotten before they are asked, so that it is
 * others who are left over.
 */
static inline void kpromoted_shares_begin(struct kpromoted_shares *shares, bool keep,
					  bool unreached)
{
	bool full = shares->nr == KPROMOTED_SHARES;
	unsigned int i, nr = 0;

	for (i = 0; i < shares->nr; i++) {
		struct kpromoted_share *share = &shares->share[i];

		if (!keep) {
			share->wanted = full ? 0 : share->want / 2;
			share->want = 0;
		}
		if (share->tokens > 0 && (!unreached || share->refused))
			share->tokens = 0;
		share->refused = false;
		if (!share->want && !share->wanted && !share->tokens)
			continue;
		shares->share[nr++] = *share;
	}
	shares->nr = nr;
	shares->overlooked = 0;
	shares->divided = false;
}

/**
 * kpromoted_shares_all_asked - it is not a sample: what each wants is known
 * @shares: all
 */
static inline void kpromoted_shares_all_asked(struct kpromoted_shares *shares)
{
	unsigned int i;

	for (i = 0; i < shares->nr; i++)
		shares->share[i].wanted = 0;
}

/* Beyond what it has; what it owes comes first. */
static inline u64 kpromoted_share_needs(const struct kpromoted_share *share)
{
	s64 needs = (s64)share->want - share->tokens;

	return max(needs, 0);
}

/* One round: a part of @left for each of those that need more. Return: what was given. */
static inline u64 kpromoted_shares_give(struct kpromoted_shares *shares, u64 *need,
					u64 left)
{
	u64 weights = 0, gave = 0;
	unsigned int i;

	for (i = 0; i < shares->nr; i++)
		weights += need[i] ? shares->share[i].weight : 0;
	for (i = 0; i < shares->nr; i++) {
		u64 part = left * shares->share[i].weight;

		/* rounded up: one page is the least that can be had */
		part = min(need[i], need[i] ? div64_u64(part + weights - 1, weights) : 0);
		need[i] -= part;
		shares->share[i].tokens += part;
		gave += part;
	}
	return gave;
}

/**
 * kpromoted_shares_divide - divide, if they want more than there is
 * @shares: all, with what each wants
 * @need: room for KPROMOTED_SHARES
 * @tokens: base pages that the rate allows
 *
 * The parts together may be a few pages more than @tokens.
 */
static inline void kpromoted_shares_divide(struct kpromoted_shares *shares, u64 *need,
					   u64 tokens)
{
	u64 wanted = 0, has = 0, gave, left;
	unsigned int i;

	for (i = 0; i < shares->nr; i++) {
		struct kpromoted_share *share = &shares->share[i];

		share->want = max(share->want, share->wanted);
		/* what it was left with and does not want is everybody's */
		share->tokens = min_t(s64, share->tokens, share->want);
		wanted += share->want;
		has += max(share->tokens, 0);
		need[i] = kpromoted_share_needs(share);
	}
	shares->divided = wanted > tokens;
	if (!shares->divided) {
		/* there is enough: nobody is owed anything */
		for (i = 0; i < shares->nr; i++)
			shares->share[i].tokens = 0;
		return;
	}
	left = tokens - min(tokens, has);
	do {
		gave = kpromoted_shares_give(shares, need, left);
		left -= min(left, gave);
	} while (left && gave);
	shares->overlooked = div64_u64(tokens, shares->nr) + 1;
}

/**
 * kpromoted_shares_rest - divide what is left when nobody was left out
 * @shares: all, after they have taken what they could
 * @need: room for KPROMOTED_SHARES
 * @tokens: base pages that are left
 *
 * Return: true if there is one that wants more than it had.
 */
static inline bool kpromoted_shares_rest(struct kpromoted_shares *shares, u64 *need,
					 u64 tokens)
{
	bool anybody = false;
	unsigned int i;

	for (i = 0; i < shares->nr; i++) {
		struct kpromoted_share *share = &shares->share[i];

		if (share->tokens > 0) {
			share->want = 0;
			share->wanted = 0;
			share->tokens = 0;
		}
		anybody |= share->want;
	}
	if (anybody)
		kpromoted_shares_divide(shares, need, tokens);
	return anybody;
}

#endif /* _MM_KPROMOTED_SHARE_H */
