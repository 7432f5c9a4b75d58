#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""restrictions.py MANIFEST DEVICE - what a DaemonSet's container may do, for systemd-run

Prints the options that make systemd restrict a service as the manifest has the container
restricted, one a line, and then the command. The device is what the device plugin hands
out, for reading. The root directory is not among them. What the manifest leaves open
is an error: nothing is restricted that it does not restrict.
"""

import sys

import yaml


def only(things):
    assert len(things) == 1, "one is wanted: %r" % things
    return things[0]


def mebibytes(quantity):
    assert quantity.endswith("Mi"), quantity
    return quantity[:-1]


def properties(manifest, device):
    """NAME=VALUE for each restriction that is there."""
    pod = manifest["spec"]["template"]["spec"]
    container = only(pod["containers"])
    user, own = pod["securityContext"], container["securityContext"]
    assert not pod.get("volumes") and not container.get("volumeMounts"), "volumes are not made"
    yield "User=%d" % user["runAsUser"]
    yield "Group=%d" % user["runAsGroup"]
    yield "SupplementaryGroups=%s" % " ".join(map(str, user["supplementalGroups"]))
    if own["capabilities"] == {"drop": ["ALL"]}:
        yield "CapabilityBoundingSet="
        yield "AmbientCapabilities="
    if not own["allowPrivilegeEscalation"]:
        yield "NoNewPrivileges=yes"
    if own["readOnlyRootFilesystem"]:
        yield "ProtectSystem=strict"
    if not own["privileged"]:
        # as every container has them: a device cgroup that lets it open /dev/null and its
        # like besides what was handed out, and a /sys that is read only
        yield "DevicePolicy=closed"
        yield "DeviceAllow=%s r" % device
        yield "ReadOnlyPaths=/sys"
    if user["seccompProfile"] == {"type": "RuntimeDefault"}:
        yield "SystemCallFilter=@system-service"
    yield "MemoryMax=%s" % mebibytes(container["resources"]["limits"]["memory"])


def command(manifest):
    return only(manifest["spec"]["template"]["spec"]["containers"])["command"]


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        manifest = yaml.safe_load(file)
    for name_and_value in properties(manifest, sys.argv[2]):
        print("--property=" + name_and_value)
    print(*command(manifest), sep="\n")


if __name__ == "__main__":
    main()
