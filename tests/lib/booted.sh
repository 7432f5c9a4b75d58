# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests in a Debian that is booted, with systemd as process 1 and the packages installed
# (tests/deb/packages makes it): after guest.sh.

. /tests/lib/files.sh

said() { tail -n 20 /tmp/said | sed 's/^/# /'; }

# quiet COMMAND...: its output is shown only if it fails
quiet()
{
	"$@" >/tmp/said 2>&1 && return
	said
	return 1
}

is() { [ "$1" = "$2" ] || { note "it is '$1', not '$2'"; return 1; }; }

up() { case $(systemctl is-system-running 2>/dev/null) in running|degraded) ;; *) return 1 ;; esac; }

# The problems that doctor finds, without what it says of them
problems() { klruscan doctor | sed -n 's/^problem *\([A-Za-z ]*[A-Za-z]\)  .*/\1/p'; }

gone() { [ ! -e /sys/module/klruscan ] && [ ! -e /sys/kernel/mm/klruscan ] && [ ! -e /dev/klruscan ]; }

# What can be set of memory management
kernel_settings()
{
	sysctl vm kernel.numa_balancing
	grep -r . /sys/kernel/mm/lru_gen /sys/kernel/mm/numa
}

kernel_as_before()
{
	kernel_settings >/tmp/kernel.after
	diff /tmp/kernel.before /tmp/kernel.after >/tmp/said && return
	said
	return 1
}

as_before()
{
	files_of / >/tmp/files.after
	diff /root/files.before /tmp/files.after >/tmp/said && return
	said
	return 1
}
