#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The manifest in tools/fleet: it is what Kubernetes takes, and restricts what it says it does.
That the exporter works under these restrictions is seen by tests/deb/service.sh.
"""

import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
sys.path.insert(0, "tests/lib")

import ktap                             # pylint: disable=wrong-import-position
import restrictions                     # pylint: disable=wrong-import-position
import yaml                             # pylint: disable=wrong-import-position

MANIFEST = "tools/fleet/daemonset.yaml"
DEVICE = "/dev/klruscan"


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


TEXT = read(MANIFEST)
DAEMONSET = yaml.safe_load(TEXT)
POD = DAEMONSET["spec"]["template"]["spec"]
CONTAINER = restrictions.only(POD["containers"])


def it_selects_its_own_pods():
    assert (DAEMONSET["apiVersion"], DAEMONSET["kind"]) == ("apps/v1", "DaemonSet")
    wanted = DAEMONSET["spec"]["selector"]["matchLabels"]
    assert wanted and wanted.items() <= DAEMONSET["spec"]["template"]["metadata"]["labels"].items()


def it_has_no_privilege():
    assert not {"hostNetwork", "hostPID", "hostIPC", "volumes", "initContainers"} & POD.keys()
    assert POD["automountServiceAccountToken"] is False
    assert POD["securityContext"]["runAsNonRoot"] is True
    own = CONTAINER["securityContext"]
    assert own == {"privileged": False, "allowPrivilegeEscalation": False,
                   "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}, own


def the_test_of_it_restricts_as_much():
    got = set(restrictions.properties(DAEMONSET, DEVICE))
    wanted = {"User=65534", "Group=65534", "CapabilityBoundingSet=", "NoNewPrivileges=yes",
              "ProtectSystem=strict", "DevicePolicy=closed", "DeviceAllow=/dev/klruscan r",
              "SystemCallFilter=@system-service"}
    assert wanted <= got, wanted - got


def what_is_open_is_not_restricted_by_the_test():
    loose = yaml.safe_load(TEXT)
    own = restrictions.only(loose["spec"]["template"]["spec"]["containers"])["securityContext"]
    own.update(privileged=True, readOnlyRootFilesystem=False)
    got = " ".join(restrictions.properties(loose, DEVICE))
    assert "Device" not in got and "ProtectSystem" not in got, got


def the_port_is_the_same_everywhere():
    port = CONTAINER["ports"][0]["containerPort"]
    assert CONTAINER["command"][-1] == ":%d" % port
    annotations = DAEMONSET["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port)
    assert "DEFAULT_ADDRESS \"127.0.0.1:%d\"" % port in read("tools/klruscan/cmd_export.c")


def the_device_is_what_the_plugin_hands_out():
    domain = re.search(r"--domain (\S+)", TEXT).group(1)
    device = json.loads(re.search(r"--device (\{.*\})", TEXT).group(1))
    path = device["groups"][0]["paths"][0]
    assert path == {"path": DEVICE, "permissions": "r"}, path
    assert CONTAINER["resources"]["limits"]["%s/%s" % (domain, device["name"])] == 1
    name = re.search(r'define KLRUSCAN_DEVICE\s+"(\w+)"', read("kernel/include/uapi/linux/klruscan.h"))
    assert DEVICE == "/dev/" + name.group(1)


def the_group_has_its_number():
    groups = POD["securityContext"]["supplementalGroups"]
    assert groups == [int(re.search(r"addgroup --system --gid (\d+) klruscan", TEXT).group(1))]
    assert re.search(r'KERNEL=="klruscan", GROUP="klruscan"', read("tools/system/60-klruscan.rules"))


def the_image_is_what_its_file_makes():
    recipe = read("tools/fleet/Containerfile")
    assert CONTAINER["image"] in recipe
    assert CONTAINER["image"].endswith("/klruscan-tools:" + read("VERSION").strip())
    start = re.search(r"^ENTRYPOINT (.*)$", recipe, re.MULTILINE).group(1)
    words = re.search(r"^CMD (.*)$", recipe, re.MULTILINE).group(1)
    assert json.loads(start) + json.loads(words) == CONTAINER["command"]
    user = POD["securityContext"]
    assert "USER %(runAsUser)d:%(runAsGroup)d\n" % user in recipe


sys.exit(ktap.run([
    it_selects_its_own_pods, it_has_no_privilege, the_test_of_it_restricts_as_much,
    what_is_open_is_not_restricted_by_the_test, the_port_is_the_same_everywhere,
    the_device_is_what_the_plugin_hands_out, the_group_has_its_number,
    the_image_is_what_its_file_makes]))
