# SPDX-License-Identifier: BSD-2-Clause
"""symbols.py LIBBOUNCE.so: exactly the functions of bounce.h are exported.  TAP on standard output."""
import re
import subprocess
import sys

library, header = sys.argv[1], sys.argv[2]
listing = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True)
print("1..2")
if listing.returncode:
    print("ok 1 # SKIP no nm\nok 2 # SKIP no nm")
    sys.exit(0)
exported = {line.split()[-1].split("@")[0] for line in listing.stdout.splitlines()}
# Sections and sanitizers add names of their own that begin with two underscores.
exported = {name for name in exported if not name.startswith("_")}
declared = set(re.findall(r"\b(bounce_[a-z_]+)\(", open(header).read()))
declared = {name for name in declared if re.search(r"BOUNCE_API[^;]*\b%s\(" % name, open(header).read())}
for number, (what, names) in enumerate([("exported, not declared", exported - declared),
                                        ("declared, not exported", declared - exported)], 1):
    print("%s %d %s: %s" % ("not ok" if names else "ok", number, what, " ".join(sorted(names)) or "none"))
