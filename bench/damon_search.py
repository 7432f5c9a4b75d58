# SPDX-License-Identifier: GPL-2.0-only
"""The search of bench/tune-damon: what is varied, and which settings come next.

It knows no machine: who runs it gives it a function that runs a workload. The same
results give the same search, so one that was stopped is simply begun again.

A point is a level for each parameter, by name.
"""

import math
import random
from collections import namedtuple

WORKLOADS = ("phase", "zipf", "hotset")  # in this order
SAMPLES = 12    # points of the Latin hypercube
FINALISTS = 3   # that are run once more with another seed, beside HMSDK's settings
# One run on an idle machine differs from the next of the same thing by about so much.
NOISE = 0.03
GAIN = 0.01     # by so much a neighbour must be better to be moved to
ALL = 10 ** 6   # more samples than there can be in an aggregation

# levels: in order, the neighbours of a level are beside it; hmsdk: what damon.sh has
Parameter = namedtuple("Parameter", "name levels hmsdk what")

# In the order in which coordinate descent takes them.
PARAMETERS = (
    Parameter("aggr_ms", (100, 200, 500, 1000, 2000, 5000), 2000, "aggregation interval"),
    Parameter("max_regions", (1000, 3000, 10000, 30000, 100000), 10000,
              "regions of a node, at most"),
    Parameter("sample_ms", (5, 10, 20, 50, 100, 200), 100, "sampling interval"),
    Parameter("hot_percent", (5, 10, 20, 50, 100), 10,
              "time for promotion, % of the reset interval"),
    Parameter("cold_samples", (0, 1, 4, ALL), 0, "cold: at most so many samples with an access"),
    Parameter("cold_age_ms", (500, 1000, 2000, 5000, 10000, 30000), 30000, "cold: for so long"),
    Parameter("cold_percent", (1, 5, 20, 50), 5, "time for demotion, % of the reset interval"),
    Parameter("min_regions", (10, 100, 1000, 5000), 100, "regions of a node, at least"),
    Parameter("hot_samples", (1, 2, 4, 8, 16), 1, "hot: at least so many samples with an access"),
    Parameter("hot_age", (0, 1, 2, 4), 0, "hot: for so many aggregations"),
    Parameter("reset_ms", (1000, 5000, 20000), 20000, "interval of the quotas"),
    Parameter("first", ("age", "both", "accesses"), "age", "what counts when a quota is short"),
    Parameter("hot_mib_s", (25, 50, 100, 200, 2560), 2560, "promotion, MiB in each second of it"),
)
HMSDK = {p.name: p.hmsdk for p in PARAMETERS}

# how: why the point was tried; shares: fast_share by workload, of those that were run;
# mean: of all, None when it was given up; failed: the reason, where a run failed
Evaluation = namedtuple("Evaluation", "how point seed shares mean failed")


class Spent(Exception):
    """No runs are left."""


def environment(point):
    """What policies/damon.sh takes, by name. Levels that exclude one another are made to
    fit: an aggregation has a sample, the most regions are not fewer than the least.
    """
    aggr = max(point["aggr_ms"], point["sample_ms"])
    samples = aggr // point["sample_ms"]
    reset = point["reset_ms"]

    def mib_in_reset(each_second):
        return each_second * reset * 2 ** 20 // 1000

    return {
        "DAMON_SAMPLE_US": point["sample_ms"] * 1000,
        "DAMON_AGGR_US": aggr * 1000,
        "DAMON_MIN_REGIONS": point["min_regions"],
        "DAMON_MAX_REGIONS": max(point["max_regions"], point["min_regions"]),
        "DAMON_HOT_SAMPLES": min(point["hot_samples"], samples),
        "DAMON_HOT_AGE": point["hot_age"],
        "DAMON_COLD_SAMPLES": min(point["cold_samples"], samples),
        "DAMON_COLD_AGE": math.ceil(point["cold_age_ms"] / aggr),
        "DAMON_RESET_MS": reset,
        "DAMON_HOT_MS": reset * point["hot_percent"] // 100,
        "DAMON_COLD_MS": reset * point["cold_percent"] // 100,
        "DAMON_HOT_BYTES": mib_in_reset(point["hot_mib_s"]),
        "DAMON_COLD_BYTES": mib_in_reset(2560),
        "DAMON_ACCESSES_PERMIL": 0 if point["first"] == "age" else 10,
        "DAMON_AGE_PERMIL": 0 if point["first"] == "accesses" else 10,
    }


