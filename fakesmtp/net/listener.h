/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.h - a TCP address that accepts connections, or refuses them on purpose. Knows no SMTP. */
#ifndef FAKESMTP_NET_LISTENER_H
#define FAKESMTP_NET_LISTENER_H

#include "util/require.h"

struct uv_loop_s;
struct uv_stream_s;
struct listener;

enum listener_kind {
    LISTENER_ACCEPT = 0,
    LISTENER_REFUSE, /* the port is bound, so it is nobody else's, but nobody listens: ECONNREFUSED */
};

/* Opens address:port (literals; port 0 takes a free one). on_connection(ctx, stream) must accept from stream.
 * NULL on failure with *why = "cannot listen on 127.0.0.1:25: address already in use" (caller frees) and, when
 * error is not NULL, *error = the negative UV_E... behind it. loop is kept until close. */
struct listener *listener_open(struct uv_loop_s *loop, const char *address, unsigned port, enum listener_kind kind,
    void (*on_connection)(void *ctx, struct uv_stream_s *stream), void *ctx, int *error, char **why) MUST_CHECK;
unsigned listener_port(const struct listener *listener);
void listener_close(struct listener *listener); /* memory goes once the loop has run; NULL is fine */

/* Splits "127.0.0.1:2525", "[::1]:0" or ":2525" (any IPv4 address) into a literal (caller frees) and a port.
 * NULL and *why (caller frees) when it is none. */
char *listener_parse(const char *text, unsigned *port, char **why) MUST_CHECK;

#endif
