# SPDX-License-Identifier: BSD-2-Clause
"""TLS as it should be: STARTTLS (RFC 3207), TLS from the first byte, what is forgotten, what is recorded."""
import os
import smtplib
import ssl
import subprocess
import tempfile

from harness import FAKESMTP, Client, Serve, blind, check, main, need_openssl, refused, test, trusting

SCENARIOS = {
    "plain": "return {}",
    "offers": "return {tls = true}",
    "implicit": "return {tls = {implicit = true}}",
    "facts": """return {tls = true, mail = function(s)
        if not s.tls then return "530 5.7.0 Must issue a STARTTLS command first" end
        return "250 2.1.0 " .. s.tls.version .. " " .. s.tls.cipher .. " " .. tostring(s.tls.sni)
            .. " " .. tostring(s.tls.client_cert)
      end}""",
    "asks-first": """return {starttls = function(s) if s.helo == "trusted.test" then return nil end
        return "454 4.7.0 Not for you" end}""",
    "by-verb": """return {starttls = function(s)
        local up, why = s:starttls{cert = "good"}
        s.notes.up = up
      end, quit = function(s) return "221 2.0.0 " .. tostring(s.notes.up) end}""",
}


@test
def announced_only_where_the_scenario_speaks_of_it():
    with Serve(SCENARIOS) as serve:
        code, lines = Client(serve, "plain").command("EHLO x")
        check(code == 250 and not any("STARTTLS" in line for line in lines), lines)
        check(Client(serve, "plain").command("STARTTLS")[0] == 500)
        code, lines = Client(serve, "offers").command("EHLO x")
        check("250 STARTTLS" in lines, lines)
        client = Client(serve, "offers")
        check(client.command("STARTTLS now")[0] == 501)  # RFC 3207 4


@test
def a_message_through_starttls_with_smtplib():
    with Serve(SCENARIOS) as serve:
        with smtplib.SMTP("localhost", serve.ports["offers"], timeout=20) as client:
            client.starttls(context=trusting(serve))
            check(not client.esmtp_features, "smtplib has to say EHLO again")
            check(client.sendmail("a@origin.test", ["b@rcpt.test"], "Subject: x\r\n\r\nhello") == {})
            check("starttls" not in client.esmtp_features)  # RFC 3207 4.2
        serve.await_event(1, "kept")
        tls = serve.events(1, "tls")
        check(len(tls) == 1 and tls[0]["text"].startswith("up: TLSv1.3, TLS_") and tls[0]["text"].endswith("SNI localhost"), tls)
        check(tls[0]["stage"] == "starttls", tls)


@test
def a_message_over_tls_from_the_first_byte():
    with Serve(SCENARIOS) as serve:
        with smtplib.SMTP_SSL("localhost", serve.ports["implicit"], timeout=20, context=trusting(serve)) as client:
            client.ehlo()
            check("starttls" not in client.esmtp_features)
            check(client.sendmail("a@origin.test", ["b@rcpt.test"], "Subject: x\r\n\r\nhello") == {})
        serve.await_event(1, "kept")


@test
def the_server_knows_nothing_of_what_was_said_in_clear():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().secure(trusting(serve))
        check(client.command("MAIL FROM:<a@origin.test>")[0] == 503)  # EHLO first: RFC 3207 4.2
        code, lines = client.command("EHLO x")
        check(code == 250 and not any("STARTTLS" in line for line in lines), lines)
        check(client.command("STARTTLS")[0] == 503)
        check(client.mail() == 250)


@test
def a_transaction_in_clear_is_gone():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers")
        client.command("EHLO x")
        check(client.command("MAIL FROM:<a@origin.test>")[0] == 250)
        check(client.command("STARTTLS")[0] == 220)
        client.secure(trusting(serve))
        client.command("EHLO x")
        check(client.command("RCPT TO:<b@rcpt.test>")[0] == 503)


@test
def commands_put_behind_starttls_in_clear_are_discarded():  # CVE-2011-0411
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers")
        client.command("EHLO x")
        client.send("STARTTLS\r\nNOOP\r\nMAIL FROM:<evil@origin.test>\r\n")
        check(client.reply()[0] == 220)
        client.secure(trusting(serve))
        code, lines = client.command("EHLO y")
        check(code == 250 and lines[0].startswith("250-mx.offers.test"), lines)
        check(client.command("RCPT TO:<b@rcpt.test>")[0] == 503)
        check(serve.await_event(client.session, "tls", "discarded")["text"].startswith("discarded: 36 octets"))


@test
def scripts_see_the_facts():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "facts")
        client.command("EHLO x")
        check(client.command("MAIL FROM:<a@origin.test>")[0] == 530)
        check(client.command("STARTTLS")[0] == 220)
        client.secure(trusting(serve))
        client.command("EHLO x")
        _, lines = client.command("MAIL FROM:<a@origin.test>")
        version, cipher, sni, certificate = lines[0].split()[2:]
        check((version, cipher) == (client.sock.version(), client.sock.cipher()[0]), lines)
        check((sni, certificate) == ("localhost", "nil"), lines)


