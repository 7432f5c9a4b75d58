# SPDX-License-Identifier: GPL-2.0-only
"""The rows of a run by workload and policy: means, spreads, lines over time, who is best."""

import datetime
import statistics

import scenarios

GRID = 0.5  # seconds between the points of a line
HOUR = 3600  # seconds; rows that are further apart were not run side by side


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def least(values):
    return min((value for value in values if value is not None), default=None)


def most(values):
    return max((value for value in values if value is not None), default=None)


def when(row):
    """When the row was run, in seconds; None where it does not say to the second."""
    try:
        return datetime.datetime.strptime(row["date"], "%Y-%m-%dT%H:%M:%SZ").timestamp()
    except (KeyError, TypeError, ValueError):
        return None


def far_off(values, reach):
    """Whose values are further from the one in the middle than @reach says of that. What is not
    known is not far.
    """
    known = {whose: value for whose, value in values.items() if value is not None}
    if not known:
        return set()
    middle = statistics.median_low(known.values())  # one of them, also where there are two halves
    return {whose for whose, value in known.items() if abs(value - middle) > reach(middle)}


class Board:
    """Rows by workload and policy, in the order of the scenarios."""

    def __init__(self, rows):
        self.rows = rows
        self.workloads = [s for s in scenarios.SCENARIOS
                          if any(row["workload"] == s.name for row in rows)]
        self.policies = [p for p in scenarios.POLICIES
                         if any(row["policy"] == p for row in rows)]

    def of(self, workload, policy, good=True):
        return [row for row in self.rows if row["workload"] == workload and
                row["policy"] == policy and (row["ok"] or not good)]

    def mean(self, workload, policy, figure, how=mean):
        return how(row.get(figure) for row in self.of(workload, policy))

    def spread(self, workload, policy, figure):
        """Between the repetitions; 0 where there is one."""
        low, high = (self.mean(workload, policy, figure, how) for how in (least, most))
        return 0 if low is None else high - low

    def reached(self, workload, policy, figure):
        """(in how many repetitions it was, in how many it could have been)"""
        rows = self.of(workload, policy)
        return sum(row.get(figure) is not None for row in rows), len(rows)

    def best(self, workload, figure="fast_share"):
        """The policies with the best mean, and those that may be as good: within the spread of
        the two, or what two runs of the same thing differ by. Without the oracle, which only
        marks the end; none where policies do not compare.
        """
        if any(s.name == workload and s.caveat for s in self.workloads):
            return []
        found = {p: self.mean(workload, p, figure) for p in self.policies if p != "oracle"}
        found = {p: v for p, v in found.items() if v is not None}
        if not found:
            return []
        top = max(found, key=found.get)
        return [p for p, v in found.items() if p == top or found[top] - v <= max(
            scenarios.ALIKE, self.spread(workload, p, figure), self.spread(workload, top, figure))]

    def apart(self, workload):
        """Policies of which a row was not run side by side with the others of its workload and
        repetition: at another hour, or when the machine had another speed.
        """
        found = set()
        for rep in {row["rep"] for row in self.rows}:
            rows = [row for row in self.rows if row["workload"] == workload and
                    row["rep"] == rep and row["ok"]]
            found |= far_off({row["policy"]: row.get("host_speed") for row in rows},
                             lambda middle: scenarios.SPEED_ALIKE * middle)
            found |= far_off({row["policy"]: when(row) for row in rows}, lambda _middle: HOUR)
        return found

    def line(self, workload, policy):
        """[(t, share of the hot pages in fast memory)], the mean of the repetitions."""
        at = {}
        for row in self.of(workload, policy):
            for t, hot, _cold, _share in row["series"]:
                if hot is not None:
                    at.setdefault(round(t / GRID) * GRID, []).append(hot)
        return [(t, mean(values)) for t, values in sorted(at.items())]
