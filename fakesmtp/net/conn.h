/* SPDX-License-Identifier: BSD-2-Clause */
/* conn.h - one accepted TCP connection: bytes both ways, and the four ways to end it.
 *
 * Knows no SMTP. The loop owns the memory until the socket is closed; after on_closed the conn is gone. */
#ifndef FAKESMTP_NET_CONN_H
#define FAKESMTP_NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"

struct uv_stream_s;
struct conn;
struct clock;

struct conn_handler { /* ctx is what conn_accept was given */
    /* Bytes came; borrowed for the call. */
    void (*on_bytes)(void *ctx, const char *bytes, size_t len);
    /* The peer closed its side (error 0) or the connection broke (negative UV_E...). Called once at the most. */
    void (*on_eof)(void *ctx, int error);
    /* The socket is closed; called once, last. The conn is freed when it returns. */
    void (*on_closed)(void *ctx);
};

/* Accepts from a listening stream and starts reading. scratch (scratch_len bytes) is the read buffer, shared by all
 * connections of a loop and kept until on_closed. NULL when the accept failed: *error is a negative UV_E... */
struct conn *conn_accept(struct uv_stream_s *listener, struct clock *clock, char *scratch, size_t scratch_len,
    const struct conn_handler *handler, void *ctx, int *error) MUST_CHECK;

const char *conn_peer(const struct conn *conn); /* "127.0.0.1:40123" */

/* Writes as much as the socket takes now, queues the rest. bytes are copied. Nothing happens once an end began. */
void conn_write(struct conn *conn, const char *bytes, size_t len);
size_t conn_unsent(const struct conn *conn); /* bytes still queued */

void conn_pause(struct conn *conn);  /* stop reading; the peer's window fills */
void conn_resume(struct conn *conn);

void conn_finish(struct conn *conn);     /* what is queued, FIN, read until the peer closes (a minute at most), close */
void conn_drop(struct conn *conn);       /* close now; the kernel sends RST if the peer's bytes lie unread */
void conn_reset(struct conn *conn);      /* RST */
void conn_half_close(struct conn *conn); /* what is queued, then FIN; reading goes on */
bool conn_ending(const struct conn *conn);

#endif
