# SPDX-License-Identifier: BSD-2-Clause
"""Each way to break TLS on purpose, seen from the client's side and in the transcript."""
import socket
import ssl

from harness import Client, Serve, blind, check, main, refused, test, trusting

ABORTS = {f"{how}-{after}": f'return {{tls = {{abort = "{how}", after = "{after}"}}}}'
          for how in ("silence", "garbage", "close", "reset", "plain") for after in ("reply", "client-hello", "server-hello")}
SCENARIOS = {
    **ABORTS,
    "refuses-454": 'return {starttls = "454 4.7.0 TLS not available due to temporary reason"}',
    "refuses-554": 'return {starttls = {"554 5.7.3 No TLS here", "554 5.7.3 at all"}}',
    "breaks-once": """local broken = false
      return {starttls = function(s)
        if not broken then broken = true s:starttls{abort = "close", after = "client-hello"} end
      end}""",
    "alert": 'return {tls = {alert = "access_denied"}}',
    "alert-number": 'return {tls = {abort = "alert", alert = 116}}',
    "alert-default": 'return {tls = {abort = "alert"}}',
    "only-1-0": 'return {tls = {versions = "1.0"}}',
    "only-1-0-and-1-1": 'return {tls = {versions = {"1.0", "1.1"}}}',
    "only-1-2": 'return {tls = {versions = "1.2"}}',
    "null-cipher": 'return {tls = {ciphers = "ECDHE-ECDSA-NULL-SHA"}}',
    "one-cipher": 'return {tls = {ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"}}',
    "one-suite": 'return {tls = {ciphers = "TLS_CHACHA20_POLY1305_SHA256"}}',
    "no-such-cipher": 'return {tls = {ciphers = "NO-SUCH-CIPHER"}}',
    "injects": 'return {tls = {inject = "250 2.0.0 injected\\r\\n"}}',
    "keeps-clear": "return {tls = {discard = false}}",
    "truncates": "return {tls = {close_notify = false}}",
    "drops": "return {tls = true, quit = function(s) s:drop() end}",
    "resets": "return {tls = true, quit = function(s) s:reset() end}",
    "half-closes": "return {tls = true, quit = function(s) s:half_close() s:line() end}",
    "delays": "return {tls = {delay = minutes(5)}}",
    "times-out": "return {tls = {timeout = 60}}",
    "wants-client": 'return {tls = {client_cert = "require"}}',
    "asks-client": """return {tls = {client_cert = "request"},
      mail = function(s) return "250 2.1.0 " .. tostring(s.tls.client_cert) end}""",
    "implicit-expired": 'return {tls = {implicit = true, cert = "expired"}}',
    "implicit-silence": 'return {tls = {implicit = true, abort = "silence"}}',
    "twice": """return {starttls = function(s)
        s:starttls{abort = "plain", after = "client-hello"}
        s:reply("220 2.0.0 Again, please")
        s:starttls{implicit = true}
      end}""",
    "begins-twice": """return {tls = true, other = function(s)
        local up, why = s:starttls()
        return "250 " .. tostring(up) .. " " .. why
      end}""",
}


def serving(speed=1):
    return Serve(SCENARIOS, "--speed", str(speed))


@test
def refused_for_now_and_for_good():
    with serving() as serve:
        client = Client(serve, "refuses-454")
        check(any("STARTTLS" in line for line in client.command("EHLO x")[1]))
        check(client.command("STARTTLS")[0] == 454)
        check(client.mail() == 250, "RFC 3207 4: the client may go on in clear")
        check(Client(serve, "refuses-554").command("STARTTLS") == (554, ["554-5.7.3 No TLS here", "554 5.7.3 at all"]))


def server_hello(client):
    """Takes the ServerHello, and nothing else, off the wire."""
    head = client.sock.recv(5, socket.MSG_WAITALL)
    check(head[:1] == b"\x16", head)
    body = client.sock.recv(int.from_bytes(head[3:], "big"), socket.MSG_WAITALL)
    check(body[0] == 2, body[:1])
    check(int.from_bytes(body[1:4], "big") + 4 == len(body), "one handshake message, whole")


