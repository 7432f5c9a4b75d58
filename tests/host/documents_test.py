#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The commands in the documents can be given as they stand there.

A command stands in an indented block: each line of it, or where some begin with "$ " those.
It stands in an example of a man page or of the tool's help, in a comment, or in the text, as
words in backquotes of which the first is a program that is known here. What is ours has to
take it: a verb of make, a program of this tree with its options, the tool (which is run,
beside a module that does not answer where it would change or wait for something). What is
not ours has to be run by a test that is named in RUN_BY. The blocks of docs/operator.md are
not here: tests/deb/service.sh runs them.

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
sys.path[:0] = ["bench", "tests/cli"]

import ktap                             # pylint: disable=wrong-import-position
import recording                        # pylint: disable=wrong-import-position

BUILD = os.environ.get("BUILD", "build")
FAKE = os.path.abspath(os.path.join(BUILD, "tests/cli/klruscan_fake"))
TOOL = os.path.abspath(os.path.join(BUILD, "bin/klruscan"))
DOCUMENTS = ("README.md", "docs/developer.md", "docs/lab.md", "docs/researcher.md", "bench/README.md",
             "workloads/README.md")
OPERATOR = "docs/operator.md"
GUIDE = "kernel/Documentation/admin-guide/mm/klruscan.rst"
PAGES = sorted(glob.glob("tools/klruscan/*.[1-9]"))
WITH_COMMENTS = sorted(glob.glob("tools/*/*.y*ml") + ["tools/fleet/Containerfile"])
WORKLOADS = ("hotset", "phase", "polluter", "redis", "tenants", "zipf")
WORK = tempfile.TemporaryDirectory()

# What a command begins with, and the words of a test, or of what a test runs, that do the same.
RUN_BY = {
    "addgroup --system --gid 9884 klruscan": ("tests/deb/packages", "groupmod -g 9884 klruscan"),
    "adduser NAME klruscan": ("tests/deb/service.sh", "adduser games klruscan"),
    "apt install ./build/deb/klruscan-*.deb":
        ("tests/deb/packages", "apt-get install -q -y /root/deb/klruscan-*.deb"),
    "apt install ./klruscan-*.deb":
        ("tests/deb/packages", "apt-get install -q -y /root/deb/klruscan-*.deb"),
    "apt install ./klruscan-dkms_*.deb ./klruscan-tools_*.deb":
        ("tests/deb/packages", "apt-get install -q -y /root/deb/klruscan-*.deb"),
    "apt install linux-headers-": ("debian/deb.mk", "linux-headers-cloud-amd64 linux-headers-amd64"),
    "apt purge klruscan-dkms klruscan-tools":
        ("tests/deb/service.sh", "apt-get purge -q -y klruscan-dkms klruscan-tools"),
    "apt purge klruscan-dkms": ("tests/deb/packages", "apt-get purge -q -y klruscan-dkms &&"),
    "apt remove klruscan-dkms klruscan-tools":
        ("tests/deb/service.sh", "apt-get remove -q -y klruscan-tools"),
    "cat /sys/kernel/tracing/trace": ("tests/system/tracepoints_report.sh", "$TRACING/trace"),
    "dkms autoinstall": ("tests/deb/packages", "dkms autoinstall -k"),
    "dkms status": ("tests/deb/packages", "dkms status -m klruscan"),
    "dpkg --configure -a": ("tests/deb/packages", "inside dpkg --configure -a"),
    "echo 1 /sys/kernel/tracing/events/klruscan/enable":
        ("tests/system/tracepoints_report.sh", "events/klruscan/enable"),
    "echo w /sys/kernel/mm/lru_gen/enabled - - - - y /etc/tmpfiles.d/klruscan.conf":
        ("tests/deb/first_kernel.sh", "w /sys/kernel/mm/lru_gen/enabled - - - - y"),
    "echo y /sys/kernel/mm/lru_gen/enabled":
        ("tests/lib/guest.sh", "echo y >/sys/kernel/mm/lru_gen/enabled"),
    "insmod build/module/klruscan.ko": ("tests/lib/guest.sh", "insmod /klruscan.ko"),
    "insmod klruscan.ko": ("tests/lib/guest.sh", "insmod /klruscan.ko"),
    "insmod /klruscan.ko": ("tests/lib/guest.sh", "insmod /klruscan.ko"),
    "insmod build/tests/modules/pghot_faults/pghot_faults.ko":
        ("tests/system/sample_source_sees_faults.sh", "insmod /pghot_faults.ko"),
    "lsof /dev/klruscan": ("tests/deb/service.sh", "lsof /dev/klruscan"),
    "objcopy --dump-section .BTF=": ("debian/check-prototypes", "objcopy --dump-section .BTF="),
    "promtool check metrics": ("tests/deb/service.sh", "promtool check metrics"),
    "rmmod klruscan": ("tests/lib/guest.sh", "rmmod klruscan"),
    "rmmod pghot_faults klruscan":
        ("tests/system/sample_source_sees_faults.sh", "rmmod pghot_faults klruscan"),
    "sysctl kernel.numa_balancing=0": ("tests/lib/guest.sh", "echo 0 >/proc/sys/kernel/numa_balancing"),
    "systemctl disable --now klruscan klruscan-export":
        ("tests/deb/service.sh", "systemctl disable --now klruscan klruscan-export"),
    "systemctl enable --now klruscan-db":
        ("tests/deb/service.sh", "systemctl enable --runtime --now klruscan-db"),
    "systemctl enable --now klruscan": ("tests/deb/service.sh", "systemctl enable --now klruscan"),
    "systemctl is-system-running": ("tests/lib/booted.sh", "systemctl is-system-running"),
    "systemctl reload klruscan": ("tests/deb/service.sh", "systemctl reload klruscan"),
    "systemctl restart klruscan": ("tests/deb/service.sh", "systemctl restart klruscan"),
    "zcat run.klr": ("tests/cli/record", '"gzip", "-dc"'),
}
# It takes a person, firmware, or a cluster.
BY_HAND = ("editor /etc/klruscan.conf", "kubectl label node NAME klruscan=yes",
           "mokutil --import /var/lib/dkms/mok.pub", "podman build -f tools/fleet/Containerfile ",
           "systemctl edit")
