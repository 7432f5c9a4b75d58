#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 400
# Where the budget makes passes rare, nearly every page is accessed from one to the next. What such
# a pass finds is all the same how much is accessed within the interval that is wanted.
. /tests/lib/guest.sh
. /tests/lib/late_passes.sh

# so small a set needs a lower share of cold accesses to have cold pages at all
late_passes_tell 300 6 5 --mib 200 --hot-access-percent 99.9
finish
