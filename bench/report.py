#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""bench/report.py [DIRECTORY] - draw the results.json there (build/bench) as report.html

One page that needs nothing else: tables, and gnuplot's drawings as SVG inside, in
colours that follow the reader's light or dark setting.
"""

import datetime
import html
import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True  # this is a source directory
import scenarios  # noqa: E402
from others import is_disturbed  # noqa: E402

# Of each policy: the colour on light and on dark ground. Okabe and Ito's palette, which
# people tell apart who do not see red or green, made lighter for the dark.
COLOURS = {
    "none": ("#767676", "#9a9a9a"),
    "numab2": ("#b57a00", "#f0b840"),
    "damon": ("#0072b2", "#56b4e9"),
    "damon-tuned": ("#a3407a", "#e08fbf"),
    "klruscan": ("#c94f00", "#ff8a4a"),
    "oracle": ("#00795a", "#3fd0a5"),
}
# gnuplot knows only fixed colours: these stand for the ones of the page.
INK = "#010203"
FAINT = "#010204"
GRID = 0.5  # seconds between the points of a line
HOUR = 3600  # seconds; rows that are further apart were not run side by side

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --ground: #fff; --faint: #c8c8c8;
  --note: #5a5a5a; --best: #e4f2e4; --bad: #b00020; %s }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --ground: #161616;
  --faint: #4a4a4a; --note: #a8a8a8; --best: #1f3a24; --bad: #ff7a85; %s } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .2rem; }
p, figure { margin: .3rem 0 .8rem; } .note, figcaption { color: var(--note); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .7rem; border-bottom: 1px solid var(--faint);
  white-space: nowrap; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
td small { display: block; color: var(--note); }
.best { background: var(--best); font-weight: 600; } .bad { color: var(--bad); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
figure { display: inline-block; width: min(35rem, 100%%); } svg { width: 100%%; height: auto; }
"""


def esc(text):
    return html.escape(str(text))


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else None


def least(values):
    return min((value for value in values if value is not None), default=None)


def most(values):
    return max((value for value in values if value is not None), default=None)


def percent(value, digits=1):
    return "-" if value is None else "%.*f %%" % (digits, value * 100)


def number(value, form="%.1f"):
    return "-" if value is None else form % value


def commits(rows):
    """Of which commits the rows are. Of several, also how many rows, and whose."""
    count = Counter(row.get("commit") or "unknown" for row in rows)
    if len(count) == 1:
        return "commit " + next(iter(count))
    whose = {name: {row["policy"] for row in rows if (row.get("commit") or "unknown") == name}
             for name in count}
    return "%d commits: %s" % (len(count), "; ".join(
        "%s (%d row%s: %s)" % (name, many, "" if many == 1 else "s", ", ".join(
            p for p in scenarios.POLICIES if p in whose[name]))
        for name, many in count.most_common()))


def days(rows, otherwise):
    """From when to when the rows were run; @otherwise where they do not say."""
    known = sorted(row["date"][:10] for row in rows if row.get("date"))
    if not known:
        return otherwise
    return known[0] if known[0] == known[-1] else "%s to %s" % (known[0], known[-1])


def when(row):
    """When the row was run, in seconds; None where it does not say to the second."""
    try:
        return datetime.datetime.strptime(row["date"], "%Y-%m-%dT%H:%M:%SZ").timestamp()
    except (KeyError, TypeError, ValueError):
        return None


def far_off(values, reach):
    """Whose values are further from the one in the middle than @reach says of that. What is not
    known is not far.
    """
    known = {whose: value for whose, value in values.items() if value is not None}
    if not known:
        return set()
    middle = statistics.median_low(known.values())  # one of them, also where there are two halves
    return {whose for whose, value in known.items() if abs(value - middle) > reach(middle)}


