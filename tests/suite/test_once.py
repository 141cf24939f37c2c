#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Postfix with --profile once: each message is tried once, and what fails for now comes back with its cause. 77 where its
packages or a box are not to be had."""
import json
import subprocess
import sys
import tempfile

PROGRAM, FETCH, CACHE = sys.argv[1:]
REFUSED = 77
# The reason that comes back, and how many copies arrive.
CAME = {"unknown-user": ("user-unknown", 0), "greylist": ("greylisted", 0), "full-until-cleaned": ("mailbox-full", 0),
        "connection-refused": ("connection-refused", 0), "rcpt-tarpit": ("timeout", 0), "accept-all": (None, 1)}


def main():
    if subprocess.run([FETCH, "postfix", CACHE], check=False).returncode:
        sys.exit(REFUSED)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        done = subprocess.run([PROGRAM, "run", "--sender", "postfix", "--profile", "once", "--cache", CACHE, "--json",
                               report.name, *CAME], check=False)
        if done.returncode == REFUSED:
            sys.exit(REFUSED)
        assert done.returncode == 0, f"status {done.returncode}"
        results = {r["scenario"]: r for r in json.load(report)["results"]}
    assert set(results) == set(CAME), list(results)
    for name, (reason, copies) in CAME.items():
        r = results[name]
        said = [e["reason"] for e in r["explained"]]
        assert said == ([reason] if reason else []), f"{name}: {said}"
        assert (r["attempts"], r["delivered"]) == (1, copies), f"{name}: {r['attempts']} attempts, {r['delivered']} delivered"


main()
