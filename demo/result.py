# SPDX-License-Identifier: GPL-2.0-only
"""What the guest said, and what follows from it.

Run collects the events of demo/guest, evaluate() makes the result of them. No
clock, no file, no process: the same events give the same result.
"""

from collections import namedtuple

HOT_ENOUGH = 0.95  # share of the hot pages in fast memory that t95_s waits for

# What must hold: `figure` of the result is at most or at least `limit`, which
# counts in `unit`s, another figure, where one is given.
Check = namedtuple("Check", "figure relation limit unit")
CHECKS = (
    Check("t95_s", "at most", 8, None),
    Check("hot_in_fast", "at least", 0.99, None),
    Check("cold_in_fast", "at most", 0.05, None),
    Check("promoted", "at most", 1.15, "hot_pages"),
    Check("demoted", "at most", 0.02, "hot_pages"),
    Check("scan_cpu_share", "at most", 0.15, None),
)


class Run:
    """The events so far.

    phase: booting, placing, baseline, on, checking, done
    ready, end: the event of that name, or {}
    samples: all events of that name
    statuses: what klruscan said each time; status: the last, or {}
    vmstat: by "when"
    uptime: of the events that have one, by name; the first of each
    text: lines that were no event
    """

    PHASE_AFTER = {"booted": "placing", "started": "baseline", "enabled": "on",
                   "unloaded": "done"}

    def __init__(self):
        self.phase = "booting"
        self.ready = {}
        self.end = {}
        self.samples = []
        self.statuses = []
        self.vmstat = {}
        self.uptime = {}
        self.text = []

    def add(self, event):
        name = event["event"]
        if "uptime" in event:
            self.uptime.setdefault(name, event["uptime"])
        if name == "sample":
            self.samples.append(event)
        elif name == "vmstat":
            self.vmstat[event["when"]] = event
            if event["when"] == "after":
                self.phase = "checking"
        elif name == "status":
            self.statuses.append(event["status"])
        elif name in ("ready", "end"):
            setattr(self, name, event)
        elif name in ("text", "error"):
            self.text.append(event.get("text") or event.get("message"))
        self.phase = self.PHASE_AFTER.get(name, self.phase)

    @property
    def status(self):
        return self.statuses[-1] if self.statuses else {}

    def since_enabled(self, sample):
        """Seconds from enabling to a sample, or None before."""
        if "started" not in self.uptime or "enabled" not in self.uptime:
            return None
        at = self.uptime["started"] + sample["t"] - self.uptime["enabled"]
        return at if at > 0 else None

    def seconds_on(self):
        """Seconds from enabling to the last sample."""
        return (self.samples and self.since_enabled(self.samples[-1])) or 0.0

    def t95(self):
        """Seconds from enabling to the first sample that sees HOT_ENOUGH of the
        hot pages in fast memory, or None.
        """
        for sample in self.samples:
            at = self.since_enabled(sample)
            if at and (sample["hot_in_fast"] or 0) >= HOT_ENOUGH:
                return round(at, 2)
        return None

    def without(self):
        """The last sample before enabling, or {}."""
        before = [s for s in self.samples if self.since_enabled(s) is None]
        return before[-1] if before else {}

    def counted(self, prefix):
        """By how much the counters that begin with prefix grew, or None."""
        before, after = (self.vmstat.get(when) for when in ("before", "after"))
        if not before or not after:
            return None
        names = [name for name in after if name.startswith(prefix)]
        return sum(after[name] - before[name] for name in names) if names else None

    def cpu_share(self, figure):
        """CPU seconds a second that a counter of the last status amounts to."""
        total, uptime = self.status.get("total", {}), self.status.get("uptime_s")
        if not uptime or total.get(figure) is None:
            return None
        return round(total[figure] / 1e9 / uptime, 5)


def holds(check, result):
    """Whether a check holds. A figure that is missing never does."""
    value = result[check.figure]
    unit = result[check.unit] if check.unit else 1
    if value is None or unit is None:
        return False
    if check.relation == "at least":
        return value >= check.limit * unit
    return value <= check.limit * unit


def unsound(run):
    """Why the figures would mean nothing, or None."""
    if run.phase != "done":
        return "the run did not come to its end"
    if (run.ready.get("on_start_node") or 0) < 0.99:
        return "the pages were not all on slow memory at the start"
    if run.end.get("corrupt_pages") != 0:
        return "pages have lost their contents"
    return None


def evaluate(run, machine, failure=None):
    """The result of a run.

    machine: what lab/vm says of it, {} if nothing
    failure: why the run is void, if it is
    """
    last = run.samples[-1] if run.samples else {}
    result = {
        "kernel": machine.get("kernel"),
        "accel": machine.get("accel"),
        "cpus": machine.get("cpus"),
        "fast_mib": machine.get("fast_mib"),
        "slow_mib": machine.get("slow_mib"),
        "mib": run.ready.get("mib"),
        "pages": run.ready.get("pages"),
        "hot_pages": run.ready.get("hot_pages"),
        "hot_access_percent": run.ready.get("hot_access_percent"),
        "hot_in_fast_without": run.without().get("hot_in_fast"),
        "t95_s": run.t95(),
        "seconds_on": round(run.seconds_on(), 2),
        "hot_in_fast": run.end.get("hot_in_fast"),
        "cold_in_fast": run.end.get("cold_in_fast"),
        "fast_share": last.get("fast_share"),
        "promoted": run.counted("pgpromote_success"),
        "demoted": run.counted("pgdemote_"),
        "scan_cpu_share": run.cpu_share("scan_cpu_ns"),
        "promote_cpu_share": run.cpu_share("promote_cpu_ns"),
        "table_bytes": run.status.get("total", {}).get("table_bytes"),
    }
    checks = {check.figure: holds(check, result) for check in CHECKS}
    reason = failure or unsound(run)
    failed = [name for name, ok in checks.items() if not ok]
    if not reason and failed:
        reason = "outside its limit: " + ", ".join(failed)
    result["checks"] = checks
    result["pass"] = reason is None
    result["reason"] = reason
    return result
