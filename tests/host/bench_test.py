#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The scoreboard's figures, plan, report and comparison, on events that are made up."""

import glob
import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from argparse import Namespace

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BENCH = os.path.join(ROOT, "bench")
sys.dont_write_bytecode = True
sys.path[1:1] = [BENCH]
import drawings  # noqa: E402
import figures  # noqa: E402
import ktap  # noqa: E402
import made_of  # noqa: E402
import others  # noqa: E402
import progress  # noqa: E402
import report  # noqa: E402
import results  # noqa: E402
import scenarios  # noqa: E402


def program(name):
    """A program of bench/ as a module."""
    loader = importlib.machinery.SourceFileLoader("bench_" + name, os.path.join(BENCH, name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


runner = program("run")
compare = program("compare")


def events(hot_at=4.0):
    """A run of 20 s, a report each second, a million accesses a second: nothing is fast
    until hot_at, then 90 % of the accesses.
    """
    def sample(t):
        fast = t > hot_at
        return {"event": "sample", "t": float(t), "accesses": t * 10 ** 6,
                "fast_share": 0.9 if fast else 0.0, "hot_in_fast": 0.96 if fast else 0.5,
                "cold_in_fast": 0.01}

    def counters(when, n):
        return {"event": "counters", "when": when, "promoted": 100 + n * 1100, "demoted": n * 10,
                "pgsteal_direct": 32 + n * 7, "pgdemote_direct": 5 + n,
                "daemon_cpu_s": 1 + n * 0.5, "kernel_cpu_s": 7 + n * 2.25}

    return (
        [{"event": "tiers", "fast_ns": 80, "slow_ns": 250},
         {"event": "ready", "pages": 4000, "hot_pages": 1000, "on_start_node": 1.0,
          "hot_in_fast": 0.0},
         counters("before", 0)] + [sample(t) for t in range(1, 20)] +
        [dict(sample(20), event="end", fast_share_total=0.72, corrupt_pages=0),
         counters("after", 1), {"event": "done"}])


def row_of(them, policy="klruscan", failure=None):
    story = figures.Story()
    for event in them:
        story.add(event)
    return figures.figures(story, policy, 10, failure)


def result_row(workload, policy, rep=1, **changed):
    row = {"workload": workload, "policy": policy, "rep": rep, "command": "x", "accel": "tcg",
           "kernel": "6.12", "cpus": 2, "commit": "abc"}
    row.update(row_of(events()))
    row.update(changed)
    return row


def every_figure_follows_from_the_events():
    row = row_of(events())
    expected = {"ok": True, "reason": None, "fast_share": 0.72, "fast_share_steady": 0.9,
                "quiet_fast_share": None, "mean_ns": 127.6, "t95_s": 5.0, "hot_in_fast": 0.96, "cold_in_fast": 0.01,
                "promoted_ratio": 1.1, "demoted_ratio": 0.01, "pgsteal_direct": 7,
                "pgdemote_direct": 1, "daemon_cpu_s": 0.5,
                "kernel_cpu_s": 2.25, "ops": 20 * 10 ** 6, "precision": None, "recall": None}
    for name, value in expected.items():
        assert row[name] == value, (name, row[name], value)
    assert len(row["series"]) == 20, row["series"]


def figures_of_what_has_settled_leave_out_what_came_before():
    them = events()
    for event in (them[2], them[-2]):
        event.update(uptime_s=100 + event["daemon_cpu_s"], scan_cpu_ns=0, passes=0)
    assert row_of(them)["late_daemon_cpu"] is None and row_of(them)["pass_cpu_ms"] is None
    them.insert(-3, {"event": "counters", "when": "settled", "promoted": 1, "demoted": 0,
                     "daemon_cpu_s": 1.1, "kernel_cpu_s": 8.25, "uptime_s": 110.0,
                     "scan_cpu_ns": 30000000, "passes": 20})
    them[-2].update(uptime_s=120.0, scan_cpu_ns=80000000, passes=40)
    row = row_of(them)
    assert row["late_daemon_cpu"] == 0.04 and row["late_kernel_cpu"] == 0.1, row
    assert row["pass_cpu_ms"] == 2.5 and row["daemon_cpu_s"] == 0.5, row


def scan_keeps_to_its_budget_or_the_run_fails():
    def row(scan_ns, permille, policy="klruscan"):
        them = events()
        them[-2].update(scan_cpu_ns=scan_ns, scan_cpu_permille=permille)
        return dict(row_of(them, policy), workload="zipf", policy=policy, rep=1)

    assert row_of(events())["scan_cpu_s"] is None
    kept = row(2200 * 10 ** 6, 10)      # of 20 s, and 2 s that were saved
    assert kept["scan_cpu_s"] == 2.2 and figures.over_budget([kept]) == [], kept
    assert figures.over_budget([row(2400 * 10 ** 6, 10)]) == [("zipf", 1, 2.4, 2.31)]
    assert figures.over_budget([row(2400 * 10 ** 6, 50), result_row("zipf", "damon")]) == []


def peers_that_do_nothing_are_set_up_wrong():
    def rows(workload):
        return [result_row(workload, p, promoted_ratio=0.0) for p in scenarios.POLICIES]

    assert figures.idle_peers(rows("hotset")) == [
        ("hotset", p) for p in sorted(set(scenarios.POLICIES) - {"none", "oracle"})]
    assert figures.idle_peers(rows("saturated")) == []
    assert figures.idle_peers([result_row("hotset", "damon")]) == []


def time_left_goes_by_how_long_rows_are():
    left = progress.Progress([Namespace(policy="none", seconds=seconds)
                              for seconds in (40, 220, 40)])
    assert [left.left(done) for done in (0, 0.5, 0.25)] == [6, 6, 6]    # nothing is known yet
    left.begun = time.monotonic() - 120     # twice as long as it should have been
    assert 10 <= left.left(1) <= 11 and left.left(3) == 0, (left.left(1), left.left(3))
    assert left.left(1) > left.left(1.5) > left.left(2)


def who_makes_no_access_is_no_error():
    asleep = dict(fast_share=None, fast_share_steady=None, mean_ns=None)
    rows = [result_row("idle", p, **asleep) for p in ("none", "klruscan")]
    assert not figures.oracle_beaten(rows)
    assert "idle" in report.page(env_of_page(), rows)


def quiet_tenants_are_told_where_there_are_some():
    them = events()
    them[-3]["quiet_fast_share_total"] = 0.8
    assert row_of(them)["quiet_fast_share"] == 0.8


def rows_from_before_there_was_a_figure_are_drawn():
    row = result_row("hotset", "none")
    del row["quiet_fast_share"]
    assert report.Board([row]).mean("hotset", "none", "quiet_fast_share") is None


def pages_moved_count_against_base_pages():
    them = events()
    them[1]["page_kib"] = 2048
    assert row_of(them)["promoted_ratio"] == round(1.1 / 512, 4)


def steady_share_leaves_out_what_came_before():
    slow = row_of(events(hot_at=15))
    assert slow["fast_share_steady"] == 0.45, slow["fast_share_steady"]
    assert figures.share_from([], 10) is None
    assert figures.share_from(events()[3:8], 10) is None


def what_was_never_reached_is_null():
    never = row_of(events(hot_at=99))
    assert never["ok"] and never["t95_s"] is None, never


def no_latency_of_the_firmware_no_mean():
    them = events()
    them[0]["slow_ns"] = None
    assert row_of(them)["mean_ns"] is None


def every_missing_event_fails_the_row():
    for name in ("ready", "counters", "end", "done"):
        row = row_of([event for event in events() if event["event"] != name])
        assert not row["ok"] and row["reason"], name
    for count in range(len(events())):
        assert not row_of(events()[:count])["ok"], count


def a_lost_machine_is_a_failed_row():
    row = row_of(events()[:6], failure="lost: no verdict")
    assert not row["ok"] and row["reason"] == "lost: no verdict" and row["fast_share"] is None
    assert runner.failure(0, figures.Story(), "") is None
    assert runner.failure(125, figures.Story(), "lab/vm: lost: a panic\n") == "lost: a panic"


def unsound_rows_fail_but_the_oracle_may_begin_in_fast_memory():
    them = events()
    them[1]["on_start_node"] = 0.4
    assert not row_of(them)["ok"]
    assert row_of(them, "oracle")["ok"]
    them[-3]["corrupt_pages"] = 1
    assert not row_of(them, "oracle")["ok"]


def arguments(**changed):
    them = {"quick": True, "host": False, "workload": None, "policy": None, "repetitions": None,
            "seconds": None, "seed": 1, "again": False, "set": [], "scale": None}
    them.update(changed)
    return Namespace(**them)


def quick_run_has_twenty_rows_of_four_workloads():
    rows = runner.plan(arguments())
    assert len(rows) == 20, len(rows)
    assert {row.scenario.name for row in rows} == {"hotset", "zipf", "phase", "overcommit"}


def host_run_takes_no_memory_away():
    rows = runner.plan(arguments(quick=False, host=True))
    assert rows and all(row.scenario.leave is None for row in rows)


def host_rows_may_be_larger():
    rows = runner.plan(arguments(quick=False, host=True, scale=2.5, repetitions=1))
    commands = {row.scenario.name: row.command for row in rows}
    assert commands["hotset"].startswith("hotset --mib 2500 --seconds 60 "), commands["hotset"]
    assert "--mib 1000 --idle-gib 64" in commands["giant"], commands["giant"]
    assert runner.scaled("redis --keys 100", 1.5) == "redis --keys 150"


def a_module_for_another_kernel_is_refused():
    with tempfile.NamedTemporaryFile() as file:
        for path in file.name, file.name + "-gone":
            try:
                runner.check_module(path)
            except runner.Unusable as reason:
                assert "KLRUSCAN_MODULE" in str(reason)
            else:
                raise AssertionError(path)


def full_run_takes_policies_in_turn_within_each_repetition():
    rows = runner.plan(arguments(quick=False))
    each = sum(not s.asked for s in scenarios.SCENARIOS) * len(scenarios.POLICIES)
    assert len(rows) == 3 * each
    assert [row.rep for row in rows] == [1] * each + [2] * each + [3] * each
    assert [row.policy for row in rows[:6]] == list(scenarios.POLICIES)
    assert len({results.same({"workload": r.scenario.name, "policy": r.policy, "rep": r.rep,
                              "command": r.command}) for r in rows}) == len(rows)


def what_takes_long_is_run_when_it_is_named():
    rows = runner.plan(arguments(quick=False, workload=["scale"], repetitions=1))
    sizes = [s.mapped_gib for s in scenarios.SCENARIOS if s.mapped_gib]
    assert [row.scenario.mapped_gib for row in rows if row.policy == "klruscan"] == sizes
    assert len(rows) == 4 * len(sizes) and {row.seconds for row in rows} == {240}
    rows = runner.plan(arguments(workload=["scale-64", "idle"], policy=["klruscan"]))
    assert [row.scenario.name for row in rows] == ["scale-64", "idle"]
    assert "SETTLE_S=75" in runner.Place(False).command(rows[0], "x")


def env_of_run(**changed):
    return dict({"run": "full", "commit": "abc", "kernel": "6.12", "seed": 1, "host_cpu": "x",
                 "accel": None}, **changed)


def row_for(workload, policy, seconds=60):
    scenario = next(s for s in scenarios.SCENARIOS if s.name == workload)
    return runner.row_to_run(arguments(quick=False, seconds=seconds), scenario, policy, 1)


def tree_of(rows, machine):
    """A directory that has all files which make the rows; to be used with "with"."""
    directory = tempfile.TemporaryDirectory()
    for policy in scenarios.POLICIES:
        path = "bench/policies/%s.sh" % policy
        put(directory.name, path, path + (" KLRUSCAN_MODULE" if policy == "klruscan" else ""))
    for row in rows:
        for path in made_of.files(directory.name, row, machine):
            if not path.startswith("bench/policies/"):
                put(directory.name, path, path)
    return directory


def put(root, path, text):
    os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
    with open(os.path.join(root, path), "w") as file:
        file.write(text)


def a_row_is_made_of_what_it_uses_and_of_nothing_else():
    policies = [row_for("zipf", policy) for policy in scenarios.POLICIES]
    rows = policies + [row_for("phase", "none")]
    every = {"zipf " + p for p in scenarios.POLICIES} | {"phase none"}
    zipf = every - {"phase none"}
    changes_whom = {
        "build/module/klruscan.ko": {"zipf klruscan"}, "build/bin/klruscan": {"zipf klruscan"},
        "bench/policies/numab2.sh": {"zipf numab2"}, "bench/policies/none.sh":
        {"zipf none", "phase none"}, "build/bin/zipf": zipf, "bench/guest": every,
        "lab/vm": every,
        "README.md": set(), "build/bin/polluter": set(), "tests/host/bench_test.py": set()}

    def prints(root):
        return {"%s %s" % (row.scenario.name, row.policy):
                made_of.fingerprint(root, row, ["lab/vm"], {"command": row.command})
                for row in rows}

    with tree_of(rows, ["lab/vm"]) as root:
        before = prints(root)
        assert None not in before.values()
        assert len({json.dumps(value) for value in before.values()}) == len(rows), before
        assert all(re.fullmatch("[0-9a-f]{12}", part) for value in before.values()
                   for part in value.values()), before
        for path, whom in changes_whom.items():
            put(root, path, "other contents")
            after = prints(root)
            assert {name for name in after if after[name] != before[name]} == whom, path
            assert all(made_of.changed(before[name], after[name]) == [path] for name in whom), path
            put(root, path, path)
            assert prints(root) == before, path


def a_row_is_made_of_the_tree_that_its_machine_has():
    redis, zipf = (row_for(name, "none") for name in ("redis", "zipf"))
    tree = redis.scenario.tree
    paths = [tree + "/" + path for path in ("usr/bin/server", "usr/lib/libone.so.1.2")]
    with tempfile.TemporaryDirectory() as root:
        for path in ("bench/guest", "bench/policies/none.sh", "build/bin/redis", "build/bin/zipf"):
            put(root, path, path)

        def of(row):
            return made_of.fingerprint(root, row, [], {"command": row.command})

        alone = of(zipf)
        assert alone and of(redis) is None, "without the tree nobody can tell"
        for path in paths:
            put(root, path, path)
        os.symlink("libone.so.1.2", os.path.join(root, tree, "usr/lib/libone.so.1"))
        before = of(redis)
        assert before
        for path in paths:
            put(root, path, "other contents")
            assert of(redis) not in (before, None), path
            put(root, path, path)
            assert of(redis) == before, path
        put(root, tree + "/usr/lib/libtwo.so.1", "one more")
        assert of(redis) not in (before, None)
        assert of(zipf) == alone


def scenarios_may_have_a_tree_or_cgroups():
    place = runner.Place(False)
    words = place.command(row_for("redis", "none"), "")
    assert words[words.index("build/redis:/.") - 1] == "--add"
    assert "--cgroups" not in words
    words = place.command(row_for("tenants", "none"), "")
    assert "build/redis:/." not in words and "--cgroups" in words


def settings_make_a_row_too():
    row = row_for("zipf", "none")
    with tree_of([row], []) as root:
        def of(**settings):
            return made_of.fingerprint(root, row, [], settings)

        assert of(kernel="6.12", seed=1) == of(seed=1, kernel="6.12")
        assert of(kernel="6.12") != of(kernel="6.13") != of(emulator="6.13")


def what_cannot_be_told_has_no_fingerprint():
    row = row_for("zipf", "klruscan")
    with tree_of([row], ["lab/vm"]) as root:
        def of(**settings):
            return made_of.fingerprint(root, row, ["lab/vm"], settings)

        assert of(host_cpu="x") and not of(host_cpu=None)
        for path in ("build/module/klruscan.ko", "lab/vm", "bench/policies/klruscan.sh"):
            os.rename(os.path.join(root, path), os.path.join(root, "away"))
            assert of(host_cpu="x") is None, path
            os.rename(os.path.join(root, "away"), os.path.join(root, path))
            assert of(host_cpu="x"), path


def a_policy_is_made_of_the_policies_that_it_names():
    with tempfile.TemporaryDirectory() as root:
        put(root, "bench/policies/base.sh", "policy_start() { :; }")
        put(root, "bench/policies/more-of-it.sh", '. "$BENCH_DIR/policies/base.sh"')
        assert made_of.policy_files(root, "more-of-it") == [
            "bench/policies/base.sh", "bench/policies/more-of-it.sh"]


def settings_reach_the_policy_and_make_another_row():
    place = runner.Place(False)
    scenario = scenarios.SCENARIOS[0]
    plain, tried = (runner.row_to_run(arguments(set=them), scenario, "damon", 1)
                    for them in ([], ["DAMON_HOT_MS=500"]))
    words = place.command(tried, "")
    assert words[words.index("DAMON_HOT_MS=500") - 1] == "--env"
    assert words.index("DAMON_HOT_MS=500") < words.index("--")
    assert place.command(plain, "") != words
    place.nodes = ([0], 1)
    words = place.command(tried, "")
    assert words[0] == "timeout" and words[words.index("env") + 1] == "DAMON_HOT_MS=500"
    page = report.page(dict(env_of_page(), settings=["DAMON_HOT_MS=500"]),
                       [result_row("hotset", "damon")])
    assert ", DAMON_HOT_MS=500" in page


def what_others_use_is_told_from_what_a_row_uses():
    mine = others.Others()
    mine.before = (0.0, 0.0, 0.0)
    real = others.times
    try:
        for now, share in (((200.0, 130.0, 100.0), 0.15), ((200.0, 99.0, 100.0), 0.0),
                           ((0.0, 0.0, 0.0), None)):
            others.times = lambda now=now: now
            assert mine.share() == share, (now, mine.share())
    finally:
        others.times = real
    before = others.times()
    subprocess.run(["sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done"],
                   check=True)
    every, busy, own = (now - then for now, then in zip(others.times(), before))
    # on a machine that is never idle both are the same, but for rounding
    assert own > 0.05 and every > busy - 1e-6, (every, busy, own)


class PlaceWithout:
    """A place whose rows are made of what a test says: {(workload, policy): hashes by name}."""

    def __init__(self, changed=None):
        self.changed = changed or {}

    def made_of(self, row, _env):
        return self.changed.get((row.scenario.name, row.policy), {"command": row.command})


def kept_with(directory, place=PlaceWithout(), env=None, **args):
    """The results that a full run begins with."""
    env = env or env_of_run()
    args = arguments(**dict({"quick": False}, **args))
    return results.Results(directory + "/results.json", env, runner.keeper(args, place, env))


def finished(row, **changed):
    """The row of results.json that a row of the plan became."""
    them = result_row(row.scenario.name, row.policy, row.rep, command=row.command,
                      made_of=PlaceWithout().made_of(row, None))
    them.update(changed)
    return them


def rows_are_kept_while_what_they_are_made_of_is_the_same():
    plan = runner.plan(arguments(quick=False))
    klruscan = next(row for row in plan if row.policy == "klruscan")
    with tempfile.TemporaryDirectory() as directory:
        first = kept_with(directory)
        for row, ok in ((plan[0], True), (plan[1], False), (klruscan, True)):
            first.add(finished(row, ok=ok))
        again = kept_with(directory)
        assert again.has(plan[0]) and again.has(klruscan) and again.dropped == 1
        assert not again.has(plan[1]) and not again.has(plan[2])
        assert again.env["accel"] == "tcg"
        # another commit alone changes nothing, and the row keeps its own
        later = kept_with(directory, env=env_of_run(commit="def-dirty"))
        assert later.has(plan[0]) and later.dropped == 0
        assert later.rows[0]["commit"] == "abc" and later.env["commit"] == "def-dirty"
        changed = kept_with(directory, PlaceWithout({(klruscan.scenario.name, "klruscan"): {"command": "9"}}))
        assert changed.has(plan[0]) and not changed.has(klruscan) and changed.dropped == 1
        assert changed.reasons == {"command": 1} and again.reasons == {"it failed": 1}
        # each time what is dropped has a file of its own
        for path, policies in ((again.old, [plan[1].policy]), (changed.old, ["klruscan"]),
                               (changed.path, ["none"])):
            with open(path) as file:
                assert [row["policy"] for row in json.load(file)["rows"]] == policies, path
        assert again.old == directory + "/results.json.old" and changed.old.endswith(".old-2")


def why_a_row_failed_is_kept_when_it_is_run_again():
    row = runner.plan(arguments(quick=False))[0]
    with tempfile.TemporaryDirectory() as directory:
        kept_with(directory).add(finished(row, ok=False, reason="lost: a panic"))
        again = kept_with(directory)
        assert again.failures(row) == ["lost: a panic"], again.failed
        again.add(finished(row, ok=False, reason="a hang", failed_before=again.failures(row)))
        third = kept_with(directory)
        assert third.failures(row) == ["lost: a panic", "a hang"]
        third.add(finished(row, failed_before=third.failures(row)))
        assert "2 failed before" in report.page(env_of_page(), third.rows)
        fourth = kept_with(directory)
        assert fourth.has(row) and fourth.rows[0]["failed_before"] == ["lost: a panic", "a hang"]
        stem = runner.stem_of(row, directory)
        for number, text in ((1, "one"), (2, "two")):
            put(directory, os.path.basename(stem) + ".dmesg", text)
            runner.keep_failure(row, number, directory)
        for number, text in ((1, "one"), (2, "two")):
            with open("%s.failed%d.dmesg" % (stem, number)) as file:
                assert file.read() == text


def a_row_that_others_disturb_is_run_again():
    shares, real = [], runner.run_row
    quiet = Namespace(begin=lambda *_: None)

    def run(others_cpu, ok=True):
        shares[:] = others_cpu
        row = runner.plan(arguments())[0]
        return runner.run_undisturbed(row, None, None, quiet, "")["tries"], len(shares)

    try:
        runner.run_row = lambda row, *_: {"ok": True, "others_cpu": shares.pop(0)}
        assert run([0.01, 1]) == (1, 1)
        assert run([0.3, 0.04, 1]) == (2, 1)
        assert run([0.3, 0.3, 0.3, 1]) == (3, 1)
        runner.run_row = lambda row, *_: {"ok": False, "others_cpu": shares.pop(0)}
        assert run([0.3, 1]) == (1, 1), "what failed has failed"
    finally:
        runner.run_row = real
    row = runner.plan(arguments(quick=False))[0]
    with tempfile.TemporaryDirectory() as directory:
        kept_with(directory).add(finished(row, others_cpu=0.3))
        assert not kept_with(directory).has(row)
    assert "disturbed" in report.page(env_of_page(), [result_row("zipf", "none", others_cpu=0.3)])


def each_repetition_has_a_seed_and_an_order_of_its_own():
    rows = [row for row in runner.plan(arguments(quick=False)) if row.scenario.name == "zipf"]
    for rep in (1, 2, 3):
        mine = [row for row in rows if row.rep == rep]
        assert all("--seed %d " % rep in row.command for row in mine)
        assert sorted(row.policy for row in mine) == sorted(scenarios.POLICIES)
    assert len({tuple(row.policy for row in rows if row.rep == rep) for rep in (1, 2, 3)}) == 3


def other_rows_than_those_of_the_board_go_elsewhere():
    for args in (["--seconds", "9"], ["--seed", "7"], ["--set", "A=1"]):
        done = subprocess.run([BENCH + "/run", *args], capture_output=True, text=True)
        assert done.returncode == 2 and "--out" in done.stderr, done
    real = sys.argv
    try:
        for args, out in (([], "build/bench"), (["--quick"], "build/bench-quick"),
                          (["--quick", "--out", "x"], "x"), (["--seed", "7", "--out", "y"], "y")):
            sys.argv = ["run", *args]
            assert runner.arguments().out == out, args
    finally:
        sys.argv = real


def a_hot_set_that_did_not_move_is_another_workload():
    def row(phase):
        them = events()
        them[1].update(seconds=60, phase_seconds=15)
        them[-3]["phase"] = phase
        return row_of(them)

    assert row(3)["ok"] and not row(2)["ok"], (row(3), row(2))
    assert row(1)["reason"] == "the hot set moved 2 times too few"


def rows_are_run_again_where_it_cannot_be_told():
    row = runner.plan(arguments(quick=False))[0]
    pair = row.scenario.name, row.policy

    def is_kept(place=PlaceWithout(), args=None, **changed):
        with tempfile.TemporaryDirectory() as directory:
            kept_with(directory).add(finished(row, **changed))
            found = kept_with(directory, place, **(args or {}))
            assert os.path.exists(directory + "/results.json.old") == (not found.rows)
            return found.has(row)

    assert is_kept()
    assert not is_kept(PlaceWithout({pair: None}))
    assert not is_kept(PlaceWithout({pair: None}), made_of=None)
    assert not is_kept(made_of=None)
    assert not is_kept(workload="gone") and not is_kept(policy="gone")
    # what was asked for is another thing, or all of it anew
    for args in ({"seed": 2}, {"seconds": 99}, {"again": True}, {"quick": True, "seconds": 60}):
        assert not is_kept(args=args), args
    with tempfile.TemporaryDirectory() as directory:
        put(directory, "results.json", "{ half a fi")
        assert not kept_with(directory).rows and os.path.exists(directory + "/results.json.old")


def an_oracle_that_is_beaten_is_noticed():
    rows = [result_row("zipf", "oracle", fast_share=0.90),
            result_row("zipf", "damon", fast_share=0.91)]
    assert not figures.oracle_beaten(rows)
    rows.append(result_row("zipf", "numab2", fast_share=0.93))
    assert figures.oracle_beaten(rows) == [("zipf", "numab2")]
    assert not figures.oracle_beaten([dict(row, ok=False) for row in rows])
    rows = [result_row("zipf", "oracle", fast_share_steady=0.90),
            result_row("zipf", "damon", fast_share_steady=0.95)]
    assert figures.oracle_beaten(rows) == [("zipf", "damon")]


def there_is_a_file_for_every_policy():
    names = {os.path.basename(path)[:-3] for path in glob.glob(BENCH + "/policies/*.sh")}
    assert names == set(scenarios.POLICIES), names
    for name in names:
        with open("%s/policies/%s.sh" % (BENCH, name)) as file:
            text = file.read()
        other = re.search(r"^\. .*/policies/([\w-]+)\.sh", text, re.MULTILINE)
        assert "policy_start()" in text or other and other.group(1) in names, name


def workload_programs_are_those_that_are_built():
    built = {os.path.basename(path) for path in
             glob.glob(os.path.join(ROOT, os.environ.get("BUILD", "build"), "bin/*"))}
    for scenario in scenarios.SCENARIOS:
        assert scenario.program.split()[0] in built, scenario.name


def env_of_page():
    return {"version": "1", "commit": "abc", "kernel": "6.12<", "cpus": 2, "accel": "tcg",
            "run": "quick", "date": "2026-01-01"}


def report_is_one_page_in_the_colours_of_the_reader():
    rows = [result_row(s.name, p, late_daemon_cpu=0.1, late_kernel_cpu=0.2)
            for s in scenarios.SCENARIOS for p in scenarios.POLICIES]
    page = report.page(env_of_page(), rows)
    assert "prefers-color-scheme: dark" in page
    assert not re.search(r'(?:src|href)="?https?:', page)
    assert "6.12&lt;" in page and "6.12<" not in page
    svgs = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    # two each, what it costs when it has settled, and that and the time it took over what is mapped
    settled = sum(s.settle_s is not None for s in scenarios.SCENARIOS)
    assert len(svgs) == 2 * len(scenarios.SCENARIOS) + settled + 3, len(svgs)
    for drawing in svgs:
        ElementTree.fromstring(drawing)
        assert "var(--ink)" in drawing
        assert not re.search(r"rgb\(\s*[12],\s*\d,\s*\d\)", drawing)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), [i for i in set(ids) if ids.count(i) > 1]
    for policy in scenarios.POLICIES:
        assert "var(--%s)" % policy in svgs[0], policy


def report_shows_what_has_no_line():
    asleep = report.page(env_of_page(), [result_row("idle", p, ops=0, late_daemon_cpu=0.001,
                                                    late_kernel_cpu=0.01) for p in scenarios.DAEMONS])
    assert "CPU time from the 75th second on" in asleep and "over time<" not in asleep
    rows = [result_row("scale-%d" % gib, "damon", mapped_gib=gib, late_daemon_cpu=0.1, t95_s=t95)
            for gib, t95 in ((4, 3.0), (16, None))]
    assert "never there: damon at 16 GiB." in report.page(env_of_page(), rows)


def picture_has_a_panel_for_each_workload_with_hot_pages():
    for names, panels in ((("hotset", "zipf", "phase"), 3), (("thp", "idle"), 1)):
        rows = [result_row(name, policy, series=[] if name == "idle" else result_row(name, policy)["series"])
                for name in names for policy in ("none", "klruscan")]
        svg = drawings.picture(report.Board(rows))
        texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
        words = ["".join(text.itertext()).strip() for text in texts]
        assert sum("hot pages in fast memory, %" in word for word in words) == panels, words
        assert [words.count(policy) for policy in ("none", "klruscan", "damon")] == [1, 1, 0], words
        assert "prefers-color-scheme: dark" in svg
        assert not re.search(r"rgb\(\s*[12],\s*\d,\s*\d\)", svg)


def report_marks_the_best_and_shows_what_failed():
    rows = [result_row("hotset", "none", fast_share=0.0),
            result_row("hotset", "numab2", fast_share=0.7),
            result_row("hotset", "klruscan", fast_share=0.8),
            result_row("hotset", "oracle", fast_share=0.99),
            dict(result_row("hotset", "damon"), ok=False, reason="lost: <panic>")]
    board = report.Board(rows)
    assert board.best("hotset") == ["klruscan"]
    page = report.page(env_of_page(), rows)
    assert page.count('class="best"') == 1
    lines = report.text(rows).split("\n")
    assert len(lines) == 6 and len({len(line) for line in lines}) == 1, lines
    assert [line.split()[2] for line in lines[1:]] == ["0.0", "70.0", "-", "80.0", "99.0"], lines
    assert "lost: &lt;panic&gt;" in page and "1 of them failed" in page


def report_says_what_may_be_the_same_and_what_was_run_apart():
    def rows(policy, *shares, **more):
        return [result_row("zipf", policy, rep, fast_share=share,
                           date="2026-01-01T0%d:00:00Z" % rep, host_speed=30.0, **more)
                for rep, share in enumerate(shares, 1)]

    board = report.Board(rows("damon", 0.80, 0.81, 0.82) + rows("klruscan", 0.82, 0.83, 0.85) +
                         rows("numab2", 0.7, 0.7, 0.7))
    assert board.best("zipf") == ["damon", "klruscan"], board.best("zipf")
    page = report.page(env_of_page(), board.rows)
    assert page.count('class="best"') == 2 and "80.0 % to 82.0 %" in page
    assert "run apart" not in page
    for changed in ({"host_speed": 20.0}, {"date": "2026-01-01T09:00:00Z"}):
        other = report.Board(board.rows + [dict(rows("none", 0.0)[0], **changed)])
        assert other.apart("zipf") == {"none"}, changed
    some = rows("oracle", 0.9, 0.9, 0.9)
    for row, t95 in zip(some, (2.5, None, None)):
        row["t95_s"] = t95
    assert "2.5 (1/3)" in report.text(some)


def report_says_of_which_commits_the_rows_are():
    rows = [result_row("hotset", "none"), result_row("zipf", "none"),
            result_row("hotset", "klruscan", commit="def-dirty", date="2026-01-03T10:00:00Z")]
    assert report.commits(rows[:2]) == "commit abc"
    assert report.commits(rows) == \
        "2 commits: abc (2 rows: none); def-dirty (1 row: klruscan)", report.commits(rows)
    assert report.commits([dict(rows[0], commit=None)]) == "commit unknown"
    assert "2 commits: abc" in report.page(env_of_page(), rows)
    assert report.days(rows[:2], "then") == "then" and report.days(rows, "then") == "2026-01-03"
    rows[0]["date"] = "2026-01-01T23:59:59Z"
    assert report.days(rows, "then") == "2026-01-01 to 2026-01-03"


def compare_counts_what_is_beyond_the_spread():
    def rows(*shares, **more):
        return {("zipf", "damon"): [result_row("zipf", "damon", i, fast_share=share, **more)
                                    for i, share in enumerate(shares)]}

    def verdict(old, new):
        return [(c.figure, c.better) for c in compare.changes(old, new)]

    assert verdict(rows(0.50), rows(0.52)) == []
    assert verdict(rows(0.50), rows(0.56)) == [("fast_share", True)]
    assert verdict(rows(0.50), rows(0.44)) == [("fast_share", False)]
    assert verdict(rows(0.45, 0.55), rows(0.56, 0.57)) == []
    assert verdict(rows(0.5, t95_s=4), rows(0.5, t95_s=8)) == [("t95_s", False)]
    assert verdict(rows(0.5, t95_s=4), rows(0.5, t95_s=None)) == [("t95_s", False)]
    assert verdict(rows(0.5, t95_s=None), rows(0.5, t95_s=9)) == [("t95_s", True)]
    assert verdict(rows(0.5), rows(0.5, ok=False)) == [("good rows", False)]
    lost = rows(0.5, 0.5, 0.5)
    lost[("zipf", "damon")][1]["ok"] = False
    assert verdict(rows(0.5, 0.5, 0.5), lost) == [("good rows", False)]
    assert verdict(lost, rows(0.5)) == [("good rows", True)]
    assert verdict(rows(0.5, pgsteal_direct=0), rows(0.5, pgsteal_direct=9)) == []
    assert verdict(rows(0.5, pgsteal_direct=0), rows(0.5, pgsteal_direct=900)) == [
        ("pgsteal_direct", False)]
    never = rows(0.5, 0.5, 0.5, t95_s=4)
    never[("zipf", "damon")][2]["t95_s"] = None
    assert verdict(rows(0.5, 0.5, 0.5, t95_s=4), never) == [("t95_s", False)]


def compare_says_when_the_machine_was_another():
    def said(*speeds):
        with tempfile.TemporaryDirectory() as directory:
            for number, of_run in enumerate(speeds):
                put(directory, "%d.json" % number, json.dumps({"env": {}, "rows": [
                    result_row("zipf", "none", rep, host_speed=value)
                    for rep, value in enumerate(of_run)]}))
            return subprocess.run([BENCH + "/compare", directory + "/0.json", directory + "/1.json"],
                                  capture_output=True, text=True).stdout

    assert "speed differs: 40, 30:" in said((38, 42), (30, 30))
    assert "speed" not in said((38, 42), (36, 40)) and "speed" not in said((40,), (None,))


def compare_says_what_it_does_not_know():
    def said(old, new):
        with tempfile.TemporaryDirectory() as directory:
            for name, rows in (("old", old), ("new", new)):
                put(directory, name, json.dumps({"env": {}, "rows": rows}))
            return subprocess.run([BENCH + "/compare", directory + "/old", directory + "/new"],
                                  capture_output=True, text=True).stdout

    once, twice = ([result_row("zipf", "none", rep) for rep in range(many)] for many in (1, 2))
    assert "1 of 1 have a single repetition" in said(twice, once)
    assert "single" not in said(twice, twice)
    more = said(twice, twice + [result_row("hotset", "damon")])
    assert "/new: hotset under damon" in more and "/old: " not in more, more
    older = {name: value for name, value in once[0].items() if name != "t95_s"}
    known = said([older], [dict(once[0], fast_share=0.99)])
    assert "fast_share" in known and "t95_s" not in known, known
    assert "t95_s" in said([dict(older, t95_s=None)], once)


def compare_says_what_it_cannot_read():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "results.json")
        with open(path, "w") as file:
            json.dump([], file)
        done = subprocess.run([BENCH + "/compare", path, path], capture_output=True, text=True)
    assert done.returncode == 2 and "not results" in done.stderr, done


