# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# none: pages stay where they were first put. What a kernel does whose NUMA
# balancing is switched off and that is not told to demote, the default of
# /sys/kernel/mm/numa/demotion_enabled (Documentation/ABI/testing/sysfs-kernel-mm-numa).

policy_start() { tier_settings 0 0; }
