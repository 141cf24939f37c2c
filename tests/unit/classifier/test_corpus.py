# SPDX-License-Identifier: BSD-2-Clause
"""test_corpus.py WHYBOUNCED: the labelled corpus of $FAKESMTP_SHARED/corpus, scored by its own score.py.

Exit 77 (skip) when there is none.  The bars are what the classifier had reached when they were written; they only
go up."""
import json
import os
import subprocess
import sys
import tempfile

shared = os.environ.get("FAKESMTP_SHARED")
if not shared or not os.path.isdir(os.path.join(shared, "corpus")):
    sys.exit(77)
corpus = os.path.join(shared, "corpus")
with tempfile.TemporaryDirectory() as folder:
    pred, out = folder + "/pred.jsonl", folder + "/out.json"
    with open(pred, "wb") as file:
        subprocess.run([sys.argv[1], "--format", "jsonl", corpus + "/mail"], stdout=file, check=False)
    print(subprocess.run([sys.executable, corpus + "/score.py", pred, "--json", out, "--brief"], check=True,
                         capture_output=True, text=True).stdout)
    with open(out) as file:
        totals = json.load(file)["ALL"]
bars = {"addr": 98.0, "coarse": 79.0, "rok": 74.0}
bad = [name for name, bar in bars.items() if 100.0 * totals[name] / totals[name + "/n"] < bar]
recall = 100.0 * totals["tp"] / (totals["tp"] + totals["fn"])
if bad or recall < 98.0:
    sys.exit("below the bar: %s recall %.1f" % (bad, recall))
