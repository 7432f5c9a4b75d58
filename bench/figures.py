# SPDX-License-Identifier: GPL-2.0-only
"""The figures of a row, from what its guest said. bench/README.md tells their meaning.

No clock, no file, no process: the same events give the same row.
"""

import math

HOT_ENOUGH = 0.95  # share of the hot pages in fast memory that t95_s waits for
SAVED_S = 2  # CPU seconds beside its budget that klruscan's scan may have saved (decision 0004)
BEYOND = 0.05  # by what part of both it may be beyond: it is told to stop, and then stops


class Story:
    """The events of a row so far.

    ready, end, tiers, room: the event of that name, or {}
    samples: all events of that name
    counters: by "when"
    done: the policy was stopped after the workload's end
    text: lines that were no event, and error messages
    """

    def __init__(self):
        self.ready = {}
        self.end = {}
        self.tiers = {}
        self.room = {}
        self.samples = []
        self.counters = {}
        self.done = False
        self.text = []

    def add(self, event):
        name = event["event"]
        if name == "sample":
            self.samples.append(event)
        elif name == "counters":
            self.counters[event["when"]] = event
        elif name == "done":
            self.done = True
        elif name in ("ready", "end", "tiers", "room"):
            setattr(self, name, event)
        elif name in ("text", "error"):
            self.text.append(event.get("text") or event.get("message"))

    def points(self):
        """Samples and the end, as the run went."""
        return self.samples + ([self.end] if self.end else [])

    def counted(self, figure, since="before"):
        """By how much a counter grew during the accesses, or None."""
        before, after = (self.counters.get(when, {}) for when in (since, "after"))
        if figure not in before or figure not in after:
            return None
        return after[figure] - before[figure]

    def scan_seconds(self):
        """CPU seconds of the scan in the accesses; None from who does not scan. What begins
        when the policy is started has counted nothing before.
        """
        after = self.counters.get("after", {}).get("scan_cpu_ns")
        before = self.counters.get("before", {}).get("scan_cpu_ns", 0)
        return None if after is None else round((after - before) / 1e9, 3)


def share_from(points, start):
    """Share of the accesses from @start (seconds) on that fast memory served; it
    counts intervals that begin then or later. None when there are none.
    """
    accesses = fast = 0
    before = {"t": 0.0, "accesses": 0}
    for point in points:
        if before["t"] >= start and point["fast_share"] is not None:
            made = point["accesses"] - before["accesses"]
            accesses += made
            fast += made * point["fast_share"]
        before = point
    return round(fast / accesses, 4) if accesses else None


def time_to(points, share):
    """Seconds until the first report that sees that share of the hot pages in fast
    memory, or None.
    """
    for point in points:
        if (point["hot_in_fast"] or 0) >= share:
            return round(point["t"], 2)
    return None


def mean_ns(share, tiers):
    """Mean latency of an access, or None where the firmware told no latencies."""
    fast, slow = tiers.get("fast_ns"), tiers.get("slow_ns")
    if share is None or fast is None or slow is None:
        return None
    return round(share * fast + (1 - share) * slow, 1)


def moves_missing(story):
    """How many moves of the hot set were left out, as its programs had not finished the one
    before: then it was an easier workload.
    """
    phase, seconds = story.end.get("phase"), story.ready.get("seconds")
    if phase is None or not seconds or not story.ready.get("phase_seconds"):
        return 0
    return max(math.ceil(seconds / story.ready["phase_seconds"]) - 1 - phase, 0)


def unsound(story, policy):
    """Why the figures would mean nothing, or None."""
    if not story.done or not story.end:
        return "the run did not come to its end"
    if policy != "oracle" and (story.ready.get("on_start_node") or 0) < 0.99:
        return "the pages were not all on slow memory at the start"
    if story.end.get("corrupt_pages") != 0:
        return "pages have lost their contents"
    missing = moves_missing(story)
    if missing:
        return "the hot set moved %d times too few" % missing
    if "before" not in story.counters or "after" not in story.counters:
        return "the counters are missing"
    return None


def ratio(value, of):
    return round(value / of, 4) if value is not None and of else None


