/* SPDX-License-Identifier: BSD-2-Clause */
/* client.h - one SMTP session as a client: one host, one message, any number of recipients (RFC
 * 5321 3, 4). */
#ifndef FAKESMTP_SENDER_CLIENT_H
#define FAKESMTP_SENDER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include "sender/failure.h"
#include "sender/sender.h"

struct uv_loop_s;
struct clock;
struct client;

enum client_rcpt_state {
    CLIENT_RCPT_OPEN,      /* undecided: only the session failed */
    CLIENT_RCPT_ACCEPTED,  /* during the session: the message is still owed */
    CLIENT_RCPT_DELIVERED, /* the server took responsibility */
    CLIENT_RCPT_FAILED,    /* why says how; permanent or not */
};

struct client_rcpt {
    const char *address;
    enum client_rcpt_state state;
    struct failure why;
};

/* Everything is kept until on_done was called. */
struct client_job {
    const struct sender_timeouts *timeout;
    const char *helo, *host, *address;
    unsigned port;
    const char *from; /* "" is the null reverse-path */
    struct client_rcpt *rcpts;
    size_t rcpt_count;
    const char *message; /* normalised (body.h) */
    size_t message_len;
    bool eight_bit;
};

struct client_result {
    struct failure failure; /* of the session, which its open recipients have in common; or none */
    char *accepted; /* the reply that took the message, on one line; NULL: it was not taken */
};

/* result is borrowed for the call; failure may be moved out by copying and zeroing it. */
typedef void client_on_done(void *ctx, struct client_result *result);

/* on_done is called once, from the loop, when the socket is closed; the client is gone then. */
struct client *client_open(struct uv_loop_s *loop, struct clock *clock,
    const struct client_job *job, client_on_done *on_done, void *ctx);
void client_abort(struct client *client); /* stops at once; on_done follows */

#endif
