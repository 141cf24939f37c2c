# SPDX-License-Identifier: BSD-2-Clause
"""What rulec says of lessons that are none: one line for each, "file:line: what", and no tables. TAP."""
import os
import subprocess
import sys
import tempfile

RULEC = sys.argv[1]

REASON = """reason mailbox-full
  class quota
  sisimai mailboxfull
  actor recipient
  explain Full.
  remedy Wait.
rule full
  say is full
  like 552 it is full
"""


def compile_with(lessons):
    """Exit status, what was said, and which outputs there are."""
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)
        for name, text in (("a.rules", REASON), ("some.tsv", lessons)):
            with open(path(name), "w", encoding="utf-8") as file:
                file.write(text)
        outputs = ("tables.c", "examples.c", "learned.c")
        done = subprocess.run([RULEC, *map(path, outputs), path("a.rules"), path("some.tsv")], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stderr, [name for name in outputs if os.path.exists(path(name))]


CASES = [
    ("lessons", "# a comment\nus\tmailbox-full\t552 the box is full\n\nus\tmailbox-full\t552 5.2.2 full up\n", ""),
    ("no lessons at all", "", ""),
    ("a reason that there is not", "us\tmailbox-ful\t552 full\n", 'some.tsv:1: not reasons: "mailbox-ful"'),
    ("one of two reasons", "#\nus\tmailbox-full|nothing\t552 full\n", 'some.tsv:2: not reasons: "mailbox-full|nothing"'),
    ("no reason", "us\t\t552 full\n", 'some.tsv:1: not reasons: ""'),
    ("a column too few", "us\tmailbox-full\n", "some.tsv:1: want maker, reasons and reply, with tabs between"),
]

print(f"1..{len(CASES)}")
for number, (what, text, wanted) in enumerate(CASES, 1):
    status, said, made = compile_with(text)
    if wanted:
        good = status == 1 and said.splitlines()[0] == wanted and not made
    else:
        good = status == 0 and said == "" and len(made) == 3
    print(f"{'' if good else 'not '}ok {number} - {what}")
    if not good:
        print(f"# status {status}, made {made}, said {said!r}")
