# SPDX-License-Identifier: GPL-2.0-only
"""Who else used the CPUs of the host: the figures of a row that was not alone are others."""

import os
import resource
import time

DISTURBED = 0.05  # a row during which others had more is to be doubted
STEPS = 6000000   # of a loop that tells how fast a CPU is: some tenths of a second


def is_disturbed(row):
    return (row.get("others_cpu") or 0) > DISTURBED


def speed():
    """Million steps of a loop that this machine makes in a second, just now. A slower CPU makes
    slower rows, though nobody else is seen to use it: virtual machines share real ones.
    """
    begun = time.perf_counter()
    for _ in range(STEPS):
        pass
    return STEPS / 1e6 / (time.perf_counter() - begun)


def times():
    """CPU seconds since some moment: (of all CPUs, busy or idle; the busy ones, and those
    that a hypervisor took; those of this program and of what it ran)
    """
    with open("/proc/stat") as file:
        # user nice system idle iowait irq softirq steal; guest is part of user
        ticks = [int(field) for field in file.readline().split()[1:9]]
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    second = os.sysconf("SC_CLK_TCK")
    return (sum(ticks) / second, (sum(ticks) - ticks[3] - ticks[4]) / second,
            sum(use.ru_utime + use.ru_stime for use in own))


class Others:
    """From now on."""

    def __init__(self):
        self.speed_before = speed()
        self.before = times()

    def share(self):
        """Their share of the CPU time that there was. What was run must have been waited
        for. None when no time has passed.
        """
        every, busy, own = (now - then for now, then in zip(times(), self.before))
        return round(max(busy - own, 0) / every, 3) if every > 0 else None

    def speed(self):
        """As speed() says, the mean of before and now."""
        return round((self.speed_before + speed()) / 2, 1)