def at_stage(serve, how):
    for after in ("reply", "client-hello", "server-hello"):
        client = Client(serve, f"{how}-{after}").ask_starttls()
        if after != "reply":
            client.hello()
            serve.await_event(client.session, "tls", "stopped")
        if after == "server-hello":
            server_hello(client)
        yield client


@test
def silence_at_each_stage():
    with serving() as serve:
        for client in at_stage(serve, "silence"):
            serve.await_event(client.session, "wait", "stall")
            client.sock.setblocking(False)
            check(refused(lambda c=client: c.sock.recv(1), BlockingIOError))
            client.close()
            serve.await_event(client.session, "ending", "closed-by-client")


@test
def garbage_at_each_stage():
    with serving() as serve:
        for client in at_stage(serve, "garbage"):
            got = client.held or client.sock.recv(4096)
            check(b"garbage instead of TLS" in got, got)
        client = Client(serve, "garbage-client-hello").ask_starttls()
        reason = refused(lambda: client.secure(blind()))
        check("WRONG_VERSION_NUMBER" in reason or "RECORD" in reason, reason)


@test
def a_close_at_each_stage():
    with serving() as serve:
        for client in at_stage(serve, "close"):
            check(client.until_end() == b"")
            serve.await_event(client.session, "ending", "finish")


@test
def a_reset_at_each_stage():
    with serving() as serve:
        for client in at_stage(serve, "reset"):
            check(refused(client.until_end, ConnectionResetError))


@test
def in_clear_again_at_each_stage():
    with serving() as serve:
        for client in at_stage(serve, "plain"):
            check(client.command("NOOP")[0] == 250)
            check(client.mail() == 250)
            check(not serve.events(client.session, "tls") or serve.events(client.session, "tls")[0]["text"].startswith("stopped"))


@test
def broken_once_then_fine():
    with serving() as serve:
        client = Client(serve, "breaks-once").ask_starttls()
        check("EOF" in refused(lambda: client.secure(blind()), OSError))
        check(Client(serve, "breaks-once").ask_starttls().secure(trusting(serve)).mail() == 250)


@test
def an_alert_of_choice():
    with serving() as serve:
        for name, reason in (("alert", "TLSV1_ALERT_ACCESS_DENIED"), ("alert-number", "TLSV13_ALERT_CERTIFICATE_REQUIRED"),
                             ("alert-default", "SSLV3_ALERT_HANDSHAKE_FAILURE")):
            client = Client(serve, name).ask_starttls()
            got = refused(lambda c=client: c.secure(blind()))
            check(got == reason, got)
            text = serve.await_event(client.session, "tls")["text"]
            check(text.startswith("failed: on purpose; we sent the alert "), text)
            serve.await_event(client.session, "ending", "finish")


def old(version):
    context = blind()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@test
