/* SPDX-License-Identifier: BSD-2-Clause */
/* internal.h - what the files of server/ share: a server, one of its connections, and who does what
 * to it. */
#ifndef FAKESMTP_SERVER_INTERNAL_H
#define FAKESMTP_SERVER_INTERNAL_H

#include "net/tls.h"
#include "script/script.h"
#include "server/copies.h"
#include "server/server.h"
#include "smtp/dotread.h"
#include "smtp/linebuf.h"
#include "util/clock.h"
#include "util/transcript.h"

struct address;
struct conn;
struct connection;
struct listener;

enum {
    LINE_MAX_OCTETS = 12288, /* RFC 5321 4.5.3.1.4 asks for 512; a response to AUTH may have this
                                many: RFC 4954 4 */
    INPUT_MAX = 64 * 1024,   /* pipelined input that may wait while a script sleeps */
    SCRATCH = 64 * 1024,
    OUTPUT_MAX = 1024 * 1024, /* what may wait for a client that does not read */
};

struct server {
    struct server_config config;
    char *hostname;
    struct listener *listener;
    struct connection *first; /* of the open ones */
    size_t open;
    uint64_t connections;
    unsigned script_errors;
    char *told; /* the last of them: where it happens again, its traceback is not shown again */
    enum scenario_listen listen; /* what the listener does now */
    struct clock_timer listen_timer;
    struct copies *copies;      /* config.copies, or our own */
    struct tls_context *tls;    /* config.tls, or our own, made when first needed */
    struct buf out;             /* what speaker says, until its script waits: one runs at a time */
    struct connection *speaker; /* NULL: nothing is gathered */
    /* Read buffer of all connections: what is read is used up before the next read. */
    char *scratch;
    bool closing, crowded;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

enum wanting {
    WANT_NOTHING,
    WANT_LINE,
    WANT_BYTES,
    WANT_DATA,
    WANT_CHUNK,
    WANT_SLEEP,
    WANT_DRAIN,
    WANT_TLS
};

struct envelope {
    char *from; /* NULL: no transaction */
    char **rcpts;
    size_t count;
};

struct connection {
    struct connection *next, **self; /* in server->first */
    struct server *server;
    struct script *script; /* the one it began with: a reload does not change it */
    struct conn *conn;
    struct script_run *run;
    struct linebuf in;
    struct dotread *data;          /* the message being read, or read last */
    struct copies_message message; /* the one that came last; id 0: none yet */
    struct clock_timer timer;      /* sleep, or the timeout of a wait */
    uint64_t session, random;
    uint64_t left;     /* WANT_BYTES, WANT_CHUNK: so many are still to come */
    const char *stage; /* static text */
    char *tls_trouble; /* WANT_TLS: why it could not even begin */
    struct envelope envelope;
    size_t weight; /* its share of config.load->memory */
    int lost;      /* negative UV_E... when the connection broke */
    unsigned char wanting;
    bool last_chunk, swallow;
    bool peer_gone, over;
    bool mute_for_ever;     /* stalls: what comes in is nobody's */
    bool choked;            /* more output than OUTPUT_MAX */
    bool has_message, kept; /* a message has come whole; the last one was kept */
};

/* connection.c: owns fd from here on and plays the scenario; it frees itself and calls
 * server_forget. */
void connection_open(struct server *server, int fd, const struct address *from);
void connection_end(struct connection *connection); /* 421 and finish */

/* connection.c, for feed.c and asks.c */
void connection_after_script(
    struct connection *connection, enum script_state state); /* it may be ending then */
void connection_out_of_memory(struct connection *connection);
void connection_record(struct connection *connection, struct transcript_event event);
void connection_record_text(
    struct connection *connection, enum transcript_kind kind, const char *text);
void connection_send(struct connection *connection, const char *bytes, size_t len);
void connection_flush(struct connection *connection);
void connection_forget_data(struct connection *connection);
void connection_set_timer(struct connection *connection, double seconds); /* < 0: none */
enum script_input connection_take_line(
    struct connection *connection, const char **line, size_t *len);

void connection_gone(
    struct connection *connection, int error); /* the peer; error: negative UV_E... or 0 */

/* secure.c: TLS as a script asks for it; the script is told later */
void connection_start_tls(struct connection *connection, const struct script_starttls *wish);
void connection_tls_failed(
    struct connection *connection, const char *why); /* while WANT_TLS: timeout, or the peer left */
void connection_on_tls(void *ctx, enum tls_news news, const char *why); /* of struct conn_handler */

/* feed.c: gives the script what it waits for, as long as there is some */
void connection_pump(struct connection *connection);
void connection_on_timer(struct clock_timer *timer);

/* asks.c: what a script may ask of its connection */
extern const struct script_host connection_host;
void envelope_deinit(struct envelope *envelope);

void server_remember(struct server *server, struct connection *connection);
void server_forget(struct server *server, struct connection *connection);
uint64_t server_next_session(struct server *server);

#endif
