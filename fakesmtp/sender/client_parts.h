/* SPDX-License-Identifier: BSD-2-Clause */
/* client_parts.h - where client.c (socket, timer, bytes) and dialogue.c (what SMTP says) meet. */
#ifndef FAKESMTP_SENDER_CLIENT_PARTS_H
#define FAKESMTP_SENDER_CLIENT_PARTS_H

#include <uv.h>
#include "sender/body.h"
#include "sender/client.h"
#include "sender/replyread.h"
#include "util/clock.h"

struct client {
    uv_tcp_t socket;
    struct clock *clock;
    struct clock_timer timer;
    struct client_job job;
    client_on_done *on_done;
    void *ctx;
    struct client_result result;
    struct replyread reply;
    enum phase phase;
    size_t awaited; /* replies owed to us */
    bool muted;     /* the server has spoken out of turn: nothing more is sent */
    bool closing;
    bool pipelining, size, eightbitmime; /* what EHLO offered */
    unsigned long long size_limit;
    size_t next_rcpt; /* whose reply comes next */
    size_t body_sent;
    struct body_stuffing stuffing;
    char incoming[4096];
};

/* ---- client.c ---- */

/* Sends len bytes (copied); a command when a reply is owed for it. */
void client_send(struct client *client, const char *bytes, size_t len);
void client_command(struct client *client, const char *format, ...) PRINTF_LIKE(2, 3);
void client_wait(struct client *client, uint64_t timeout_ms);
void client_end(struct client *client); /* closes the socket; on_done follows */
/* Notes why the session failed, unless that is known already. text is taken and may be NULL. */
void client_fail(struct client *client, enum failure_kind kind, bool permanent, char *text);
struct failure client_failure(
    const struct client *client, enum failure_kind kind, bool permanent, char *text);

/* ---- dialogue.c ---- */

void dialogue_begin(struct client *client);     /* connected */
void dialogue_reply(struct client *client);     /* client->reply holds the reply that was owed */
void dialogue_intrusion(struct client *client); /* it holds one that was not */
void dialogue_malformed(struct client *client); /* it holds what cannot be a reply */
void dialogue_written(struct client *client);   /* all that was sent has left */

#endif
