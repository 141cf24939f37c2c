#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""classifier.py BENCH_EXPLAIN WHYBOUNCED [--mail DIR] [--rounds N]: what it costs to explain a bounce, beside Debian's
Sisimai (Perl) in the same run.  Processor time, since wall-clock time on a shared machine says little; the best of the
rounds, alternating.  Without --mail: the samples of the tree."""
import argparse
import json
import pathlib
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def in_process(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)


def per_process(command, times):
    """Milliseconds of processor time of one process, the kernel's included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(times):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / times * 1000


def rate(result):
    return result["messages"] * result["rounds"] / result["cpu_s"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench_explain")
    parser.add_argument("whybounced")
    parser.add_argument("--mail", default=str(ROOT / "tests" / "corpus" / "mta"))
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    files = sorted(str(path) for path in pathlib.Path(args.mail).rglob("*.eml"))
    if not files:
        sys.exit(f"{args.mail}: no .eml files")
    perl = shutil.which("perl") and subprocess.run(
        ["perl", "-MSisimai", "-e", "1"], capture_output=True, check=False).returncode == 0
    ours, theirs = [], []
    for _ in range(args.rounds):
        ours.append(in_process([args.bench_explain, "20", *files]))
        if perl:
            theirs.append(in_process(["perl", str(ROOT / "tests" / "bench" / "sisimai.pl"), "1", *files]))
    best = max(ours, key=rate)
    print(f"{best['messages']} messages, {best['bytes'] / best['messages'] / 1024:.1f} KiB each")
    print(f"libbounce    {rate(best):9.0f} msg/s of one core   {best['recipients']} recipients   "
          f"set-up {best['setup_s'] * 1000:.1f} ms   resident {best['rss_kib'] / 1024:.1f} MiB")
    if theirs:
        other = max(theirs, key=rate)
        print(f"Sisimai {other['version']:<7}{rate(other):7.0f} msg/s of one core   {other['recipients']} recipients")
        print(f"ratio        {rate(best) / rate(other):9.1f} x")
    else:
        print("no Sisimai to compare with (Debian: libsisimai-perl)")
    sample = files[len(files) // 2]
    print(f"one process  whybounced {min(per_process([args.whybounced, sample], 40) for _ in range(args.rounds)):.2f} ms", end="")
    print(f"   (of which starting it {min(per_process([args.whybounced, '--version'], 40) for _ in range(args.rounds)):.2f} ms)")
    if perl:
        script = "use Sisimai; Sisimai->make($ARGV[0])"
        print(f"             Sisimai {min(per_process(['perl', '-e', script, sample], 5) for _ in range(2)):.1f} ms")


main()
