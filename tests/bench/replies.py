# SPDX-License-Identifier: BSD-2-Clause
"""replies.py WHYBOUNCED [TABLE...]: how many raw SMTP replies are put into the right class and reason.

TABLE (default: classifier/lessons/replies.tsv) and, with $FAKESMTP_SHARED, its corpus/replies.jsonl. Each set is split by the
SHA-1 of the reply into a part to learn from and a part to check on: when rules are written, look at the wrong ones of
"learn" only (--show learn), and let "check" tell what they are worth. The gap between the two says how replies will fare
that nobody has seen.

  --show learn|check|all   print what is wrong
  --makers                 a table by maker
  --tap                    each reply of TABLE is a test of its own (its class must be right)
  --at-least PERCENT       exit 1 when less of a table is put into the right class

Exit 77 when there is nothing to read."""
import argparse
import collections
import hashlib
import json
import os
import subprocess
import sys


def reasons_of(program):
    lines = subprocess.run([program, "--list-reasons"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


def read_table(path, classes):
    """(maker, set of reasons, set of classes, reply) of each line."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#"):
                continue
            columns = line.rstrip("\n").split("\t")
            if len(columns) != 3:
                sys.exit(f"{path}:{number}: want maker, reasons and reply")
            reasons = set(columns[1].split("|"))
            if reasons - classes.keys():
                sys.exit(f"{path}:{number}: no reason: {reasons - classes.keys()}")
            rows.append((columns[0], reasons, {classes[r] for r in reasons}, columns[2]))
    return rows


def read_jsonl(path):
    """The same; reasons there are Sisimai's words, prefixed so that they are told from ours."""
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            reasons = {"sisimai:" + r for r in row["reason_any"]}
            classes = {c.replace("_", "-") for c in row["coarse_any"]}
            rows.append((row["set"], reasons, classes, row["reply"].replace("\n", " ")))
    return rows


def explain(program, rows):
    text = "".join(row[3] + "\n" for row in rows)
    out = subprocess.run([program, "--format", "jsonl", "--reply", "-"], input=text, capture_output=True, text=True,
                         check=True).stdout.splitlines()
    if len(out) != len(rows):
        sys.exit(f"{len(rows)} replies, {len(out)} answers")
    return [json.loads(line)["recipients"][0] for line in out]


def half(reply):
    return "learn" if int(hashlib.sha1(reply.encode()).hexdigest()[:4], 16) % 2 else "check"


class Score:
    def __init__(self):
        self.all = self.class_ = self.reason = 0

    def add(self, good_class, good_reason):
        self.all += 1
        self.class_ += good_class
        self.reason += good_reason

    def __str__(self):
        return "%5d  class %5.1f %%  reason %5.1f %%" % (
            self.all, 100 * self.class_ / self.all, 100 * self.reason / self.all)


def judge(row, answer):
    good_class = answer["class"] in row[2]
    return good_class, bool(row[1] & {answer["reason"], "sisimai:" + answer["sisimai"]})


def report(name, program, rows, options):
    scores, makers = collections.defaultdict(Score), collections.defaultdict(Score)
    for row, answer in zip(rows, explain(program, rows)):
        good = judge(row, answer)
        part = half(row[3])
        scores[part].add(*good)
        scores["all"].add(*good)
        makers[row[0]].add(*good)
        if not good[0] and options.show in (part, "all"):
            print("  %s: want %s, got %s/%s by %s: %s" % (row[0], "|".join(sorted(row[1])), answer["class"],
                                                         answer["reason"], answer["rule"], row[3]))
    for part in ("learn", "check", "all"):
        print("%-14s %-6s %s" % (name, part, scores[part]))
    for maker in sorted(makers) if options.makers else ():
        print("  %-18s %s" % (maker, makers[maker]))
    return 100 * scores["all"].class_ / max(scores["all"].all, 1)


def tap(program, rows):
    print("1..%d" % len(rows))
    for number, (row, answer) in enumerate(zip(rows, explain(program, rows)), 1):
        good = judge(row, answer)[0]
        print("%sok %d - %s: %s" % ("" if good else "not ", number, row[0], row[3].replace("#", "\\#")))
        if not good:
            print("# want %s, got %s by %s" % ("|".join(sorted(row[1])), answer["reason"], answer["rule"]))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("tables", nargs="*", default=[os.path.join(here, "..", "..", "classifier", "lessons", "replies.tsv")])
    parser.add_argument("--show", choices=("learn", "check", "all"))
    parser.add_argument("--makers", action="store_true")
    parser.add_argument("--tap", action="store_true")
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT")
    options = parser.parse_args()
    if not os.path.exists(options.program):
        sys.exit(77)
    classes = reasons_of(options.program)
    if options.tap:
        tap(options.program, [row for table in options.tables for row in read_table(table, classes)])
        return
    short = 0
    for table in options.tables:
        score = report(os.path.basename(table), options.program, read_table(table, classes), options)
        short += score < options.at_least
    shared = os.path.join(os.environ.get("FAKESMTP_SHARED", ""), "corpus", "replies.jsonl")
    if os.path.exists(shared):
        report("replies.jsonl", options.program, read_jsonl(shared), options)
    sys.exit(1 if short else 0)


main()