class Board:
    """Rows by workload and policy, in the order of the scenarios."""

    def __init__(self, rows):
        self.rows = rows
        self.workloads = [s for s in scenarios.SCENARIOS
                          if any(row["workload"] == s.name for row in rows)]
        self.policies = [p for p in scenarios.POLICIES
                         if any(row["policy"] == p for row in rows)]

    def of(self, workload, policy, good=True):
        return [row for row in self.rows if row["workload"] == workload and
                row["policy"] == policy and (row["ok"] or not good)]

    def mean(self, workload, policy, figure, how=mean):
        return how(row.get(figure) for row in self.of(workload, policy))

    def spread(self, workload, policy, figure):
        """Between the repetitions; 0 where there is one."""
        low, high = (self.mean(workload, policy, figure, how) for how in (least, most))
        return 0 if low is None else high - low

    def reached(self, workload, policy, figure):
        """(in how many repetitions it was, in how many it could have been)"""
        rows = self.of(workload, policy)
        return sum(row.get(figure) is not None for row in rows), len(rows)

    def best(self, workload, figure="fast_share"):
        """The policies with the best mean, and those that may be as good: within the spread of
        the two, or what two runs of the same thing differ by. Without the oracle, which only
        marks the end; none where policies do not compare.
        """
        if any(s.name == workload and s.caveat for s in self.workloads):
            return []
        found = {p: self.mean(workload, p, figure) for p in self.policies if p != "oracle"}
        found = {p: v for p, v in found.items() if v is not None}
        if not found:
            return []
        top = max(found, key=found.get)
        return [p for p, v in found.items() if p == top or found[top] - v <= max(
            scenarios.ALIKE, self.spread(workload, p, figure), self.spread(workload, top, figure))]

    def apart(self, workload):
        """Policies of which a row was not run side by side with the others of its workload and
        repetition: at another hour, or when the machine had another speed.
        """
        found = set()
        for rep in {row["rep"] for row in self.rows}:
            rows = [row for row in self.rows if row["workload"] == workload and
                    row["rep"] == rep and row["ok"]]
            found |= far_off({row["policy"]: row.get("host_speed") for row in rows},
                             lambda middle: scenarios.SPEED_ALIKE * middle)
            found |= far_off({row["policy"]: when(row) for row in rows}, lambda _middle: HOUR)
        return found

    def line(self, workload, policy):
        """[(t, share of the hot pages in fast memory)], the mean of the repetitions."""
        at = {}
        for row in self.of(workload, policy):
            for t, hot, _cold, _share in row["series"]:
                if hot is not None:
                    at.setdefault(round(t / GRID) * GRID, []).append(hot)
        return [(t, mean(values)) for t, values in sorted(at.items())]


# ---- drawings --------------------------------------------------------------------

def colour(policy):
    """The placeholder of a policy's colour."""
    return "#02%02x00" % (1 + scenarios.POLICIES.index(policy))


def themed(svg):
    """gnuplot's fixed colours become those of the page."""
    names = {INK: "var(--ink)", FAINT: "var(--faint)"}
    names.update({colour(p): "var(--%s)" % p for p in scenarios.POLICIES})
    for fixed, name in names.items():
        red, green, blue = (int(fixed[i:i + 2], 16) for i in (1, 3, 5))
        svg = re.sub(r"rgb\(\s*%d,\s*%d,\s*%d\)" % (red, green, blue), name, svg)
    return svg[svg.index("<svg"):]


def gnuplot(name, label, commands):
    name = re.sub(r"\W", "_", name)
    setup = """
set terminal svg size 560,300 dynamic name '%s' font 'sans-serif,12'
set border 3 lc rgb '%s'
set tics nomirror out scale 0.5 textcolor rgb '%s'
set grid ytics lc rgb '%s' lw 1 lt 1
set key textcolor rgb '%s'
""" % (name, FAINT, INK, FAINT, INK)
    done = subprocess.run(["gnuplot"], input=setup + commands, capture_output=True, text=True)
    if done.returncode or "<svg" not in done.stdout:
        raise RuntimeError("gnuplot: " + done.stderr.strip())
    svg = themed(done.stdout).replace("gnuplot_canvas", name + "_canvas")
    return svg.replace("<svg", '<svg role="img" aria-label="%s"' % esc(label), 1)


def block_name(policy):
    return "$" + policy.replace("-", "_")


def block(policy, points):
    return "%s << EOD\n%s\nEOD\n" % (block_name(policy), "\n".join("%g %g" % p for p in points))


def draw_hot(board, scenario):
    """Share of the hot pages in fast memory over time, a line for each policy."""
    data, plots = "", []
    for policy in board.policies:
        points = board.line(scenario.name, policy)
        if not points:
            continue
        data += block(policy, [(t, share * 100) for t, share in points])
        plots.append("%s using 1:2 with lines lw %g dt %d lc rgb '%s' title '%s'" % (
            block_name(policy), 3 if policy == "klruscan" else 1.8, 2 if policy == "oracle" else 1,
            colour(policy), policy))
    if not plots:
        return ""
    return gnuplot("hot_" + scenario.name,
                   "hot pages in fast memory over time, " + scenario.name, data + """
set xlabel 'seconds' textcolor rgb '%s'
set ylabel 'hot pages in fast memory, %%' textcolor rgb '%s'
set yrange [0:105]
set xrange [0:*]
set ytics 0,25,100
set key outside top center horizontal samplen 1.5
plot %s
""" % (INK, INK, ", ".join(plots)))


