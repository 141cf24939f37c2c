# SPDX-License-Identifier: BSD-2-Clause
"""test_install.py BUILD EXAMPLE CORPUS: what a distribution installs is enough to build on.  Installs into an empty
folder, builds docs/examples/explain.c with pkg-config, runs it.  TAP on standard output."""
import glob
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

build, example, corpus = sys.argv[1:4]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, "%s: %s%s" % (command, done.stdout[-800:], done.stderr[-800:])
    return done.stdout


def skip(why):
    print("1..0 # SKIP %s" % why)
    sys.exit(0)


def only(pattern):
    found = glob.glob(os.path.join(root, pattern), recursive=True)
    assert len(found) == 1, (pattern, found)
    return found[0]


def compiler():
    return shlex.split(os.environ.get("CC") or "cc")


def installed():
    """The library under its soname, header, pkg-config file, manual."""
    only("**/include/bounce.h")
    only("**/man/man3/libbounce.3")
    link = only("**/libbounce.so.0")
    assert os.path.islink(link) and os.path.islink(only("**/libbounce.so"))
    dynamic = run("readelf", "-d", link) if shutil.which("readelf") else "[libbounce.so.0]"
    assert "[libbounce.so.0]" in dynamic, dynamic
    needed = [line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "(NEEDED)" in line]
    strange = [name for name in needed if not name.startswith(("libc.so", "ld-linux", "libm.so"))]
    assert not strange, "depends on libc only, and on %s" % strange


def built():
    """explain.c against the installed files alone; the name of the program."""
    program = os.path.join(root, "explain")
    environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=root, PKG_CONFIG_LIBDIR=os.path.dirname(only("**/bounce.pc")))
    options = shlex.split(run("pkg-config", "--cflags", "--libs", "bounce", env=environment))
    run(*compiler(), "-Wall", "-Wextra", "-Werror", "-std=c11", example, *options, "-o", program)
    return program


def explain(*arguments):
    folder = os.path.dirname(only("**/libbounce.so.0"))
    return subprocess.run([built()] + list(arguments), capture_output=True, text=True,
                          env=dict(os.environ, LD_LIBRARY_PATH=folder))


def example_explains():
    done = explain(os.path.join(corpus, "mta", "postfix-u550.eml"))
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert lines[0].startswith("bounce: ") and lines[0].endswith("user-unknown: drop this address"), lines
    assert len(lines[1]) > 20, lines


def example_says_what_failed():
    done = explain(os.path.join(root, "no-such-file"))
    assert done.returncode == 1 and "no-such-file" in done.stderr and not done.stdout, done
    assert explain().returncode == 1


def version_is_one():
    environment = dict(os.environ, PKG_CONFIG_LIBDIR=os.path.dirname(only("**/bounce.pc")))
    version = run("pkg-config", "--modversion", "bounce", env=environment).strip()
    parts = [line.split()[2] for line in open(only("**/include/bounce.h")) if line.startswith("#define BOUNCE_VERSION_")]
    assert version == ".".join(parts), (version, parts)
    assert os.path.basename(os.path.realpath(only("**/libbounce.so.0"))) == "libbounce.so." + version


if not shutil.which("pkg-config") or not shutil.which(compiler()[0]) or not shutil.which("meson"):
    skip("needs pkg-config, a C compiler and meson")
with open(os.path.join(build, "meson-info", "intro-buildoptions.json")) as file:
    if '"name": "b_sanitize", "value": "none"' not in file.read():
        skip("a library with sanitizers does not stand alone")
tests = [installed, version_is_one, example_explains, example_says_what_failed]
with tempfile.TemporaryDirectory() as root:
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", root)
    print("1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        try:
            test()
            print("ok %d %s" % (number, test.__name__))
        except (AssertionError, OSError) as error:
            print("not ok %d %s\n# %s" % (number, test.__name__, str(error).replace("\n", "\n# ")))
