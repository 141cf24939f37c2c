#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An MTA of the user's own, as mta/README.md shows it: a folder elsewhere, and a binary that was put below a directory of its
own, as `make install DESTDIR=` does. Here that is Postfix, unpacked and then copied; 77 where it is not to be had."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM, MTAS, CACHE = sys.argv[1:]
REFUSED = 77


def play(folder, report):
    done = subprocess.run([PROGRAM, "run", "--sender", folder, "--json", report, "unknown-user"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=150, check=False)
    if done.returncode == REFUSED:
        print(done.stderr)
        sys.exit(REFUSED)
    assert done.returncode == 0, f"status {done.returncode}: {done.stdout}{done.stderr}"
    with open(report, encoding="utf-8") as f:
        result, = json.load(f)["results"]
    return result


def main():
    if subprocess.run([os.path.join(MTAS, "fetch"), "postfix", CACHE], check=False).returncode:
        sys.exit(REFUSED)
    with tempfile.TemporaryDirectory(prefix="fakesmtp-own-") as place:
        mine = os.path.join(place, "mine")
        shutil.copytree(os.path.join(MTAS, "postfix"), mine)
        os.unlink(os.path.join(mine, "packages"))
        shutil.copytree(os.path.join(CACHE, "postfix", "root"), os.path.join(place, "built"), symlinks=True)
        with open(os.path.join(mine, "mta.conf"), "a", encoding="ascii") as conf:
            conf.write("root = ../built\n")
        result = play(mine + "/", os.path.join(place, "r.json"))
        assert result["sender"] == "mine" and result["verdict"] == "exact" and result["version"], result
        assert result["explained"][0]["reason"] == "user-unknown", result


main()
