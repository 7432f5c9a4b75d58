#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Each workload takes the options that its help names, and no other: one that is taken
and does nothing would have a run be told as what it was not.
"""

import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
import ktap  # noqa: E402

WORKLOADS = ("hotset", "phase", "polluter", "tenants", "zipf", "redis")


def run(workload, *words):
    return subprocess.run([os.path.join(ROOT, "build/bin", workload), *words],
                          capture_output=True, text=True)


def named(workload):
    """{option: its example as words} of all that the help names."""
    words = re.findall(r"^  --([\w-]+)( \S+)?  ", run(workload, "--help").stdout, re.M)
    return {option: (["20"] if value else []) for option, value in words}


def what_the_help_names_is_taken_and_nothing_else():
    takes = {workload: named(workload) for workload in WORKLOADS}
    every = {option: words for options in takes.values() for option, words in options.items()}
    assert len(every) > 20, every
    for workload, options in takes.items():
        for option, words in every.items():
            # options are looked at one after the other, so this ends without a run
            done = run(workload, "--" + option, *words, "--help")
            refused = done.returncode == 2 and "has no --%s;" % option in done.stderr
            assert refused == (option not in options), (workload, option, done)


def a_server_has_no_options_of_memory():
    assert not named("redis").keys() & {"mib", "processes", "huge", "file", "idle-gib", "idle-sparse", "asleep",
                                      "cgroups"}
    assert {"keys", "pipeline", "server"} <= named("redis").keys()
    assert {"mib", "cgroups", "phase-seconds"} <= named("tenants").keys()


def tenants_have_no_strata_together():
    """The hot pages of one are accessed several times as often as those of another."""
    assert [workload for workload in WORKLOADS if "strata" not in named(workload)] == ["tenants"]


TESTS = (what_the_help_names_is_taken_and_nothing_else, a_server_has_no_options_of_memory,
         tenants_have_no_strata_together)


if __name__ == "__main__":
    sys.exit(ktap.run(TESTS))
