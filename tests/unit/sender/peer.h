/* SPDX-License-Identifier: BSD-2-Clause */
/* peer.h - a small SMTP server that misbehaves by rules, on the loop of the test. */
#ifndef TESTS_SENDER_PEER_H
#define TESTS_SENDER_PEER_H

#include <stdbool.h>
#include <uv.h>
#include "util/text.h"

enum peer_then { PEER_GO_ON, PEER_CLOSE, PEER_RESET };

/* The first rule whose match begins the line applies, "" to the connection itself, "." to the end
 * of data and
 * "(body)" to the first piece of the body. No rule: a polite server. */
struct peer_rule {
    const char *match;
    const char *reply; /* raw bytes; NULL: none */
    enum peer_then then;
    unsigned first; /* only the first n times; 0 = always */
    unsigned used;
};

struct peer {
    uv_tcp_t listener;
    struct peer_rule *rules; /* ended by a NULL match */
    unsigned connections, open, most_open, messages, quits;
    struct buf commands; /* every command line, LF behind each */
    struct buf body;     /* the last message, dot-stuffed as it came */
    struct peer_conn *conns;
    bool closing;
};

/* Listens on address:*port (0 takes one and says which); 0 or UV_E... */
int peer_open(struct peer *peer, uv_loop_t *loop, const char *address, unsigned *port,
    struct peer_rule *rules);
void peer_close(struct peer *peer); /* the caller runs the loop before the storage goes */
void peer_deinit(struct peer *peer);

#endif
