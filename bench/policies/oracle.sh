# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# oracle: who knows the truth puts the pages where they belong, before they are
# accessed: the hottest on the fast node, as many as it takes above its high watermark
# (workloads/README.md, --oracle). Nothing moves them afterwards but a new phase of the
# workload. No policy can do better than this by much.

policy_options="--oracle"

policy_start() { tier_settings 0 0; }