@test
def a_handler_answers_or_behaves_or_does_it_itself():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "asks-first")
        client.command("EHLO stranger.test")
        check(client.command("STARTTLS")[0] == 454)
        client.command("EHLO trusted.test")
        check(client.command("STARTTLS")[0] == 220)
        client.secure(trusting(serve))
        check(client.mail() == 250)
        client = Client(serve, "by-verb").ask_starttls().secure(trusting(serve))
        check(client.mail() == 250)
        check(client.command("QUIT")[1] == ["221 2.0.0 true"])


@test
def the_connection_ends_with_close_notify():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().secure(trusting(serve), suppress_ragged_eofs=False)
        check(client.command("QUIT")[0] == 221)
        check(client.until_end() == b"")  # else ssl.SSLEOFError
        serve.await_event(client.session, "ending", "finish")


@test
def the_clients_close_notify_is_answered_and_ends_the_session():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls().secure(trusting(serve))
        plain = client.sock.unwrap()  # waits for the server's close_notify
        check(plain.recv(1) == b"")
        serve.await_event(client.session, "ending", "closed-by-client")


@test
def the_key_log_holds_what_the_client_knows():
    with tempfile.TemporaryDirectory() as folder:
        log, own = os.path.join(folder, "server-keys"), os.path.join(folder, "client-keys")
        with Serve(SCENARIOS, "--tls-keylog", log) as serve:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = trusting(serve, maximum_version=version, keylog_filename=own)
                check(Client(serve, "offers").ask_starttls().secure(context).mail() == 250)
        lines = [set(open(path, encoding="ascii").read().splitlines()) for path in (log, own)]
        secrets = [{line for line in some if line and not line.startswith("#")} for some in lines]
        check(secrets[1] and secrets[1] <= secrets[0], secrets)
        check(any(line.startswith("CLIENT_RANDOM ") for line in secrets[0]), secrets)
        check(os.stat(log).st_mode & 0o77 == 0, "secrets are for their owner")


@test
def a_certificate_of_ones_own():
    need_openssl()
    with Serve(SCENARIOS) as other:
        cert, key = other.path("own.pem"), other.path("own.key")
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                               "-subj", "/CN=own.test", "-addext", "subjectAltName=DNS:own.test", "-out", cert, "-keyout",
                               key], capture_output=True, text=True, check=False)
        check(made.returncode == 0, made.stderr)
        with Serve(SCENARIOS, "--tls-cert", cert, "--tls-key", key) as serve:
            context = ssl.create_default_context(cafile=cert)
            check(Client(serve, "offers").ask_starttls().secure(context, "own.test").mail() == 250)
        for options in (["--tls-cert", cert], ["--tls-cert", key, "--tls-key", cert], ["--tls-ca", "/nonexistent/ca"]):
            done = subprocess.run([FAKESMTP, "serve", "--listen", "127.0.0.1:0", *options, other.path("offers.lua")],
                                  capture_output=True, text=True, check=False)
            check(done.returncode == 2 and "fakesmtp serve: " in done.stderr, options, done)


@test
def what_is_misspelt_is_found_when_the_file_is_loaded():
    wrong = {
        'tls = {crt = "good"}': "did you mean 'cert'",
        'tls = {cert = "epired"}': "'epired' is none of good, expired",
        'tls = {versions = {"1.2", "1.4"}}': "'1.4' is none of 1.0, 1.1, 1.2, 1.3",
        'tls = {abort = "alert", after = "reply"}': "an alert answers the ClientHello",
        'tls = {abort = "close", alert = "unknown_ca"}': 'goes with abort = "alert"',
        'tls = {alert = "unknown-ca"}': "is none of",
        "tls = {delay = -1}": "seconds from 0 up",
        'tls = "yes"': "true, or a table",
        "starttls = 454": "a function, a reply",
    }
    with Serve(SCENARIOS) as serve:
        for text, told in wrong.items():
            path = serve.path("wrong.lua")
            with open(path, "w", encoding="utf-8") as file:
                file.write("--- x\nreturn {\n  " + text + "\n}\n")
            done = subprocess.run([FAKESMTP, "serve", "--listen", "127.0.0.1:0", path], capture_output=True, text=True,
                                  check=False)
            check(done.returncode == 2 and told in done.stderr and "wrong.lua:3: " in done.stderr, text, done.stderr)


@test
def a_client_that_trusts_nobody_says_so():
    with Serve(SCENARIOS) as serve:
        client = Client(serve, "offers").ask_starttls()
        check(refused(lambda: client.secure(ssl.create_default_context())) == "CERTIFICATE_VERIFY_FAILED")
        text = serve.await_event(client.session, "tls")["text"]
        check(text == "failed: the client sent the alert unknown_ca", text)
        check(Client(serve, "offers").ask_starttls().secure(blind()).mail() == 250)


main()
