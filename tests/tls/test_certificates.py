# SPDX-License-Identifier: BSD-2-Clause
"""Each kind of certificate over the wire: what Python's ssl and openssl s_client, both in earnest, say to it."""
import ssl
import subprocess

from harness import Client, Serve, blind, check, main, need_openssl, refused, test, trusting

# X509_V_ERR_..., as openssl-verification-options(1) numbers them
CODES = {"good": 0, "expired": 10, "not-yet-valid": 9, "self-signed": 18, "wrong-name": 62, "revoked": 0, "unknown-ca": 20,
         "sha1": 68, "weak-key": 66, "no-intermediate": 20}
SCENARIOS = {kind: f'return {{tls = {{cert = "{kind}"}}}}' for kind in CODES}


def careful(serve, **settings):
    context = trusting(serve, **settings)
    context.set_ciphers("DEFAULT@SECLEVEL=2")
    return context


@test
def python_accepts_one_and_says_what_is_wrong_with_the_others():
    with Serve(SCENARIOS) as serve:
        for kind, code in CODES.items():
            client = Client(serve, kind).ask_starttls()
            try:
                client.secure(careful(serve))
                got = 0
            except ssl.SSLCertVerificationError as error:
                got = error.verify_code
            check(got == code, kind, got)


@test
def revoked_for_who_has_the_list():
    with Serve(SCENARIOS) as serve:
        for kind, code in (("revoked", 23), ("good", 0)):
            context = careful(serve, verify_flags=ssl.VERIFY_CRL_CHECK_LEAF)
            context.load_verify_locations(serve.ca + ".crl")
            client = Client(serve, kind).ask_starttls()
            try:
                client.secure(context)
                got = 0
            except ssl.SSLCertVerificationError as error:
                got = error.verify_code
            check(got == code, kind, got)


@test
def opportunistic_clients_take_them_all():  # RFC 7435
    with Serve(SCENARIOS) as serve:
        for kind in CODES:
            context = blind()
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            check(Client(serve, kind).ask_starttls().secure(context).mail() == 250, kind)


@test
def the_name_is_checked_too():
    with Serve(SCENARIOS) as serve:
        for name in ("localhost", "mx.good.test", "127.0.0.1", "::1"):
            Client(serve, "good").ask_starttls().secure(careful(serve), name)
        client = Client(serve, "good").ask_starttls()
        check(refused(lambda: client.secure(careful(serve), "mx.other.test")) == "CERTIFICATE_VERIFY_FAILED")


def s_client(serve, kind, *options):
    return subprocess.run(
        ["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{serve.ports[kind]}", "-CAfile", serve.ca,
         "-verify_hostname", "localhost", "-cipher", "DEFAULT@SECLEVEL=2", *options],
        input="QUIT\r\n", capture_output=True, text=True, check=False, timeout=20)


@test
def openssl_s_client_says_the_same():
    need_openssl()
    with Serve(SCENARIOS) as serve:
        for kind, code in CODES.items():
            done = s_client(serve, kind)
            wanted = f"verify error:num={code}:" if code else "verify return:1"
            check(wanted in done.stderr and (code or "verify error" not in done.stderr), kind, done.stderr)
        done = s_client(serve, "revoked", "-crl_check", "-CRL", serve.ca + ".crl")
        check("certificate revoked" in done.stdout + done.stderr, done)
        done = s_client(serve, "good", "-crl_check", "-CRL", serve.ca + ".crl", "-verify_return_error")
        check(done.returncode == 0 and "Verification: OK" in done.stdout, done)


@test
def without_the_ca_the_good_one_is_unknown():
    with Serve(SCENARIOS) as serve, Serve(SCENARIOS) as other:
        client = Client(serve, "good").ask_starttls()
        check(refused(lambda: client.secure(trusting(other))) == "CERTIFICATE_VERIFY_FAILED")


main()