# They only look, and every system has them.
LOOKING = ("cat", "grep", "head", "numactl", "uname")


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


def programs():
    """The first words of what can be looked up."""
    return {start.split()[0] for start in (*RUN_BY, *BY_HAND)} | {*CHECKS, *LOOKING}


def in_the_text(text):
    """What stands in backquotes, if its first word is a program and not its only one."""
    outside = re.sub(r"```.*?```", "", text, flags=re.S)
    for quoted in re.findall(r"(?<!`)(`{1,2})(?!`)([^`]+)\1", outside):
        words = " ".join(quoted[1].split())
        if re.fullmatch(r"klruscan [a-z]+", words):
            yield words + " --help"     # the name of a command
        elif " " in words and words.split()[0] in programs():
            yield words


def examples_of_page(text):
    """Of a man page, without what is no command: a unit, a configuration, queries."""
    for block in re.findall(r"^\.EX\n(.*?)^\.EE", text, re.MULTILINE | re.DOTALL):
        lines = block.replace("\\-", "-").replace("\\e", "\\").splitlines()
        if lines[0].startswith("["):
            yield from (line.removeprefix("ExecStart=").lstrip("-") for line in lines
                        if line.startswith("Exec"))
        elif not re.match(r"rate\(|\w+:$", lines[0]):
            yield from lines


