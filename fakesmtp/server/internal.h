/* SPDX-License-Identifier: BSD-2-Clause */
/* internal.h - what server.c and connection.c share. */
#ifndef FAKESMTP_SERVER_INTERNAL_H
#define FAKESMTP_SERVER_INTERNAL_H

#include "server/server.h"

struct uv_stream_s;
struct connection;

enum {
    LINE_MAX_OCTETS = 4096,   /* RFC 5321 4.5.3.1.4 asks for 512, its extensions for more; ours is generous */
    INPUT_MAX = 64 * 1024,    /* pipelined input that may wait while a script sleeps */
    SCRATCH = 64 * 1024,
};

struct server {
    struct server_config config;
    char *hostname;
    struct listener *listener;
    struct connection *first; /* of the open ones */
    size_t open;
    uint64_t connections;
    unsigned script_errors;
    char *scratch;            /* read buffer of all connections: what is read is used up before the next read */
    bool closing;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* connection.c: accepts from the listener and plays the scenario; it frees itself and calls server_forget. */
void connection_open(struct server *server, struct uv_stream_s *stream);
void connection_end(struct connection *connection); /* 421 and finish */
struct connection *connection_next(struct connection *connection);

void server_remember(struct server *server, struct connection *connection);
void server_forget(struct server *server, struct connection *connection);

struct connection_links {
    struct connection *next, **self;
};
struct connection_links *connection_links(struct connection *connection);

#endif
