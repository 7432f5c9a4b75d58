# SPDX-License-Identifier: GPL-2.0-only
"""How the demo looks: states and results in, lines of text out."""

import textwrap
from collections import namedtuple

from result import CHECKS

# What a screen shows. run: a result.Run; machine: what lab/vm says of it;
# elapsed, total: seconds, the second a guess until the end; mib, seconds: the plan.
State = namedtuple("State", "run machine elapsed total mib seconds")

# How it may be shown.
Style = namedtuple("Style", "width color unicode")

CODES = {"bold": "1", "dim": "2", "hot": "32", "cold": "33", "bad": "1;31", "good": "1;32"}


def paint(pieces, style):
    """One line of pieces, (text, name of a code or None), cut to the width."""
    left, out = style.width, []
    for text, code in pieces:
        text = text[:left]
        left -= len(text)
        if code and style.color and text:
            text = "\x1b[%sm%s\x1b[0m" % (CODES[code], text)
        out.append(text)
    return "".join(out)


def bar(share, cells, code, unicode):
    """A bar for a share of 0 to 1, as pieces."""
    full, empty = ("\u2588", "\u2591") if unicode else ("#", ".")
    filled = int(min(max(share, 0), 1) * cells + 0.5)
    return [(full * filled, code), (empty * (cells - filled), "dim")]


def percent(share, digits=1):
    return "-" if share is None else "%.*f %%" % (digits, share * 100)


def count(number):
    return "-" if number is None else format(number, ",")


def phase(state):
    """What goes on, in words."""
    return {
        "booting": "booting a virtual machine with fast and slow memory",
        "placing": "placing %d MiB on slow memory" % state.mib,
        "baseline": "baseline: nothing is promoted",
        "on": "klruscan is on: %d of %d s" % (state.run.seconds_on(), state.seconds),
        "checking": "checking every page",
        "done": "done",
    }[state.run.phase]


def shares(run):
    """Share of the hot and of the cold pages in fast memory, as last seen."""
    last = run.end or (run.samples[-1] if run.samples else run.ready)
    return last.get("hot_in_fast"), last.get("cold_in_fast")


def figures(run):
    """Promoted pages, MiB a second, share of a CPU for scanning, as last seen."""
    total = run.status.get("total", {})
    rate = total.get("promote_rate_bytes_per_s")
    return (total.get("promoted_pages"), None if rate is None else rate / 2 ** 20,
            run.cpu_share("scan_cpu_ns"))


def gauge(label, share, text, code, style):
    """A line with a bar and what it means."""
    cells = min(max(style.width - 46, 0), 60)
    return ([("  %-27s " % label, None)] + bar(share or 0, cells, code, style.unicode) +
            [("  %-13s" % text, "bold")])


def screen(state, style):
    """The live view: lines that fit the width."""
    run, machine = state.run, state.machine
    hot, cold = shares(run)
    promoted, rate, scan = figures(run)
    t95 = run.t95()
    where = "Linux %s, %s" % (machine["kernel"], machine["accel"]) if machine else ""
    done = 1 if run.phase == "done" else state.elapsed / max(state.total, 1)
    lines = [
        [("klruscan  ", "bold"), (where, "dim")],
        [],
        [("  " + phase(state), "bold")],
        gauge("progress", done, "%d of %d s" % (state.elapsed, state.total), None, style),
        [],
        gauge("hot pages in fast memory", hot, percent(hot), "hot", style),
        gauge("cold pages in fast memory", cold, percent(cold), "cold", style),
        [],
        [("  %-27s " % "pages promoted", None), (count(promoted), "bold"),
         (" (%s are hot)" % count(run.ready.get("hot_pages")), None)],
        [("  %-27s " % "promoting", None),
         ("-" if rate is None else "%.0f MiB/s" % rate, "bold")],
        [("  %-27s " % "CPU time of the scan", None), (percent(scan), "bold"),
         (" of one CPU", None)],
        [("  %-27s " % "95 % of the hot pages after", None),
         ("-" if t95 is None else "%.1f s" % t95, "bold")],
    ]
    return [paint(line, style) for line in lines]


