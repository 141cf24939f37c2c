/* SPDX-License-Identifier: BSD-2-Clause */
/* tlsplan.h - how a server is to do TLS, and which of it is to go wrong: plain data.
 *
 * A scenario writes it (script/), a socket does it (net/); neither knows the other, both know this.
 * Zeroed is a server that does everything right: a certificate of the run's CA, TLS 1.2 and 1.3,
 * the library's ciphers. */
#ifndef FAKESMTP_UTIL_TLSPLAN_H
#define FAKESMTP_UTIL_TLSPLAN_H

#include <stdbool.h>
#include <stddef.h>

#define TLS_CERTS(X)                                                                               \
    X(GOOD, "good")                   /* signed by the run's CA, for this host and localhost */    \
    X(EXPIRED, "expired")             /* since a month */                                          \
    X(NOT_YET_VALID, "not-yet-valid") /* in a month */                                             \
    X(SELF_SIGNED, "self-signed")                                                                  \
    X(WRONG_NAME, "wrong-name")           /* of a host that is not this one */                     \
    X(REVOKED, "revoked")                 /* listed in the CRL that --tls-ca writes */             \
    X(UNKNOWN_CA, "unknown-ca")           /* signed by a CA that nobody was told of */             \
    X(SHA1, "sha1")                       /* the signature is ecdsa-with-SHA1 */                   \
    X(WEAK_KEY, "weak-key")               /* RSA, 1024 bit */                                      \
    X(NO_INTERMEDIATE, "no-intermediate") /* signed by a CA below the run's, which is not sent */

#define TLS_ABORTS(X)                                                                              \
    X(NONE, "none")                                                                                \
    X(SILENCE, "silence") /* nothing more is said */                                               \
    X(GARBAGE, "garbage") /* bytes that are no TLS record, then silence */                         \
    X(CLOSE, "close")     /* FIN */                                                                \
    X(RESET, "reset")     /* RST */                                                                \
    X(ALERT, "alert")     /* a fatal alert, then the connection ends in order */                   \
    X(PLAIN, "plain")     /* the server forgets about TLS and goes on in clear text */

#define TLS_AFTERS(X)                                                                              \
    X(REPLY, "reply")               /* right behind the 220 */                                     \
    X(CLIENT_HELLO, "client-hello") /* once the ClientHello is here */                             \
    X(SERVER_HELLO,                                                                                \
        "server-hello") /* once our ServerHello is out, and nothing else of the flight */

#define TLS_CLIENT_CERTS(X) X(IGNORE, "ignore") X(REQUEST, "request") X(REQUIRE, "require")

#define X(id, name) TLS_CERT_##id,
enum tls_cert { TLS_CERTS(X) TLS_CERT_KINDS };
#undef X
#define X(id, name) TLS_ABORT_##id,
enum tls_abort { TLS_ABORTS(X) TLS_ABORT_KINDS };
#undef X
#define X(id, name) TLS_AFTER_##id,
enum tls_after { TLS_AFTERS(X) TLS_AFTER_KINDS };
#undef X
#define X(id, name) TLS_CLIENT_CERT_##id,
enum tls_client_cert { TLS_CLIENT_CERTS(X) TLS_CLIENT_CERT_KINDS };
#undef X

/* NULL-terminated, in the order of the enums. */
extern const char *const tls_cert_names[],
    *const tls_abort_names[], *const tls_after_names[],
                                  *const tls_client_cert_names[],
                                      *const tls_version_names[]; /* "1.0" ... "1.3" */
enum { TLS_VERSIONS = 4 };

struct tls_plan {
    enum tls_cert cert;
    unsigned versions;   /* bit n: the n-th of tls_version_names; 0: 1.2 and 1.3 */
    const char *ciphers; /* a cipher list of OpenSSL (ciphers(1ssl)), suites of TLS 1.3 among them;
                            NULL: its default */
    enum tls_client_cert client_cert;
    enum tls_abort abort;
    enum tls_after after; /* when to abort */
    unsigned alert;       /* for TLS_ABORT_ALERT: its number */
    double delay;         /* seconds between ClientHello and our answer */
    bool no_close_notify; /* the connection ends without one: to a client that looks like a
                             truncation */
};

/* Alerts by their names in RFC 8446 6 and RFC 5246 7.2: "handshake_failure" is 40. */
int tls_alert_number(const char *name);      /* -1: no such alert */
const char *tls_alert_name(unsigned number); /* "alert 123" is not named: NULL */
extern const char *const tls_alert_names[];  /* NULL-terminated */

#endif
