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
Scenario = namedtuple("Scenario", "name why fast slow program quick leave append tree",
                      defaults=(False, None, None, None))

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
             768, 1536, "hotset --mib 400 --idle-gib 64"),
    Scenario("thp", "a hot set of 300 MiB in huge pages, among cold huge pages",
             768, 1536, "hotset --mib 1000 --huge"),
    Scenario("file", "a hot set of 270 MiB in a file that is mapped and shared",
             768, 1536, "hotset --mib 900 --file /tmp/workload"),
    # 1.1 GiB of values, a tenth more with what Redis needs for them: all of it fits into
    # slow memory, half of it into fast.
    Scenario("redis", "Redis, a client asks for 900,000 keys by Zipf's law: 1.1 GiB of values",
             768, 1536, "redis --keys 900000", tree="build/redis"),
    # A tenth of the pages is hot, 50 times as often as the others: 50 * 0.1 of
    # 50 * 0.1 + 0.9 accesses. 13 MiB are 6.4 for that tenth, and what the policies leave
    # free: the oracle 4, klruscan 1/128 of the node. Zone DMA would be as much again for
    # those who take from it, and is reserved.
    Scenario("saturated", "a small set in which every page is accessed all the time, and a tenth "
             "of them 50 times as often; fast memory for that tenth only",
             768, 512, "hotset --mib 64 --hot-percent 10 --hot-access-percent 84.7", leave=13,
             append="memmap=14M$2M"),
)

# The order is that of the rows; none first, as what all others are compared with.
POLICIES = ("none", "numab2", "damon", "damon-tuned", "klruscan", "oracle")
FULL_RUN_ONLY = ("damon-tuned",)

QUICK_SECONDS = 25
FULL_SECONDS = 60
FULL_REPETITIONS = 3
CPUS = 2
SEED = 1
STEADY = 10  # seconds after which a run counts as steady
