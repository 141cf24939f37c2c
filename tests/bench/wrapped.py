# SPDX-License-Identifier: BSD-2-Clause
"""wrapped.py WHYBOUNCED TABLE...: what is said of a reply must not depend on who hands it on.

Each reply of the tables (as replies.py reads them; without those lines that begin with no code and so are no server's) is
explained as it is, and once more in each of the wrappings in which senders, logs and reports quote replies. One test (TAP) a
wrapping: hardly a reply may change its class. Where the wrapping tells at which point of the session it was said, which leans
towards one class or the other when the words tell too little, a few more may.

  --show NAME   print what changes in the wrapping NAME ("all": in any)"""
import argparse
import json
import re
import subprocess

CODE = re.compile(r"^([45]\d\d)[ -]((?:[45]\.\d{1,3}\.\d{1,3} )?)(?=\S)")


def lines_of(reply):
    """The reply as a server sends it in two lines, and as programs join them."""
    found = CODE.match(reply)
    words = reply[found.end():].split(" ") if found else []
    if len(words) < 4:
        return reply
    middle = len(words) // 2
    code, status = found.groups()
    return "%s-%s%s %s %s%s" % (code, status, " ".join(words[:middle]), code, status, " ".join(words[middle:]))


# Per cent that may change: in a wrapping that is only one, and in one that names the stage.
SPARE, SPARE_STAGE = 0.3, 0.6
STAGED = ("RCPT TO", "end of DATA", "end of data", "qmail")

def code_behind(reply):
    """Words first, as programs of their own making put it."""
    found = CODE.match(reply)
    code, status = found.groups() if found else ("", "")
    return "%s (%s %s)" % (reply[found.end():], code, status.strip()) if found and not reply[3] == "-" else reply


WRAPPINGS = {
    "Diagnostic-Code": lambda r: "smtp; " + r,
    "Diagnostic-Code, no blank": lambda r: "smtp;" + r,
    "Postfix, RCPT TO": lambda r: "host mx.far.example[192.0.2.25] said: %s (in reply to RCPT TO command)" % r,
    "Postfix, end of DATA": lambda r: "host mx.far.example[192.0.2.25] said: %s (in reply to end of DATA command)" % r,
    "Postfix, suspended": lambda r: "delivery temporarily suspended: host mx.far.example[192.0.2.25] said: " + r,
    "Exim, RCPT TO": lambda r: "SMTP error from remote mail server after RCPT TO:<jo@far.example>: " + r,
    "Exim, end of data": lambda r: "SMTP error from remote mail server after end of data: " + r,
    "Exim, host": lambda r: "host mx.far.example [192.0.2.25]: " + r,
    "Exchange, returned": lambda r: "Remote Server returned '%s'" % r,
    "Exchange, error": lambda r: "Remote server returned error: " + r,
    "Exchange, angles": lambda r: "<mx.far.example #%s>" % r,
    "qmail": lambda r: "192.0.2.25 does not like recipient. Remote host said: %s Giving up on 192.0.2.25." % r,
    "Sendmail, reason": lambda r: "(reason: %s)" % r,
    "log line": lambda r: "to=<jo@far.example>, relay=mx.far.example[192.0.2.25]:25, delay=3.1, status=bounced (%s)" % r,
    "quoted": lambda r: '"%s"' % r,
    "code behind": code_behind,
    "joined lines": lines_of,

    "upper case": str.upper,
    "lower case": str.lower,
    "blanks": lambda r: "  " + r.replace(" ", "  ") + "  ",
    "link behind": lambda r: r + " https://postmaster.far.example/help/1a2b",
    "queue id behind": lambda r: r + " [4f3c2a1b0d9e]",
}


def read(path):
    with open(path, encoding="utf-8") as file:
        replies = [line.rstrip("\n").split("\t")[2] for line in file if not line.startswith("#")]
    return [reply for reply in replies if re.match(r"[45]\d\d[ -]", reply)]


def classes(program, replies):
    out = subprocess.run([program, "--format", "jsonl", "--reply", "-"], input="".join(r + "\n" for r in replies),
                         capture_output=True, text=True, check=True).stdout.splitlines()
    answers = [json.loads(line)["recipients"][0] for line in out]
    assert len(answers) == len(replies), "%d replies, %d answers" % (len(replies), len(answers))
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--show", metavar="NAME")
    options = parser.parse_args()
    replies = [reply for table in options.tables for reply in read(table)]
    bare = classes(options.program, replies)
    print("1..%d" % len(WRAPPINGS))
    for number, (name, wrap) in enumerate(WRAPPINGS.items(), 1):
        changed = [(r, b, w) for r, b, w in zip(replies, bare, classes(options.program, [wrap(r) for r in replies]))
                   if b["class"] != w["class"]]
        spare = SPARE_STAGE if any(stage in name for stage in STAGED) else SPARE
        good = 100 * len(changed) <= spare * len(replies)
        print("%sok %d - %s: %d of %d changed" % ("" if good else "not ", number, name, len(changed), len(replies)))
        for reply, before, after in changed if options.show in (name, "all") else ():
            print("# %s/%s -> %s/%s by %s: %s" % (before["class"], before["reason"], after["class"], after["reason"],
                                                 after["rule"], wrap(reply)))


main()
