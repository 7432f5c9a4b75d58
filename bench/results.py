# SPDX-License-Identifier: GPL-2.0-only
"""results.json: {"env": {...}, "rows": [...]}, complete after every row."""

import json
import os
from collections import Counter


def same(row):
    """What makes a row another one."""
    return row["workload"], row["policy"], row["rep"], row["command"]


def planned(row):
    """The same of one of the plan."""
    return row.scenario.name, row.policy, row.rep, row.command


def free_name(path):
    """@path.old, or the first of .old-2, .old-3, ... that is not there yet."""
    name, number = path + ".old", 2
    while os.path.exists(name):
        name, number = "%s.old-%d" % (path, number), number + 1
    return name


def write(path, env, rows):
    with open(path + ".new", "w") as file:
        json.dump({"env": env, "rows": rows}, file, indent=1)
        file.write("\n")
    os.replace(path + ".new", path)


class Results:
    """The rows of this run, and those of earlier ones that are kept.

    env: of this run
    rows: those that were kept, then those of this run
    dropped: how many were not kept
    reasons: why, and how many each
    old: the file where these are now
    """

    def __init__(self, path, env, why_not):
        """why_not(row): why a good row that is there is not what would be run today, as words"""
        self.path = path
        self.env = env
        self.rows = []
        self.dropped = 0
        self.reasons = Counter()
        self.old = None
        self.failed = {}  # by same(): why rows failed that are run again
        if os.path.exists(path):
            self.read(why_not)

    def read(self, why_not):
        try:
            with open(self.path) as file:
                old = json.load(file)
            reasons = [why_not(row) if row["ok"] else ["it failed"] for row in old["rows"]]
            kept = [not words for words in reasons]
            self.reasons.update(word for words in reasons for word in words)
        except (ValueError, KeyError, TypeError):
            kept = []
        self.rows = [row for row, mine in zip(old["rows"], kept) if mine] if kept else []
        self.dropped = kept.count(False)
        for row, mine in zip(old["rows"] if kept else [], kept):
            before = row.get("failed_before") or []
            if not mine and (before or not row["ok"]):
                self.failed[same(row)] = before + ([] if row["ok"] else [row["reason"]])
        self.old = free_name(self.path)
        for row in self.rows:
            self.env["accel"] = self.env["accel"] or row["accel"]
        if not self.rows:
            os.replace(self.path, self.old)
        elif self.dropped:
            write(self.old, old["env"],
                  [row for row, mine in zip(old["rows"], kept) if not mine])
            write(self.path, self.env, self.rows)

    def has(self, row):
        """@row: one of the plan"""
        return any(same(r) == planned(row) for r in self.rows)

    def failures(self, row):
        """@row: one of the plan. Why it failed before, each time."""
        return self.failed.get(planned(row), [])

    def add(self, row):
        self.rows.append(row)
        self.env["accel"] = self.env["accel"] or row["accel"]
        write(self.path, self.env, self.rows)
