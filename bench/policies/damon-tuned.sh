# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# damon-tuned: as damon, with the best settings of a search over them for these
# workloads. bench/tune-damon --publish wrote this file and docs/results/damon-tuned.md,
# which says how they were found.

DAMON_SAMPLE_US=200000
DAMON_AGGR_US=1000000
DAMON_MIN_REGIONS=100
DAMON_MAX_REGIONS=10000
DAMON_HOT_SAMPLES=1
DAMON_HOT_AGE=0
DAMON_COLD_SAMPLES=0
DAMON_COLD_AGE=30
DAMON_RESET_MS=20000
DAMON_HOT_MS=2000
DAMON_COLD_MS=1000
DAMON_HOT_BYTES=53687091200
DAMON_COLD_BYTES=53687091200
DAMON_ACCESSES_PERMIL=0
DAMON_AGE_PERMIL=10

# shellcheck source=bench/policies/damon.sh
. "$BENCH_DIR/policies/damon.sh"
