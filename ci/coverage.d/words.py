# SPDX-License-Identifier: BSD-2-Clause
"""The words of the scenario language (fakesmtp-scenario(5)), and the scenarios that use each."""

# key of the scenario -> words that may stand in its value
WORDS = {
    "listen addresses addresses6": "refuse blackhole reset lasting times buffer",
    "dns": "nxdomain nodata servfail refused silent truncated late wrong_id lame tcp first records at",
    "tls starttls": "expired not-yet-valid self-signed wrong-name revoked unknown-ca sha1 weak-key no-intermediate versions"
                    " ciphers client_cert silence garbage close reset alert plain client-hello server-hello delay inject"
                    " discard close_notify implicit",
    "extensions": "pipelining size chunking auth limits dsn 8bitmime smtputf8 binarymime prdr enhancedstatuscodes announced"
                  " hidden false",
    "send": "to size nobody",
}
# keys and verbs that count wherever they stand
VERBS = ("sleep stall finish drop reset half_close starttls send reply line command data drip split flush stop_reading"
         " read pending chance now keep").split()
KEYS = "users lmtp proxy dialogue mx addresses addresses6 tls extensions".split()


def used(scenarios):
    """[(what, names, remark, is a hole)]"""
    for keys, words in WORDS.items():
        for word in words.split():
            names = [n for n, s in scenarios.items() if any(text == word or (kind == "string" and text.lower() == word)
                     for key in keys.split() for kind, text in s.stage(key))]
            yield f"{keys.split()[0]}: {word}", names, "" if names else "no scenario uses this word", not names
    for verb in VERBS:
        names = [n for n, s in scenarios.items()
                 if any(s.all[i:i + 3] == [("word", "s"), ("other", ":"), ("word", verb)] for i in range(len(s.all)))]
        yield f"s:{verb}()", names, "" if names else "no scenario uses this verb", not names
    for key in KEYS:
        names = [n for n, s in scenarios.items() if key in s.values]
        yield f"{key} =", names, "" if names else "no scenario has this key", not names
