#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""bench/holds: what is read out of a trace."""

import os
import sys

sys.dont_write_bytecode = True
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path[1:1] = [os.path.join(ROOT, "bench")]
import holds_trace  # noqa: E402
import ktap  # noqa: E402

PID = 162


def times(*events, pid=PID):
    """What was held in a trace of (microseconds, what happened) of one thread."""
    lines = ["threads klruscand/1-%d" % PID, "# tracer: function"]
    for micros, what in events:
        name, _, rest = what.partition(" ")
        lines.append("           <...>-%d     [001] d..2.     8.%06d: %s%s%s" % (
            pid, micros, name, "" if rest.startswith("<-") else ": ", rest))
    return dict(holds_trace.follow(lines)["klruscand/1"].times)


def switch(before, after):
    return "sched_switch: prev_comm=a prev_pid=%d prev_prio=120 ==> next_comm=b next_pid=%d" % (
        before, after)


def mmap_lock_is_held_from_when_it_was_got():
    got = "mmap_lock_acquire_returned: mm=1 memcg_path=/ write=false success=%s"
    assert times((10, got % "true"), (25, "mmap_lock_released: mm=1")) == {"mmap_lock": [15]}
    assert times((10, got % "false"), (25, "mmap_lock_released: mm=1")) == {}


def page_table_locks_are_told_from_others():
    assert times((1, "_raw_spin_trylock <-walk_pud_range"), (9, "_raw_spin_unlock <-walk_pud_range"),
                 (10, "_raw_spin_lock <-sched_tick"), (11, "_raw_spin_unlock <-sched_tick")) == {
                     "page table": [8]}


def an_interrupt_within_is_part_of_it():
    assert times((1, "_raw_spin_trylock <-walk_pud_range"), (2, "_raw_spin_lock <-sched_tick"),
                 (5, "_raw_spin_unlock <-sched_tick"),
                 (9, "_raw_spin_unlock <-walk_pud_range")) == {"page table": [8]}


def what_was_tried_and_not_got_is_not_held():
    tried = "_raw_spin_trylock <-walk_pud_range"
    assert times((1, tried), (5, tried), (9, "_raw_spin_unlock <-walk_pud_range")) == {
        "page table": [4]}
    assert times((1, tried), (5, switch(PID, 7)), (8, switch(7, PID)),
                 (9, "_raw_spin_unlock <-finish_task_switch")) == {}


def unbroken_is_time_on_a_cpu():
    assert times((1, switch(7, PID)), (5, "__cond_resched <-a"), (9, switch(PID, 7)),
                 (50, switch(7, PID)), (52, "__cond_resched <-a")) == {"unbroken": [4, 4, 2]}


def other_threads_do_not_count():
    assert times((1, "_raw_spin_lock <-walk_pud_range"), (9, "_raw_spin_unlock <-walk_pud_range"),
                 pid=7) == {}


def the_spread_of_one_and_of_many():
    assert holds_trace.spread([3]) == (1, 3, 3, 3)
    assert holds_trace.spread(range(1000, 0, -1)) == (1000, 501, 991, 1000)


def entries_that_were_lost_are_counted():
    assert holds_trace.lost(["entries: 9", "overrun: 3", "overrun: 4", "commit overrun: 8"]) == 7


TESTS = (mmap_lock_is_held_from_when_it_was_got, page_table_locks_are_told_from_others,
         an_interrupt_within_is_part_of_it, what_was_tried_and_not_got_is_not_held,
         unbroken_is_time_on_a_cpu, other_threads_do_not_count, the_spread_of_one_and_of_many,
         entries_that_were_lost_are_counted)


if __name__ == "__main__":
    sys.exit(ktap.run(TESTS))
