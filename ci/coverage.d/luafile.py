# SPDX-License-Identifier: BSD-2-Clause
"""What a scenario file says, read from its text: its keys, and the source of each.

Reads tokens of Lua (manual 3.1), not its grammar: enough to find `key = value` in tables, and what stands in the value,
with the file's own local functions and the libraries it calls followed. Nothing is run.
"""
import re
from pathlib import Path

STAGES = "connect ehlo starttls auth mail rcpt data eom rset quit other close".split()

TOKEN = re.compile(r"""
    (?P<blank>\s+|--\[(?P<c>=*)\[.*?\](?P=c)\]|--[^\n]*)
  | (?P<long>\[(?P<s>=*)\[.*?\](?P=s)\])
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>0[xX][\da-fA-F]+|\d+\.?\d*)
  | (?P<other>\.\.\.?|==|~=|<=|>=|::|//|.)
""", re.X | re.S)

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\n": "\n", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
OPENS = {"function", "do", "then", "repeat", "{", "(", "["}
CLOSES = {"end", "until", "elseif", "else", "}", ")", "]"}


def step(text):
    """By how much this word changes the depth: `elseif` closes what the next `then` opens again."""
    return (text in OPENS) - (text in CLOSES and text != "else")


def unescape(text):
    """A Lua string literal without its quotes -> the bytes it means, as Latin-1 text."""
    def one(match):
        what = match.group(1)
        if what[0] == "x":
            return chr(int(what[1:], 16))
        if what[0] == "u":
            return chr(int(what[2:-1], 16)).encode().decode("latin-1")
        if what[0].isdigit():
            return chr(int(what))
        return ESCAPES.get(what, "" if what[0] == "z" else what)
    text = text.encode().decode("latin-1")
    return re.sub(r"\\(x[\da-fA-F]{2}|u\{[\da-fA-F]+\}|\d{1,3}|z\s*|.)", one, text, flags=re.S)


def tokens(text):
    """[(kind, text)]: kind is string (the text unescaped), word, number or other."""
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup if match.lastgroup not in ("c", "s") else None
        if match.group("blank") is not None:
            continue
        if match.group("string") is not None:
            found.append(("string", unescape(match.group("string")[1:-1])))
        elif match.group("long") is not None:
            level = len(match.group("s")) + 2
            found.append(("string", match.group("long")[level:-level]))
        else:
            found.append((kind, match.group(0)))
    return found


def end_of_value(toks, start):
    """Behind the expression that begins at `start`: at a comma or closing bracket of its own level."""
    depth, i = 0, start
    while i < len(toks):
        kind, text = toks[i]
        if kind != "string":
            if depth == 0 and text in (",", ";", "}"):
                return i
            depth += step(text)
        i += 1
    return i


def keys_of(toks):
    """Every `name = value` of every table, at any depth but inside of functions: [(name, tokens of the value)]."""
    found, i, stack = [], 0, []
    while i < len(toks):
        kind, text = toks[i]
        if kind != "string":
            if text in OPENS:
                stack.append(text)
            elif text in CLOSES and text != "else" and stack:
                stack.pop()
        in_table = stack and stack[-1] == "{" and not {"function", "do", "then", "else", "repeat"} & set(stack)
        if in_table and kind == "word" and i + 1 < len(toks) and toks[i + 1] == ("other", "="):
            found.append((text, toks[i + 2:end_of_value(toks, i + 2)]))
        i += 1
    return found


def locals_of(toks):
    """name -> tokens, of each `local` at the file's own level."""
    found, depth, begun, names = {}, 0, None, []
    for i, (kind, text) in enumerate(toks):
        at_top = depth == 0 and kind == "word" and text in ("local", "return", "function")
        if at_top and not (text == "function" and i and toks[i - 1][1] in ("local", "=", "return")):
            for name in names:
                found[name] = toks[begun:i]
            names, begun = [], i
            if text == "local":
                j = i + 2 if toks[i + 1][1] == "function" else i + 1
                names = [toks[j][1]]
                while toks[j + 1] == ("other", ","):
                    j += 2
                    names.append(toks[j][1])
        if kind != "string":
            depth += step(text)
    return found


class Scenario:
    """name, folder, title, source (text); values: key -> [tokens], what it calls followed."""

    def __init__(self, path, libraries=None):
        text = Path(path).read_text(encoding="utf-8")
        first = re.match(r"---\s*(.*)", text)
        self.path, self.name, self.folder = Path(path), Path(path).stem, Path(path).parent.name
        self.title = first.group(1) if first else ""
        toks = tokens(text)
        self.locals, self.libraries = locals_of(toks), libraries or {}
        returned = max((i for i, t in enumerate(toks) if t == ("word", "return") and not self._inside(toks, i)), default=0)
        self.values = {}
        for key, value in keys_of(toks[returned:]):
            self.values.setdefault(key, []).append(self._followed(value, set()))
        if toks[returned + 1:returned + 2] == [("word", "function")]:
            self.values["dialogue"] = [self._followed(toks[returned + 1:], set())]
        self.all = toks
        self.source = " ".join(t for v in self.values.get("source", []) for k, t in v if k == "string")

    @staticmethod
    def _inside(toks, end):
        depth = 0
        for kind, text in toks[:end]:
            if kind != "string":
                depth += step(text)
        return depth > 0

    def _followed(self, toks, seen):
        """The tokens, and behind them those of the locals and libraries that are named in them."""
        more = list(toks)
        for i, (kind, text) in enumerate(toks):
            called = kind == "word" and text in self.locals and text not in seen
            if not called or (i and toks[i - 1][1] in (".", ":")):
                continue
            seen.add(text)
            body = self.locals[text]
            strings = [t for k, t in body if k == "string"]
            if ("word", "require") in body and strings:
                more += self.libraries.get(strings[0], [])
            else:
                more += self._followed(body, seen)
        return more

    def stage(self, name):
        return [tok for value in self.values.get(name, []) for tok in value]

    def strings(self):
        """All literals but those of `source` and of the libraries."""
        quoted = set(t for v in self.values.get("source", []) for k, t in v if k == "string")
        return [t for k, t in self.all if k == "string" and t not in quoted]


def load(folder):
    """All scenarios below `folder`, by name."""
    folder = Path(folder)
    libraries = {p.stem: tokens(p.read_text(encoding="utf-8")) for p in (folder / "lib").glob("*.lua")}
    for conditions in ("fate", "rules"):  # say nothing of their own: what they are given stands in the scenario
        libraries.pop(conditions, None)
    paths = sorted(p for p in folder.glob("*/*.lua") if p.parent.name != "lib")
    return {p.stem: Scenario(p, libraries) for p in paths}
