/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.h - an address that accepts connections, or does not on purpose. Knows no SMTP.
 *
 * It accepts by itself and not through uv_listen: libuv answers a lack of descriptors by closing
 * the connections it cannot serve, or by spinning. Here accepting pauses, the clients wait in the
 * backlog, and everybody else goes on. */
#ifndef FAKESMTP_NET_LISTENER_H
#define FAKESMTP_NET_LISTENER_H

#include <stdbool.h>
#include "util/require.h"

struct uv_loop_s;
struct address;
struct listener;

enum listener_kind {
    LISTENER_ACCEPT = 0,
    LISTENER_REFUSE, /* the port is bound, so it is nobody else's, but nobody listens: ECONNREFUSED
                      */
    LISTENER_BLACKHOLE, /* connection requests are dropped unanswered: the client's connect times
                           out */
};

struct listener_config {
    struct uv_loop_s *loop; /* kept until close */
    const char *address;    /* literal, or "unix:PATH"; copied */
    unsigned port;          /* 0 takes a free one */
    enum listener_kind kind;
    bool share_port;         /* other processes listen on the same port: SO_REUSEPORT */
    unsigned receive_buffer; /* SO_RCVBUF of its connections; 0: the kernel's choice */
    /* A connection: fd is taken, non-blocking; from is borrowed. */
    void (*on_connection)(void *ctx, int fd, const struct address *from);
    /* No descriptor or no memory is free (a negative UV_E...): accepting pauses. Once per burst;
     * may be NULL. */
    void (*on_starved)(void *ctx, int error);
    void *ctx;
};

/* NULL on failure with *why = "cannot listen on 127.0.0.1:25: address already in use" (caller
 * frees) and, when error is not NULL, *error = the negative UV_E... behind it. */
struct listener *listener_open(
    const struct listener_config *config, int *error, char **why) MUST_CHECK;
unsigned listener_port(const struct listener *listener); /* 0 for a unix socket */
/* From now on it accepts, whatever it was. 0 or a negative UV_E... */
int listener_accept(struct listener *listener);
void listener_room(struct listener
        *listener); /* a descriptor became free: a starved listener tries again at once */
void listener_close(
    struct listener *listener); /* memory goes once the loop has run; NULL is fine */

/* Binds without listening, so that processes which share the port (share_port) can find it by
 * number, and nobody else can take it. Takes *port, or a free one when that is 0, and says which. A
 * descriptor, or a negative UV_E... */
int listener_reserve(const char *address, unsigned *port);

#endif
