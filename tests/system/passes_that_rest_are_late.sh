#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# A pass over much memory rests in between, for as long as the budget wants it. What the next one
# finds is how much is accessed within the interval that is wanted, although it follows soon.
. /tests/lib/guest.sh
. /tests/lib/late_passes.sh

late_passes_tell 1000 20 6 --mib 1200 --hot-access-percent 99.5
finish
