#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Postfix in the box: a message refused at RCPT comes back as a bounce to the MX of its sender.

Called with the program `mtabox`; once as whoever calls and, when that is root, once as an ordinary user.
With --inside it is the command in the box: DNS, both MX hosts, and the sender. Skips (77) where the packages
cannot be fetched or no box can be made."""

import os
import queue
import smtplib
import socket
import struct
import subprocess
import sys
import threading
import time

HOSTS = {"mx.refuses.test": "192.0.2.77", "mx.origin.test": "198.18.1.1"}
ORDINARY = 65534


def name_at(packet, i):
    labels = []
    while packet[i]:
        labels.append(packet[i + 1:i + 1 + packet[i]].decode().lower())
        i += packet[i] + 1
    return ".".join(labels), i + 1


def record(kind, data):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def answer(packet):
    name, end = name_at(packet, 12)
    kind, = struct.unpack(">H", packet[end:end + 2])
    answers = b""
    if kind == 15 and "mx." + name in HOSTS:
        target = b"".join(bytes([len(x)]) + x.encode() for x in ("mx." + name).split("."))
        answers = record(15, struct.pack(">H", 10) + target + b"\0")
    elif kind == 1 and name in HOSTS:
        answers = record(1, socket.inet_aton(HOSTS[name]))
    counts = struct.pack(">HHHH", 1, 1 if answers else 0, 0, 0)
    return packet[:2] + b"\x85\x80" + counts + packet[12:end + 4] + answers


def serve_dns(sock):
    while True:
        packet, peer = sock.recvfrom(512)
        sock.sendto(answer(packet), peer)


def read_message(lines):
    message = b""
    for line in iter(lines.readline, b".\r\n"):
        message += line
    return message


def talk(conn, refuses, mail):
    lines = conn.makefile("rwb", 0)
    lines.write(b"220 mx.test ESMTP\r\n")
    for line in iter(lines.readline, b""):
        verb = line[:4].upper()
        if verb == b"RCPT" and refuses:
            lines.write(b"550 5.1.1 No such user here\r\n")
        elif verb == b"DATA":
            lines.write(b"354 Go on\r\n")
            mail.put(read_message(lines))
            lines.write(b"250 2.0.0 Ok\r\n")
        elif verb == b"QUIT":
            lines.write(b"221 2.0.0 Bye\r\n")
            break
        else:
            lines.write(b"250 2.0.0 Ok\r\n")
    conn.close()


def serve_smtp(listener, refuses, mail):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=talk, args=(conn, refuses, mail), daemon=True).start()


def start_peers(mail):
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind(("127.0.0.1", 53))
    threading.Thread(target=serve_dns, args=(dns,), daemon=True).start()
    for host, refuses in (("mx.refuses.test", True), ("mx.origin.test", False)):
        listener = socket.create_server((HOSTS[host], 25))
        threading.Thread(target=serve_smtp, args=(listener, refuses, mail), daemon=True).start()


def wait_for_port(process, address, limit=30):
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(address).close()
            return
        except OSError:
            time.sleep(0.002)
    subprocess.run(["driver", "log"])
    sys.exit("Postfix did not open its port")


def inside():
    mail = queue.Queue()
    start_peers(mail)
    start = time.monotonic()
    process = subprocess.Popen(["driver", "start"])
    wait_for_port(process, ("127.0.0.1", 2587))
    opened = time.monotonic()
    with smtplib.SMTP("127.0.0.1", 2587) as smtp:
        smtp.sendmail("me@origin.test", ["nobody@refuses.test"], "Subject: hello\r\n\r\nhello\r\n")
    try:
        bounce = mail.get(timeout=30).decode()
    except queue.Empty:
        subprocess.run(["driver", "log"])
        sys.exit("no bounce came")
    arrived = time.monotonic()
    for wanted in ("Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 No such user here",
                   "Final-Recipient: rfc822; nobody@refuses.test", "To: me@origin.test"):
        if wanted not in bounce:
            sys.exit(f"the bounce lacks {wanted!r}:\n{bounce}")
    version = subprocess.run(["driver", "version"], capture_output=True, text=True, check=True).stdout.strip()
    inject = subprocess.run(["driver", "inject", "me@origin.test", "other@refuses.test"], input=b"Subject: x\n\nx\n")
    second = mail.get(timeout=30).decode()
    if inject.returncode != 0 or "rfc822; other@refuses.test" not in second:
        sys.exit("driver inject failed")
    # It is taken from the queue after the 250 that we just gave.
    end = time.monotonic() + 30
    while subprocess.run(["driver", "queue"], capture_output=True, check=True).stdout:
        if time.monotonic() > end:
            sys.exit("the queue does not empty")
    print(f"Postfix {version}: open after {1000 * (opened - start):.0f} ms, "
          f"bounce {1000 * (arrived - opened):.0f} ms after that")


def run_box(mtabox, cache, user):
    command = [mtabox, "postfix", "--cache", cache, "--limit", "90", "--",
               "python3", os.path.abspath(__file__), "--inside"]
    start = time.monotonic()
    status = subprocess.run(command, user=user, group=user, extra_groups=None if user is None else []).returncode
    who = "as ourselves" if user is None else f"as uid {user}"
    if status == 77:
        sys.exit(77)
    if status != 0:
        sys.exit(f"{who}: status {status}")
    print(f"{who}: {time.monotonic() - start:.2f} s in all")


def ordinary_can_read(*paths):
    test = " && ".join(f"test -r '{path}'" for path in paths)
    return subprocess.run(["sh", "-c", test], user=ORDINARY, group=ORDINARY, extra_groups=[]).returncode == 0


def main():
    if sys.argv[1:] == ["--inside"]:
        return inside()
    mtabox = os.path.abspath(sys.argv[1])
    cache = os.environ["MTA_CACHE"]
    fetch = subprocess.run([os.environ["MTA_FETCH"], "postfix", cache])
    if fetch.returncode != 0:
        print("skipped: the packages of Postfix cannot be fetched")
        return 77
    run_box(mtabox, cache, None)
    if os.geteuid() != 0:
        return 0
    if not ordinary_can_read(mtabox, os.path.abspath(__file__), os.path.join(cache, "postfix/version")):
        print("not run as an ordinary user: the build tree is closed to others")
        return 0
    run_box(mtabox, cache, ORDINARY)
    return 0


if __name__ == "__main__":
    sys.exit(main())
