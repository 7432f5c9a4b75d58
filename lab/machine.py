# SPDX-License-Identifier: GPL-2.0-only
"""A program that is followed line by line while it runs, such as lab/vm."""

import json
import os
import select
import signal
import subprocess


class Machine:
    """@command in a process group of its own: what a terminal sends to this program
    reaches it only through here.

    complaints: file that gets its stderr
    info: file that lab/vm --info writes, or None
    """

    def __init__(self, command, complaints, info=None):
        self.complaints = open(complaints, "w+", errors="replace")
        self.info_path = info
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.complaints,
                                        start_new_session=True)
        self.rest = b""
        self.known = {}

    def lines(self, seconds):
        """The lines of the next so many seconds at most; None at the end."""
        fd = self.process.stdout.fileno()
        if not select.select([fd], [], [], seconds)[0]:
            return []
        data = os.read(fd, 65536)
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        if not data:
            return None
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    def info(self):
        """What lab/vm says the machine is; {} until it does."""
        try:
            if not self.known and self.info_path:
                with open(self.info_path) as file:
                    self.known = json.load(file)
        except (OSError, ValueError):
            pass
        return self.known

    def said(self):
        """What it had to say on stderr, which lab/vm uses only if something is wrong."""
        self.complaints.seek(0)
        return self.complaints.read()

    def wait(self):
        """Its exit status."""
        return self.process.wait()

    def kill(self):
        for signum in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signum)
                try:
                    self.process.wait(10)
                except subprocess.TimeoutExpired:
                    pass