def examples_of_help(text):
    """Of the tool: two blanks before a command, two or more between it and what it is for."""
    section = re.search(r"^Examples:\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    for line in section.group(1).splitlines() if section else ():
        if re.match(r" {2}\S", line):
            yield re.split(r" {2,}", line.strip())[0]


def literal_blocks(text):
    for block in re.findall(r"::\n\n((?:\t.*\n|\n)+)", text):
        yield from (line.strip() for line in block.splitlines() if line.strip())


def in_comments(text):
    """What is indented in a comment, but for arguments alone."""
    return re.findall(r"^#(?:\t| {6,})(?! )(?!-)(.*)$", text, re.MULTILINE)


def help_texts():
    def shown(*words):
        return subprocess.run([FAKE, *words], capture_output=True, text=True, check=True).stdout
    listed = shown("help").split("Commands:")[1].split("\n\n")[0]
    for name in re.findall(r"^  (\w+) ", listed, re.MULTILINE):
        yield "klruscan help " + name, shown("help", name)


def all_commands():
    """Each, and where it stands."""
    found = [(path, commands(read(path))) for path in DOCUMENTS]
    found += [(path, in_the_text(read(path)))
              for path in (*DOCUMENTS, OPERATOR, "CONTRIBUTING.md", GUIDE)]
    found += [(path, examples_of_page(read(path))) for path in PAGES]
    found += [(name, examples_of_help(text)) for name, text in help_texts()]
    found += [(GUIDE, literal_blocks(read(GUIDE)))]
    found += [(path, in_comments(read(path))) for path in WITH_COMMENTS]
    found += [("CONTRIBUTING.md", commands(read("CONTRIBUTING.md").split("## Commits")[0]))]
    return [(where, command) for where, some in found for command in some]


def simple_commands(line):
    """The words of each command of a line; what echo is redirected to is a word."""
    words, redirected = [], False
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for word in list(lexer) + [";"]:
        if re.fullmatch(r"[;&|]+", word):
            yield words
            words = []
        elif not re.fullmatch(r"[<>]+", word) and (not redirected or words[0] == "echo"):
            words.append(word)
        redirected = re.fullmatch(r"[<>]+", word)


# ---- who takes it --------------------------------------------------------------

def verbs():
    """Those that `make help` tells, and others that are no files."""
    text = read("Makefile") + "\n".join(map(read, sorted(glob.glob("*/*.mk") + glob.glob("*/*/*.mk"))))
    phony = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return {verb for line in phony for verb in line.split()}


def check_make(words):
    ours = "-C" not in words
    for word in words[1:] if ours else ():
        demand("=" in word or word in verbs(), "make has no verb " + word)


def make_machine():
    """What the examples ask for: a record, and nodes with memory."""
    with open(os.path.join(WORK.name, "run.klr"), "wb") as file:
        file.write(recording.pack(recording.lines()))
    nodes = os.path.join(WORK.name, "sys/devices/system/node")
    os.makedirs(nodes)
    for name in "has_memory", "possible":
        with open(os.path.join(nodes, name), "w", encoding="ascii") as file:
            file.write("0-3\n")


def has_to_succeed(words):
    """It changes nothing, and ends."""
    return words[1] in ("report", "status") or "--dry-run" in words and "--file" not in words or \
        words[1] == "export" and not {"--listen", "--textfile"} & set(words)


def check_tool(words):
    words = [re.sub(r"^NAME=VALUE(\.\.\.)?$", "exchange=1", word) for word in words]
    if words[1:2] == ["tune"] and "=" in words[-1]:
        words.insert(2, "--dry-run")
    fine = len(words) > 1 and has_to_succeed(words)
    program = TOOL if words[1:2] == ["report"] else FAKE
    state = "running" if fine and words[1] != "tune" else "no_module"
    serves = "--listen" in words        # until somebody ends it
    try:
        done = subprocess.run([program, *words[1:]], cwd=WORK.name, capture_output=True, text=True,
                              check=False, timeout=2 if serves else 60, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, FAKE_KLRUSCAN=state, FAKE_ROOT=WORK.name))
    except subprocess.TimeoutExpired:
        demand(serves, "it does not end")
        return
    demand(done.returncode == 0 or done.returncode == 1 and not fine,
           done.stderr or "exit status %d" % done.returncode)


def check_setting(setting):
    """NAME=VALUE of the tool's file, or with "klruscan." before it of the kernel's command line."""
    check_tool(["klruscan", "tune", setting.removeprefix("klruscan.")])


def check_echo(words):
    if words[-1].startswith("/sys/kernel/mm/klruscan/"):
        check_setting("%s=%s" % (os.path.basename(words[-1]), words[1]))
    else:
        check_run_by(words)


def check_jq(words):
    """What it asks for is in what the tool prints."""
    printed = "".join(map(read, glob.glob("tests/cli/golden/**/*.json", recursive=True)))
    for key in re.findall(r"\.(\w+)", words[-1]):
        demand('"%s":' % key in printed, "there is no " + key)


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
    at = words.index("--") if "--" in words else len(words)
    check_options(words[:at], read("lab/vm"))
    inside = words[at + 1:]
    if inside:
        check_line(inside[2] if inside[:2] == ["sh", "-c"] else shlex.join(inside))


def check_tests(words):
    for word in words[1:]:
        demand(os.path.exists(word) or word in ("host", "stock", "tree", "deb"), "no test " + word)


def check_script(words):
    demand(os.access(words[0], os.X_OK), "there is no program " + words[0])
    check_options(words, read(words[0]))


def check_run_by(words):
    command = " ".join(words)
    if command.startswith(BY_HAND) or words[0] in LOOKING and command not in RUN_BY:
        return
    for start, (path, words_of_test) in RUN_BY.items():
        if command.startswith(start):
            demand(words_of_test in read(path), "%s does not run %s" % (path, start))
            return
    raise Wrong("no test runs it")


CHECKS = {"make": check_make, "echo": check_echo, "jq": check_jq,
          "watch": lambda words: check_tool(words[1:]),
          **{where + "klruscan": check_tool for where in ("", "build/bin/", "/usr/bin/")},
          "bench/run": check_bench, "lab/vm": check_machine, "tests/run": check_tests,
          **{name: check_workload for name in WORKLOADS},
          **{where + name: check_workload for name in WORKLOADS for where in ("build/bin/", "/root/")}}


