/* SPDX-License-Identifier: BSD-2-Clause */
/* parts.h - where sender.c (the public face), queue.c (messages and their time) and delivery.c (one
 * attempt at one domain) meet.
 *
 * A message owns its recipients; an attempt runs one delivery per domain and ends when the last of
 * them has. */
#ifndef FAKESMTP_SENDER_PARTS_H
#define FAKESMTP_SENDER_PARTS_H

#include <uv.h>
#include "sender/dsn.h"
#include "sender/failure.h"
#include "sender/lookup.h"
#include "sender/sender.h"
#include "util/clock.h"

struct delivery;

enum recipient_state {
    RECIPIENT_QUEUED,
    RECIPIENT_DELIVERED,
    RECIPIENT_FAILED,  /* for good; owed a bounce */
    RECIPIENT_BOUNCED, /* the bounce was written, or none is due */
};

struct recipient {
    char *address;
    const char *domain; /* inside address */
    enum recipient_state state;
    struct failure why; /* of the last attempt */
    bool expired;
    uint64_t last_attempt_ms;
};

struct message {
    struct message *next, **prev;
    struct sender *sender;
    char id[24];
    char *from;
    struct recipient *rcpts;
    size_t rcpt_count;
    char *text; /* normalised */
    size_t len;
    bool eight_bit;
    uint64_t arrived_ms;
    unsigned attempt;
    size_t running; /* deliveries of the current attempt */
    struct clock_timer timer;
};

struct sender {
    uv_loop_t *loop;
    struct clock *clock;
    char *helo;
    unsigned smtp_port;
    const struct dsn_dialect *dialect;
    struct sender_policy policy;
    int64_t start_date;
    void (*on_event)(void *ctx, const struct sender_event *event);
    void (*on_idle)(void *ctx);
    void *ctx;

    struct lookups *lookups;
    uv_idle_t turn; /* active when a delivery may start */
    struct message *messages;
    size_t queued;
    uint64_t ids;
    struct delivery *waiting, **last_waiting; /* for a free slot */
    struct delivery *active;
    size_t active_count;
    size_t refs; /* handles, open clients and lookups; the sender is freed with the last */
    bool closing;
};

/* ---- sender.c ---- */

/* rcpt may be NULL; why may be NULL; text and stage replace what why says when not NULL. */
struct sender_news {
    enum sender_event_kind kind;
    const struct message *message;
    const char *rcpt, *host, *address, *stage, *text;
};
void sender_tell(struct sender *sender, const struct sender_news *news);
void sender_tell_failure(struct sender *sender, enum sender_event_kind kind,
    const struct message *message, const char *rcpt, const struct failure *why);
void sender_ref(struct sender *sender);
void sender_unref(struct sender *sender);

/* ---- queue.c ---- */

/* text is taken (normalised). The first attempt begins in a later turn of the loop. */
struct message *queue_add(struct sender *sender, const char *from, const char *const *rcpts,
    size_t n, char *text, size_t len);
void queue_delivery_ended(struct message *message); /* may free the message */
void queue_stop(struct sender *sender);             /* no timer fires any more */
void queue_free(struct sender *sender);

/* ---- delivery.c ---- */

enum { DELIVERY_MOST_RCPTS = 100 }; /* RFC 5321 4.5.3.1.8: more than a server must take */

/* Takes the recipients (indices of message->rcpts; taken) to one domain. queue_delivery_ended
 * follows. */
void delivery_start(struct message *message, size_t *rcpts, size_t n);
void delivery_next(struct sender *sender); /* starts what waits, as far as there are slots */
void delivery_stop_all(struct sender *sender);

#endif
