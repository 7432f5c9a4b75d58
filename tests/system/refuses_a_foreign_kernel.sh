#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 60
# A module that was built for another kernel is refused, and the log says why.
. /tests/lib/guest.sh

is_built_in && skip_all 'klruscan is built in'
plan 10

RELEASE=$(uname -r)

# The digit of the release that is changed below
other_release() { echo "$RELEASE" | sed 's/^\([0-9]*\.[0-9]*\.\)[0-9]/\19/'; }

# refused FILE: and nothing is left of it
refused()
{
	insmod "$1" 2>/tmp/insmod.err && return 1
	! is_loaded && [ ! -e "$KLRUSCAN" ] && [ ! -e /dev/klruscan ]
}

replace "$RELEASE" "$(other_release)" </klruscan.ko >/tmp/other.ko ||
	bail 'the release is not in the module'
check 'one built for another release is refused' refused /tmp/other.ko
check 'the log names what it was built for' log_has "klruscan: .*$(other_release)"
check 'the log names what this is' log_has "klruscan: .*$RELEASE"

replace walk_pud_range walk_pud_rangX </klruscan.ko |
	replace should_skip_vma should_skip_vmX >/tmp/missing.ko ||
	bail 'the symbols are not in the module'
check 'one that needs what the kernel lacks is refused' refused /tmp/missing.ko
check 'the log names what is missing' log_has 'klruscan: .*lacks:.* walk_pud_rangX'
check 'all of it' log_has 'klruscan: .*lacks:.* should_skip_vmX'

replace walk_pud_range walk_pud_other </klruscan.ko >/tmp/missing.ko
insmod /namesake.ko || bail 'a module with a function of that name cannot be loaded'
check 'one that needs what another module has is refused' refused /tmp/missing.ko
check 'the log names it as missing' log_has 'klruscan: .*lacks: walk_pud_other$'

check 'the right module loads afterwards' load_klruscan enabled=1
check 'and scans' wait_until 60 grows passes
finish
