#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --kernel $BUILD/lab-6.1/vmlinuz --root $BUILD/debian/installed.ext4 --add $BUILD/bin/hotset:/tests/hotset --fast 1024 --time 900
# The packages in a Debian that is booted with its first kernel, 6.1, which has MGLRU off and makes
# no memory tiers of what the firmware says: an administrator does as doctor says. Then they are
# there on a kernel that has no module, and are purged.
. /tests/lib/guest.sh
. /tests/lib/booted.sh
plan 18

MGLRU=/sys/kernel/mm/lru_gen/enabled
TMPFILES=/etc/tmpfiles.d/klruscan.conf
CONF=/etc/klruscan.conf

# keep_for_good: what doctor says has to stand in which file for its remedies to last, once
keep_for_good()
{
	klruscan doctor --json | sed -n 's/^ *"lasting_\(file\|line\)": "\(.*\)",\{0,1\}$/\1 \2/p' |
		while read -r what said; do
			case $what in
			file) file=$said ;;
			line) grep -qxF "$said" "$file" 2>/dev/null || echo "$said" >>"$file" ;;
			esac
		done
}

# as_doctor_says: its commands for what is a problem, one after the other; not what sets knobs, as
# that is in the file then
as_doctor_says()
{
	klruscan doctor --json | sed -n 's/^ *"command": "\(.*\)",\{0,1\}$/\1/p' |
		grep -v '^klruscan tune' >/tmp/commands
	while read -r command; do
		note "doctor says: $command"
		quiet sh -c "$command" </dev/null || return
	done </tmp/commands
}

demotions_of_the_machine() { klruscan export | grep -q '^klruscan_kernel_pgdemote_kswapd_total [0-9]'; }

need_until 240 up
[ -d "/lib/modules/$(uname -r)" ] || bail "build/debian/base has no module for $(uname -r): remove" \
	'it and build/lab-6.1, and make test-deb fetches those of the day'
# as Debian has it; the tests' own library has switched it on
echo n >$MGLRU
kernel_settings >/tmp/kernel.before
check 'doctor finds the kernel fine, that there is no module yet, and what it lacks' \
	is "$(problems | tr '\n' ' ')" 'module MGLRU memory tiers '
keep_for_good
check 'what it says for good is written down: MGLRU' grep -qx 'w /sys/kernel/mm/lru_gen/enabled - - - - y' $TMPFILES
check 'and which node is slow' grep -qx 'slow_nodes=1' $CONF
check 'what it says to do can be done' as_doctor_says
check 'MGLRU is on' not grep -q 0x0000 $MGLRU
check 'the service has started' quiet systemctl is-active klruscan
check 'doctor finds no problem any more' wait_until 60 quiet klruscan doctor
start_workload /tests/hotset --mib 200 --seconds 600
check 'hot pages are promoted' wait_until 120 eval '[ "$(status promoted_pages)" -gt 1000 ]'
check 'no page lost its contents' stop_workload
check 'demotions, which this kernel counts for the machine, are metrics' demotions_of_the_machine

# as the next boot does it
systemctl stop klruscan
echo n >$MGLRU
systemd-tmpfiles --create
check 'what was written down lasts' quiet systemctl start klruscan
check 'all of it' wait_until 60 quiet klruscan doctor

systemctl stop klruscan
dkms remove -m klruscan -v "$(klruscan --version | cut -d' ' -f2)" -k "$(uname -r)" >/tmp/said 2>&1 || said
check 'on a kernel for which no module was built the service does not start' not systemctl -q start klruscan
check 'and doctor says so' is "$(problems | tr '\n' ' ')" 'module memory tiers '
check 'and how to have one' eval 'klruscan doctor --json | grep -q "dkms autoinstall"'
check 'both are purged' quiet apt-get purge -q -y klruscan-dkms klruscan-tools
rm $TMPFILES
check 'the system is as it was before' as_before
# as its administrator had it
echo n >$MGLRU
echo false >/sys/kernel/mm/numa/demotion_enabled
check 'and so is the kernel' kernel_as_before
finish
