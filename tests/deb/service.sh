#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lab: --root $BUILD/debian/installed.ext4 --add $BUILD/bin/hotset:/tests/hotset --fast 1024 --time 1500
# The packages in a Debian that is booted, with systemd as process 1, as an administrator
# uses them: from the first look to the purge.
. /tests/lib/guest.sh
. /tests/lib/booted.sh
plan 88

CONF=/etc/klruscan.conf
UNITS=/run/systemd/system
POD=/run/fleet
METRICS=http://127.0.0.1:9884/metrics
QUERY=http://127.0.0.1:9090/api/v1

# fails STATUS WORDS COMMAND...: with that status, and says the words
fails()
{
	_status=$1 _words=$2
	shift 2
	"$@" >/tmp/said 2>&1
	[ $? -eq "$_status" ] && grep -qF -- "$_words" /tmp/said && return
	said
	return 1
}

knob() { cat "/sys/kernel/mm/klruscan/$1"; }

# The words since the last call of mark, of unit $1
mark() { journalctl -n 1 --show-cursor | sed -n 's/^-- cursor: //p' >/tmp/cursor; }
journal_has() { journalctl -q -u klruscan --after-cursor "$(cat /tmp/cursor)" | grep -qF -- "$1"; }

# How often systemd has started the service since then
starts()
{
	journalctl --sync
	journalctl -q -u klruscan --after-cursor "$(cat /tmp/cursor)" | grep -c 'Finished klruscan.service'
}

no_unit_failed() { is "$(systemctl --failed --no-legend)" ''; }

as_member() { setpriv --reuid nobody --regid nogroup --groups klruscan -- "$@"; }
as_stranger() { setpriv --reuid nobody --regid nogroup --clear-groups -- "$@"; }

# A user whom adduser has added to it, and who logs in anew
as_added() { setpriv --reuid games --regid games --init-groups -- "$@"; }

# holder PROGRAM: has the device open, as lsof says
holder() { lsof /dev/klruscan | grep -q "^$1 "; }

device_is_the_groups() { [ "$(stat -c '%a %U:%G' /dev/klruscan 2>/dev/null)" = '640 root:klruscan' ]; }

# metric PATTERN: is in what the exporter serves
metric() { curl -sf $METRICS >/tmp/metrics && grep -q "$1" /tmp/metrics; }

metrics_are_fine()
{
	curl -sf -H 'Accept: text/plain;version=0.0.4' $METRICS >/tmp/metrics &&
	promtool check metrics </tmp/metrics
}

# set_export [ADDRESS]: where the exporter listens, as "systemctl edit" sets it
set_export()
{
	_edit=$UNITS/klruscan-export.service.d
	if [ $# -gt 0 ]; then
		mkdir -p $_edit
		printf '[Service]\nExecStart=\nExecStart=/usr/bin/klruscan export --listen %s\n' "$1" >$_edit/address.conf
	else
		rm -r $_edit
	fi
	systemctl daemon-reload
}

export_restarts() { systemctl show --value -p NRestarts klruscan-export; }

# query PROMQL VALUE: what Prometheus answers
query()
{
	curl -sfG $QUERY/query --data-urlencode "query=$1" >/tmp/answer &&
	grep -q "\"value\":\[[0-9.]*,\"$2\"\]" /tmp/answer
}

has_alerts() { curl -sf $QUERY/rules | grep -q '"name":"KlruscanDown"'; }

start_prometheus()
{
	mkdir -p /tmp/prometheus
	cp /usr/share/doc/klruscan-tools/examples/* /tmp/prometheus
	sed -i 's/15s/1s/' /tmp/prometheus/prometheus.yml
	systemd-run -q --unit prometheus-test prometheus --config.file /tmp/prometheus/prometheus.yml \
		--storage.tsdb.path /tmp/prometheus/data --web.listen-address 127.0.0.1:9090
}

# The queries of the dashboard, one a line, with something for its variables
dashboard_queries()
{
	zcat -f /usr/share/doc/klruscan-tools/examples/grafana.json* |
		sed -n 's/.*"expr": "\(.*\)",\{0,1\}$/\1/p' |
		sed 's/\\"/"/g; s/\$__rate_interval/1m/g; s/\$instance/.*/g'
}

# But for the one that asks for what does not answer.
dashboard_has_data()
{
	dashboard_queries >/tmp/queries
	[ "$(wc -l </tmp/queries)" -ge 12 ] || return
	while read -r promql; do
		case $promql in *'klruscan_up{'*'== 0') continue ;; esac
		curl -sfG $QUERY/query --data-urlencode "query=$promql" </dev/null |
			grep -q '"result":\[{' || { note "no data: $promql"; return 1; }
	done </tmp/queries
}

