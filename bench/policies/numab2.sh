# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# numab2: NUMA balancing's memory tiering mode, with demotion by reclaim. Source: the
# kernel's Documentation/admin-guide/sysctl/kernel.rst, "numa_balancing": 2 is
# NUMA_BALANCING_MEMORY_TIERING, and "numa_balancing_promote_rate_limit_MBps", whose
# default of 65536 stays. It promotes in the page faults of the processes: there is no
# daemon, and its cost is in the system time of the guest.

policy_start() { tier_settings 2 1; }
