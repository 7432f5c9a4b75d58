# SPDX-License-Identifier: GPL-2.0-only
"""What the tests in Python share: a made-up machine, golden files."""

import contextlib
import difflib
import os
import pty
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
sys.path.insert(0, "tests/host")

BUILD = os.environ.get("BUILD", "build")
FAKE = os.path.abspath(os.path.join(BUILD, "tests/cli/klruscan_fake"))
GOLDEN = "tests/cli/golden"
PATIENCE = 30                           # seconds; only ends a test that hangs

UPDATE = sys.argv[1:] == ["--update"]
if sys.argv[1:] and not UPDATE:
    sys.exit(f"usage: {sys.argv[0]} [--update]")
subprocess.run([os.environ.get("MAKE", "make"), "-s", "-f", "tests/cli/cli.mk",
                "BUILD=" + BUILD, "cli-test-programs"], check=True, stdout=sys.stderr)
WORK = tempfile.TemporaryDirectory()
USED = set()


def make_machine():
    """Two nodes, whose counters the kernel has, one of them more; another has only sums."""
    nodes = {"has_memory": "0-1\n",
             "node0/vmstat": "nr_free_pages 5\npgpromote_success 77133\n"
                             "pgpromote_candidate 80000\npgdemote_kswapd 12\n"
                             "pgdemote_direct 3\npgdemote_khugepaged 1\n",
             "node1/vmstat": "nr_free_pages 5\npgpromote_success 0\n"}
    root = os.path.join(WORK.name, "root")
    files = {os.path.join(root, "sys/devices/system/node", path): text
             for path, text in nodes.items()}
    files[os.path.join(root, "proc/vmstat")] = "pgpromote_success 77133\npgdemote_proactive 7\n"
    for path, text in files.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)


def environment(state):
    return dict(os.environ, LC_ALL="C.UTF-8", FAKE_KLRUSCAN=state, FAKE_ROOT=os.path.join(WORK.name, "root"))


def export(*arguments, state="running", **more):
    return subprocess.run([FAKE, "export", *arguments], env=dict(environment(state), **more),
                          capture_output=True, text=True, check=False, timeout=PATIENCE)


def on_terminal(stream, command, env):
    """What @command writes to a terminal, which is its "stdout" or "stderr"."""
    mine, other = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, stream: other}
    with subprocess.Popen(command, env=env, **streams) as process:
        os.close(other)
        written = b""
        with contextlib.suppress(OSError):  # it has ended
            while data := os.read(mine, 65536):
                written += data
        os.close(mine)
        equal(process.wait(PATIENCE), 0)
    return written


def on_full_disk(command, env):
    """What becomes of @command when its output goes to one."""
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(command, env=env, stdout=full, stderr=subprocess.PIPE, text=True,
                              check=False, timeout=PATIENCE)
    done.stdout = ""
    return done


def equal(got, wanted, what=""):
    assert got == wanted, f"{what}: got {got!r}, not {wanted!r}"


def golden(name, done):
    """What it printed and how it ended, as in the golden file."""
    text = done.stdout
    if done.stderr:
        text += "--- on stderr\n" + done.stderr
    golden_text(name, text + f"--- exit status {done.returncode}\n")


def golden_text(name, text):
    path = os.path.join(GOLDEN, name)
    text = text.replace(WORK.name, "ROOT")
    USED.add(name)
    if UPDATE:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        wanted = file.read()
    for line in difflib.unified_diff(wanted.splitlines(), text.splitlines(), path, "got",
                                     lineterm=""):
        print("# " + line)
    assert text == wanted, f"{name} differs"


def golden_files_are_used(directory):
    """A test: none is there that no test compares with."""
    def all_golden_files_are_used():
        there = os.listdir(os.path.join(GOLDEN, directory))
        equal(sorted(directory + "/" + name for name in there), sorted(USED))
    return all_golden_files_are_used


make_machine()
