#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""embed.py NAME INPUT OUTPUT: makes a C string constant NAME of a text file."""
import sys

name, source, target = sys.argv[1:]
with open(source, encoding="utf-8") as f:
    lines = f.read().splitlines(keepends=True)
with open(target, "w", encoding="utf-8") as out:
    out.write(f"/* made from {source.rsplit('/', 1)[-1]} */\nstatic const char {name}[] =\n")
    for line in lines:
        text = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        out.write(f'    "{text}"\n')
    out.write("    ;\n")
