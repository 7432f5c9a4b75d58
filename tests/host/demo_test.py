#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The demo's judgement and its view: a result passes only if every check holds."""

import os
import re
import sys

sys.dont_write_bytecode = True
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path[1:1] = [os.path.join(ROOT, "demo"), os.path.join(ROOT, "workloads")]
import ktap  # noqa: E402
import result  # noqa: E402
import view  # noqa: E402
from events import parse  # noqa: E402

MACHINE = {"kernel": "6.12.0", "accel": "tcg", "fast_mib": 768, "slow_mib": 1536, "cpus": 2}
HOT = 1000


def events(hot_at=5.0, hot=1.0, cold=0.01, promoted=1050, demoted=0, cpu=0.1):
    """A run of 40 s: enabled at 2 s on the clock of the samples, which is 10 s
    behind that of the guest. The first sample with all hot pages in fast memory
    comes hot_at seconds after.
    """
    def sample(t):
        share = 1.0 if t >= 2 + hot_at else 0.949
        return {"event": "sample", "t": t, "hot_in_fast": share if t > 2 else 0.0,
                "cold_in_fast": 0.0, "fast_share": 0.9}

    def vmstat(when, offset, moved, back):
        return {"event": "vmstat", "uptime": 9, "when": when, "pgpromote_success": 7 + moved,
                "pgpromote_candidate": offset, "pgdemote_kswapd": 5 + back,
                "pgdemote_direct": 3 + back, "pgdemote_khugepaged": 0}

    status = {"uptime_s": 40.0, "total": {
        "scan_cpu_ns": int(cpu * 40e9), "promote_cpu_ns": int(1e9), "promoted_pages": promoted,
        "promote_rate_bytes_per_s": 2 ** 20, "table_bytes": 2 ** 20}}
    return (
        [{"event": "booted", "uptime": 1.5},
         {"event": "ready", "mib": 10, "pages": 2500, "hot_pages": HOT, "on_start_node": 1.0,
          "hot_access_percent": 98, "hot_in_fast": 0.0, "cold_in_fast": 0.0},
         vmstat("before", 0, 0, 0), {"event": "started", "uptime": 10.0}] +
        [sample(0.5 * i) for i in range(1, 5)] +
        [{"event": "enabled", "uptime": 12.0}, {"event": "loaded", "uptime": 12.2}] +
        [sample(0.5 * i) for i in range(5, 85)] +
        [{"event": "status", "uptime": 52, "status": status},
         vmstat("after", 999, promoted, demoted // 2),
         {"event": "end", "t": 42.1, "hot_in_fast": hot, "cold_in_fast": cold, "hot_pages": HOT,
          "corrupt_pages": 0},
         {"event": "unloaded", "uptime": 53}])


def run_of(them):
    run = result.Run()
    for event in them:
        run.add(event)
    return run


def judge(them, failure=None):
    return result.evaluate(run_of(them), MACHINE, failure)


def failed(outcome):
    return [name for name, ok in outcome["checks"].items() if not ok]


def good_run_passes():
    outcome = judge(events())
    assert outcome["pass"] is True and outcome["reason"] is None, outcome
    wanted = {"t95_s": 5.0, "hot_in_fast": 1.0, "cold_in_fast": 0.01, "promoted": 1050,
              "demoted": 0, "scan_cpu_share": 0.1, "hot_pages": HOT, "kernel": "6.12.0",
              "accel": "tcg"}
    assert {name: outcome[name] for name in wanted} == wanted, outcome


def limits_are_inclusive():
    outcome = judge(events(hot_at=8.0, hot=0.99, cold=0.05, promoted=1150, demoted=20, cpu=0.15))
    assert outcome["pass"], outcome


def each_violated_check_fails_the_run():
    for figure, change in (
            ("t95_s", {"hot_at": 8.5}), ("t95_s", {"hot_at": 99}), ("hot_in_fast", {"hot": 0.9899}),
            ("cold_in_fast", {"cold": 0.0501}), ("promoted", {"promoted": 1151}),
            ("demoted", {"demoted": 22}), ("scan_cpu_share", {"cpu": 0.1501})):
        outcome = judge(events(**change))
        assert not outcome["pass"] and failed(outcome) == [figure], (change, outcome)
        assert figure in outcome["reason"], outcome


def never_hot_has_no_t95():
    assert judge(events(hot_at=99))["t95_s"] is None


def every_missing_event_fails_the_run():
    names = ("ready", "started", "sample", "enabled", "status", "vmstat", "end", "unloaded")
    for name in names:
        outcome = judge([e for e in events() if e["event"] != name])
        assert not outcome["pass"], name
    for count in range(len(events())):
        assert not judge(events()[:count])["pass"], count


def void_run_fails_and_says_why():
    outcome = judge(events(), "lost")
    assert not outcome["pass"] and outcome["reason"] == "lost", outcome


def unsound_run_fails():
    for name, figure, value in (("ready", "on_start_node", 0.9), ("end", "corrupt_pages", 1)):
        them = events()
        for event in them:
            if event["event"] == name:
                event[figure] = value
        assert not judge(them)["pass"], figure


def text_that_is_no_event_is_kept():
    run = run_of(parse(line) for line in ("insmod: no", "[1]", '{"event":"x"}'))
    assert run.text == ["insmod: no", "[1]"], run.text


def phases_follow_each_other():
    run, seen = result.Run(), ["booting"]
    for event in events():
        run.add(event)
        if run.phase != seen[-1]:
            seen.append(run.phase)
    assert seen == ["booting", "placing", "baseline", "on", "checking", "done"], seen


def screen_fits_at_every_moment_and_width():
    for width in (20, 79, 200):
        run = result.Run()
        for event in events():
            run.add(event)
            state = view.State(run, MACHINE, 12.0, 50.0, 1000, 40)
            lines = view.screen(state, view.Style(width, True, True))
            lengths = [len(re.sub("\x1b[^m]*m", "", line)) for line in lines]
            assert max(lengths) <= width and len(lines) < 24, (width, lengths)
            view.plain(state)


def colours_and_blocks_only_where_wanted():
    state = view.State(run_of(events()), MACHINE, 12.0, 50.0, 1000, 40)
    assert "".join(view.screen(state, view.Style(79, False, False))).isascii()
    assert "\x1b" not in "".join(view.screen(state, view.Style(79, False, True)))


def summary_marks_what_failed():
    style = view.Style(79, False, False)
    good = "\n".join(view.summary(judge(events()), "here.json", style))
    assert "PASSED" in good and "FAILED" not in good and "here.json" in good, good
    bad = view.summary(judge(events(cold=0.2)), "here.json", style)
    assert max(len(line) for line in bad) < 80, bad
    assert [line for line in bad if line.startswith("  cold pages") and "FAILED" in line], bad
    assert "PASSED" not in "\n".join(bad), bad
    never = "\n".join(view.summary(judge(events(hot_at=99)), "here.json", style))
    assert "never" in never, never
    lost = "\n".join(view.summary(judge([], "no verdict"), "here.json", style))
    assert "FAILED: no verdict" in lost, lost


TESTS = (good_run_passes, limits_are_inclusive, each_violated_check_fails_the_run,
         never_hot_has_no_t95, every_missing_event_fails_the_run, void_run_fails_and_says_why,
         unsound_run_fails, text_that_is_no_event_is_kept, phases_follow_each_other,
         screen_fits_at_every_moment_and_width, colours_and_blocks_only_where_wanted,
         summary_marks_what_failed)


if __name__ == "__main__":
    sys.exit(ktap.run(TESTS))
