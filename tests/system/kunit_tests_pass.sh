#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# core: pure code in the kernel
# The KUnit tests in the kernel passed when it booted.
. /tests/lib/guest.sh

RESULTS=/sys/kernel/debug/kunit/klruscan/results

[ -e /sys/kernel/debug/kunit ] || skip_all 'the kernel has no KUnit'
plan 3

check 'tests of klruscan ran' [ -e $RESULTS ]
check 'none failed' not grep -q 'not ok' $RESULTS
check 'some passed' grep -q '^ *ok 1 ' $RESULTS
sed 's/^/# /' $RESULTS
finish