def draw_pairs(board, scenario, name, figures, label, factor=1):
    """Two figures of each policy, the first filled and the second hatched, where it has both."""
    rows = []
    for policy in board.policies:
        first, second = (board.mean(scenario.name, policy, figure) for figure in figures)
        if first is not None and second is not None:
            rows.append((policy, first * factor, second * factor))
    if not rows:
        return ""
    data = "$pairs << EOD\n%s\nEOD\n" % "\n".join("%d %g %g" % (i, first, second) for i, (
        _, first, second) in enumerate(rows))
    tics = ", ".join("'%s' %d" % (policy, i) for i, (policy, _, _) in enumerate(rows))
    boxes = []
    for i, (policy, _, _) in enumerate(rows):
        boxes.append("$pairs every ::%d::%d using ($1-0.2):2 with boxes fs solid 1 noborder "
                     "lc rgb '%s' notitle" % (i, i, colour(policy)))
        boxes.append("$pairs every ::%d::%d using ($1+0.2):3 with boxes fs pattern 4 "
                     "lc rgb '%s' notitle" % (i, i, colour(policy)))
    return gnuplot(name + "_" + scenario.name, "%s, %s" % (label, scenario.name), data + """
set boxwidth 0.36
set xrange [-0.6:%g]
set yrange [0:*]
set xtics (%s)
set ylabel '%s' textcolor rgb '%s'
set key off
plot %s
""" % (len(rows) - 0.4, tics, label, INK, ", ".join(boxes)))


def draw_scale(board, figure, label, factor):
    """A figure over what is mapped, a line for each policy."""
    data, plots = "", []
    for policy in board.policies:
        found = ((s.mapped_gib, board.mean(s.name, policy, figure))
                 for s in board.workloads if s.mapped_gib)
        points = [(gib, value * factor) for gib, value in found if value is not None]
        if points:
            data += block(policy, points)
            plots.append("%s using 1:2 with linespoints lw %g pt 7 ps 0.5 lc rgb '%s' title '%s'" % (
                block_name(policy), 3 if policy == "klruscan" else 1.8, colour(policy), policy))
    if not plots:
        return ""
    return gnuplot("scale_" + figure, label + " over what is mapped", data + """
set logscale x 2
set xlabel 'GiB mapped' textcolor rgb '%s'
set ylabel '%s' textcolor rgb '%s'
set yrange [0:*]
set key outside top center horizontal samplen 1.5
plot %s
""" % (INK, label, INK, ", ".join(plots)))


# ---- the page --------------------------------------------------------------------

def key(policy):
    return '<span class="key" style="background:var(--%s)"></span>%s' % (policy, esc(policy))


def cell(board, workload, policy):
    rows = board.of(workload, policy, good=False)
    if not rows:
        return "<td>-</td>"
    good = [row for row in rows if row["ok"]]
    if not good:
        return '<td class="bad">failed<small>%s</small></td>' % esc(rows[0]["reason"][:40])
    mark = ' class="best"' if policy in board.best(workload) else ""
    steady = mean(row["fast_share_steady"] for row in good)
    return "<td%s>%s<small>then %s, kernel %s s</small>%s</td>" % (
        mark, percent(mean(row["fast_share"] for row in good)), percent(steady),
        number(mean(row["kernel_cpu_s"] for row in good)),
        "".join("<small>%s</small>" % esc(what) for what in remarks(board, workload, policy)))


def remarks(board, workload, policy):
    """What is to be known of the rows of a cell."""
    rows = board.of(workload, policy, good=False)
    good = [row for row in rows if row["ok"]]
    shares = [row["fast_share"] for row in good if row["fast_share"] is not None]
    failed = len(rows) - len(good)
    before = sum(len(row.get("failed_before") or []) for row in rows)
    if len(shares) > 1:
        yield "%s to %s" % (percent(min(shares)), percent(max(shares)))
    if failed:
        yield "%d failed" % failed
    if before:
        yield "%d failed before" % before
    if any(is_disturbed(row) for row in rows):
        yield "disturbed"
    if policy in board.apart(workload):
        yield "run apart"


