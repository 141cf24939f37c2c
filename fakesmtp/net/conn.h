/* SPDX-License-Identifier: BSD-2-Clause */
/* conn.h - one accepted connection, TCP or unix: bytes both ways, in what pieces they go, and the
 * four ways to end it.
 *
 * Knows no SMTP. The loop owns the memory until the socket is closed; after on_closed the conn is
 * gone. */
#ifndef FAKESMTP_NET_CONN_H
#define FAKESMTP_NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include "net/tls.h"
#include "util/require.h"

struct uv_loop_s;
struct address;
struct conn;
struct clock;
struct shape_spec;

struct conn_handler { /* ctx is what conn_accept was given */
    /* Bytes came; borrowed for the call. */
    void (*on_bytes)(void *ctx, const char *bytes, size_t len);
    /* The peer closed its side (error 0) or the connection broke (negative UV_E...). Called once at
     * the most. */
    void (*on_eof)(void *ctx, int error);
    /* All that was written has gone to the kernel; never called inside conn_write or conn_shape. */
    void (*on_drained)(void *ctx);
    /* The socket is closed; called once, last. The conn is freed when it returns. */
    void (*on_closed)(void *ctx);
    /* News of the TLS filter, save TLS_CLOSED, which is on_eof. After TLS_STOPPED the connection is
     * in clear again. */
    void (*on_tls)(void *ctx, enum tls_news news, const char *why);
};

/* Takes a connected, non-blocking socket and starts reading. from is borrowed; scratch (scratch_len
 * bytes) is the read buffer, shared by all connections of a loop and kept until on_closed. NULL:
 * *error is a negative UV_E..., fd is closed. */
struct conn *conn_open(struct uv_loop_s *loop, int fd, const struct address *from,
    struct clock *clock, char *scratch, size_t scratch_len, const struct conn_handler *handler,
    void *ctx, int *error) MUST_CHECK;

const char *conn_peer(const struct conn *conn); /* "127.0.0.1:40123" */

/* Writes as much as the socket takes now, queues the rest. bytes are copied. Nothing happens once
 * an end began. */
void conn_write(struct conn *conn, const char *bytes, size_t len);
size_t conn_unsent(const struct conn *conn); /* bytes still queued or held back by a shape */
/* The pieces in which bytes go to the socket from now on (shape.h), below a TLS filter; NULL: as
 * they come. */
void conn_shape(struct conn *conn, const struct shape_spec *spec);

/* What comes and goes from now on is TLS, and we are its server. context is taken. False: no
 * memory. */
bool conn_start_tls(
    struct conn *conn, struct ssl_ctx_st *context, const struct tls_plan *plan) MUST_CHECK;
void conn_tls_facts(struct conn *conn, struct tls_facts *facts); /* all NULL without TLS */

void conn_pause(struct conn *conn); /* stop reading; the peer's window fills */
void conn_resume(struct conn *conn);
/* Stops reading for good: resume does nothing any more. That the peer left is still told, if it
 * left with a RST or if its FIN can reach us. receive_buffer, unless 0, is what the kernel may hold
 * from now on. */
void conn_deafen(struct conn *conn, unsigned receive_buffer);

/* Finish and half_close send TLS's close_notify before the FIN; drop and reset do not. */
void conn_finish(struct conn
        *conn); /* what is queued, FIN, read until the peer closes (a minute at most), close */
void conn_hurry(struct conn *conn); /* the peer gets half a second for that, now and later */
void conn_drop(
    struct conn *conn); /* close now; what is queued is lost; RST if the peer's bytes lie unread */
void conn_reset(struct conn *conn);      /* RST now; what is queued is lost */
void conn_half_close(struct conn *conn); /* what is queued, then FIN; reading goes on */
bool conn_ending(const struct conn *conn);

#endif
