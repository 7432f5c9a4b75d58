# SPDX-License-Identifier: GPL-2.0-only
"""What a trace of klruscan's threads says of the locks that they hold."""

import collections
import re

# who takes the locks of page tables, as the compiler has inlined it
_PAGE_TABLE = re.compile(r"walk_p[mu]d_range|page_vma_mapped_walk|__pte_offset_map_lock")
_LINE = re.compile(r" *(.+)-(\d+) +\[\d+\] \S+ +(\d+)\.(\d{6}): (\w+)(.*)")


class Thread:
    """What a trace says of one thread: times in microseconds, by what was held."""

    def __init__(self):
        self.times = collections.defaultdict(list)
        self.mmap_since = None
        self.spins = []         # (since, how, who), the innermost last
        self.running_since = None

    def offered(self, now):
        """It could have been rescheduled now."""
        if self.running_since is not None:
            self.times["unbroken"].append(now - self.running_since)
        self.running_since = now

    def event(self, now, name, rest):
        if name == "mmap_lock_acquire_returned" and "success=true" in rest:
            self.mmap_since = now
        elif name == "mmap_lock_released" and self.mmap_since is not None:
            self.times["mmap_lock"].append(now - self.mmap_since)
            self.mmap_since = None
        elif name == "__cond_resched":
            self.offered(now)
        elif name in ("_raw_spin_lock", "_raw_spin_trylock"):
            self.lock(now, name, rest.split("<-")[1])
        elif name == "_raw_spin_unlock" and self.spins:
            since, _, who = self.spins.pop()
            if _PAGE_TABLE.match(who):
                self.times["page table"].append(now - since)

    def lock(self, now, name, who):
        """A lock is taken, or tried. One that was not got is not released: who tries the
        next one without that had not got it. What an interrupt takes is within.
        """
        if self.spins and self.spins[-1][1:] == ("_raw_spin_trylock", who):
            self.spins.pop()
        self.spins.append((now, name, who))


def follow(lines):
    """Returns the threads by name, of what holds-guest printed."""
    names = dict(reversed(word.rsplit("-", 1)) for word in lines[0].split()[1:])
    threads = {pid: Thread() for pid in names}
    for line in lines:
        match = _LINE.match(line)
        if not match:
            continue
        _, pid, seconds, micros, name, rest = match.groups()
        now = int(seconds) * 1000000 + int(micros)
        if name == "sched_switch":
            switched(threads, now, rest)
        elif pid in threads:
            threads[pid].event(now, name, rest)
    return {names[pid]: thread for pid, thread in threads.items()}


def switched(threads, now, rest):
    """A thread ceases to run, or begins."""
    before = re.search(r"prev_pid=(\d+)", rest).group(1)
    after = re.search(r"next_pid=(\d+)", rest).group(1)
    if before in threads:
        threads[before].offered(now)
        threads[before].running_since = None
        # none is held: a lock that was tried and not got has no end
        threads[before].spins = []
    if after in threads:
        threads[after].running_since = now


def lost(lines):
    """Entries of the trace that there was no room for."""
    return sum(int(line.split()[-1]) for line in lines if line.startswith("overrun:"))


def spread(times):
    """How many there are; of them the one in the middle, at 99 %, and the longest."""
    times = sorted(times)
    return (len(times), times[len(times) // 2], times[len(times) * 99 // 100], times[-1])
