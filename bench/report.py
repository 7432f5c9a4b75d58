#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""bench/report.py [DIRECTORY | RESULTS.json PICTURE.svg] - draw the results of a run

Of a directory (build/bench), its results.json as report.html: one page that needs nothing
else, with tables and drawings. Or of a file with results, one picture: the share of the hot
pages in fast memory over time, by workload and policy.
"""

import html
import json
import os
import sys
from collections import Counter

sys.dont_write_bytecode = True  # this is a source directory
import drawings  # noqa: E402
import scenarios  # noqa: E402
from board import Board, least, mean, most  # noqa: E402
from others import is_disturbed  # noqa: E402

NOTES = {"note": ("#5a5a5a", "#a8a8a8"), "best": ("#e4f2e4", "#1f3a24"), "bad": ("#b00020", "#ff7a85")}
STYLE = drawings.theme(NOTES) + """
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
figure { display: inline-block; width: min(35rem, 100%); } svg { width: 100%; height: auto; }
"""


def esc(text):
    return html.escape(str(text))


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


def drawings_of(board, scenario):
    """(drawing, what it shows) of a workload."""
    if any(row["ops"] for row in board.rows if row["workload"] == scenario.name):
        yield drawings.draw_hot(board, scenario), "Hot pages in fast memory over time"
    yield drawings.draw_pairs(board, scenario, "moved", ("promoted_ratio", "demoted_ratio"),
                              "pages moved / hot pages"), "Pages promoted (filled) and demoted (hatched)"
    if scenario.settle_s:
        yield drawings.draw_pairs(board, scenario, "costs", ("late_daemon_cpu", "late_kernel_cpu"),
                                  "% of a CPU", 100), "CPU time from the %dth second on: of the " \
            "policy's threads (filled), and of the kernel in all (hatched)" % scenario.settle_s


def section(board, scenario):
    return """<section><h2>%s</h2><p class="note">%s. <code>%s</code></p>%s
%s%s</section>""" % (
        esc(scenario.name), esc(scenario.why[0].upper() + scenario.why[1:]), esc(scenario.program),
        '<p class="note">%s.</p>' % esc(scenario.caveat) if scenario.caveat else "",
        "".join("<figure>%s<figcaption>%s</figcaption></figure>\n" % (svg, esc(caption))
                for svg, caption in drawings_of(board, scenario) if svg),
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
    drawn = [drawings.draw_scale(board, *what) for what in (
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
""" % (STYLE, about, len(rows),
       ', <span class="bad">%d of them failed</span>' % bad if bad else "",
       scenarios.STEADY, overview(board), scale(board),
       "\n".join(section(board, s) for s in board.workloads))


def text(rows):
    """The means of all figures as lines of text, a line for each workload and policy."""
    board = Board(rows)
    lines = ["%-11s %-11s" % ("workload", "policy") +
             "".join("%10s" % short for _label, short, _show in FIGURES)]
    for scenario in board.workloads:
        for policy in board.policies:
            if board.of(scenario.name, policy, good=False):
                lines.append("%-11s %-11s" % (scenario.name, policy) + "".join(
                    "%10s" % show(Means(board, scenario.name, policy))
                    for _label, _short, show in FIGURES))
    return "\n".join(lines)


def origin(rows):
    """When the rows were run, and of which commits they are, as a line of text."""
    return "run %s, %s" % (days(rows, "at an unknown time"), commits(rows)) if rows else "no rows"


def save(content, path):
    with open(path + ".new", "w") as file:
        file.write(content)
    os.replace(path + ".new", path)


def write(env, rows, out):
    """Write report.html into the directory @out."""
    save(page(env, rows), os.path.join(out, "report.html"))


def main():
    args = sys.argv[1:] or ["build/bench"]
    if len(args) > 2 or args[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    with open(args[0] if len(args) == 2 else os.path.join(args[0], "results.json")) as file:
        results = json.load(file)
    if len(args) == 1:
        write(results["env"], results["rows"], args[0])
    else:
        save(drawings.picture(Board(results["rows"])), args[1])


if __name__ == "__main__":
    main()