def sockets_are_one_tier():
    with tempfile.TemporaryDirectory() as directory:
        for name, nodes in (("memory_tier22", "4"), ("memory_tier4", "0-1,3"),
                            ("memory_tier9", "2"), ("memory_tier30", "")):
            put(directory, name + "/nodelist", nodes + "\n")
        assert runner.host_tiers(directory) == ([0, 1, 3], 4)


def host_is_refused_with_the_reason_where_there_is_one_tier():
    try:
        runner.host_tiers()
        return "this machine has two tiers"
    except runner.Unusable:
        done = subprocess.run([BENCH + "/run", "--host"], capture_output=True, text=True)
    assert done.returncode == 2 and "two memory tiers" in done.stderr, done
    return None


TESTS = (every_figure_follows_from_the_events, quiet_tenants_are_told_where_there_are_some,
         rows_from_before_there_was_a_figure_are_drawn,
         pages_moved_count_against_base_pages,
         steady_share_leaves_out_what_came_before,
         what_was_never_reached_is_null, no_latency_of_the_firmware_no_mean,
         every_missing_event_fails_the_row, a_lost_machine_is_a_failed_row,
         unsound_rows_fail_but_the_oracle_may_begin_in_fast_memory,
         quick_run_has_twenty_rows_of_four_workloads,
         host_run_takes_no_memory_away, host_rows_may_be_larger,
         a_module_for_another_kernel_is_refused, what_takes_long_is_run_when_it_is_named,
         figures_of_what_has_settled_leave_out_what_came_before, who_makes_no_access_is_no_error,
         full_run_takes_policies_in_turn_within_each_repetition,
         a_row_is_made_of_what_it_uses_and_of_nothing_else,
         a_row_is_made_of_the_tree_that_its_machine_has, scenarios_may_have_a_tree_or_cgroups,
         settings_make_a_row_too,
         what_cannot_be_told_has_no_fingerprint, a_policy_is_made_of_the_policies_that_it_names,
         settings_reach_the_policy_and_make_another_row,
         what_others_use_is_told_from_what_a_row_uses,
         rows_are_kept_while_what_they_are_made_of_is_the_same,
         why_a_row_failed_is_kept_when_it_is_run_again, a_row_that_others_disturb_is_run_again,
         each_repetition_has_a_seed_and_an_order_of_its_own,
         other_rows_than_those_of_the_board_go_elsewhere,
         a_hot_set_that_did_not_move_is_another_workload,
         report_says_what_may_be_the_same_and_what_was_run_apart,
         rows_are_run_again_where_it_cannot_be_told,
         an_oracle_that_is_beaten_is_noticed, there_is_a_file_for_every_policy,
         workload_programs_are_those_that_are_built,
         report_is_one_page_in_the_colours_of_the_reader,
         report_marks_the_best_and_shows_what_failed, report_shows_what_has_no_line,
         picture_has_a_panel_for_each_workload_with_hot_pages,
         report_says_of_which_commits_the_rows_are, compare_counts_what_is_beyond_the_spread,
         compare_says_when_the_machine_was_another, compare_says_what_it_cannot_read,
         compare_says_what_it_does_not_know, scan_keeps_to_its_budget_or_the_run_fails,
         peers_that_do_nothing_are_set_up_wrong, time_left_goes_by_how_long_rows_are,
         sockets_are_one_tier, host_is_refused_with_the_reason_where_there_is_one_tier)


if __name__ == "__main__":
    sys.exit(ktap.run(TESTS))
