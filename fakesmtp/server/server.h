/* SPDX-License-Identifier: BSD-2-Clause */
/* server.h - plays one host of one scenario on one address: net + smtp + script tied together.
 *
 * Two servers in one process know nothing of each other, except for what their config lets them
 * share. */
#ifndef FAKESMTP_SERVER_SERVER_H
#define FAKESMTP_SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct uv_loop_s;
struct clock;
struct script;
struct transcript;
struct server;
struct copies;
struct tls_context;

struct server_message { /* a message the server took; borrowed for the call */
    uint64_t session, at_ms;
    const char *from;         /* reverse-path, "" for the null one */
    const char *const *rcpts; /* as accepted */
    size_t rcpt_count;
    const char *bytes; /* unstuffed, CRLF as sent; cut at max_size */
    size_t len;
    unsigned copy;  /* how many-th time it came, from 1 (server/copies.h) */
    bool duplicate; /* an earlier copy had been kept */
};

struct server_load { /* what the servers of a process hold together, and the caps on it (0: none) */
    size_t connections, max_connections;
    size_t memory, max_memory; /* bytes of mail, of input and of output that wait */
    uint64_t turned_away;      /* connections over max_connections */
    uint64_t starved;          /* times that accepting paused because no descriptor was free */
    unsigned script_errors;    /* of the servers that are closed, to their last connection */
};

struct server_config {
    struct uv_loop_s *loop;
    struct clock *clock;
    struct script *script;    /* kept until close; may serve several servers */
    size_t host_index;        /* of the scenario */
    const char *hostname;     /* how it calls itself; copied */
    const char *address;      /* literal; copied by the socket */
    unsigned port;            /* 0 takes a free one */
    uint64_t seed;            /* of s:chance(), mixed with the session number */
    uint64_t max_size;        /* of a message, announced as SIZE; 0 = 10 MiB */
    uint64_t *sessions;       /* counter of the run, shared by its servers; kept */
    unsigned worker, workers; /* of several processes this is number `worker`: their session numbers
                                 interleave */
    struct server_load *load; /* shared by the servers of a process; kept; may be NULL */
    struct copies
        *copies; /* shared by the hosts of a scenario; kept; NULL: this host remembers for itself */
    struct tls_context
        *tls; /* shared by the hosts of a run: one CA; kept; NULL: this host has its own */
    struct transcript *transcript;                                       /* may be NULL */
    void (*on_message)(void *ctx, const struct server_message *message); /* may be NULL */
    void *ctx;
};

/* NULL on failure: *why as listener_open gives it, *error (may be NULL) the UV_E... behind it. */
struct server *server_open(const struct server_config *config, int *error, char **why) MUST_CHECK;
unsigned server_port(const struct server *server);
size_t server_sessions_open(const struct server *server);
uint64_t server_connections(const struct server *server); /* so far */
unsigned server_script_errors(const struct server *server);
/* New connections play this script, which must have the host that is played; kept until close.
 * Those that are open go on with the one they began with (script_retire). */
void server_set_script(struct server *server, struct script *script);
/* Stops listening, ends every session with 421 (RFC 5321 3.8); on_closed(ctx), which may be NULL,
 * is called when all sockets are closed. The server is freed then. */
void server_close(struct server *server, void (*on_closed)(void *ctx), void *ctx);

#endif
