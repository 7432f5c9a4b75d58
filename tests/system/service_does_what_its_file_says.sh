#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --time 120
# What klruscan.service calls sets the knobs of a file, all or none of them, and unloads the
# module at the end; where klruscan is part of the kernel, it does the same without one.
. /tests/lib/guest.sh
plan 13

CONF=/etc/klruscan.conf

service() { sh /lib/klruscan/service "$@" >/tmp/said 2>&1 || { sed 's/^/# /' /tmp/said; return 1; }; }

knob_is() { [ "$(cat $KLRUSCAN/"$1")" = "$2" ]; }

# A tool that was upgraded, where the module could not be replaced
upgrade_the_tool()
{
	mkdir -p /tmp/newer
	cat >/tmp/newer/klruscan <<-END
		#!/bin/sh
		[ "\$1" != --version ] || { echo 'klruscan 99.0 (ABI 1)'; exit; }
		exec $(command -v klruscan) "\$@"
	END
	chmod +x /tmp/newer/klruscan
	PATH=/tmp/newer:$PATH
}

load_klruscan
printf 'promote_rate_MBps=50\nenabled=1\n' >$CONF
check 'start' service start
check 'sets what the file says' knob_is enabled 1
check 'all of it' knob_is promote_rate_MBps 50

printf 'promote_rate_MBps=60\nhot_threshold=9\n' >$CONF
check 'reload of a bad file fails' not service reload
check 'and says where it is bad' grep -q "$CONF:2: hot_threshold cannot be '9'" /tmp/said
check 'and changes nothing' knob_is promote_rate_MBps 50

printf 'promote_rate_MBps=70\n' >$CONF
check 'start beside a module that is loaded' service start
check 'says nothing of its version if it is the right one' not grep -q loaded /tmp/said
usual=$PATH
upgrade_the_tool
check 'and goes on with one of another' eval 'service start && knob_is promote_rate_MBps 70'
module_check 'but says so' grep -q '99.0, restart the service' /tmp/said
PATH=$usual

check 'stop' service stop
check 'stops it' knob_is enabled 0
service clean
if is_built_in; then
	check 'and leaves it where it is' knob_is enabled 0
else
	check 'and then no module is there' not test -e /sys/module/klruscan
fi
finish
