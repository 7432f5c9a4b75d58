# SPDX-License-Identifier: GPL-2.0-only
"""Drawings of a board: gnuplot's SVG, in colours that follow the reader's light or dark setting."""

import html
import re
import subprocess

import scenarios

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
GROUND = {"ink": ("#1c1c1c", "#e6e6e6"), "ground": ("#fff", "#161616"), "faint": ("#c8c8c8", "#4a4a4a")}
# gnuplot knows only fixed colours: these stand for the ones of the page.
INK = "#010203"
FAINT = "#010204"
# Of the picture with all workloads, in pixels: its width, the height of a panel with what is
# above and below its axes, and that of the key.
WIDTH, PANEL, ABOVE, BELOW, KEY = 960, 256, 36, 46, 20


def theme(more=None):
    """CSS that has all colours as variables, and those of @more: {name: (on light, on dark ground)}."""
    light, dark = (" ".join("--%s: %s;" % (name, both[i]) for name, both in {
        **GROUND, **COLOURS, **(more or {})}.items()) for i in (0, 1))
    return (":root { color-scheme: light dark; %s }\n"
            "@media (prefers-color-scheme: dark) { :root { %s } }\n" % (light, dark))


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


def gnuplot(name, label, commands, size=(560, 300)):
    name = re.sub(r"\W", "_", name)
    setup = """
set terminal svg size %d,%d dynamic name '%s' font 'sans-serif,12'
set border 3 lc rgb '%s'
set tics nomirror out scale 0.5 textcolor rgb '%s'
set grid ytics lc rgb '%s' lw 1 lt 1
set key textcolor rgb '%s'
""" % (*size, name, FAINT, INK, FAINT, INK)
    done = subprocess.run(["gnuplot"], input=setup + commands, capture_output=True, text=True)
    if done.returncode or "<svg" not in done.stdout:
        raise RuntimeError("gnuplot: " + done.stderr.strip())
    svg = themed(done.stdout).replace("gnuplot_canvas", name + "_canvas")
    return svg.replace("<svg", '<svg role="img" aria-label="%s"' % html.escape(label), 1)


def block_name(policy):
    return "$" + policy.replace("-", "_")


def block(policy, points):
    return "%s << EOD\n%s\nEOD\n" % (block_name(policy), "\n".join("%g %g" % p for p in points))


def line_of(policy):
    return "lw %g dt %d lc rgb '%s'" % (3 if policy == "klruscan" else 1.8,
                                        2 if policy == "oracle" else 1, colour(policy))


def hot_lines(board, scenario):
    """gnuplot's commands for the share of the hot pages in fast memory over time, a line for each
    policy; empty where there is none.
    """
    data, plots = "", []
    for policy in board.policies:
        points = board.line(scenario.name, policy)
        if not points:
            continue
        data += block(policy, [(t, share * 100) for t, share in points])
        plots.append("%s using 1:2 with lines %s title '%s'" % (
            block_name(policy), line_of(policy), policy))
    return plots and data + """
set yrange [0:105]
set xrange [0:*]
set ytics 0,25,100
plot %s
""" % ", ".join(plots)


def draw_hot(board, scenario):
    """Share of the hot pages in fast memory over time."""
    lines = hot_lines(board, scenario)
    return lines and gnuplot("hot_" + scenario.name,
                             "hot pages in fast memory over time, " + scenario.name, """
set xlabel 'seconds' textcolor rgb '%s'
set ylabel 'hot pages in fast memory, %%' textcolor rgb '%s'
set key outside top center horizontal samplen 1.5
%s""" % (INK, INK, lines))


def legend(policies, y):
    """Of a picture with several panels, at @y of its height; gnuplot's own fits into one panel."""
    marks = ""
    for i, policy in enumerate(policies):
        x = 0.5 + (i - len(policies) / 2) * 0.125
        marks += "set arrow from screen %g,%g to screen %g,%g nohead %s\n" % (
            x, y, x + 0.03, y, line_of(policy))
        marks += "set label '%s' at screen %g,%g textcolor rgb '%s'\n" % (policy, x + 0.038, y, INK)
    return marks


def picture(board):
    """The same of all workloads side by side, as an SVG file that needs no page around it."""
    panels = []
    for scenario in board.workloads:
        lines = hot_lines(board, scenario)
        if lines:
            panels.append("set title '%s: hot pages in fast memory, %%' textcolor rgb '%s'\n%s" % (
                scenario.name, INK, lines))
    rows = (len(panels) + 1) // 2
    height = KEY + PANEL * rows
    of_height = [part / height for part in (BELOW, height - KEY - ABOVE, ABOVE + BELOW)]
    svg = gnuplot("hot", "hot pages in fast memory over time, by workload and policy", """
set multiplot layout %d,2 margins screen 0.05,0.98,%g,%g spacing screen 0.065,%g
unset key
set format x '%%g s'
%s%s
""" % (rows, *of_height, legend(board.policies, 1 - KEY / 2 / height),
       "unset label\nunset arrow\n".join(panels)), (WIDTH, height))
    svg = svg.replace("<defs>", """<style>%s</style>
<rect width="100%%" height="100%%" fill="var(--ground)"/>
<defs>""" % theme(), 1)
    return re.sub(r"\s+\n", "\n", svg)


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
            plots.append("%s using 1:2 with linespoints %s pt 7 ps 0.5 title '%s'" % (
                block_name(policy), line_of(policy), policy))
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
