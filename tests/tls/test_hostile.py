# SPDX-License-Identifier: BSD-2-Clause
"""Clients that break TLS, and many clients at once: one event each, and the others do not notice."""
import os
import socket
import ssl

from harness import Client, Serve, blind, check, main, test, trusting

SCENARIOS = {"offers": "return {tls = true}", "implicit": "return {tls = {implicit = true}}",
             "stalls": "return {tls = true, mail = function(s) s:stall() end}"}


def only_tls_event(serve, client):
    text = serve.await_event(client.session, "tls")["text"]
    serve.await_event(client.session, "ending")
    check(len(serve.events(client.session, "tls")) == 1, serve.events(client.session))
    return text


@test
def what_is_no_client_hello():
    noises = {b"EHLO client.test\r\n": "wrong version number", b"GET / HTTP/1.0\r\n\r\n": "http request",
              b"\x16\x03\x01\xff\xff" + b"x" * 65535: "", b"\x00" * 70000: "", b"\x80\x2e\x01\x03\x01" + b"\x00" * 60: "",
              os.urandom(70000): "", b"\x16\x03\x01\x00\x04\x01\xff\xff\xff": ""}
    with Serve(SCENARIOS) as serve:
        bystander = Client(serve, "offers").ask_starttls().secure(trusting(serve))
        for noise, why in noises.items():
            client = Client(serve, "offers").ask_starttls()
            try:
                client.send(noise)
                client.until_end()
            except ConnectionError:
                pass  # the server has closed with some of it unread
            text = only_tls_event(serve, client)
            check(text.startswith("failed: ") and why in text, text)
            check(bystander.command("NOOP")[0] == 250)
        check(bystander.mail() == 250)


@test
def a_reset_in_the_middle_of_the_handshake():
    with Serve(SCENARIOS) as serve:
        bystander = Client(serve, "offers").ask_starttls().secure(trusting(serve))
        for name in ("offers", "implicit"):
            client = Client(serve, name, greet=name == "offers")
            if name == "offers":
                client.ask_starttls()
            client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03half of it")
            client.reset()
            check(only_tls_event(serve, client) == "failed: the client left in the handshake")
        client = Client(serve, "offers").ask_starttls().hello()
        check(client.sock.recv(1) == b"\x16")
        client.reset()
        check(only_tls_event(serve, client) == "failed: the client left in the handshake")
        check(bystander.mail() == 250)


@test
def a_client_hello_byte_by_byte():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls()
        client.send = lambda data, whole=client.sock: [whole.sendall(data[i:i + 1]) for i in range(len(data))]
        client.hello()
        del client.send
        client.finish_handshake()
        check(client.exchange("NOOP").startswith("250 "))


@test
def a_broken_record_after_the_handshake():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().hello(trusting(serve)).finish_handshake()
        check(client.exchange("NOOP").startswith("250 "))
        client.tls.write(b"MAIL FROM:<a@origin.test>\r\n")
        data = bytearray(client.outgoing.read())
        data[-1] ^= 1
        client.send(bytes(data))
        client.until_end()
        text = serve.await_event(client.session, "tls", "failed")["text"]
        check("bad_record_mac" in text, text)
        check(len(serve.events(client.session, "command")) == 3, "EHLO, STARTTLS, NOOP", serve.events(client.session))


@test
def clear_text_after_the_handshake():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().hello(trusting(serve)).finish_handshake()
        client.send("MAIL FROM:<a@origin.test>\r\n")
        client.until_end()
        check("wrong version number" in serve.await_event(client.session, "tls", "failed")["text"])


@test
def a_large_pipelined_message_under_tls():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().secure(trusting(serve))
        body = "".join(f"line {i} of a message that is larger than any buffer on its way\r\n" for i in range(60000))
        client.send("EHLO x\r\nMAIL FROM:<a@origin.test>\r\nRCPT TO:<b@rcpt.test>\r\nDATA\r\n")
        codes = [client.reply()[0] for _ in range(4)]
        check(codes == [250, 250, 250, 354], codes)
        client.send(body + ".\r\n" + "RSET\r\n" * 2000 + "QUIT\r\n")
        check(client.reply()[0] == 250)
        check([client.reply()[0] for _ in range(2001)] == [250] * 2000 + [221])
        check(serve.await_event(client.session, "data")["size"] == len(body))


@test
def a_flood_behind_a_stall_is_left_unread():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "stalls").ask_starttls().secure(trusting(serve))
        client.command("EHLO x")
        client.send("MAIL FROM:<a@origin.test>\r\n")
        serve.await_event(client.session, "wait", "stall")
        client.sock.setblocking(False)
        sent = 0
        try:
            while sent < 8 << 20:
                sent += client.sock.send(b"NOOP\r\n" * 2000)
        except (ssl.SSLWantWriteError, BlockingIOError):
            pass
        check(Client(serve, "offers").ask_starttls().secure(trusting(serve)).mail() == 250)
        client.reset()
        serve.await_event(client.session, "ending")


@test
def two_hundred_handshakes_at_once():
    with Serve(SCENARIOS) as serve:
        clients = [Client(serve, "offers").ask_starttls() for _ in range(200)]
        context = trusting(serve)
        for client in clients:
            client.hello(context)
        for client in reversed(clients):
            client.finish_handshake()
        for client in clients:
            check(client.exchange("NOOP").startswith("250 "))
        for client in clients:
            check(len([e for e in serve.events(client.session, "tls") if e["text"].startswith("up: ")]) == 1)


@test
def many_sessions_one_after_the_other_leave_nothing_behind():
    with Serve(SCENARIOS) as serve:
        def pages(column):
            with open(f"/proc/{serve.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[column])
        context = blind()
        for round_ in range(3):
            for _ in range(100):
                client = Client(serve, "offers").ask_starttls().secure(context)
                check(client.command("QUIT")[0] == 221)
                client.close()
            if round_ == 0:
                first = pages(1)
        if pages(0) < 1 << 28:  # else a sanitizer's: it keeps what was freed for a while, and finds leaks by itself
            check(pages(1) - first < 512, first, pages(1))


main()