def only_some_versions():
    with serving() as serve:
        client = Client(serve, "only-1-0").ask_starttls()
        reason = refused(lambda: client.secure(blind()))
        check(reason in ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL"), reason)
        check("we sent the alert protocol_version" in serve.await_event(client.session, "tls", "failed")["text"])
        for name, version in (("only-1-0", "TLSv1"), ("only-1-0-and-1-1", "TLSv1.1"), ("only-1-2", "TLSv1.2")):
            client = Client(serve, name).ask_starttls().secure(old(ssl.TLSVersion.MAXIMUM_SUPPORTED))
            check(client.sock.version() == version, client.sock.version())
            check(client.mail() == 250)


@test
def only_some_ciphers():
    with serving() as serve:
        client = Client(serve, "null-cipher").ask_starttls()
        reason = refused(lambda: client.secure(blind()))
        check("ALERT" in reason, reason)
        check("no shared cipher" in serve.await_event(client.session, "tls", "failed")["text"] or
              "protocol" in serve.await_event(client.session, "tls", "failed")["text"])
        for name, cipher in (("one-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"), ("one-suite", "TLS_CHACHA20_POLY1305_SHA256")):
            client = Client(serve, name).ask_starttls().secure(trusting(serve))
            check(client.sock.cipher()[0] == cipher, client.sock.cipher())


@test
def a_plan_that_cannot_be_done_ends_the_connection():
    with serving() as serve:
        client = Client(serve, "no-such-cipher").ask_starttls()
        check(client.until_end() == b"")
        check("no cipher of these" in serve.await_event(client.session, "tls", "failed")["text"])


@test
def replies_in_clear_behind_the_220():
    with serving() as serve:
        client = Client(serve, "injects").ask_starttls()
        check(client.line() == "250 2.0.0 injected")
        check(client.secure(trusting(serve)).mail() == 250)


@test
def commands_in_clear_count_when_asked_for():
    with serving() as serve:
        client = Client(serve, "keeps-clear")
        client.command("EHLO x")
        client.send("STARTTLS\r\nVRFY smuggled\r\n")
        check(client.reply()[0] == 220)
        client.secure(trusting(serve))
        check(client.reply()[0] == 252, "the answer to what was smuggled comes under TLS")
        check(not [e for e in serve.events(client.session, "tls") if e["text"].startswith("discarded")])


@test
def truncation():
    with serving() as serve:
        for name in ("truncates", "drops"):
            client = Client(serve, name).ask_starttls().secure(trusting(serve), suppress_ragged_eofs=False)
            client.send("QUIT\r\n")
            check(name == "drops" or client.reply()[0] == 221)
            reason = refused(client.until_end)
            check("EOF" in reason, reason)
        client = Client(serve, "resets").ask_starttls().hello(trusting(serve)).finish_handshake()
        client.tls.write(b"QUIT\r\n")
        client.send(client.outgoing.read())
        check(refused(client.until_end, ConnectionResetError))


@test
def half_closed_under_tls():
    with serving() as serve:
        client = Client(serve, "half-closes").ask_starttls().secure(trusting(serve), suppress_ragged_eofs=False)
        client.send("QUIT\r\n")
        check(client.until_end() == b"")
        client.send("still here\r\n")
        serve.await_event(client.session, "ending", "half-close")
        end = [e["bytes"] for e in serve.events(client.session, "command")]
        while "still here" not in end:
            end = [e["bytes"] for e in serve.events(client.session, "command")]


@test
def a_delay_in_the_handshake():
    with serving(speed=300) as serve:
        client = Client(serve, "delays").ask_starttls().secure(trusting(serve))
        check(client.mail() == 250)
        events = serve.events(client.session)
        asked = [e["t"] for e in events if e.get("bytes", "").startswith("220 2.0.0 Ready")][0]
        up = serve.await_event(client.session, "tls", "up")["t"]
        check(up - asked >= 300, up, asked)


@test
def a_client_that_says_nothing_times_out():
    with serving(speed=300) as serve:
        client = Client(serve, "times-out").ask_starttls()
        check(client.until_end() == b"")
        check(serve.await_event(client.session, "tls")["text"] == "failed: timeout")


@test
def a_client_certificate_is_required():
    with serving() as serve:
        context = blind()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        client = Client(serve, "wants-client").ask_starttls()
        check("ALERT_HANDSHAKE_FAILURE" in refused(lambda: client.secure(context)))
        client = Client(serve, "wants-client").ask_starttls().secure(blind())  # TLS 1.3 tells it only afterwards
        reason = refused(lambda: client.command("EHLO x"))
        check(reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED", reason)
        check("certificate_required" in serve.await_event(client.session, "tls", "failed")["text"])
        client = Client(serve, "asks-client").ask_starttls().secure(blind())
        client.command("EHLO x")
        check(client.command("MAIL FROM:<a@b.test>")[1] == ["250 2.1.0 nil"])


@test
def faults_of_tls_from_the_first_byte():
    with serving() as serve:
        client = Client(serve, "implicit-expired", greet=False)
        check(refused(lambda: client.secure(trusting(serve))) == "CERTIFICATE_VERIFY_FAILED")
        client = Client(serve, "implicit-silence", greet=False)
        serve.await_event(client.session, "wait", "stall")


@test
def a_second_handshake_after_one_that_was_left():
    with serving() as serve:
        client = Client(serve, "twice").ask_starttls().hello()
        check(client.reply()[0] == 220)
        check(client.secure(trusting(serve)).mail() == 250)


@test
def tls_within_tls_is_refused_to_the_script():
    with serving() as serve:
        client = Client(serve, "begins-twice").ask_starttls().secure(trusting(serve))
        client.command("XYZZY")  # the 220 of the verb
        check(client.reply()[1] == ["250 nil TLS was begun on this connection already"])


main()
