#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The search of bench/tune-damon, with runs that are made up."""

import importlib.machinery
import importlib.util
import json
import math
import os
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BENCH = os.path.join(ROOT, "bench")
sys.dont_write_bytecode = True
sys.path[1:1] = [BENCH]
import damon_search  # noqa: E402
import ktap  # noqa: E402
from damon_search import HMSDK, PARAMETERS, WORKLOADS, Search, environment  # noqa: E402

loader = importlib.machinery.SourceFileLoader("tune_damon", BENCH + "/tune-damon")
tune = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(tune)

TARGET = dict(HMSDK, hot_percent=50, aggr_ms=500, max_regions=3000)
HILL = ("DAMON_HOT_MS", "DAMON_AGGR_US", "DAMON_MAX_REGIONS", "DAMON_RESET_MS")


class Hill:
    """Runs whose share falls with the distance from TARGET; it counts them."""

    def __init__(self):
        self.runs = []

    def run(self, settings, workload, seed):
        self.runs.append((settings, workload, seed))
        there = environment(TARGET)
        away = sum(abs(math.log2((settings[name] + 1) / (there[name] + 1)))
                   for name in HILL)
        return 0.9 - 0.05 * away, None


def settings_of_hmsdk_are_those_of_the_policy():
    said = subprocess.run(
        ["sh", "-c", '. "$0"; set', BENCH + "/policies/damon.sh"], check=True,
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True).stdout
    has = dict(line.replace("'", "").split("=") for line in said.split("\n")
               if line.startswith("DAMON_"))
    assert has == {name: str(value) for name, value in environment(HMSDK).items()}, has


def levels_that_exclude_one_another_are_made_to_fit():
    point = dict(HMSDK, sample_ms=200, aggr_ms=100, hot_samples=16, cold_samples=damon_search.ALL,
                 cold_age_ms=500, min_regions=5000, max_regions=1000)
    settings = environment(point)
    assert settings["DAMON_AGGR_US"] == settings["DAMON_SAMPLE_US"] == 200000
    assert settings["DAMON_HOT_SAMPLES"] == settings["DAMON_COLD_SAMPLES"] == 1
    assert settings["DAMON_COLD_AGE"] == 3 and settings["DAMON_MAX_REGIONS"] == 5000


def the_hypercube_is_even_and_follows_from_the_seed():
    points = damon_search.latin_hypercube(12, 7)
    assert points == damon_search.latin_hypercube(12, 7) != damon_search.latin_hypercube(12, 8)
    for parameter in PARAMETERS:
        often = [sum(p[parameter.name] == level for p in points) for level in parameter.levels]
        assert max(often) - min(often) <= 1, (parameter.name, often)


def it_finds_the_best_where_there_is_one_hill():
    search = Search(Hill().run, 400, 1)
    best = search.search()
    assert all(environment(best)[name] == environment(TARGET)[name] for name in HILL), best
    assert search.spent < 400


def it_keeps_to_its_runs_and_keeps_some_for_the_last_round():
    for runs in (20, 40, 66):
        hill = Hill()
        search = Search(hill.run, runs, 1)
        assert search.search() is not None
        assert len(hill.runs) == search.spent <= runs, (runs, search.spent)
        seeds = [seed for _, _, seed in hill.runs]
        assert seeds == sorted(seeds) and set(seeds) == {1, 2}
        assert any(first.point == HMSDK for first, _ in search.finals)


def it_is_the_same_search_when_begun_again():
    first, longer = Hill(), Hill()
    Search(first.run, 40, 1).search()
    Search(longer.run, 60, 1).search()
    explored = [run for run in first.runs if run[2] == 1]
    assert longer.runs[:len(explored)] == explored


def what_cannot_win_is_given_up_and_what_fails_is_no_candidate():
    bad = environment(damon_search.latin_hypercube(damon_search.SAMPLES, 1)[0])

    def run(settings, workload, seed):
        if settings == bad:
            return None, "lost: no verdict"
        return (0.8 if settings == environment(HMSDK) else 0.7), None

    search = Search(run, 60, 1)
    assert search.search() == HMSDK
    others = [e for e in search.evaluations if e.point != HMSDK]
    assert others[0].failed and others[0].mean is None and not others[0].shares
    assert all(e.mean is None and len(e.shares) == 1 for e in others[1:])


def noise_alone_does_not_give_up():
    one_worse = {workload: 0.8 for workload in WORKLOADS}
    one_worse[WORKLOADS[0]] -= 0.05
    search = Search(lambda s, w, seed: (0.8 if s == environment(HMSDK) else one_worse[w], None),
                    20, 1)
    search.search()
    assert set(search.evaluations[1].shares) == set(WORKLOADS[:2])


def the_document_has_every_evaluation():
    hill = Hill()
    search = Search(hill.run, 50, 1)
    best = search.search()
    runner = tune.Runner(None)
    runner.origin = {"version": "1", "kernel": "6.12", "accel": "tcg", "cpus": 2, "host_cpu": "x"}
    runner.commits = ["abc", "def"]
    them = json.loads(json.dumps(tune.told(search, runner, best)))
    text = tune.document(them)
    assert "abc, def" in text and "%(" not in text
    for evaluation in search.evaluations:
        assert evaluation.how in text, evaluation.how
    for name, value in environment(best).items():
        assert "%s=%s\n" % (name, value) in tune.policy(them)


def a_run_that_was_not_alone_is_done_again():
    def tried(*rows):
        runner, left, commands = tune.Runner("a lock"), list(rows), []
        runner.once = lambda command, out, workload: commands.append(command) or left.pop(0)
        return runner.run({"A": 1}, "zipf", 3), len(commands), runner.disturbed, commands

    good, noisy = ({"ok": True, "fast_share": share, "others_cpu": used, "reason": None}
                   for share, used in ((0.5, 0.01), (0.3, 0.2)))
    bad = dict(good, ok=False, reason="lost")
    assert tried(good)[:3] == ((0.5, None), 1, 0)
    assert tried(noisy, bad, good)[:3] == ((0.5, None), 3, 0)
    assert tried(*[noisy] * 4)[:3] == ((0.3, None), 4, 1)
    assert tried(*[bad] * 4)[0] == (None, "lost")
    assert tried(dict(good, others_cpu=None), good)[1] == 2
    first, second = tried(noisy, good)[3]
    assert "--again" not in first and second == first + ["--again"] and "A=1" in first


TESTS = (settings_of_hmsdk_are_those_of_the_policy,
         levels_that_exclude_one_another_are_made_to_fit,
         the_hypercube_is_even_and_follows_from_the_seed,
         it_finds_the_best_where_there_is_one_hill,
         it_keeps_to_its_runs_and_keeps_some_for_the_last_round,
         it_is_the_same_search_when_begun_again,
         what_cannot_win_is_given_up_and_what_fails_is_no_candidate,
         noise_alone_does_not_give_up, a_run_that_was_not_alone_is_done_again,
         the_document_has_every_evaluation)


if __name__ == "__main__":
    sys.exit(ktap.run(TESTS))
