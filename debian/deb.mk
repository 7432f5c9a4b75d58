# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages, an older version of them to upgrade from, and a Debian to try them in.
# Included by the top Makefile.

DEB_SOURCES := VERSION Makefile README.md CHANGELOG.md $(shell find debian kernel tools -type f)
DEB := $(BUILD)/deb/.made
DEB_OLDER := $(BUILD)/deb/older/.made
DEB_BASE := $(BUILD)/debian/base

# Both flavours of the newer kernel, and of Debian's first one.
DEB_BASE_PACKAGES := systemd systemd-sysv udev dbus kmod dkms procps openssl \
	man-db bash-completion zsh curl prometheus lsof \
	linux-image-6.12-cloud-amd64 linux-headers-6.12-cloud-amd64 linux-headers-6.12-amd64 \
	linux-headers-cloud-amd64 linux-headers-amd64

$(DEB): $(DEB_SOURCES)
	@debian/build-packages $(@D)
	@touch $@

$(DEB_OLDER): $(DEB_SOURCES)
	@debian/build-packages --version 0.0.9 $(@D)
	@touch $@

# Stays until it is removed, like a fetched kernel; both have to be of the same day.
$(DEB_BASE):
	@mkdir -p $(@D)
	@lab/root --out $@ $(DEB_BASE_PACKAGES)
