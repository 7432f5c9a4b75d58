#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# The selftests that the series brings to the kernel's own pass.
. /tests/lib/guest.sh

SELFTESTS=/selftests/klruscan
[ -d $SELFTESTS ] || skip_all "the selftests are the kernel tree's"
plan 2

# passes TEST: it says that all it did was well, and did something
passes()
{
	said sh "$SELFTESTS/$1" && grep -q '^ok ' /tmp/said && ! grep -q '^not ok ' /tmp/said
}

cp /bin/hot_and_cold $SELFTESTS
check 'knobs.sh' passes knobs.sh
check 'promotes.sh' passes promotes.sh
finish
