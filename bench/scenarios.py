# SPDX-License-Identifier: GPL-2.0-only
"""What the scoreboard runs: workloads, sizes, lengths. Settings, no code.

A scenario is a program of workloads/ with its options, in a machine with so much fast
and slow memory. All pages start on the slow node; the seed is that of the run.
"""

from collections import namedtuple

# name      of the row's workload
# why       what it shows, for the report
# fast, slow  MiB of the nodes
# program   the command, without length, seed and nodes
# quick     whether it is in the quick run
# leave     so many MiB of fast memory are left above its high watermark, the rest is
#           taken away; None for all. Only in a virtual machine.
# append    for the kernel's command line
# tree      a directory with programs and libraries, which is laid over the machine's root
# seconds   the length, where it is not that of the others
# settle_s  from when on counted figures are also told of the rest of the run: `late_...`
# mapped_gib  what is mapped, for the drawing of the costs over it
# policies  that it is run under; None for all
# asked     whether it is run only when it is named
# caveat    why policies do not compare by it, for the report: it marks no best then
Scenario = namedtuple(
    "Scenario", "name why fast slow program quick leave append tree seconds settle_s mapped_gib "
    "policies asked caveat",
    defaults=(False, None, None, None, None, None, None, None, False, None))

MAPPED_OFTEN = ("One file is mapped many times, as page tables of so much could not be made otherwise: who "
                "follows a page to all of its mappings, as DAMON does, pays for what no real machine has")


def scaled(gib):
    """The same hot set in a mapping of so many GiB. Page tables of 1 TiB are 2 GiB."""
    return Scenario("scale-%d" % gib, "a hot set of 256 MiB, with %d GiB mapped in all" % gib,
                    768, 1536 + gib * 5 // 2, "hotset --mib 860%s" % (
                        " --idle-gib %d --idle-sparse" % (gib - 1) if gib > 1 else ""),
                    seconds=240, settle_s=75, mapped_gib=gib, policies=DAEMONS, asked=True,
                    caveat=MAPPED_OFTEN if gib > 1 else None)


DAEMONS = ("none", "numab2", "damon", "klruscan")

SCENARIOS = (
    Scenario("hotset", "a fixed hot set of 300 MiB, interleaved page by page with cold memory",
             768, 1536, "hotset --mib 1000", True),
    Scenario("zipf", "accesses by Zipf's law, scattered: no page is cold, few are hot",
             768, 1536, "zipf --mib 1000", True),
    Scenario("phase", "the hot set moves to other pages every 15 s",
             768, 1536, "phase --mib 1000 --phase-seconds 15", True),
    # Where there is too little fast memory, zone DMA counts: 16 MiB, nothing on a real machine
    # and 3 % of this one, for those alone who take from it. So it is reserved.
    Scenario("overcommit", "a hot set 1.5 times as large as fast memory, all of it equally hot",
             512, 1536, "hotset --mib 1000 --hot-percent 76.8", True, append="memmap=14M$2M"),
    Scenario("polluter", "a hot set of 300 MiB, and a stream that reads everything again and again",
             768, 1536, "polluter --mib 1000"),
    # 585 MiB are hot, which fit. What the noisy tenant has, 650 MiB, does not fit beside the
    # others' 195: it never runs out of hot pages that are in slow memory.
    Scenario("tenants", "seven tenants with hot sets of 28 MiB, and a noisy one whose 390 hot MiB "
             "move every 3 s, each in a cgroup",
             768, 1536, "tenants --mib 1300 --cgroups"),
    Scenario("giant", "a hot set of 120 MiB beside 64 GiB that are mapped and idle",
             768, 1536, "hotset --mib 400 --idle-gib 64", caveat=MAPPED_OFTEN),
    Scenario("thp", "a hot set of 300 MiB in huge pages, among cold huge pages",
             768, 1536, "hotset --mib 1000 --huge"),
    Scenario("file", "a hot set of 270 MiB in a mapped file, of which each process has its part",
             768, 1536, "hotset --mib 900 --file /tmp/workload"),
    # 180 MiB of values, a tenth more with what Redis needs for them, and half as much fast memory. An
    # emulated server answers 15,000 questions a second, a tenth of what a real one does: of six times
    # as many keys, each would be asked for too seldom for a run to show anything.
    Scenario("redis", "Redis, a client asks for 150,000 keys by Zipf's law: 180 MiB of values",
             768, 512, "redis --keys 150000", leave=96, tree="build/redis"),
    # A tenth of the pages is hot, 50 times as often as the others: 50 * 0.1 of
    # 50 * 0.1 + 0.9 accesses. 13 MiB are 6.4 for that tenth, and what the policies leave
    # free: the oracle 4, klruscan 1/128 of the node. Zone DMA would be as much again for
    # those who take from it, and is reserved.
    Scenario("saturated", "a small set in which every page is accessed all the time, and a tenth "
             "of them 50 times as often; fast memory for that tenth only",
             768, 512, "hotset --mib 64 --hot-percent 10 --hot-access-percent 84.7", leave=13,
             append="memmap=14M$2M"),
    # What is mapped and idle must not matter: nothing in it is used for a minute, then figures count.
    *(scaled(gib) for gib in (1, 4, 16, 64, 256, 1024)),
    Scenario("idle", "1000 MiB in processes that sleep", 768, 1536, "hotset --mib 1000 --asleep",
             seconds=120, settle_s=75, policies=DAEMONS, asked=True),
)

# The order is that of the rows; none first, as what all others are compared with.
POLICIES = ("none", "numab2", "damon", "damon-tuned", "klruscan", "oracle")
FULL_RUN_ONLY = ("damon-tuned",)

# For every machine: where the kernel lies by chance, it takes 37 MiB of fast memory, or of slow.
APPEND = "nokaslr"

QUICK_SECONDS = 25
FULL_SECONDS = 60
FULL_REPETITIONS = 3
CPUS = 2
SEED = 1
ALIKE = 0.03  # shares of two runs of the same thing differ by that, of some workloads by more
SPEED_ALIKE = 0.2  # a machine that is faster or slower by more is another one
STEADY = 10  # seconds after which a run counts as steady