def overview(board):
    head = "".join("<th>%s</th>" % esc(s.name) for s in board.workloads)
    body = "".join("<tr><th>%s</th>%s</tr>" % (
        key(policy), "".join(cell(board, s.name, policy) for s in board.workloads))
        for policy in board.policies)
    return '<div class="wide"><table><tr><th>policy</th>%s</tr>%s</table></div>' % (head, body)


# What a table shows: the name on the page, the short one in text, and how.
FIGURES = (
    ("of accesses in fast memory", "fast", lambda m: percent(m("fast_share"))),
    ("from the %dth second on" % scenarios.STEADY, "then",
     lambda m: percent(m("fast_share_steady"))),
    ("of accesses of quiet tenants", "quiet", lambda m: percent(m("quiet_fast_share"))),
    ("mean latency, ns", "ns", lambda m: number(m("mean_ns"))),
    ("95 % of hot pages, s", "t95 s", lambda m: m.some("t95_s", "%.1f")),
    ("hot pages there at the end", "hot", lambda m: percent(m("hot_in_fast"))),
    ("cold pages there", "cold", lambda m: percent(m("cold_in_fast"))),
    ("promoted / hot pages", "up", lambda m: number(m("promoted_ratio"), "%.2f")),
    ("demoted / hot pages", "down", lambda m: number(m("demoted_ratio"), "%.2f")),
    ("taken by direct reclaim, pages", "direct", lambda m: number(m("pgsteal_direct"), "%.0f")),
    ("daemons, CPU s", "daemon s", lambda m: number(m("daemon_cpu_s"))),
    ("kernel, CPU s", "kernel s", lambda m: number(m("kernel_cpu_s"))),
    ("daemons, % of a CPU, settled", "late d",
     lambda m: percent(m("late_daemon_cpu"), 2)),
    ("kernel, % of a CPU, settled", "late k", lambda m: percent(m("late_kernel_cpu"), 2)),
    ("CPU of a pass, ms, settled", "pass ms", lambda m: number(m("pass_cpu_ms"), "%.2f")),
    ("accesses, million", "Maccesses", lambda m: number(m("ops") and m("ops") / 1e6)),
    ("fast memory free at the start, MiB", "free", lambda m: number(m("free_mib"), "%.0f")),
    ("speed of the machine", "speed", lambda m: number(m("host_speed"))),
)


class Means:
    """The figures of a workload under a policy, by name: the mean of the repetitions, or what
    else @how makes of them.
    """

    def __init__(self, board, workload, policy, how=mean):
        self.board, self.which, self.how = board, (workload, policy), how

    def __call__(self, figure):
        return self.board.mean(*self.which, figure, self.how)

    def some(self, figure, form):
        """One that is not reached in every repetition."""
        reached, rows = self.board.reached(*self.which, figure)
        return number(self(figure), form) + (
            " (%d/%d)" % (reached, rows) if 0 < reached < rows else "")


def shown(board, workload, policy, show):
    """A figure, and between what it lies where there are several rows."""
    text, low, high = (show(Means(board, workload, policy, how)) for how in (mean, least, most))
    return text if low == high else "%s<small>%s to %s</small>" % (text, low, high)


def details(board, scenario):
    head = "".join("<th>%s</th>" % key(policy) for policy in board.policies)
    body = ""
    for label, _short, show in FIGURES:
        body += "<tr><td>%s</td>%s</tr>" % (esc(label), "".join(
            "<td>%s</td>" % shown(board, scenario.name, policy, show)
            for policy in board.policies))
    return '<div class="wide"><table><tr><th></th>%s</tr>%s</table></div>' % (head, body)


def drawings(board, scenario):
    """(drawing, what it shows) of a workload."""
    if any(row["ops"] for row in board.rows if row["workload"] == scenario.name):
        yield draw_hot(board, scenario), "Hot pages in fast memory over time"
    yield draw_pairs(board, scenario, "moved", ("promoted_ratio", "demoted_ratio"),
                     "pages moved / hot pages"), "Pages promoted (filled) and demoted (hatched)"
    if scenario.settle_s:
        yield draw_pairs(board, scenario, "costs", ("late_daemon_cpu", "late_kernel_cpu"),
                         "% of a CPU", 100), "CPU time from the %dth second on: of the " \
            "policy's threads (filled), and of the kernel in all (hatched)" % scenario.settle_s


