# SPDX-License-Identifier: GPL-2.0-only
"""What bench/run says while it runs."""

import math
import sys
import time

BESIDE = 20  # seconds that a row takes beside its accesses


class Progress:
    """One line a row, and on a terminal what the present one is doing."""

    def __init__(self, rows):
        self.todo = rows
        self.total = len(rows)
        self.width = max((len(row.policy) for row in rows), default=0)
        self.begun = time.monotonic()
        self.number = 0
        self.terminal = sys.stdout.isatty()

    def left(self, done):
        """Minutes to the end when so many rows are done and a part of one, by how long they
        should take and how long the others took.
        """
        whole = int(done)
        lengths = [row.seconds + BESIDE for row in self.todo]
        made = sum(lengths[:whole]) + (lengths[whole] * (done - whole) if done > whole else 0)
        slower = (time.monotonic() - self.begun) / made if whole else 1
        return math.ceil((sum(lengths) - made) * slower / 60)

    def head(self, row):
        return "[%*d/%d] %-10s %-*s" % (len(str(self.total)), self.number, self.total,
                                        row.scenario.name, self.width, row.policy)

    def begin(self, row, again=False):
        """@again: it was disturbed, and is run once more."""
        self.number += not again
        self.show(row, "boots", None)

    def show(self, row, what, share):
        if self.terminal:
            sys.stdout.write("\r%s %s%s, about %d min left\x1b[K" % (
                self.head(row), what,
                "" if share is None else ", %3.0f %% of the hot pages in fast memory" %
                (share * 100), self.left(self.number - 0.5)))
            sys.stdout.flush()

    def follow(self, row, event):
        if event["event"] == "ready":
            self.show(row, "starts", event["hot_in_fast"])
        elif event["event"] == "sample":
            self.show(row, "at %2.0f s of %g" % (event["t"], row.seconds), event["hot_in_fast"])

    def end(self, row, found):
        share = found["fast_share"]
        print("%s%s %s  %s%s" % (
            "\r" if self.terminal else "", self.head(row),
            "fast_share " + ("%5.1f %%" % (share * 100) if share is not None else "   -   "),
            "t95 %5.1f s" % found["t95_s"] if found["t95_s"] is not None else "t95     -  ",
            "  FAILED: " + found["reason"] if not found["ok"] else
            "  about %d min left" % self.left(self.number) if self.number < self.total else ""),
            flush=True)
