/* SPDX-License-Identifier: BSD-2-Clause */
/* knocks.h - connections that were asked for and never came about: what no server sees of a sender.
 *
 * Inside a box the network is ours alone, so its packets can be looked at: a refusal is a reset
 * that answers a SYN, and a black hole is a SYN to it. */
#ifndef FAKESMTP_SUITE_KNOCKS_H
#define FAKESMTP_SUITE_KNOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct uv_loop_s;
struct knocks;

enum knock_kind {
    KNOCK_SYN,     /* somebody asks for a connection; repeated ones are told of once */
    KNOCK_REFUSED, /* and is told that nobody listens (RFC 9293 3.5.2) */
};

struct knock {
    enum knock_kind kind;
    char address[46]; /* that was asked for, as text */
    unsigned from;    /* the client's port */
};

typedef void knocks_on_knock(void *ctx, const struct knock *knock);

/* Listens on the loopback interface for what concerns TCP port `port`. loop is kept until close.
 * NULL with *why (caller frees) where the kernel shows no packets: that needs CAP_NET_RAW. */
struct knocks *knocks_open(struct uv_loop_s *loop, unsigned port, knocks_on_knock *on_knock,
    void *ctx, char **why) MUST_CHECK;
/* Memory goes once the loop has run; NULL is fine. */
void knocks_close(struct knocks *knocks);

/* An IP packet of len bytes: whether it is a knock at that port. Pure. */
bool knock_read(const uint8_t *packet, size_t len, unsigned port, struct knock *knock);

#endif