guide() { zcat -f /usr/share/doc/klruscan-tools/operator.md*; }

# Each command that stands alone on a line of docs/operator.md
commands_of_the_guide()
{
	guide | sed -n 's/^\(  \)\{0,1\}    \([a-z]\)/\2/p' >/tmp/commands
	[ "$(wc -l </tmp/commands)" -ge 15 ] || return
	while read -r command; do
		quiet sh -c "$command" </dev/null || { note "it was: $command"; return 1; }
	done </tmp/commands
}

# A service, and the unit that docs/operator.md has for it
make_database()
{
	printf '[Service]\nExecStart=/bin/sleep infinity\n' >$UNITS/db.service
	guide | sed -n '/^    \[Unit\]$/,/^    WantedBy=/s/^    //p' >$UNITS/klruscan-db.service
	systemctl daemon-reload && systemctl start db && systemctl enable --runtime --now klruscan-db
}

remove_database()
{
	systemctl -q disable --runtime klruscan-db
	systemctl stop db
	rm $UNITS/db.service $UNITS/klruscan-db.service
	systemctl daemon-reload
}

# Its own, not that of the slice, which the commands of the guide may have set
weight_is_set() { klruscan cgroup show /system.slice/db.service 2>/dev/null | grep -q ' 400 \* '; }

# The process, which is another one after a restart
database() { systemctl show --value -p MainPID db; }

