/* SPDX-License-Identifier: BSD-2-Clause */
/* tls.h - the server's side of TLS on one connection: a filter between bytes of the wire and bytes
 * of the talk.
 *
 * Knows no socket: the owner feeds it what came and sends what it wants sent. It can stop on
 * purpose in the middle of a handshake, after the ClientHello or the ServerHello; what the owner
 * does then is the owner's. */
#ifndef FAKESMTP_NET_TLS_H
#define FAKESMTP_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"
#include "util/tlsplan.h"

struct ssl_ctx_st;
struct clock;
struct tls;

enum tls_news {
    TLS_UP,      /* the handshake is done: tls_facts() */
    TLS_STOPPED, /* as the plan wanted it; the filter may be freed */
    TLS_FAILED, /* why says what; nothing goes through any more. An alert was sent where one is due.
                 */
    TLS_CLOSED, /* the peer's close_notify (RFC 8446 6.1): it says no more */
};

struct tls_handler { /* ctx is what tls_new was given; none may free the filter, save where on_news
                        says so */
    void (*on_wire)(
        void *ctx, const char *bytes, size_t len); /* to be sent; borrowed for the call */
    void (*on_plain)(
        void *ctx, const char *bytes, size_t len); /* what the peer said; borrowed for the call */
    void (*on_news)(void *ctx, enum tls_news news,
        const char *why); /* STOPPED, FAILED, CLOSED come last of a call */
};

struct tls_facts { /* borrowed until the filter is freed; NULL where there is none */
    const char *version, *cipher, *sni; /* "TLSv1.3", "TLS_AES_256_GCM_SHA384", RFC 6066 3 */
    const char *client_cert;            /* subject, "CN = client" */
};

/* context: the caller's reference is taken. plan is borrowed. NULL when OpenSSL has no memory. */
struct tls *tls_new(struct ssl_ctx_st *context, const struct tls_plan *plan, struct clock *clock,
    const struct tls_handler *handler, void *ctx) MUST_CHECK;
void tls_free(struct tls *tls); /* NULL is fine */

void tls_feed(struct tls *tls, const char *bytes, size_t len); /* what came from the wire */
void tls_write(
    struct tls *tls, const char *bytes, size_t len); /* dropped unless the handshake is done */
void tls_close(struct tls *tls);                     /* sends close_notify, if the plan lets it */
void tls_facts(struct tls *tls, struct tls_facts *facts);

/* tls_feed(n octets) may call on_plain with as many and these more, which it held back as half a
 * record. */
enum { TLS_CARRY = 17 * 1024 };

#endif
