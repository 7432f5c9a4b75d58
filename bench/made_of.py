# SPDX-License-Identifier: GPL-2.0-only
"""What a row was made with, as short hashes by name: while they are the same, the row need
not be run again, and where they are not, they say why.

It covers what the row's machine is given: files by their contents, whatever the commit
is, and settings by their values. Programs and the module count as they were built, as
this is what runs; `make bench` builds them first. What only others use is not in it: the
module and the tool belong to the policies that load it, a workload's program to the rows
of this workload. bench/README.md has the list.
"""

import hashlib
import json
import os
import re

DIGITS = 12
MODULE = "build/module/klruscan.ko"


def read(root, path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read()


def policy_files(root, policy):
    """The file of a policy, and those of policies/ that it names."""
    found = []
    todo = ["bench/policies/%s.sh" % policy]
    while todo:
        path = todo.pop()
        if path not in found:
            found.append(path)
            text = read(root, path).decode(errors="replace")
            todo += ["bench/" + name for name in re.findall(r"policies/[\w-]+\.sh", text)]
    return sorted(found)


def tree_files(root, tree):
    """All files below a directory, links not followed."""
    return sorted(os.path.relpath(os.path.join(path, name), root)
                  for path, _, names in os.walk(os.path.join(root, tree)) for name in names)


def files(root, row, machine, module=MODULE):
    """The paths of all files that a row's machine is given.

    machine: those of the virtual machine itself; none where there is none
    """
    found = ["bench/guest", "build/bin/" + row.scenario.program.split()[0]]
    policy = policy_files(root, row.policy)
    found += policy
    if any(b"KLRUSCAN_MODULE" in read(root, path) for path in policy):
        found += [module, "build/bin/klruscan"]
    if row.scenario.tree:
        # it has to be there: an empty list would look like no change
        os.stat(os.path.join(root, row.scenario.tree))
        found += tree_files(root, row.scenario.tree)
    return found + list(machine)


def contents(root, paths):
    """What is in the files, by path."""
    return {path: hashlib.sha256(read(root, path)).hexdigest() for path in paths}


def short(what):
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:DIGITS]


def fingerprint(root, row, machine, settings, module=MODULE):
    """By name of a file or setting, a hash; a tree is one. None when it cannot be told.

    settings: by name, what else makes the row; one that is None is not known
    """
    if None in settings.values():
        return None
    try:
        parts = contents(root, files(root, row, machine, module))
    except OSError:
        return None
    tree = row.scenario.tree and {path: parts.pop(path) for path in list(parts)
                                  if path.startswith(row.scenario.tree + "/")}
    parts.update(settings)
    if tree:
        parts[row.scenario.tree] = tree
    return {name: short(part) for name, part in parts.items()}


def changed(before, after):
    """The names of what differs between two fingerprints, of which either may not be known."""
    if not isinstance(before, dict) or after is None:
        return ["what cannot be told"]
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
