# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For system tests, after guest.sh: migrations that fail in the middle, as the kernel cannot copy
# a page.

FAULTS=/sys/kernel/debug/fail_function

# Before plan
need_failing_migrations()
{
	[ -e $FAULTS ] || skip_all 'the kernel cannot make a function fail'
	insmod /injectable.ko || bail "folio_mc_copy() cannot be made to fail: $(dmesg | tail -n 2)"
	echo folio_mc_copy >$FAULTS/inject || bail 'folio_mc_copy() cannot be made to fail'
	printf '%#x' -133 >$FAULTS/folio_mc_copy/retval	# -EHWPOISON
	echo Y >$FAULTS/task-filter
	echo -1 >$FAULTS/times
	echo 0 >$FAULTS/verbose
}

# fail PERCENT: of the folios that the daemons want to have moved
fail() { echo "$1" >$FAULTS/probability; }

# nothing_fails: any more
nothing_fails()
{
	fail 0
	echo >$FAULTS/inject
}
