#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Five days of a real MTA with its stock times: rcpt-tarpit and connection-refused under the compressed clock.

Called with the program `fakesmtp` and the MTA's name. The suite judges the bounces; here the transcript tells what
the MTA did with its time: how long it waited at RCPT, how far apart its attempts were, and for how long it went on.
The bounds are wide above (a busy machine takes its time) and tight below (no clock may run ahead). Skips (77) where
the packages cannot be fetched or no box can be made."""

import json
import os
import subprocess
import sys
import tempfile

HOUR, DAY = 3600, 24 * 3600
# Of each MTA: how long it waits at RCPT, the most time between the first attempts, the least between attempts after the
# first hours, and after how long it gives up.
STOCK = {
    "postfix": {"wait": 300, "soon": HOUR, "gap": 4000, "lifetime": 5 * DAY},
    "exim": {"wait": 300, "soon": HOUR, "gap": 6 * HOUR, "lifetime": 4 * DAY},
    "sendmail": {"wait": HOUR, "soon": 2 * HOUR, "gap": HOUR, "lifetime": 5 * DAY},
}
SCENARIOS = ["rcpt-tarpit", "connection-refused"]
# Kept apart by the kernel's ticks of up to 10 ms, which the MTA's file times and our transcript are made of.
SLACK = 0.98
# What a bounce of this MTA does not tell (known-losses) is not what is looked at here.
BOUNCE_TELLS = {"postfix"}


def sessions(events, host):
    found = {}
    for event in events:
        if event.get("host") == host and "session" in event:
            found.setdefault(event["session"], []).append(event)
    return sorted(found.values(), key=lambda session: session[0]["t"])


def wait_of(session):
    """How long it was kept waiting at RCPT before it closed; None where it did not get there."""
    begins = [e["t"] for e in session if e["event"] == "wait"]
    ends = [e["t"] for e in session if e["event"] == "ending"]
    return ends[-1] - begins[-1] if begins and ends else None


def complaints(events, mta):
    stock = STOCK[mta]
    tried = sessions(events, "mx.rcpt-tarpit.test")
    waits = sorted(w for w in map(wait_of, tried) if w is not None)
    begins = [session[0]["t"] for session in tried]
    if len(waits) < 10:
        yield f"only {len(waits)} of {len(tried)} attempts came to RCPT"
        return
    median = waits[len(waits) // 2]
    gaps = [b - a for a, b in zip(begins, begins[1:])]
    print(f"{len(waits)} waits at RCPT of {waits[0]:.0f} to {waits[-1]:.0f} s, half of them below {median:.0f} s")
    print("attempts, in seconds after the first:", *(f"{b - begins[0]:.0f}" for b in begins))
    if not stock["wait"] * SLACK <= median <= stock["wait"] * 1.5:
        yield f"the waits at RCPT should be {stock['wait']} s, and are {median:.0f} s"
    if begins[-1] - begins[0] < stock["lifetime"] * SLACK:
        yield f"it gave up after {(begins[-1] - begins[0]) / DAY:.2f} days"
    if sorted(gaps)[len(gaps) * 3 // 4] < stock["gap"] * SLACK:
        yield f"its attempts are too close: {[round(g) for g in gaps]}"
    if min(gaps) > stock["soon"]:
        yield f"its first attempts are too far apart: {[round(g) for g in gaps]}"


def main():
    program, mta = os.path.abspath(sys.argv[1]), sys.argv[2]
    cache = os.environ["MTA_CACHE"]
    if subprocess.run([os.environ["MTA_FETCH"], mta, cache]).returncode != 0:
        print(f"skipped: the packages of {mta} cannot be fetched")
        return 77
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as transcript:
        status = subprocess.run([program, "run", "--sender", mta, "--profile", "stock", "--cache", cache,
                                 "--transcript", transcript.name, *SCENARIOS]).returncode
        events = [json.loads(line) for line in transcript]
    if status == 77:
        return 77
    wrong = list(complaints(events, mta)) if status in (0, 1) else []
    if status != 0 and (status != 1 or mta in BOUNCE_TELLS):
        wrong.append(f"fakesmtp run: status {status}")
    for line in wrong:
        print("WRONG:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