def latin_hypercube(count, seed):
    """@count points; in each parameter they are spread evenly over its levels."""
    chance = random.Random(seed)
    columns = {}
    for parameter in PARAMETERS:
        strata = list(range(count))
        chance.shuffle(strata)
        columns[parameter.name] = [
            parameter.levels[stratum * len(parameter.levels) // count] for stratum in strata]
    return [{name: column[i] for name, column in columns.items()} for i in range(count)]


def neighbour(point, parameter, step):
    """The point beside it, or None at the end of the levels."""
    at = parameter.levels.index(point[parameter.name]) + step
    if not 0 <= at < len(parameter.levels):
        return None
    return dict(point, **{parameter.name: parameter.levels[at]})


class Search:
    """A search, and what it found.

    evaluations: all, in order
    finals: those of the last round, (evaluation, the same with the other seed)
    spent: runs so far
    """

    def __init__(self, run, runs, seed, tell=lambda evaluation: None):
        """
        run(environment, workload, seed): returns (fast_share, None) or (None, reason)
        runs: how many there may be, in all
        tell(evaluation): called after each
        """
        self.run = run
        self.runs = runs
        self.seed = seed
        self.tell = tell
        self.evaluations = []
        self.finals = []
        self.spent = 0
        self.kept_back = (FINALISTS + 1) * len(WORKLOADS)

    def evaluate(self, how, point, best=None, seed=None):
        """Run the workloads; give up as soon as the mean can hardly be above that of @best
        any more: when the others would have to be better than there by more than noise.
        """
        seed = seed or self.seed
        shares, ahead, failed = {}, 0, None
        for i, workload in enumerate(WORKLOADS):
            if self.spent + self.kept_back >= self.runs:
                raise Spent
            self.spent += 1
            share, failed = self.run(environment(point), workload, seed)
            if failed:
                break
            shares[workload] = share
            if best:
                ahead += share - best.shares[workload]
                if ahead + NOISE * (len(WORKLOADS) - 1 - i) < 0:
                    break
        mean = sum(shares.values()) / len(WORKLOADS) if len(shares) == len(WORKLOADS) else None
        done = Evaluation(how, point, seed, shares, mean, failed)
        self.evaluations.append(done)
        self.tell(done)
        return done

    def known(self, point):
        return any(environment(e.point) == environment(point) for e in self.evaluations)

    def descend(self, best):
        """Coordinate descent: along each parameter as far as it gets better, until no
        neighbour is.
        """
        moved = True
        while moved:
            moved = False
            for parameter in PARAMETERS:
                for step in (1, -1):
                    there = best
                    while there:
                        there = self.step(best, parameter, step)
                        best = there or best
                        moved = moved or bool(there)

    def step(self, best, parameter, step):
        """The evaluation of a neighbour that is better, or None."""
        point = neighbour(best.point, parameter, step)
        if point is None or self.known(point):
            return None
        way = "more" if step > 0 else "less"
        if parameter.name == "first":
            way = point["first"]
        found = self.evaluate("%s %s" % (parameter.name, way), point, best)
        return found if found.mean is not None and found.mean > best.mean + GAIN else None

    def explore(self):
        best = self.evaluate("HMSDK's", HMSDK)
        if best.mean is None:
            return
        try:
            for i, point in enumerate(latin_hypercube(SAMPLES, self.seed)):
                found = self.evaluate("sample %d" % (i + 1), point, best)
                if found.mean is not None and found.mean > best.mean:
                    best = found
            self.descend(best)
        except Spent:
            pass

    def finish(self):
        """Run the best and HMSDK's once more, with another seed: of many that are tried,
        the one that looks best was lucky too.
        """
        self.kept_back = 0
        whole = sorted((e for e in self.evaluations if e.mean is not None),
                       key=lambda e: -e.mean)
        chosen = whole[:FINALISTS] + [e for e in whole[FINALISTS:] if e.point == HMSDK]
        for first in chosen:
            again = self.evaluate(first.how, first.point, seed=self.seed + 1)
            if again.mean is not None:
                self.finals.append((first, again))

    def search(self):
        """Returns the point with the best mean of both seeds, or None."""
        self.explore()
        try:
            self.finish()
        except Spent:
            pass
        pairs = sorted(self.finals, key=lambda pair: -(pair[0].mean + pair[1].mean))
        return pairs[0][0].point if pairs else None
