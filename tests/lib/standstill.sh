# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, after guest.sh, of what takes its time: the machine of a test, or one of its
# CPUs, stands still now and then, for seconds, and its time goes on.

STANDSTILLS=/tmp/standstills

# watch_machine MS: from here on it is known when it stands still for longer
watch_machine()
{
	standstill $(($1 * ${TIME_FACTOR:-1})) >$STANDSTILLS 2>&1 &
	need_ready 10 $! '^ready$' standstill $STANDSTILLS
}

standstills() { wc -l <$STANDSTILLS; }

# standstills_since NUMBER: those after so many, in one line
standstills_since() { tail -n +$(($1 + 1)) $STANDSTILLS | tr '\n' ',' | sed 's/,$//; s/,/, /g'; }
