#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A box goes before all others where it may, COMMAND before the MTA; and its launcher does not."""
import os
import subprocess
import sys
import tempfile

mtabox = sys.argv[1]
DRIVER = "#!/bin/sh\nexec cat /proc/self/stat\n"


def order(stat):
    """(policy, real-time priority) of a line of /proc/PID/stat: proc(5), fields 41 and 40."""
    fields = stat.rsplit(")", 1)[1].split()
    return int(fields[38]), int(fields[37])


def may_be_first():
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    except PermissionError:
        return False
    return True


def run(folder, *command, first=None):
    done = subprocess.run([mtabox, folder, "--", *command], capture_output=True, text=True, preexec_fn=first)
    if done.returncode == 77:
        print("1..0 # SKIP", done.stderr.strip())
        sys.exit(77)
    assert done.returncode == 0, done.stderr
    return done.stdout


def batch():
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/mta.conf", "w") as conf:
        conf.write("title = Probe\nsubmission = 127.0.0.1:2587\nclock = 1\npatience = 1\n")
    with open(f"{folder}/driver", "w") as driver:
        driver.write(DRIVER)
    os.chmod(f"{folder}/driver", 0o755)
    may = may_be_first()
    rows = [
        ("the command", order(run(folder, "cat", "/proc/self/stat")), (os.SCHED_RR, 2) if may else (os.SCHED_OTHER, 0)),
        ("the MTA", order(run(folder, "driver", "x")), (os.SCHED_RR, 1) if may else (os.SCHED_OTHER, 0)),
        ("the MTA of a caller who chose", order(run(folder, "driver", "x", first=batch)), (os.SCHED_BATCH, 0)),
    ]
    launcher = subprocess.Popen([mtabox, folder, "--", "sh", "-c", "echo up; read x"],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    launcher.stdout.readline()
    with open(f"/proc/{launcher.pid}/stat") as stat:
        rows.append(("the launcher", order(stat.read()), (os.SCHED_OTHER, 0)))
    launcher.communicate("\n")

print(f"1..{len(rows)}")
bad = 0
for n, (who, got, wanted) in enumerate(rows, 1):
    print("ok" if got == wanted else "not ok", n, "-", who, got, "wanted", wanted)
    bad += got != wanted
sys.exit(bad > 0)
