# SPDX-License-Identifier: GPL-2.0-only
"""Runs functions as tests and prints KTAP. One that returns a string was skipped, for
that reason; one that raises has failed.
"""


def run(tests):
    """Returns the exit status."""
    failures = 0
    print("KTAP version 1\n1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        skipped = None
        try:
            skipped = test()
            verdict = "ok"
        except Exception as why:  # pylint: disable=broad-except
            print("# %s: %s" % (type(why).__name__, str(why).replace("\n", " ")))
            verdict = "not ok"
            failures += 1
        print("%s %d %s%s" % (verdict, number, test.__name__,
                              " # SKIP " + skipped if skipped else ""))
    return 1 if failures else 0
