# SPDX-License-Identifier: GPL-2.0-only
"""A record of klruscan that was never made: what klruscan-record(5) says, line by line."""

import gzip
import io
import json

LEVELS = 8
OUTCOMES = ("promoted", "rate_limited", "warm", "pinned")


def head(**changes):
    return dict({"format": "klruscan-record", "version": 1, "tool": "0.1.0",
                 "kernel": "6.12.1-test", "start": "2026-10-01T12:00:00Z",
                 "start_s": 1790856000, "interval_ms": 1000, "page_size": 4096,
                 "slow_nodes": [1, 2], "fast_nodes": [0]}, **changes)


def status_node(nid, second):
    """Works for half of the time; costs more later. How well it works is not known at first."""
    done = 2000 * min(second, 12) // nid
    outcomes = dict.fromkeys(OUTCOMES, 0)
    outcomes.update(promoted=done, warm=70 * second, pinned=second // 5)
    return {"nid": nid, "state": "running", "interval_ms": 500 + 20 * second,
            "passes": 2 * second, "records": 9000 * second, "scan_cpu_ns": 8000000 * second * nid,
            "promote_cpu_ns": 3000000 * min(second, 12), "threshold": 6 if second > 3 else 0,
            "heat": [0] + [(second + 1) * 40 * (LEVELS + 1 - level) for level in range(1, 9)],
            "candidates": sum(outcomes.values()), "outcomes": outcomes, "promoted_pages": done,
            "precision": 0.983 if second > 5 else None, "recall": second / 23 if second > 3 else None,
            "hot_ns": 1234000 if second > 3 else None, "gauge_cpu_ns": 400000 * second}


def heat(nid, second):
    """A hot stretch that goes on by a block each second, and a warm one far away."""
    base = 262144 * nid // 512
    blocks = [(base + second + i, 3000 - 200 * i, 500 - i, 510) for i in range(8)]
    blocks += [(base + 4096 + i, 600, 100 + second % 100, 300) for i in range(4)]
    at, lists = 0, {"step": [], "heat": [], "seen": [], "warm": []}
    for place, hot, seen, warm in blocks:
        lists["step"].append(place - at)
        lists["heat"].append(hot)
        lists["seen"].append(seen)
        lists["warm"].append(warm)
        at = place
    return dict({"nid": nid, "pass": second + 1, "whole": True, "block_pages": 512}, **lists)


def sample(second):
    nodes = (1, 2)
    mib = 1 << 20
    return {"t_ms": 1000 * second + second % 3,
            "status": {"nodes": [status_node(nid, second) for nid in nodes]},
            # node 2 is passed over every other second
            "heat": [heat(nid, second) for nid in nodes if nid == 1 or second % 2],
            "memory": [{"nid": 0, "total_bytes": 4096 * mib, "free_bytes": 100 * mib,
                        "pgpromote_success": 20 * second, "pgdemote_kswapd": 1280 * second,
                        "pgdemote_direct": 0},
                       {"nid": 1, "total_bytes": 8192 * mib, "free_bytes": 4000 * mib},
                       {"nid": 2, "total_bytes": 8192 * mib, "free_bytes": 8000 * mib}],
            "machine": {},
            "cgroups": [{"path": "/system.slice/database, large.service",
                         "bytes": [(100 + 10 * second) * mib, max(900 - 10 * second, 0) * mib, 0]},
                        {"path": "/user.slice", "bytes": [50 * mib, 0, mib]}] +
                       ([{"path": "/late", "bytes": [mib, 0, 0]}] if second > 12 else []),
            "cgroups_left_out": second // 8}


def end(samples, **changes):
    return dict({"end": "duration", "t_ms": 1000 * samples, "samples": samples}, **changes)


def lines(seconds=24):
    return [head()] + [sample(second) for second in range(seconds)] + [end(seconds)]


def pack(what):
    """Bytes of a file with these lines, each an object or text; the same each time."""
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in what)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        file.write(text.encode())
    return out.getvalue()


def read(path):
    """The lines of a record as objects, checked as strictly as the tool does, and no more."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
