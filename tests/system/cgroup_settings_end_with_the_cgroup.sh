#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 240
# What is set for a cgroup lasts while the daemons stop and start, and ends with it: another one of the
# same name has nothing, and there is room again.
. /tests/lib/guest.sh
. /tests/lib/cgroups.sh
plan 10

refused() { ! klruscan cgroup "$@" >/tmp/said 2>&1; }

load_klruscan
make_cgroup some
check 'a weight is set' eval 'klruscan cgroup set /some weight=7 promote=off >/dev/null'
tune enabled 1
tune enabled 0
check 'it lasts' [ "$(cgroup weight /some)" = 7 ]
check 'it is listed' eval 'klruscan cgroup show | grep -q "^/some "'
check 'what is wrong changes nothing' refused set /some promote=on weight=0
check 'not even the half of it' [ "$(cgroup promote /some)" = false ]
rmdir $ROOT/some
check 'of a removed one nothing is known' refused show /some
check 'it is not listed' eval '! klruscan cgroup show | grep -q "^/some "'
make_cgroup some
check 'another one of its name has the default' [ "$(cgroup weight /some)" = 100 ]
echo +memory >$ROOT/some/cgroup.subtree_control
check 'as many can have settings as are told' cgroup_ask fill $ROOT/some
# with the daemons, too
tune enabled 1
need_until 60 grows passes
find $ROOT/some -mindepth 1 -type d -exec rmdir {} +
check 'the scan goes on' wait_until 60 grows passes
finish