def plain(state):
    """The state in one line, for where nothing can be redrawn."""
    run = state.run
    line = phase(state)
    if run.phase not in ("baseline", "on"):
        return line
    line = "%-29s  hot %7s  cold %6s" % ((line,) + tuple(percent(s) for s in shares(run)))
    promoted, rate, scan = figures(run)
    if promoted is None:
        return line
    return "%s  promoted %7s  %3.0f MiB/s  scan %s CPU" % (
        line, count(promoted), rate, percent(scan))


def paragraph(text, style):
    width = min(style.width, 80)
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ") + [""]


def story(result):
    """What was shown, in words: a list of paragraphs."""
    cold = result["pages"] - result["hot_pages"]
    needed = result["hot_pages"]
    what = (
        "A virtual machine (Linux {kernel}, {cpus} CPUs, {accel}) has {fast_mib} MiB of fast and "
        "{slow_mib} MiB of slow memory. A program in it used {mib} MiB, at first all in slow "
        "memory. %s of its pages are hot: they get {hot_access_percent:g} %% of the accesses. The "
        "other %s are cold. Hot and cold pages lie mixed, so only how they are used tells "
        "them apart. Without klruscan they stayed where they were: %s of the hot pages were in "
        "fast memory." % (count(needed), count(cold), percent(result["hot_in_fast_without"]))
    ).format(**result)
    if result["t95_s"] is None:
        speed = "klruscan was switched on, and 95 % of the hot pages never were in fast memory."
    else:
        speed = ("klruscan was switched on, and %.1f s later 95 %% of the hot pages were in fast "
                 "memory." % result["t95_s"])
    speed += (" After %.0f s fast memory held %s of the hot pages and %s of the cold ones, and "
              "served %s of the accesses." % (result["seconds_on"], percent(result["hot_in_fast"]),
                                    percent(result["cold_in_fast"]),
                                    percent(result["fast_share"])))
    moves = "No move can be counted."
    if result["promoted"] is not None:
        moves = ("To get %s hot pages into fast memory, %s pages were moved there, %.2f for each "
                 "that was needed, and %s were moved back." % (
                     count(needed), count(result["promoted"]), result["promoted"] / needed,
                     count(result["demoted"])))
    cost = "The cost: finding the hot pages took %s of one CPU, moving pages %s, and %s of memory." % (
        percent(result["scan_cpu_share"]), percent(result["promote_cpu_share"]),
        "-" if result["table_bytes"] is None else "%.1f MiB" % (result["table_bytes"] / 2 ** 20))
    if result["accel"] == "tcg":
        cost += " The CPUs were emulated, where all of this costs more than on real ones."
    return what, speed, moves, cost


# By figure: what is checked, and how its value and limit read.
WORDS = {
    "t95_s": ("time to 95 % of hot pages in fast memory", "{:.1f} s"),
    "hot_in_fast": ("hot pages in fast memory at the end", "{:.1%}"),
    "cold_in_fast": ("cold pages in fast memory at the end", "{:.1%}"),
    "promoted": ("pages moved to fast memory", "{:,.0f}"),
    "demoted": ("pages moved back", "{:,.0f}"),
    "scan_cpu_share": ("CPU time of the scan, of one CPU", "{:.1%}"),
}


def verdict(check, result, style):
    """The line of one check."""
    words, form = WORDS[check.figure]
    value = result[check.figure]
    unit = 1 if check.unit is None else result[check.unit]
    ok = result["checks"][check.figure]
    shown = "-" if value is None else form.format(value).replace("%", " %")
    limit = "-" if unit is None else form.format(check.limit * unit).replace("%", " %")
    left = "  %-42s %7s  %-17s " % (words, shown, "(%s %s)" % (check.relation, limit))
    return paint([(left, None), ("ok" if ok else "FAILED", "good" if ok else "bad")],
                 style._replace(width=200))


def summary(result, where, style):
    """The result in plain words. where: the file that holds it."""
    lines = [""]
    if result["hot_in_fast"] is not None and result["seconds_on"]:
        for text in story(result):
            lines += paragraph(text, style)
        lines += [verdict(check, result, style) for check in CHECKS] + [""]
    if result["pass"]:
        end = [("  PASSED", "good"), (", all checks hold.", None)]
    else:
        end = [("  FAILED", "bad"), (": %s." % result["reason"], None)]
    lines.append(paint(end, style._replace(width=1000)))
    lines.append("  All figures: %s" % where)
    return lines
