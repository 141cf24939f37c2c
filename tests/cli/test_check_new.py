# SPDX-License-Identifier: BSD-2-Clause
"""test_check_new.py FAKESMTP SOURCE: `fakesmtp check` and `fakesmtp new` as a person meets them, and the scenarios that
the tutorial shows.  TAP on standard output."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

program, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
tests = []


def test(function):
    tests.append(function)
    return function


def run(*args, cwd=None, stdout=subprocess.PIPE):
    return subprocess.run([program, *map(str, args)], cwd=cwd, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)


def kinds_of_new():
    listed = re.findall(r"^ {7}(\w+) ", run("new", "--help").stdout, re.M)
    assert len(listed) > 10, listed
    return listed


@test
def the_library_is_clean():
    result = run("check", "--strict")
    assert result.returncode == 0, result.stdout
    assert re.fullmatch(r"\d{3,} scenarios checked: 0 errors, 0 warnings\n", result.stdout), result.stdout


@test
def a_finding_has_its_line_and_the_status_is_1(folder):
    (folder / "one.lua").write_text("return {\n  rcptt = '550 5.1.1 No',\n}\n")
    result = run("check", "one.lua", cwd=folder)
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == "one.lua:2: error: unknown stage or key 'rcptt' (did you mean 'rcpt'?)"
    assert "1 scenario checked: 1 error, 0 warnings" in result.stdout
    assert "\033" not in result.stdout


@test
def a_reason_that_nobody_knows_is_an_error(folder):
    (folder / "one.lua").write_text("return {\n  rcpt = '550 5.1.1 No',\n  expect = { bounce = { reason = 'user-unkown' } },\n}\n")
    result = run("check", "one.lua", cwd=folder)
    assert result.returncode == 1
    assert result.stdout.splitlines() == ["one.lua:3: error: unknown reason 'user-unkown' (did you mean 'user-unknown'?)",
                                          "1 scenario checked: 1 error, 0 warnings"], result.stdout


@test
def a_warning_has_a_name_and_can_be_allowed(folder):
    text = "return {\n  rcpt = '550 4.1.1 No',\n}\n"
    (folder / "two.lua").write_text(text)
    result = run("check", "--quiet", "two.lua", cwd=folder)
    assert result.returncode == 1 and result.stdout.endswith("[contradiction]\n"), result.stdout
    (folder / "two.lua").write_text(text + "-- check: allow contradiction: the client must not trust either\n")
    result = run("check", "--quiet", "two.lua", cwd=folder)
    assert (result.returncode, result.stdout) == (0, "")


@test
def a_folder_is_all_files_in_it(folder):
    for name in "b", "a", "c":
        (folder / f"{name}.lua").write_text("return {")
    result = run("check", ".", cwd=folder)
    assert [line.split(":")[0] for line in result.stdout.splitlines()[:3]] == ["./a.lua", "./b.lua", "./c.lua"]
    assert run("check", "address").returncode == 0


@test
def what_cannot_be_read_is_said_and_the_rest_is_checked(folder):
    (folder / "fine.lua").write_text("return {}\n")
    result = run("check", "missing.lua", "fine.lua", "no-such-name", cwd=folder)
    assert result.returncode == 2
    assert "missing.lua: No such file or directory" in result.stderr
    assert "no scenario 'no-such-name'" in result.stderr
    assert "1 scenario checked" in result.stdout
    assert run("check", "--nonsense").returncode == 2
    with open("/dev/full", "w", encoding="utf-8") as full:
        assert run("check", folder / "fine.lua", stdout=full).returncode == 2


@test
def what_new_writes_is_clean_and_plays_as_expected(folder):
    files = []
    for kind in kinds_of_new():
        result = run("new", "--like", kind, f"try-{kind}", cwd=folder)
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith(f"try-{kind}.lua is written."), result.stdout
        if kind != "dialogue": # a function has nowhere to say what it expects
            files.append(f"./try-{kind}.lua")
    result = run("check", "--strict", *files, cwd=folder)
    assert result.returncode == 0, result.stdout
    result = run("run", "--seed", "1", *files, cwd=folder)
    assert result.returncode == 0, result.stdout
    assert run("check", "./try-dialogue.lua", cwd=folder).returncode == 0


@test
def without_an_expectation_nothing_is_judged(folder):
    (folder / "plain.lua").write_text("return { rcpt = '550 5.1.1 No such user' }\n")
    result = run("run", "./plain.lua", cwd=folder)
    assert result.returncode == 0, result.stdout
    assert "\n--    plain " in result.stdout and "user-unknown at rcpt" in result.stdout, result.stdout
    assert "0 of 0 as expected" in result.stdout and "1 without expectation" in result.stdout, result.stdout


@test
def new_overwrites_nothing(folder):
    (folder / "mine.lua").write_text("precious")
    result = run("new", "mine", cwd=folder)
    assert result.returncode == 2 and "mine.lua: File exists" in result.stderr
    assert (folder / "mine.lua").read_text() == "precious"


@test
def new_says_what_is_wrong_with_its_arguments(folder):
    for args, text in (((), "one name is needed"), (("Wrong_Name",), "small letters"), (("-x", "a"), "--help"),
                       (("--like", "rcptt", "a"), "did you mean 'rcpt'?"), (("no/such/folder",), "No such file")):
        result = run("new", *args, cwd=folder)
        assert result.returncode == 2 and text in result.stderr, (args, result.stderr)
    assert not list(folder.iterdir())
    with open("/dev/full", "w", encoding="utf-8") as full:
        assert run("new", "-", stdout=full).returncode == 2
    assert run("new", "-").stdout.startswith("--- ")


@test
def the_tutorials_scenarios_work(folder):
    text = (source / "docs" / "writing-scenarios.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```lua\n(.*?)^```", text, re.M | re.S)
    assert len(blocks) >= 8
    judged = []
    for number, block in enumerate(blocks):
        (folder / f"block-{number}.lua").write_text(block)
        if "expect" in block:
            judged.append(f"./block-{number}.lua")
    result = run("check", ".", cwd=folder)
    assert result.returncode == 0, result.stdout
    result = run("run", "--seed", "1", *judged, cwd=folder)
    assert result.returncode == 0, result.stdout


def main():
    print(f"1..{len(tests)}")
    failed = 0
    for number, function in enumerate(tests, 1):
        name = function.__name__.replace("_", " ")
        try:
            with tempfile.TemporaryDirectory() as folder:
                function(*([pathlib.Path(folder)] if function.__code__.co_argcount else []))
            print(f"ok {number} - {name}")
        except AssertionError as error:
            failed = 1
            print(f"not ok {number} - {name}")
            print("\n".join(f"# {line}" for line in str(error).splitlines() or ["assertion failed"]))
    return failed


os.environ.pop("NO_COLOR", None)
sys.exit(main())
