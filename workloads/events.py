# SPDX-License-Identifier: GPL-2.0-only
"""The events that programs of workloads/, and what runs them, print line by line."""

import json


def parse(line):
    """The event that a line holds. Other text, of a program that complains, becomes
    an event of its own.
    """
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    if isinstance(event, dict) and isinstance(event.get("event"), str):
        return event
    return {"event": "text", "text": line}
