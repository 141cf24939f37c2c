#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""templates.py OUTPUT INPUT...: a C header of template scenarios: each text, and a list of names and titles."""
import pathlib
import sys


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


target, sources = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
with open(target, "w", encoding="utf-8") as out:
    titles = []
    for source in sources:
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        titles.append((source.stem, lines[0].lstrip("- ").strip()))
        out.write(f"static const char {source.stem}_lua[] =\n")
        out.writelines(f"    {quoted(line)}\n" for line in lines)
        out.write("    ;\n")
    out.write("#define NEW_TEMPLATES(X) \\\n")
    out.write(" \\\n".join(f"    X({name}, {quoted(title)})" for name, title in titles) + "\n")
