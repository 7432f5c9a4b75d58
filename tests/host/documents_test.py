#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The commands in the documents can be given as they stand there.

A command stands in an indented block: each line of it, or where some begin with "$ " those.
What is ours has to take it: a verb of make, a program of this tree with its options, the
tool (which is run, beside a module that does not answer). What is not ours has to be run by
a test that is named in RUN_BY. docs/operator.md is not here: tests/deb/service.sh runs it.

Besides: links lead somewhere, verbs of make in the text are there, and each knob is
wherever a knob has to be.
"""

import contextlib
import glob
import importlib.machinery
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
sys.path.insert(0, "bench")

import ktap                             # pylint: disable=wrong-import-position

BUILD = os.environ.get("BUILD", "build")
FAKE = os.path.abspath(os.path.join(BUILD, "tests/cli/klruscan_fake"))
DOCUMENTS = ("README.md", "docs/developer.md", "docs/lab.md", "docs/researcher.md", "bench/README.md",
             "workloads/README.md")
WORKLOADS = ("hotset", "phase", "polluter", "redis", "tenants", "zipf")
WORK = tempfile.TemporaryDirectory()

# What a command begins with, and the words of a test, or of what a test runs, that do the same.
RUN_BY = {
    "apt install ./build/deb/klruscan-*.deb":
        ("tests/deb/packages", "apt-get install -q -y /root/deb/klruscan-*.deb"),
    "apt purge klruscan-dkms klruscan-tools":
        ("tests/deb/service.sh", "apt-get purge -q -y klruscan-dkms klruscan-tools"),
    "systemctl enable --now klruscan":
        ("tests/deb/service.sh", "systemctl enable --now klruscan"),
    "insmod build/module/klruscan.ko": ("tests/lib/guest.sh", "insmod /klruscan.ko"),
    "insmod /klruscan.ko": ("tests/lib/guest.sh", "insmod /klruscan.ko"),
    "insmod build/tests/modules/pghot_faults/pghot_faults.ko":
        ("tests/system/sample_source_sees_faults.sh", "insmod /pghot_faults.ko"),
    "systemctl is-system-running": ("tests/lib/booted.sh", "systemctl is-system-running"),
    "uname -r": ("tests/system/refuses_a_foreign_kernel.sh", "uname -r"),
    "rmmod pghot_faults klruscan":
        ("tests/system/sample_source_sees_faults.sh", "rmmod pghot_faults klruscan"),
    "echo 1 /sys/kernel/tracing/events/klruscan/enable":
        ("tests/system/tracepoints_report.sh", "events/klruscan/enable"),
    "cat /sys/kernel/tracing/trace": ("tests/system/tracepoints_report.sh", "$TRACING/trace"),
    "objcopy --dump-section .BTF=": ("debian/check-prototypes", "objcopy --dump-section .BTF="),
}
# Nobody but a person can do it.
BY_HAND = ("editor /etc/klruscan.conf",)


class Wrong(Exception):
    """A command that cannot be given like that."""


def demand(condition, why):
    if not condition:
        raise Wrong(why)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# ---- what stands there ---------------------------------------------------------

def blocks(text):
    """The indented blocks, each a list of lines, without what is fenced."""
    block, fenced = [], False
    for line in text.splitlines() + ["end"]:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and re.match(r" {4,}\S", line):
            block.append(line.strip())
        elif line.strip() and block:
            yield block
            block = []


def commands(text):
    for block in blocks(text):
        prompted = [line[2:] for line in block if line.startswith("$ ")]
        for line in prompted or block:
            yield re.sub(r"\s+# .*$", "", line)


def simple_commands(line):
    """The words of each command of a line; of a redirection the file is a word."""
    words = []
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for word in list(lexer) + [";"]:
        if re.fullmatch(r"[;&|]+", word):
            yield words
            words = []
        elif not re.fullmatch(r"[<>]+", word):
            words.append(word)


# ---- who takes it --------------------------------------------------------------

def verbs():
    """Those that `make help` tells, and others that are no files."""
    text = read("Makefile") + "\n".join(map(read, sorted(glob.glob("*/*.mk") + glob.glob("*/*/*.mk"))))
    phony = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return {verb for line in phony for verb in line.split()}


def check_make(words):
    for word in words[1:]:
        demand("=" in word or word in verbs(), "make has no verb " + word)


def check_tool(words):
    done = subprocess.run([FAKE, *words[1:]], cwd=WORK.name, capture_output=True, text=True,
                          check=False, timeout=60, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, FAKE_KLRUSCAN="no_module", FAKE_ROOT=WORK.name))
    demand(done.returncode in (0, 1), done.stderr or "exit status %d" % done.returncode)


def check_bench(words):
    loader = importlib.machinery.SourceFileLoader("bench_run", "bench/run")
    runner = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(runner)
    sys.argv, said = words, io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            runner.arguments()
    except SystemExit:
        raise Wrong(said.getvalue()) from None


def check_options(words, known):
    for word in words[1:]:
        option = re.match(r"--[a-z-]+|-[a-z]$", word)
        demand(not option or re.search(r"(?<![\w-])%s\b" % re.escape(option.group()), known),
               "%s has no option %s" % (words[0], word))


def check_workload(words):
    path = os.path.join(BUILD, "bin", os.path.basename(words[0]))
    check_options(words, subprocess.run([path, "--help"], capture_output=True, text=True,
                                        check=True).stdout + "--help")


def check_machine(words):
    """lab/vm: its own options, and the command for the guest."""
    at = words.index("--")
    check_options(words[:at], read("lab/vm"))
    inside = words[at + 1:]
    check_line(inside[2] if inside[:2] == ["sh", "-c"] else shlex.join(inside))


def check_tests(words):
    for word in words[1:]:
        demand(os.path.exists(word) or word in ("host", "stock", "tree", "deb"), "no test " + word)


def check_script(words):
    demand(os.access(words[0], os.X_OK), "there is no program " + words[0])
    check_options(words, read(words[0]))


def check_run_by(words):
    command = " ".join(words)
    if command in BY_HAND:
        return
    for start, (path, words_of_test) in RUN_BY.items():
        if command.startswith(start):
            demand(words_of_test in read(path), "%s does not run %s" % (path, start))
            return
    raise Wrong("no test runs it")


CHECKS = {"make": check_make, "klruscan": check_tool, "build/bin/klruscan": check_tool,
          "bench/run": check_bench, "lab/vm": check_machine, "tests/run": check_tests,
          **{name: check_workload for name in WORKLOADS},
          **{where + name: check_workload for name in WORKLOADS for where in ("build/bin/", "/root/")}}


def check_line(line):
    for words in simple_commands(line):
        first = words[0] if words else ""
        ours = re.match(r"(bench|demo|lab|series|tests|scripts)/", first)
        CHECKS.get(first, check_script if ours else check_run_by)(words)


def complaints(text):
    for command in commands(text):
        try:
            check_line(command)
        except (Wrong, ValueError, IndexError) as why:
            yield "'%s': %s" % (command, why)


# ---- the tests -----------------------------------------------------------------

def a_command_that_cannot_be_given_is_noticed():
    for line in ("make nothing", "klruscan stats", "klruscan tune --frob", "bench/run --policy best",
                 "bench/nothing", "lab/vm --nothing -- true", "tests/run tests/system/nothing.sh",
                 "hotset --nothing", "reboot", "make check && make nothing",
                 "lab/vm -- sh -c 'klruscan stats'", "bench/compare --nothing"):
        assert list(complaints("text\n\n    %s\n\ntext" % line)), "not noticed: " + line


def output_is_no_command():
    text = "t\n\n    $ make check\n    nothing\n\n    nothing\nt\n```\n    nothing\n```\n"
    assert list(commands(text)) == ["make check"], list(commands(text))


def commands_can_be_given():
    wrong, seen = [], 0
    for path in DOCUMENTS:
        wrong += ["%s: %s" % (path, why) for why in complaints(read(path))]
        seen += len(list(commands(read(path))))
    assert not wrong, "; ".join(wrong)
    assert seen >= 40, "only %d commands were found" % seen


def what_is_run_by_tests_is_in_a_document():
    there = [" ".join(words) for path in DOCUMENTS for line in commands(read(path))
             for words in simple_commands(re.sub(r"^lab/vm .*'(.*)'$", r"\1", line))]
    unused = [start for start in (*RUN_BY, *BY_HAND)
              if not any(command.startswith(start) for command in there)]
    assert not unused, unused


def documents():
    listed = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=False)
    return listed.stdout.split() or list(DOCUMENTS)


def verbs_in_the_text_are_there():
    unknown = ["%s: make %s" % (path, verb) for path in documents() for verb in
               re.findall(r"`make ([a-z][a-z-]*)`", read(path)) if verb not in verbs()]
    assert not unknown, unknown


def links_lead_somewhere():
    broken = []
    for path in documents():
        for link in re.findall(r"\]\(([^)#\s]+)\)", re.sub(r"```.*?```", "", read(path), flags=re.S)):
            if "://" not in link and not os.path.exists(os.path.join(os.path.dirname(path), link)):
                broken.append("%s: %s" % (path, link))
    assert not broken, broken


def all_knobs():
    listed = re.search(r"define KLRUSCAN_KNOBS(.*?)\n\n", read("kernel/mm/klruscan.h"), re.S).group(1)
    knobs = re.findall(r"X\((\w+),\t", listed) + ["enabled", "slow_nodes"]
    assert len(knobs) >= 9, knobs
    return knobs


def knobs_are_everywhere():
    knobs = all_knobs()
    missing = ["%s lacks %s" % (path, knob) for knob in knobs for path in (
        "tools/klruscan/knobs.c", "tools/klruscan/klruscan-tune.8", "tools/system/klruscan.conf",
        "kernel/Documentation/ABI/testing/sysfs-kernel-mm-klruscan",
        "kernel/Documentation/admin-guide/mm/klruscan.rst", "README.md",
    ) if not re.search(r"\b%s\b" % knob, read(path).replace("\\", ""))]
    assert not missing, missing


def parameters_are_described():
    text = read("kernel/mm/klruscan_main.c") + read("kernel/mm/klruscan_knobs.c")
    missing = [knob for knob in all_knobs() if "MODULE_PARM_DESC(%s," % knob not in text]
    assert not missing, missing


def comments_for_kernel_doc_are_in_the_reference():
    listed = set(re.findall(r"kernel-doc:: (\S+)", read("kernel/Documentation/mm/klruscan.rst")))
    written = {path.removeprefix("kernel/") for path in
               glob.glob("kernel/mm/*.[ch]") + glob.glob("kernel/include/**/*.h", recursive=True)
               if "\n/**\n" in read(path)}
    assert len(written) >= 30 and listed == written, listed ^ written


def mutants_are_explained():
    letters = {os.path.basename(path)[0] for path in glob.glob("tests/mutants/*.patch")}
    missing = [letter for letter in sorted(letters)
               if "\n| %s | " % letter not in read("docs/coexistence.md")]
    assert letters and not missing, missing


sys.exit(ktap.run([
    a_command_that_cannot_be_given_is_noticed, output_is_no_command, commands_can_be_given,
    what_is_run_by_tests_is_in_a_document, verbs_in_the_text_are_there, links_lead_somewhere,
    knobs_are_everywhere, parameters_are_described, comments_for_kernel_doc_are_in_the_reference,
    mutants_are_explained]))
