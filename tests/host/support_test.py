#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The table of kernels of tests/support, from results that are made up."""

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


def every_test_is_in_one_column():
    rows = list(support.table({"6.1": {"a": "ok", "b": "skipped", "gone": "FAILED"}},
                              ["a", "b", "c"]))
    expect(rows[2:], ["| 6.1 | 1 | 1 | 0 | 1 |"])


def failures_are_named():
    rows = list(support.table({"6.1": {"a": "FAILED"}, "6.12": {"a": "ok"}}, ["a"]))
    expect(rows[2:], ["| 6.12 | 1 | 0 | 0 | 0 |", "| 6.1 | 0 | 0 | 1 | 0 |", "", "- 6.1: a"])


sys.exit(ktap.run([last_result_counts, what_is_no_result_is_left_out,
                   every_test_is_in_one_column, failures_are_named]))
