# SPDX-License-Identifier: BSD-2-Clause
"""Stage x misbehaviour: which way of going wrong stands in a stage of a scenario."""
import re

MISBEHAVIOURS = {
    "4yz": "refused for now", "5yz": "refused for good", "stall": "never answered", "slow": "answered late, or in drops",
    "finish": "closed in order", "drop": "closed at once", "reset": "TCP reset", "half-close": "one side closed",
    "garbled": "an answer that is no reply", "class": "a reply of a class that has no business there",
    "lines": "a reply of several lines where one is usual", "split": "a reply in pieces",
    "long": "a line longer than RFC 5321 4.5.3.1.5 allows", "bytes": "NUL, 8-bit or bare LF inside of a reply",
    "two": "more replies than commands",
}

# What a stage may be answered with besides 2yz, 4yz and 5yz (RFC 5321 4.3.2, RFC 4954 4; PRDR's 353). DATA wants 354.
INTERMEDIATE = {"data": "3", "auth": "334", "eom": "353"}

REPLY = re.compile(r"\d{3}(?:[ -]|$)")
WELL_FORMED = re.compile(r"(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?\r\n\Z")
VERBS = {"stall": "stall", "sleep": "slow", "drip": "slow", "finish": "finish", "drop": "drop", "reset": "reset",
         "half_close": "half-close", "split": "split"}
GOES_ON = {"line", "command", "data", "read", "stop_reading", "half_close", "drop", "reset", "finish", "stall"}


def calls(toks):
    """Names called as s:NAME."""
    return {toks[i + 2][1] for i in range(len(toks) - 2) if toks[i] == ("word", "s") and toks[i + 1] == ("other", ":")}


def argument_of(toks, i):
    """The literal that word `i` is called with, and whether more is put behind it; or None."""
    j = i + 1
    if j < len(toks) and toks[j] == ("other", "("):
        j += 1
    if j < len(toks) and toks[j][0] == "string":
        concatenated = toks[j + 1:j + 2] == [("other", "..")]
        return toks[j][1], concatenated
    return None


def bytes_said(toks):
    """Literals of raw() and s:send() that begin a line and are all of it that is said at once: [(bytes, is raw)]."""
    found, in_line = [], False
    for i, (kind, text) in enumerate(toks):
        said = kind == "word" and text in ("raw", "send") and argument_of(toks, i)
        if not said:
            continue
        if not said[1] and not in_line:
            found.append((said[0], text == "raw"))
        in_line = text == "send" and (said[1] or not said[0].endswith("\n"))
    return found


def from_codes(stage, toks):
    for kind, text in toks:
        if kind != "string" or not REPLY.match(text):
            continue
        if text[0] in "45":
            yield text[0] + "yz"
        elif not text.startswith(INTERMEDIATE.get(stage, "2")) and (text[0] != "2" or stage == "data"):
            yield "class"


def from_bytes(toks):
    for text, is_raw in bytes_said(toks):
        whole = is_raw or text.endswith("\n")
        odd = re.search(r"[\0\x80-\xff]|(?<!\r)\n", text)
        if odd:
            yield "bytes"
        elif whole and text and not WELL_FORMED.match(text) and not re.match(r"(\d{3}[ -].*\r\n){2,}\Z", text):
            yield "garbled"
        if len(re.findall(r"^\d{3}(?: |\r|$)", text, re.M)) > 1:
            yield "two"
        if re.search(r"^\d{3}-", text, re.M) and text.count("\n") > 1:
            yield "lines"
    for kind, text in toks:
        if kind == "string" and REPLY.match(text) and re.search(r"[\0\x80-\xff]", text):
            yield "bytes"


def from_shape(toks):
    for i in range(len(toks) - 2):
        a, b = toks[i], toks[i + 1]
        if a == ("other", "{") and b[0] == "string" and REPLY.match(b[1]) and toks[i + 2][1] in (",", ".."):
            second = next((t for t in toks[i + 2:i + 8] if t[0] == "string"), None)
            if second and REPLY.match(second[1]) and second[1][:3] == b[1][:3]:
                yield "lines"
        if a == ("word", "rep") and any(t[0] == "number" and float(t[1]) >= 500 for t in toks[i + 1:i + 3]):
            yield "long"


def misbehaviours(stage, toks):
    """The set of columns that the handler `toks` of `stage` fills; `close` is only told, and can do nothing."""
    if stage == "close":
        return set()
    called = calls(toks)
    found = {VERBS[name] for name in called if name in VERBS}
    found |= set(from_codes(stage, toks)) | set(from_bytes(toks)) | set(from_shape(toks))
    replies = sum(toks[i:i + 3] == [("word", "s"), ("other", ":"), ("word", "reply")] for i in range(len(toks)))
    if replies and not called & GOES_ON or replies > 1:
        found.add("two")
    return found


def matrix(scenarios, stages):
    """(stage, misbehaviour) -> [names]"""
    cells = {(s, m): [] for s in stages for m in MISBEHAVIOURS}
    for name, scenario in scenarios.items():
        for stage in stages:
            for what in misbehaviours(stage, scenario.stage(stage)) & set(MISBEHAVIOURS):
                cells[stage, what].append(name)
    return cells
