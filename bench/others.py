# SPDX-License-Identifier: GPL-2.0-only
"""Who else used the CPUs of the host: the figures of a row that was not alone are others."""

import os
import resource

DISTURBED = 0.05  # a row during which others had more is to be doubted


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
        self.before = times()

    def share(self):
        """Their share of the CPU time that there was. What was run must have been waited
        for. None when no time has passed.
        """
        every, busy, own = (now - then for now, then in zip(times(), self.before))
        return round(max(busy - own, 0) / every, 3) if every > 0 else None
