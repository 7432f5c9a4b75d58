#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The table of kernels of tests/support, from results that are made up."""

import glob
import importlib.machinery
import importlib.util
import json
import os
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
import ktap  # noqa: E402

loader = importlib.machinery.SourceFileLoader("support", ROOT + "/tests/support")
support = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(support)


def line(release, test, word):
    return json.dumps({"release": release, "test": test, "word": word})


def expect(said, wanted):
    assert said == wanted, f"{said} is not {wanted}"


def last_result_counts():
    results = support.last_results([line("6.1", "a", "FAILED"), line("6.12", "a", "FAILED"),
                                    line("6.1", "a", "ok")])
    expect(results, {"6.1": {"a": "ok"}, "6.12": {"a": "FAILED"}})


def what_is_no_result_is_left_out():
    whole = line("6.1", "a", "ok")
    expect(support.last_results([whole[:-3], "", "[]", "{}", whole]), {"6.1": {"a": "ok"}})


def rows(kernels, tests):
    return list(support.table(support.count(kernels, tests), len(tests)))[2:]


def every_test_is_in_one_column():
    expect(rows({"6.1": {"a": "ok", "b": "skipped", "gone": "FAILED"}}, ["a", "b", "c"]),
           ["| 6.1 | 1 | 1 | 0 | 1 |"])


def failures_are_named():
    expect(rows({"6.1": {"a": "FAILED"}, "6.12": {"a": "ok"}}, ["a"]),
           ["| 6.12 | 1 | 0 | 0 | 0 |", "| 6.1 | 0 | 0 | 1 | 0 |", "", "- 6.1: a"])


def document(*lines):
    return "\n".join(["text", support.BEGIN, "", *lines, "", support.END, "text"])


def a_document_keeps_what_other_results_say():
    before = document(*support.HEAD, "| 6.12 | 1 | 0 | 1 | 0 |", "| 6.1 | 2 | 0 | 0 | 0 |", "", "- 6.12: b")
    after = support.updated(before, support.count({"6.1": {"a": "FAILED"}}, ["a", "b", "c"]), 3)
    expect(after, document(*support.HEAD, "| 6.12 | 1 | 0 | 1 | 1 |", "| 6.1 | 0 | 0 | 1 | 2 |", "",
                           "- 6.12: b", "- 6.1: a"))


def a_document_without_a_place_is_left_alone():
    expect(support.updated("text\n", {}, 3), None)


def readme_has_the_table():
    """As tests/support would write it of the tests that there are: nobody has edited it."""
    with open(ROOT + "/README.md", encoding="utf-8") as file:
        text = file.read()
    total = len(glob.glob(ROOT + "/tests/system/*.sh"))
    assert support.ROW.search(text), "no kernel in the table"
    assert support.updated(text, {}, total) == text, "tests/support --update README.md makes it anew"
    for counts, failed in support.read_table(support.BLOCK.search(text)[0].splitlines()).values():
        assert sum(counts) <= total, f"more than {total} tests"
        expect(counts[2], len(failed))


sys.exit(ktap.run([last_result_counts, what_is_no_result_is_left_out,
                   every_test_is_in_one_column, failures_are_named,
                   a_document_keeps_what_other_results_say, a_document_without_a_place_is_left_alone,
                   readme_has_the_table]))