def late(story):
    """Figures of the time from "settled" on; null where nobody asked for them."""
    def counted(figure):
        return story.counted(figure, "settled")

    scan_ns = counted("scan_cpu_ns")
    return {
        "late_daemon_cpu": ratio(counted("daemon_cpu_s"), counted("uptime_s")),
        "late_kernel_cpu": ratio(counted("kernel_cpu_s"), counted("uptime_s")),
        "pass_cpu_ms": ratio(scan_ns and scan_ns / 1e6, counted("passes")),
        "pass_visited": ratio(counted("visited"), counted("passes")),
    }


def figures(story, policy, steady, failure=None):
    """The figures of a row.

    policy: its name
    steady: seconds after which a run counts as steady
    failure: why the row is void, if it is
    """
    reason = failure or unsound(story, policy)
    points = story.points()
    share = story.end.get("fast_share_total")
    hot_pages = story.ready.get("hot_pages")
    # the kernel counts base pages
    hot_base = hot_pages and hot_pages * (story.ready.get("page_kib", 4) // 4)
    after = story.counters.get("after", {})
    row = {
        "ok": reason is None,
        "reason": reason,
        "fast_share": share,
        "fast_share_steady": share_from(points, steady),
        "quiet_fast_share": story.end.get("quiet_fast_share_total"),
        "mean_ns": mean_ns(share, story.tiers),
        "t95_s": time_to(points, HOT_ENOUGH),
        "hot_in_fast": story.end.get("hot_in_fast"),
        "cold_in_fast": story.end.get("cold_in_fast"),
        "promoted_ratio": ratio(story.counted("promoted"), hot_base),
        "demoted_ratio": ratio(story.counted("demoted"), hot_base),
        "pgsteal_direct": story.counted("pgsteal_direct"),
        "pgdemote_direct": story.counted("pgdemote_direct"),
        "daemon_cpu_s": story.counted("daemon_cpu_s"),
        "scan_cpu_s": story.scan_seconds(),
        "scan_cpu_permille": after.get("scan_cpu_permille"),
        "kernel_cpu_s": story.counted("kernel_cpu_s"),
        "ops": story.end.get("accesses"),
        "precision": after.get("precision"),
        "recall": after.get("recall"),
        "free_mib": story.room.get("free_mib"),
        "pages": story.ready.get("pages"),
        "hot_pages": hot_pages,
        "seconds": story.end.get("t"),
        "series": [[round(p["t"], 2), p["hot_in_fast"], p["cold_in_fast"], p["fast_share"]]
                   for p in points],
    }
    row.update(late(story))
    for name in ("daemon_cpu_s", "kernel_cpu_s"):
        if row[name] is not None:
            row[name] = round(row[name], 2)
    return row


def oracle_beaten(rows, by=0.02):
    """Workloads in which a policy served more of the accesses from fast memory than who
    knows the truth, by more than @by, be it of all of them or of those from when a run is
    steady: then a measurement is wrong. As (workload, policy).
    """
    found = set()
    for figure in ("fast_share", "fast_share_steady"):
        best = {(row["workload"], row["rep"]): row[figure] for row in rows
                if row["ok"] and row["policy"] == "oracle" and row[figure] is not None}
        found |= {(row["workload"], row["policy"]) for row in rows
                  if row["ok"] and (row[figure] or 0) - by >
                  best.get((row["workload"], row["rep"]), 1)}
    return sorted(found)


def over_budget(rows):
    """Rows in which klruscan's scan took more CPU time than its budget and what may have been
    saved. As (workload, rep, seconds taken, seconds allowed).
    """
    found = []
    for row in rows:
        taken, permille = row.get("scan_cpu_s"), row.get("scan_cpu_permille")
        if not row["ok"] or taken is None or permille is None:
            continue
        allowed = (row["seconds"] * permille / 1000 + SAVED_S) * (1 + BEYOND)
        if taken > allowed:
            found.append((row["workload"], row["rep"], taken, round(allowed, 3)))
    return found


def idle_peers(rows):
    """Policies that moved nothing of a hot set which all could have moved: they were set up
    wrong. As (workload, policy).
    """
    return sorted({(row["workload"], row["policy"]) for row in rows
                   if row["ok"] and row["workload"] == "hotset" and not row["promoted_ratio"] and
                   row["policy"] not in ("none", "oracle")})
