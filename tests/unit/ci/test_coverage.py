# SPDX-License-Identifier: BSD-2-Clause
"""ci/coverage: what it reads out of a scenario, and that a hole is found."""
import subprocess
import sys
import tempfile
from pathlib import Path

CI = Path(__file__).resolve().parents[3] / "ci"
sys.path.insert(0, str(CI / "coverage.d"))
import luafile  # noqa: E402
import matrix  # noqa: E402

failed = 0
number = 0


def check(what, got, wanted):
    global failed, number
    number += 1
    print(f"{'ok' if got == wanted else 'not ok'} {number} - {what}")
    if got != wanted:
        failed += 1
        print(f"# wanted {wanted!r}\n# got    {got!r}")


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol" / "case.lua"
        path.parent.mkdir()
        (Path(folder) / "lib").mkdir()
        (Path(folder) / "lib" / "grey.lua").write_text('return function() return "451 4.7.1 Later" end\n')
        path.write_text(text)
        return luafile.load(folder)["case"]


def row(stage, text):
    scenario = read("--- A title.\n" + text)
    return matrix.misbehaviours(stage, scenario.stage(stage))


# ---- what stands in a handler, and in what it calls ----
for what, stage, text, wanted in [
    ("a reply", "rcpt", 'return { rcpt = "550 5.1.1 No" }', {"5yz"}),
    ("a reply put together", "rcpt", 'return { rcpt = function(s, to) return "450 " .. to.addr end }', {"4yz"}),
    ("of an if with elseif and else", "mail",
     'return { mail = function(s) if s.x then return "451 a" elseif s.y then return "550 b" else s:drop() end end }',
     {"4yz", "5yz", "drop"}),
    ("only its own stage", "mail", 'return { rcpt = "550 no", mail = function(s) s:stall() end }', {"stall"}),
    ("a local function", "eom", "local function gone(s)\n  s:reset()\nend\nreturn { eom = gone }", {"reset"}),
    ("a local called with an argument", "ehlo",
     "local function at(n)\n  return function(s) if s.id == n then s:finish() end end\nend\nreturn { ehlo = at(2) }",
     {"finish"}),
    ("a library", "rcpt", 'local grey = require "grey"\nreturn { rcpt = grey { delay = 1 } }', {"4yz"}),
    ("a host of several", "data", 'return { mx = { { host = "a" }, { host = "b", data = "451 x" } } }', {"4yz"}),
    ("not what a comment says", "rcpt", 'return { rcpt = function(s) --[[ s:stall() ]] -- "550"\n end }', set()),
    ("not what expect says", "rcpt", 'return { expect = { bounce = { reply = "550", stage = "rcpt" } } }', set()),
    ("a word of the wrong class", "data", 'return { data = "250 2.0.0 Ok" }', {"class"}),
    ("the right class", "data", 'return { data = "354 Go" }', set()),
    ("a challenge", "auth", 'return { auth = "334 eA==" }', set()),
    ("no challenge", "auth", 'return { auth = "354 eA==" }', {"class"}),
    ("two lines", "mail", 'return { mail = { "250 a", "250 b" } }', {"lines"}),
    ("no reply at all", "mail", 'return { mail = raw "OK\\r\\n" }', {"garbled"}),
    ("two replies in one", "mail", 'return { mail = raw "250 a\\r\\n250 b\\r\\n" }', {"two"}),
    ("one reply too many", "mail", 'return { mail = function(s) s:reply "250 a" end }', {"two"}),
    ("a reply in place of ours", "data", 'return { data = function(s) s:reply "354 a" s:stall() end }', {"stall"}),
    ("a bare LF", "mail", 'return { mail = raw "250 a\\n" }', {"bytes"}),
    ("a NUL", "mail", 'return { mail = raw "250 a\\0\\r\\n" }', {"bytes"}),
    ("8 bits", "mail", 'return { mail = "250 Grüße" }', {"bytes"}),
    ("a long line", "mail", 'return { mail = raw("250 " .. ("x"):rep(600) .. "\\r\\n") }', {"long"}),
    ("half a line is no garbage", "mail", 'return { mail = function(s) s:send "250 a" s:send "b\\r\\n" end }', set()),
    ("close can say nothing", "close", 'return { close = function(s) return "451 x" end }', set()),
]:
    check(what, row(stage, text), wanted)

# ---- strings, and what the file says of itself ----
case = read('--- A title.\nreturn { source = "RFC 5321 \\"4.2\\"", rcpt = "550 5.1.1 a\\tb\\x41\\65" }')
check("the title", case.title, "A title.")
check("the source", case.source, 'RFC 5321 "4.2"')
check("escapes", case.strings(), ["550 5.1.1 a\tbAA"])

# ---- the command ----
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "protocol").mkdir()
    (Path(folder) / "protocol" / "only.lua").write_text('--- One.\nreturn { rcpt = "550 5.1.1 No" }\n')
    run = subprocess.run([sys.executable, CI / "coverage", "--scenarios", folder], capture_output=True, text=True)
    check("a library with holes: exit 1", run.returncode, 1)
    check("they are named", "rcpt: 4yz" in run.stdout and "rcpt: 5yz\n" not in run.stdout, True)
    run = subprocess.run([sys.executable, CI / "coverage", "--scenarios", folder + "/protocol"], capture_output=True, text=True)
    check("a folder without scenarios is an error", (run.returncode != 0, "no scenarios" in run.stderr), (True, True))

print(f"1..{number}")
sys.exit(failed != 0)