# What the image of tools/fleet has: the package and its libraries
make_fleet_image()
{
	mkdir -p $POD/proc $POD/sys $POD/dev $POD/run &&
	dpkg-deb -x /root/deb/klruscan-tools_*.deb $POD &&
	ldd /usr/bin/klruscan | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$POD${library%/*}" && cp -L "$library" "$POD$library" || return
	done
}

# pod [PATTERN]: the exporter as the DaemonSet runs it, but for the restrictions of that pattern
pod()
{
	systemctl stop pod 2>/dev/null
	set -- "${1-nothing is left out}"
	while read -r word; do
		case $word in *"$1"*) ;; *) set -- "$@" "$word" ;; esac
	done </root/fleet
	shift
	quiet systemd-run -q --collect --unit pod --property=RootDirectory=$POD --property=MountAPIVFS=yes "$@"
}

pod_may_nothing()
{
	_pid=$(systemctl show --value -p MainPID pod)
	grep -q '^CapBnd:[[:space:]]*0*$' "/proc/$_pid/status" &&
	grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$_pid/status" &&
	grep -q '^Uid:[[:space:]]*65534[[:space:]]*65534' "/proc/$_pid/status"
}

# The group is made after an event for which udev has read the rule that names it.
tools_and_their_group()
{
	groupdel klruscan && dpkg --unpack /root/deb/klruscan-tools_*.deb && udevadm control --reload &&
	udevadm trigger --settle --subsystem-match=misc --sysname-match=klruscan &&
	! device_is_the_groups && dpkg --configure klruscan-tools
}

# Of both packages, as apt does it: unpacked, then configured.
both_packages_again() { dpkg -i /root/deb/klruscan-dkms_*.deb /root/deb/klruscan-tools_*.deb; }

# Nothing is built: as an administrator may wish, or where the headers are missing.
without_building()
{
	touch /etc/dkms/no-autoinstall
	quiet "$@"
	_status=$?
	rm /etc/dkms/no-autoinstall
	return $_status
}

# As DKMS takes a module that was built elsewhere, here before the system was booted.
with_what_was_built()
{
	mkdir /usr/share/klruscan-dkms
	cp /root/klruscan-*.dkms.tar.gz /usr/share/klruscan-dkms/
	quiet both_packages_again
	_status=$?
	rm -r /usr/share/klruscan-dkms
	return $_status
}

both_enabled() { systemctl -q is-enabled klruscan && systemctl -q is-enabled klruscan-export; }

runs() { [ -e /dev/klruscan ] && systemctl -q is-active klruscan; }

# It runs on as it was set by hand, which a restart would undo.
kept() { [ "$(knob scan_interval_min_ms)" = 250 ] && systemctl -q is-active klruscan; }

need_until 240 up
# a unit of Prometheus' own package is of no use here
systemctl stop prometheus.service 2>/dev/null
check 'the system is up and no unit has failed' no_unit_failed
kernel_settings >/tmp/kernel.before
check 'nothing of klruscan runs before it is asked for' gone
check 'doctor finds the module for this kernel, and that it is not loaded' \
	is "$(problems)" module

check 'the service starts' quiet systemctl start klruscan
check 'it has done what the file says' is "$(knob enabled)" 1
check 'root sees it at work' quiet sh -c 'klruscan status --json | grep -q "\"enabled\": true"'
need_until 60 device_is_the_groups
check 'doctor finds no problem any more' quiet klruscan doctor
check 'who is in the group may look' quiet as_member klruscan status --json
check 'but not tune' fails 1 'Permission denied; only root may' as_member klruscan tune exchange=0
check 'others may not look' fails 1 'Permission denied; only root and the group' \
	as_stranger klruscan status
check 'somebody is added to the group' quiet adduser games klruscan
check 'and may look' quiet as_added klruscan status --json
if command -v lsof >/dev/null; then
	sleep 600 3</dev/klruscan &
	check 'who holds the device can be found' wait_until 60 holder sleep
	kill $!
else
	skip 'who holds the device can be found' 'build/debian/base has no lsof: it is from before'
fi

printf 'promote_rate_MBps=123\n' >>$CONF
check 'a reload' quiet systemctl reload klruscan
check 'sets what is new in the file' is "$(knob promote_rate_MBps)" 123
mark
printf 'exchange=0\nhot_threshold=9\n' >>$CONF
check 'a reload of a file with a bad line fails' not quiet systemctl reload klruscan
check 'the journal has the file, the line and what to do' wait_until 60 journal_has \
	"$CONF:$(wc -l <$CONF): hot_threshold cannot be '9', which is out of range; it takes 0 to 8"
check 'nothing is changed' is "$(knob exchange) $(knob hot_threshold)" '1 0'
check 'and the service goes on' quiet systemctl is-active klruscan
check 'a restart with it fails' not quiet systemctl restart klruscan
check 'and leaves no module behind' wait_until 60 gone
sed -i '$d' $CONF
check 'it starts again with the file set right' quiet systemctl start klruscan
check 'and takes all of it' is "$(knob exchange)" 0

quiet make_fleet_image || bail 'no image for the fleet'
pod
check 'as the DaemonSet runs it, the exporter serves metrics of the module' \
	wait_until 60 metric '^klruscan_up 1'
check "and the kernel's counters of the nodes" metric '^klruscan_kernel_pgpromote_success_total{node="0"}'
check 'by somebody who may nothing' pod_may_nothing
pod DeviceAllow=
check 'and only because the device is handed to it' wait_until 60 metric '^klruscan_up 0'
systemctl stop pod

systemd-run -q --unit other klruscan export --listen
wait_until 60 metric '^klruscan_up'
systemctl start klruscan-export
check 'an exporter whose address is taken tries again' wait_until 120 eval '[ "$(export_restarts)" -ge 2 ]'
systemctl stop other
check 'and serves when it is free' wait_until 120 metric '^klruscan_up 1'
systemctl stop klruscan-export
set_export nowhere
systemctl start klruscan-export
check 'one with what is no address does not' wait_until 60 systemctl -q is-failed klruscan-export
check 'not even once' is "$(export_restarts)" 0
set_export

check 'metrics are served' quiet systemctl start klruscan-export
check 'of a module that answers, by somebody who is not root' wait_until 60 metric '^klruscan_up 1'
check 'promtool finds nothing wrong with them' quiet metrics_are_fine
check 'a real Prometheus' quiet start_prometheus
check 'scrapes them' wait_until 120 query 'klruscan_enabled{job="klruscan"}' 1
check 'and knows the alerts' has_alerts

start_workload /tests/hotset --mib 200 --seconds 600
check 'hot pages are promoted' wait_until 120 eval '[ "$(status promoted_pages)" -gt 1000 ]'
check 'which Prometheus sees' wait_until 60 query 'count(klruscan_promoted_bytes_total > 4096000)' 1
check 'and each query of the dashboard has data' wait_until 60 dashboard_has_data
check 'no page lost its contents' stop_workload

systemctl -q enable klruscan
check 'each command of the guide for operators works' commands_of_the_guide
check 'and after them promotion is not paused' test "$(knob promote_rate_MBps)" -gt 0

check 'the unit of the guide for a service' quiet make_database
check 'has its weight set' wait_until 60 weight_is_set
pid=$(database)
systemctl restart klruscan
check 'and again when klruscan is restarted' wait_until 60 weight_is_set
systemctl stop klruscan
check 'the service notices neither that nor a stop' is "$(systemctl is-active db) $(database)" "active $pid"
check 'it starts without klruscan' quiet systemctl restart db
systemctl start klruscan
check 'and has its weight when klruscan is there' wait_until 60 weight_is_set
systemctl restart db
check 'and when it is restarted itself' wait_until 60 weight_is_set
check 'which is no failure in between' not systemctl -q is-failed klruscan-db
remove_database

check 'the tools are installed, and udev sees the device before there is a group' quiet tools_and_their_group
check "the device is the group's all the same" wait_until 60 device_is_the_groups

interval=$(knob scan_interval_min_ms) # any knob: it has to be the file's again after an upgrade
echo 250 >/sys/kernel/mm/klruscan/scan_interval_min_ms
mark
check 'the tools are installed over themselves' quiet dpkg -i /root/deb/klruscan-tools_*.deb
check 'which restarts a service that runs' is "$(systemctl is-active klruscan) $(knob scan_interval_min_ms)" \
	"active $interval"
check 'once' is "$(starts)" 1

echo 250 >/sys/kernel/mm/klruscan/scan_interval_min_ms
mark
check 'an upgrade of the module that builds none for this kernel' without_building dpkg -i /root/deb/klruscan-dkms_*.deb
check 'says that the one that runs stays' grep -q 'no module for this kernel' /tmp/said
check 'and it does' kept
check 'so does an upgrade of both packages' without_building both_packages_again
check 'after which it runs on as well' kept
check 'nor was it started anew' is "$(starts)" 0
check 'an upgrade of both that builds one' with_what_was_built
check 'replaces the one that runs' is "$(systemctl is-active klruscan) $(knob scan_interval_min_ms)" \
	"active $interval"
check 'with one restart for the two' is "$(starts)" 1
check 'and doctor finds no problem' quiet klruscan doctor

check 'the service stops' quiet systemctl stop klruscan
check 'and takes the module away' gone
check 'the metrics say so' wait_until 60 metric '^klruscan_up 0'
check 'Prometheus sees it too' wait_until 120 query 'klruscan_up{job="klruscan"}' 0
check 'it starts again, and at boot too' quiet systemctl enable --now klruscan klruscan-export
check 'it is stopped for good' quiet systemctl disable --now klruscan klruscan-export
check 'and takes the module away then too' gone

quiet systemctl enable --now klruscan klruscan-export
cp $CONF /tmp/conf
check 'the module is removed alone' quiet apt-get remove -q -y klruscan-dkms
check 'which leaves the one that is loaded, and the service' runs
check 'the tools are removed while it runs' quiet apt-get remove -q -y klruscan-tools
check 'which takes the module away' gone
check 'and leaves the settings' quiet cmp $CONF /tmp/conf
check 'both are installed again' with_what_was_built
check 'and not started for that' gone
check 'but at boot, as before' both_enabled
check 'they start' quiet systemctl start klruscan klruscan-export
check 'with the settings from before' is "$(knob promote_rate_MBps) $(knob exchange)" '123 0'
check 'both are purged while they run' quiet apt-get purge -q -y klruscan-dkms klruscan-tools
check 'nothing of them runs any more' gone
systemctl stop prometheus-test
check 'the system is as it was before' as_before
check 'and so is the kernel' kernel_as_before
check 'but for the group' grep -q '^klruscan:' /etc/group
finish
