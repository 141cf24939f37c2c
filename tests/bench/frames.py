# SPDX-License-Identifier: BSD-2-Clause
"""frames.py WHYBOUNCED TABLE...: the same reply in the bounces of many makers (TAP).

Each file of tests/corpus/frames is a bounce of one maker with a place for the server's reply: @REPLY@, @TEXT@ (without
its code) and @STATUS@; a line that begins with "%wrap " is wrapped as Postfix does. Every reply of the TABLEs is put into
every frame. What the maker writes around a reply may not change what it means: the class must be the one that the
reply gets alone, and an address that is not dead alone may not be dead there. The few replies about which the words
around them may well say more (a bare "550 Rejected") are the per cent that is let pass.

  --show FRAME   print the replies that come out otherwise

Exit 77 when there is nothing to read."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap

ADDRESS = "jane.doe@corp.example"  # whom all frames are about
PASS = {"class": 98.5, "address": 97.5, "alive": 99.0}  # per cent of the replies
LOOSE = {"intermail": {"class": 75.0, "address": 95.0}}  # gives the words without any code
STEP = 8  # every eighth reply: seconds, not a minute


def replies_of(tables):
    rows = []
    for table in tables:
        with open(table, encoding="utf-8") as file:
            rows += [line.rstrip("\n").split("\t")[2] for line in file if not line.startswith("#")]
    return [row for row in rows if re.match(r"[45]\d\d[ -]\S", row)][::STEP]


def answers(program, *arguments, **how):
    out = subprocess.run([program, "--format", "jsonl", *arguments], capture_output=True, text=True, check=False, **how)
    return [json.loads(line) for line in out.stdout.splitlines()]


def filled(frame, reply):
    status = re.match(r"\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})", reply)
    lines = []
    for line in frame.splitlines():
        wrap = line.startswith("%wrap ")
        line = line.removeprefix("%wrap ").replace("@REPLY@", reply).replace("@TEXT@", reply[4:])
        line = line.replace("@STATUS@", status.group(1) if status else reply[0] + ".0.0")
        lines += textwrap.wrap(line, 76, subsequent_indent="    ", break_long_words=False,
                               break_on_hyphens=False) if wrap else [line]
    return "\n".join(lines) + "\n"


def explain_in(program, frame, replies, folder):
    names = []
    for number, reply in enumerate(replies):
        names.append(os.path.join(folder, "%05d.eml" % number))
        with open(names[-1], "w", encoding="utf-8") as file:
            file.write(filled(frame, reply))
    found = {os.path.basename(answer["source"]): answer for answer in answers(program, folder)}
    return [found[os.path.basename(name)] for name in names]


def compare(alone, inside):
    """What is as it should be: class, address, alive."""
    same = [r for r in inside["recipients"] if r["address"] == ADDRESS]
    first = same[0] if same else {"class": None, "address_dead": False}
    return {"class": first["class"] == alone["class"],
            "address": len(same) == len(inside["recipients"]) == 1,
            "alive": alone["address_dead"] or not first["address_dead"]}


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--show")
    options = parser.parse_args()
    folder = os.path.join(here, "..", "corpus", "frames")
    frames = sorted(os.listdir(folder))
    replies = replies_of(options.tables)
    if not os.path.exists(options.program) or not replies:
        sys.exit(77)
    alone = [answer["recipients"][0]
             for answer in answers(options.program, "--reply", "-", input="\n".join(replies) + "\n")]
    print("1..%d" % len(frames))
    for number, name in enumerate(frames, 1):
        with open(os.path.join(folder, name), encoding="utf-8") as file, tempfile.TemporaryDirectory() as into:
            inside = explain_in(options.program, file.read(), replies, into)
        maker = name.removesuffix(".eml")
        good = [compare(*pair) for pair in zip(alone, inside)]
        share = {what: 100 * sum(one[what] for one in good) / len(good) for what in PASS}
        short = [what for what in PASS if share[what] < LOOSE.get(maker, {}).get(what, PASS[what])]
        print("%sok %d - %s: of %d replies %s" % ("not " if short else "", number, maker, len(good), ", ".join(
            "%s %.1f %%" % item for item in share.items())))
        for reply, one, before, after in zip(replies, good, alone, inside):
            if not all(one.values()) and options.show == maker:
                print("#  %s: %s, alone %s: %s" % (
                    " ".join(what for what in one if not one[what]),
                    "; ".join("%s %s" % (r["address"], r["reason"]) for r in after["recipients"]), before["reason"],
                    reply))


if __name__ == "__main__":
    main()