def section(board, scenario):
    return """<section><h2>%s</h2><p class="note">%s. <code>%s</code></p>%s
%s%s</section>""" % (
        esc(scenario.name), esc(scenario.why[0].upper() + scenario.why[1:]), esc(scenario.program),
        '<p class="note">%s.</p>' % esc(scenario.caveat) if scenario.caveat else "",
        "".join("<figure>%s<figcaption>%s</figcaption></figure>\n" % (svg, esc(caption))
                for svg, caption in drawings(board, scenario) if svg),
        details(board, scenario))


def never_reached(board):
    """Rows of the scale that have no t95_s, in words."""
    them = ["%s at %d GiB" % (policy, s.mapped_gib) for s in board.workloads if s.mapped_gib
            for policy in board.policies
            if board.reached(s.name, policy, "t95_s")[1] and
            not board.reached(s.name, policy, "t95_s")[0]]
    return "95 %% of the hot pages were never there: %s." % ", ".join(them) if them else ""


def scale(board):
    """What it costs to have much mapped, where there are such rows."""
    drawn = [draw_scale(board, *what) for what in (
        ("pass_cpu_ms", "CPU of a pass, ms", 1), ("late_daemon_cpu", "daemons, % of a CPU", 100),
        ("late_kernel_cpu", "kernel, % of a CPU", 100), ("t95_s", "95 % of hot pages, s", 1))]
    if not any(drawn):
        return ""
    return """<section><h2>scale</h2><p class="note">The same hot set, and more and more that is
mapped and idle. CPU time of what runs when it has been idle for a minute. %s. %s</p>%s</section>""" % (
        esc(scenarios.MAPPED_OFTEN), esc(never_reached(board)),
        "".join("<figure>%s</figure>" % svg for svg in drawn if svg))


def page(env, rows):
    """The whole page, as a string."""
    board = Board(rows)
    colours = ["".join("--%s: %s; " % (p, c[i]) for p, c in COLOURS.items()) for i in (0, 1)]
    about = "klruscan %s, %s, Linux %s, %s CPUs (%s), %s run of %s%s" % tuple(
        esc(text) for text in (env.get("version"), commits(rows), env.get("kernel"),
                               env.get("cpus"), env.get("accel"), env.get("run"),
                               days(rows, env.get("date")),
                               "".join(", " + s for s in env.get("settings") or ())))
    bad = sum(not row["ok"] for row in rows)
    return """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>klruscan scoreboard</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>%s</style></head>
<body><h1>Share of accesses that fast memory served</h1>
<p class="note">%s. %d rows%s.</p>
<p>Of the whole run, all pages starting in slow memory; below it, from the %dth second on, the CPU
time of the kernel, and the least and the most of the repetitions. The best of each workload is marked,
with those that do not differ from it by more than runs of the same thing do; <em>oracle</em> knows the
truth and is the bound. <em>Run apart</em>: at another hour than the others of its workload, or when the
machine had another speed; then times and CPU seconds do not compare. How each figure is made, and what
emulation cannot tell: bench/README.md.</p>
%s
%s
%s</body></html>
""" % (STYLE % tuple(colours), about, len(rows),
       ', <span class="bad">%d of them failed</span>' % bad if bad else "",
       scenarios.STEADY, overview(board), scale(board),
       "\n".join(section(board, s) for s in board.workloads))


def text(rows):
    """The means of all figures as lines of text, a line for each workload and policy."""
    board = Board(rows)
    lines = ["%-11s %-9s" % ("workload", "policy") +
             "".join("%10s" % short for _label, short, _show in FIGURES)]
    for scenario in board.workloads:
        for policy in board.policies:
            if board.of(scenario.name, policy, good=False):
                lines.append("%-11s %-9s" % (scenario.name, policy) + "".join(
                    "%10s" % show(Means(board, scenario.name, policy))
                    for _label, _short, show in FIGURES))
    return "\n".join(lines)


def origin(rows):
    """When the rows were run, and of which commits they are, as a line of text."""
    return "run %s, %s" % (days(rows, "at an unknown time"), commits(rows)) if rows else "no rows"


def write(env, rows, out):
    """Write report.html into the directory @out."""
    path = os.path.join(out, "report.html")
    with open(path + ".new", "w") as file:
        file.write(page(env, rows))
    os.replace(path + ".new", path)


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else "build/bench"
    if len(sys.argv) > 2 or out.startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    with open(os.path.join(out, "results.json")) as file:
        results = json.load(file)
    write(results["env"], results["rows"], out)


if __name__ == "__main__":
    main()
