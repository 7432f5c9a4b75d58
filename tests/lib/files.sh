# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What a package leaves behind: for tests that compare a system before and after.

# Of /etc, names and contents; of the rest, names. Without what is not a package's: logs,
# caches, what dpkg and apt know, groups, and what a system writes about itself as it runs.
# DKMS makes a key of its own with the first module that it builds, and runs depmod.
files_of()
{
	(
		cd "$1" || exit
		find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o \
			-path ./tmp -o -path ./root -o -path ./tests -o -path ./lost+found -o \
			-path ./var/log -o -path ./var/cache -o -path ./var/tmp -o \
			-path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/lib/systemd -o \
			-path ./var/lib/private -o -path ./var/lib/prometheus -o \
			-path './var/lib/dkms/mok.*' -o -path ./var/lib/dbus/machine-id -o -name '__pycache__' -o \
			-path './usr/lib/modules/*/modules.*' -o -name .updated -o -name .pwd.lock \) -prune -o -print
		find ./etc -type f ! -path './etc/*shadow*' ! -path './etc/group*' \
			! -path './etc/passwd*' ! -path ./etc/resolv.conf ! -path ./etc/hostname \
			! -path ./etc/machine-id ! -path ./etc/.updated ! -path ./etc/.pwd.lock \
			-exec md5sum {} +
	) | LC_ALL=C sort
}
