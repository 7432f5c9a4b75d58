# SPDX-License-Identifier: GPL-2.0-only
"""results.json: {"env": {...}, "rows": [...]}, complete after every row."""

import json
import os


def same(row):
    """What makes a row another one."""
    return row["workload"], row["policy"], row["rep"], row["command"]


def write(path, env, rows):
    with open(path + ".new", "w") as file:
        json.dump({"env": env, "rows": rows}, file, indent=1)
        file.write("\n")
    os.replace(path + ".new", path)


class Results:
    """The rows of this run, and those of earlier ones that are kept.

    env: of this run
    rows: those that were kept, then those of this run
    dropped: how many were not kept; they are in PATH.old, in place of what was there
    """

    def __init__(self, path, env, keep):
        """keep(row): whether a good row that is there is what would be run today"""
        self.path = path
        self.env = env
        self.rows = []
        self.dropped = 0
        if os.path.exists(path):
            self.read(keep)

    def read(self, keep):
        try:
            with open(self.path) as file:
                old = json.load(file)
            kept = [bool(row["ok"] and keep(row)) for row in old["rows"]]
        except (ValueError, KeyError, TypeError):
            kept = []
        self.rows = [row for row, mine in zip(old["rows"], kept) if mine] if kept else []
        self.dropped = kept.count(False)
        for row in self.rows:
            self.env["accel"] = self.env["accel"] or row["accel"]
        if not self.rows:
            os.replace(self.path, self.path + ".old")
        elif self.dropped:
            write(self.path + ".old", old["env"],
                  [row for row, mine in zip(old["rows"], kept) if not mine])
            write(self.path, self.env, self.rows)

    def has(self, row):
        """@row: one of the plan"""
        wanted = row.scenario.name, row.policy, row.rep, row.command
        return any(same(r) == wanted for r in self.rows)

    def add(self, row):
        self.rows.append(row)
        self.env["accel"] = self.env["accel"] or row["accel"]
        write(self.path, self.env, self.rows)