def check_line(line):
    for inner in re.findall(r"\$\((.*?)\)", line):
        check_line(inner)
    line = re.sub(r"\$\(.*?\)", "", line)
    for words in simple_commands(line):
        first = words[0] if words else ""
        if re.match(r"[a-z._]\w*(\.\w+)?=", first):
            check_setting(first)
            continue
        ours = re.match(r"(bench|demo|lab|series|tests|scripts)/", first)
        CHECKS.get(first, check_script if ours else check_run_by)(words)


def complaint(command):
    try:
        check_line(command)
    except (Wrong, ValueError, IndexError) as why:
        return "'%s': %s" % (command, why)
    return None


# ---- the tests -----------------------------------------------------------------

def a_command_that_cannot_be_given_is_noticed():
    for line in ("make nothing", "klruscan stats", "klruscan tune --frob", "bench/run --policy best",
                 "bench/nothing", "lab/vm --nothing -- true", "tests/run tests/system/nothing.sh",
                 "hotset --nothing", "reboot", "make check && make nothing",
                 "lab/vm -- sh -c 'klruscan stats'", "bench/compare --nothing",
                 "echo 1 >/sys/kernel/mm/klruscan/frob", "frob=1", "klruscan.frob=1",
                 "klruscan tune exchange=2", "klruscan report picture run.klr >it",
                 "klruscan status --json | jq .frobs", "watch klruscan stats", "uname -r $(reboot)",
                 "systemctl reload frob"):
        (command,) = commands("text\n\n    %s\n\ntext" % line)
        assert complaint(command), "not noticed: " + line


def output_is_no_command():
    text = "t\n\n    $ make check\n    nothing\n\n    nothing\nt\n```\n    nothing\n```\n"
    assert list(commands(text)) == ["make check"], list(commands(text))


def each_place_has_its_commands():
    text = "t `klruscan` `reboot now` `klruscan\nstatus` ``make check`` `x`\n```\n`make x`\n```\n"
    assert list(in_the_text(text)) == ["klruscan status --help", "make check"]
    text = ".EX\na \\-b\n.EE\nc d\n.EX\n[Unit]\nExecStart=\\-e f\n.EE\n"
    assert list(examples_of_page(text)) == ["a -b", "e f"]
    text = "Usage: u\n\nExamples:\n  a b   c d\n  e f\n       g\n\nh\n"
    assert list(examples_of_help(text)) == ["a b", "e f"]
    assert list(literal_blocks("a::\n\n\tb c\n\nd\n\n\te\n")) == ["b c"]
    assert in_comments("# a\n#        b c\n#        --d\n#\te\n  f: 1\n") == ["b c", "e"]


def commands_can_be_given():
    wrong = ["%s: %s" % (where, why) for where, command in all_commands()
             if (why := complaint(command))]
    assert not wrong, "; ".join(wrong)
    seen = {where: 0 for where, _ in all_commands()}
    for where, _ in all_commands():
        seen[where] += 1
    assert seen[OPERATOR] >= 20 and seen[GUIDE] >= 4 and len(seen) >= 24, seen
    assert sum(seen.values()) >= 150, seen


def what_is_run_by_tests_is_in_a_document():
    there = [" ".join(words) for _, line in all_commands()
             for words in simple_commands(re.sub(r"^lab/vm .*'(.*)'$|\$\(.*?\)", r"\1", line))]
    unused = [start for start in (*RUN_BY, *BY_HAND)
              if not any(command.startswith(start) for command in there)]
    assert not unused, unused


def the_unit_for_a_service_is_the_same_in_both():
    """tests/deb/service.sh takes it from the guide."""
    page = read("tools/klruscan/klruscan-cgroup.8").replace("\\-", "-")
    (page,) = re.findall(r"^\[Unit\]\n.*?(?=^\.EE)", page, re.MULTILINE | re.DOTALL)
    (guide,) = re.findall(r"^    \[Unit\]\n.*?^    WantedBy=[^\n]*\n", read(OPERATOR),
                          re.MULTILINE | re.DOTALL)
    assert page == re.sub(r"^    ", "", guide, flags=re.MULTILINE), page


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


make_machine()
sys.exit(ktap.run([
    a_command_that_cannot_be_given_is_noticed, output_is_no_command, each_place_has_its_commands,
    commands_can_be_given, the_unit_for_a_service_is_the_same_in_both,
    what_is_run_by_tests_is_in_a_document, verbs_in_the_text_are_there, links_lead_somewhere,
    knobs_are_everywhere, parameters_are_described, comments_for_kernel_doc_are_in_the_reference,
    mutants_are_explained]))
