# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What lab/kernel, lab/emulator and lab/program share: Debian packages that are
# downloaded and unpacked, never installed. To be sourced.
#
# apt_options may hold options for apt-get; the caller's $work is a directory to
# work in.

readonly me=lab/${0##*/}
declare -a apt_options=()

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

# need TOOL...
need()
{
	local tool

	for tool in "$@"; do
		command -v "$tool" >/dev/null ||
			die "$tool is missing: the lab takes what it runs from Debian packages"
	done
}

# make_work DIR: DIR, absolute, into $out, and a directory in it that goes when the
# script ends into $work
make_work()
{
	mkdir -p "$1"
	out=$(cd "$1" && pwd)
	work=$out/.fetch.$$
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir "$work"
}

# Fetch the package lists where there are none, as on a new machine. Fails when there
# is nothing to be done, or nobody who may.
update_if_none()
{
	[ "$(id -u)" = 0 ] || return 1
	[ -z "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit)" ] || return 1
	say "no package lists yet: apt-get update"
	apt-get -qq update || die "apt-get update failed"
}

# Download the packages $2... into directory $1.
download()
{
	local dir=$1
	local -a options=(-qq ${apt_options[@]+"${apt_options[@]}"})
	shift

	[ "$(id -u)" != 0 ] || options+=(-o APT::Sandbox::User=root)
	mkdir -p "$dir"
	say "downloading $*"
	(cd "$dir" && apt-get "${options[@]}" download "$@") ||
		die "apt-get download $* failed (old package lists? apt-get update)"
}

# The .deb of package NAME or NAME=VERSION $2 in directory $1.
deb_of()
{
	find "$1" -name "${2%%=*}_*.deb" -print -quit
}
